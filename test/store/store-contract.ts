import {assert} from 'chai';
import type {ChatStore} from '../../src/store/chat-store.ts';
import {attempt, info, message} from './history.ts';

interface Promised {
  readonly title: string;
  readonly test: (store: ChatStore) => Promise<void>;
}

/** What every `ChatStore` promises. Each test gets an empty one. */
export const storeContract: readonly Promised[] = [
  {
    title: 'has nothing at first',
    async test(store) {
      assert.deepEqual(await store.list(), []);
      assert.isUndefined(await store.load('a'));
    },
  },
  {
    title: 'gives back what was written, in the order of its first writing',
    async test(store) {
      const [m1, m2, m3] = [message('z'), message('a'), message('m')];
      await store.write({info: info('c'), messages: [m1, m2], durability: 'strict'});
      await store.write({info: info('c'), messages: [m3], durability: 'relaxed'});
      await store.write({info: info('c', 2_000), messages: [message('a', 'edited')], durability: 'strict'});
      assert.deepEqual(await store.load('c'), {
        info: info('c', 2_000),
        messages: [m1, message('a', 'edited'), m3],
      });
    },
  },
  {
    title: 'gives back every field of a message, and its text whether its parts hold it or not',
    async test(store) {
      const messages = [
        message('reasoned', 'shown', {
          parts: [
            {type: 'reasoning', text: 'hidden'},
            {type: 'text', text: 'sho'},
            {type: 'text', text: 'wn'},
          ],
          finishReason: 'stop',
          usage: {totalTokens: 3},
          segments: [{attempt: 1, mode: 'send', chars: 5, end: 'complete'}],
          requestIds: ['r1'],
        }),
        message('partless', 'text alone', {parts: []}),
        message('failed', '', {
          parts: [],
          status: 'error',
          error: {kind: 'http', message: 'No.', status: 500},
        }),
      ];
      await store.write({info: info('c'), messages, durability: 'strict'});
      assert.deepEqual((await store.load('c'))?.messages, messages);
    },
  },
  {
    title: 'lists the newest conversation first',
    async test(store) {
      await store.write({info: info('old', 1), durability: 'strict'});
      await store.write({info: info('new', 3), durability: 'strict'});
      await store.write({info: info('middle', 2), durability: 'strict'});
      assert.deepEqual(
        (await store.list()).map(({id}) => id),
        ['new', 'middle', 'old'],
      );
    },
  },
  {
    title:
      'returns an answer that was being written as interrupted, with its attempt and the cursor beside its text',
    async test(store) {
      const open = message('a', 'half', {status: 'streaming'});
      const cursor = {streamId: 's', lastEventId: '7'};
      const begun = {...attempt('c', 'a'), cursor: {streamId: 's', lastEventId: '99'}};
      await store.write({info: info('c'), messages: [open], attempt: begun, cursor, durability: 'strict'});
      const loaded = await store.load('c');
      assert.deepEqual(loaded?.messages, [{...open, status: 'interrupted'}]);
      assert.deepEqual(loaded?.attempt, {...attempt('c', 'a'), cursor});
    },
  },
  {
    title:
      'gives a cursor to the last message of a write only, and takes it away with a text that came without one',
    async test(store) {
      const cursor = {streamId: 's', lastEventId: '7'};
      const write = {info: info('c'), attempt: attempt('c', 'a'), durability: 'strict'} as const;
      await store.write({...write, messages: [message('a'), message('b')], cursor});
      assert.isUndefined((await store.load('c'))?.attempt?.cursor);
      await store.write({...write, messages: [message('a')], cursor});
      assert.deepEqual((await store.load('c'))?.attempt?.cursor, cursor);
      await store.write({info: info('c'), messages: [message('a', 'more')], durability: 'relaxed'});
      assert.isUndefined((await store.load('c'))?.attempt?.cursor);
    },
  },
  {
    title: 'keeps an attempt until it is replaced or removed',
    async test(store) {
      const write = {info: info('c'), messages: [message('a')], durability: 'relaxed'} as const;
      await store.write({...write, attempt: attempt('c', 'a')});
      await store.write(write);
      assert.equal((await store.load('c'))?.attempt?.attempt, 1);
      await store.write({...write, attempt: {...attempt('c', 'a'), attempt: 2}});
      assert.equal((await store.load('c'))?.attempt?.attempt, 2);
      await store.write({...write, attempt: null});
      assert.isUndefined((await store.load('c'))?.attempt);
    },
  },
  {
    title: 'forgets the attempt of a message that is gone',
    async test(store) {
      await store.write({
        info: info('c'),
        messages: [message('a')],
        attempt: attempt('c', 'a'),
        durability: 'strict',
      });
      await store.write({info: info('c'), removed: ['a'], durability: 'strict'});
      assert.deepEqual(await store.load('c'), {info: info('c'), messages: []});
    },
  },
  {
    title: 'gives a message that was removed and comes back the last place',
    async test(store) {
      await store.write({info: info('c'), messages: [message('a'), message('b')], durability: 'strict'});
      await store.write({info: info('c'), removed: ['a'], messages: [message('b')], durability: 'relaxed'});
      await store.write({info: info('c'), messages: [message('a')], durability: 'relaxed'});
      const ids = async () => (await store.load('c'))?.messages.map(({id}) => id);
      assert.deepEqual(await ids(), ['b', 'a']);
      await store.write({info: info('c'), removed: ['a'], durability: 'strict'});
      await store.write({info: info('c'), messages: [message('a')], durability: 'relaxed'});
      await store.write({info: info('c'), messages: [message('c')], durability: 'strict'});
      assert.deepEqual(await ids(), ['b', 'a', 'c']);
    },
  },
  {
    title: 'keeps a branch beside the messages, until it takes the last place among them',
    async test(store) {
      const [m1, m2, m3, m4] = [message('1'), message('2'), message('3'), message('4')];
      const branch = {...m2, after: '1', rest: [m3]};
      await store.write({info: info('c'), messages: [m1, m2, m3]});
      await store.write({info: info('c'), messages: [branch, m4], removed: ['3']});
      const loaded = await store.load('c');
      assert.deepEqual(loaded?.messages, [m1, m4]);
      assert.deepEqual(loaded?.branches, [branch]);
      const other = {...m4, after: '1', rest: []};
      await store.write({info: info('c'), messages: [other, m2, m3], removed: ['4', '2']});
      assert.deepEqual(await store.load('c'), {info: info('c'), messages: [m1, m2, m3], branches: [other]});
    },
  },
  {
    title: 'keeps apart conversations whose ids look alike',
    async test(store) {
      const ids = ['a', 'a:', 'a:b', 'a;', 'a%3Ab', 'a%', '', '%', 'ä\u{1f600}\ud800', 'a b', '\uffffa'];
      for (const id of ids)
        await store.write({info: info(id), messages: [message(`${id}:m`)], durability: 'strict'});
      for (const id of ids) {
        assert.deepEqual(
          (await store.load(id))?.messages.map(m => m.id),
          [`${id}:m`],
        );
      }
      await store.delete('a');
      assert.sameMembers(
        (await store.list()).map(({id}) => id),
        ids.slice(1),
      );
      for (const id of ids.slice(1)) assert.equal((await store.load(id))?.messages.length, 1);
    },
  },
  {
    title: 'writes several conversations at once',
    async test(store) {
      await store.write(
        {info: info('a', 1), messages: [message('x', 'of a')], durability: 'strict'},
        {info: info('b', 2), messages: [message('x', 'of b')], durability: 'relaxed'},
      );
      assert.equal((await store.load('a'))?.messages[0]?.text, 'of a');
      assert.equal((await store.load('b'))?.messages[0]?.text, 'of b');
    },
  },
  {
    title: 'deletes one conversation whole, and a new one of that id begins empty',
    async test(store) {
      const write = {info: info('a'), messages: [message('x')], durability: 'relaxed'} as const;
      await store.write({...write, attempt: attempt('a', 'x')});
      await store.write({...write, info: info('b')});
      await store.delete('a');
      await store.delete('never there');
      assert.isUndefined(await store.load('a'));
      assert.equal((await store.load('b'))?.messages.length, 1);
      await store.write({info: info('a'), messages: [message('y')], durability: 'relaxed'});
      assert.deepEqual(await store.load('a'), {info: info('a'), messages: [message('y')]});
    },
  },
  {
    title: 'clears everything',
    async test(store) {
      await store.write({info: info('a'), messages: [message('x')], durability: 'strict'});
      await store.clear();
      assert.deepEqual(await store.list(), []);
      assert.isUndefined(await store.load('a'));
    },
  },
  {
    title: 'opens itself again after it was closed',
    async test(store) {
      await store.write({info: info('a'), messages: [message('x')], durability: 'strict'});
      store.close();
      assert.equal((await store.load('a'))?.messages.length, 1);
      store.close();
      await store.write({info: info('a'), messages: [message('x', 'more')], durability: 'relaxed'});
      assert.equal((await store.load('a'))?.messages[0]?.text, 'more');
    },
  },
];
