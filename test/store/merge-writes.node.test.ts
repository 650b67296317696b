import {describe, it} from 'node:test';
import {assert} from 'chai';
import type {ChatStoreWrite} from '../../src/store/chat-store.ts';
import {memoryStore} from '../../src/store/memory-store.ts';
import {mergeWrites} from '../../src/store/merge-writes.ts';
import {newSeed, seededRandom} from '../support/seeded-random.ts';
import {attempt, info, message} from './history.ts';

describe('mergeWrites', () => {
  it('makes one write that leaves what the two would have left, in any order of puts and removals', async () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    const some = (ids: readonly string[]) => ids.filter(() => random() < 0.4);
    for (let round = 0; round < 500; round++) {
      const [apart, merged] = [memoryStore(), memoryStore()];
      const before: ChatStoreWrite = {
        info: info('c', 0),
        messages: ['a', 'b', 'c'].map(id => message(id, 'old')),
      };
      let sum: ChatStoreWrite | undefined;
      await apart.write(before);
      await merged.write(before);
      for (let at = 1; at <= 4; at++) {
        const write: ChatStoreWrite = {
          info: info('c', at),
          removed: some(['a', 'b', 'c', 'd']),
          messages: some(['a', 'b', 'c', 'd', 'e']).map(id => message(id, `${id} at ${at}`)),
          ...(random() < 0.3 && {attempt: random() < 0.5 ? attempt('c', 'a') : null}),
        };
        sum = mergeWrites(sum, write);
        await apart.write(write);
      }
      await merged.write(sum!);
      assert.deepEqual(await merged.load('c'), await apart.load('c'), `seed ${seed}, round ${round}`);
    }
  });

  it('keeps the cursor beside the text that it belongs to', () => {
    const cursor = {streamId: 's', lastEventId: '7'};
    const open = {info: info('c'), messages: [message('a')], cursor};
    assert.deepEqual(mergeWrites(open, {info: info('c'), attempt: null}).cursor, cursor);
    assert.isUndefined(mergeWrites(open, {info: info('c'), messages: [message('a', 'more')]}).cursor);
    assert.isUndefined(mergeWrites(open, {info: info('c'), removed: ['a']}).cursor);
  });
});
