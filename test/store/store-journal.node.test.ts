import {describe, it} from 'node:test';
import {assert} from 'chai';
import type {LoadedConversation, ResumeCursor} from '../../src/conversation/journal.ts';
import type {Message} from '../../src/protocol/message.ts';
import {readOnlyError} from '../../src/store/storage-error.ts';
import {type StorageStatus, storeJournal} from '../../src/store/store-journal.ts';
import {FakeClock, settle} from '../support/fake-clock.ts';
import {newSeed, seededRandom} from '../support/seeded-random.ts';
import {attempt, info, message} from './history.ts';
import {ScriptedStore} from './scripted-store.ts';

const open = (text: string): Message => message('answer', text, {status: 'streaming'});
const question = message('question', 'why?', {role: 'user'});
const cursorAt = (text: string): ResumeCursor => ({streamId: 's', lastEventId: String(text.length)});

function newJournal(store = new ScriptedStore()) {
  const clock = new FakeClock();
  const leaving = new Set<() => void>();
  const lifecycle = {
    subscribe(listener: () => void) {
      leaving.add(listener);
      return () => leaving.delete(listener);
    },
  };
  const journal = storeJournal(store, {clock, lifecycle});
  const statuses: StorageStatus['state'][] = [];
  journal.subscribe(status => statuses.push(status.state));
  const leave = () => {
    for (const listener of leaving) listener();
  };
  return {store, clock, journal, statuses, leave, leaving};
}

/** A store's write that is answered when told. */
function gate() {
  let answer = () => {};
  const answered = new Promise<void>(resolve => {
    answer = resolve;
  });
  return {answered, answer};
}

const textOf = async (store: ScriptedStore) =>
  (await store.kept.load('c'))?.messages.find(({id}) => id === 'answer')?.text;

describe('storeJournal', () => {
  it('has both messages and the attempt on disk, flushed, before begin resolves', async () => {
    const {store, journal} = newJournal();
    await journal.begin(info('c'), [question, open('')], attempt('c', 'answer'));
    assert.deepEqual(await store.kept.load('c'), {
      info: info('c'),
      messages: [question, {...open(''), status: 'interrupted'}],
      attempt: attempt('c', 'answer'),
    });
    assert.deepEqual(
      store.writes.map(write => write.durability),
      ['strict'],
    );
  });

  it('ends with a flushed write that takes the attempt away', async () => {
    const {store, journal} = newJournal();
    await journal.begin(info('c'), [question, open('')], attempt('c', 'answer'));
    journal.checkpoint(info('c'), open('so'), cursorAt('so'));
    await journal.end(info('c'), message('answer', 'so it is'));
    assert.deepEqual(await store.kept.load('c'), {
      info: info('c'),
      messages: [question, message('answer', 'so it is')],
    });
    assert.equal(store.writes.at(-1)?.durability, 'strict');
    assert.equal(store.writes.length, 2, 'the checkpoint was not yet due');
  });

  it('saves the first checkpoint at once and then one each 200 ms while there is anything new', async () => {
    const {store, clock, journal} = newJournal();
    for (let ms = 0; ms < 1_000; ms += 10) {
      journal.checkpoint(info('c'), open('.'.repeat(ms / 10)), undefined);
      await clock.advance(10);
    }
    await clock.advance(5_000);
    assert.equal(store.writes.length, 6, 'at 0, 200, 400, 600, 800 and 1,000 ms');
    assert.isTrue(store.writes.every(write => write.durability === 'relaxed'));
    assert.equal((await textOf(store))?.length, 99);
    assert.equal(clock.pending, 0, 'no timer is left once all is saved');
  });

  it('starts no checkpoint while one is unfinished, and saves the newest text after it', async () => {
    const {store, clock, journal} = newJournal();
    const slow = gate();
    store.before = () => slow.answered;
    for (let ms = 0; ms < 2_000; ms += 50) {
      journal.checkpoint(info('c'), open('.'.repeat(ms / 50)), undefined);
      if (ms > 0) assert.equal(clock.pending, 0, 'none is planned either');
      await clock.advance(50);
    }
    assert.equal(store.writes.length, 1);
    slow.answer();
    await clock.advance(0);
    assert.equal(store.writes.length, 2);
    assert.equal((await textOf(store))?.length, 39);
  });

  it('never lets a cursor run ahead of the text beside it', async () => {
    const {store, clock, journal} = newJournal();
    await journal.begin(info('c'), [question, open('')], attempt('c', 'answer'));
    for (let length = 1; length < 100; length++) {
      const text = '.'.repeat(length);
      journal.checkpoint(info('c'), open(text), cursorAt(text));
      if (length === 50) {
        // A resume, told with a cursor but without the message.
        void journal.begin(info('c'), [], {
          ...attempt('c', 'answer'),
          attempt: 2,
          cursor: cursorAt('.'.repeat(999)),
        });
      }
      await clock.advance(17);
      const loaded = await store.kept.load('c');
      const {lastEventId} = loaded?.attempt?.cursor ?? {};
      if (lastEventId) assert.equal(loaded?.messages.at(-1)?.text.length, Number(lastEventId));
    }
    assert.isAbove(store.writes.filter(write => write.cursor).length, 5);
  });

  it('saves at once, waiting for nothing, when the page may go away', async () => {
    const {store, clock, journal, leave} = newJournal();
    journal.checkpoint(info('c'), open('a'), undefined);
    await clock.advance(0);
    journal.checkpoint(info('c'), open('ab'), cursorAt('ab'));
    leave();
    assert.equal(store.writes.at(-1)?.messages?.[0]?.text, 'ab', 'asked for before leave() returned');
    const stuck = gate();
    store.before = () => stuck.answered;
    await clock.advance(250);
    journal.checkpoint(info('c'), open('abc'), undefined);
    leave();
    assert.equal(store.writes.at(-1)?.messages?.[0]?.text, 'abc', 'in spite of a write under way');
  });

  it('has the newest text last, even where a save before leaving overtook a slow write', async () => {
    const {store, clock, journal, leave} = newJournal();
    const slow = gate();
    store.before = (_, call) => (call === 1 ? slow.answered : undefined);
    journal.checkpoint(info('c'), open('a'), undefined);
    await clock.advance(0);
    journal.checkpoint(info('c'), open('ab'), undefined);
    leave();
    await clock.advance(0);
    assert.equal(await textOf(store), 'ab');
    slow.answer(); // As a store does that repeats the write on a new connection.
    await clock.advance(250);
    assert.equal(await textOf(store), 'ab');
  });

  it('has the newest text last, even where a save before leaving lands late', async () => {
    const {store, clock, journal, leave} = newJournal();
    const slow = gate();
    store.before = (_, call) => (call === 1 ? slow.answered : undefined);
    journal.checkpoint(info('c'), open('a'), undefined);
    leave();
    journal.checkpoint(info('c'), open('ab'), undefined);
    await clock.advance(1_000);
    slow.answer();
    await clock.advance(1_000);
    assert.equal(await textOf(store), 'ab');
  });

  it('takes the attempt away that was being written when the answer ended', async () => {
    const {store, journal} = newJournal();
    const slow = gate();
    store.before = (_, call) => (call === 1 ? slow.answered : undefined);
    const begun = journal.begin(info('c'), [question, open('')], attempt('c', 'answer'));
    await settle();
    const ended = journal.end(info('c'), message('answer'));
    slow.answer();
    await Promise.all([begun, ended]);
    assert.deepEqual(await store.kept.load('c'), {info: info('c'), messages: [question, message('answer')]});
  });

  it('brings messages back in their order, one that was removed and came again the last', async () => {
    const {store, clock, journal} = newJournal();
    store.before = (_, call) => (call === 1 ? Promise.reject(null) : undefined);
    await journal.begin(info('c'), [message('a'), message('b')], attempt('c', 'b'));
    await journal.remove('c', ['a']);
    await journal.end(info('c'), message('a'));
    await clock.advance(60_000);
    assert.deepEqual(
      (await store.kept.load('c'))?.messages.map(({id}) => id),
      ['b', 'a'],
    );
  });

  it('does not hold up a request for more than 3 s, and catches up when the store answers', async () => {
    const {store, clock, journal, statuses} = newJournal();
    const slow = gate();
    store.before = () => slow.answered;
    await clock.runUntil(journal.begin(info('c'), [question, open('')], attempt('c', 'answer')));
    assert.deepEqual(clock.waits, [3_000]);
    journal.checkpoint(info('c'), open('so'), undefined);
    await journal.end(info('c'), message('answer', 'so it is'));
    assert.equal(clock.now(), 3_000, 'a store that is known to fail is not waited for');
    assert.deepEqual(statuses, ['memory']);
    slow.answer();
    await clock.advance(250);
    assert.deepEqual(statuses, ['memory', 'ok']);
    assert.deepEqual((await store.kept.load('c'))?.messages, [question, message('answer', 'so it is')]);
  });

  it('tells once that it goes on in memory, looks each minute, and brings everything back', async () => {
    const {store, clock, journal, statuses} = newJournal();
    let works = false;
    store.before = () => {
      if (!works) throw new DOMException('Gone', 'UnknownError');
    };
    await journal.begin(info('c'), [question, open('')], attempt('c', 'answer'));
    await journal.end(info('c'), message('answer'));
    await journal.begin(info('d'), [question], attempt('d', 'x'));
    assert.equal(store.calls.length, 1);
    assert.deepEqual(
      (await journal.list()).map(({id}) => id),
      ['c', 'd'],
    );
    assert.equal((await journal.list()).length, 2);
    assert.equal(store.calls.length, 2, 'one write and one read were tried');
    const calls = store.calls.length;
    await clock.advance(180_000);

    assert.equal(store.calls.length, calls + 3);
    assert.deepEqual(statuses, ['memory']);
    assert.equal(journal.status.error?.kind, 'storage');
    works = true;
    await clock.advance(60_000);
    assert.deepEqual(statuses, ['memory', 'ok']);
    assert.deepEqual((await store.kept.load('c'))?.messages, [question, message('answer')]);
    assert.equal((await store.kept.load('d'))?.messages.length, 1);
    assert.equal(clock.pending, 0);
  });

  it('makes the page wait but once for a store that does not answer', async () => {
    const {store, clock, journal} = newJournal();
    store.before = () => new Promise(() => {});
    await clock.runUntil(journal.list());
    const waited = clock.now();
    assert.isAtMost(waited, 10_000);
    await journal.load('c');
    await journal.list();
    await journal.begin(info('c'), [question], attempt('c', 'answer'));
    assert.equal(clock.now(), waited);
  });

  it('keeps the newest text in memory, though an older one is read meanwhile', async () => {
    const {store, clock, journal} = newJournal();
    await journal.begin(info('c'), [question, open('a')], attempt('c', 'answer'));
    const slow = gate();
    store.before = () => slow.answered;
    const loading = journal.load('c');
    journal.checkpoint(info('c'), open('ab'), undefined);
    await settle();
    store.before = () => Promise.reject(null);
    slow.answer();
    await loading;
    await clock.advance(1_000);
    assert.equal(journal.status.state, 'memory');
    assert.equal((await journal.load('c'))?.messages[1]?.text, 'ab');
  });

  it('does not fail with a listener that throws', async context => {
    const {store, journal} = newJournal();
    const thrown: string[] = [];
    // The runner would take it for its own.
    context.mock.method(globalThis, 'queueMicrotask', async (call: () => void) => {
      try {
        call();
      } catch (error) {
        thrown.push(String(error));
      }
    });
    journal.subscribe(() => {
      throw new Error('of the page');
    });
    store.before = () => Promise.reject(null);
    await journal.begin(info('c'), [question], attempt('c', 'answer'));
    assert.deepEqual(thrown, ['Error: of the page']);
    assert.equal(journal.status.state, 'memory');
  });

  it('says that a history of a newer version is read only, and reads it', async () => {
    const {store, journal, statuses} = newJournal();
    await store.kept.write({info: info('c'), messages: [question], durability: 'strict'});
    store.before = method => {
      if (method === 'write') throw readOnlyError();
    };
    assert.deepEqual((await journal.load('c'))?.messages, [question]);
    await journal.begin(info('c'), [open('')], attempt('c', 'answer'));
    assert.deepEqual(statuses, ['read-only']);
    assert.equal((await journal.load('c'))?.messages.length, 2);
  });

  it('keeps what was loaded through it within reach when the store fails later', async () => {
    const {store, journal} = newJournal();
    await store.kept.write({info: info('old'), messages: [question], durability: 'strict'});
    await journal.load('old');
    store.before = () => Promise.reject(null);
    await journal.remove('old', ['question']);
    await journal.begin(info('c'), [open('')], attempt('c', 'answer'));
    assert.deepEqual(await journal.load('old'), {info: info('old'), messages: []});
    assert.equal((await journal.load('c'))?.messages.length, 1);
    assert.isUndefined(await journal.load('never there'));
  });

  it('has all of a conversation that was renamed unseen, when the store cannot be written later', async () => {
    const {store, journal} = newJournal();
    await store.kept.write({info: info('old'), messages: [question], durability: 'strict'});
    await journal.remove('old', []);
    store.before = method => {
      if (method === 'write') throw new DOMException('Full', 'QuotaExceededError');
    };
    await journal.begin(info('c'), [open('')], attempt('c', 'answer'));
    assert.deepEqual((await journal.load('old'))?.messages, [question]);
    assert.equal((await journal.load('c'))?.messages.length, 1);
  });

  it('removes messages of a conversation that it has not seen, and leaves its line in the list as it is', async () => {
    const {store, journal} = newJournal();
    await store.kept.write({info: info('c'), messages: [question, message('b')], durability: 'strict'});
    await journal.remove('c', ['b']);
    assert.deepEqual(await store.kept.load('c'), {info: info('c'), messages: [question]});
  });

  it('deletes for good: a write under way brings nothing back', async () => {
    const {store, clock, journal} = newJournal();
    const slow = gate();
    store.before = method => (method === 'write' ? slow.answered : undefined);
    void journal.begin(info('c'), [question, open('')], attempt('c', 'answer'));
    void journal.begin(info('d'), [question], attempt('d', 'x'));
    await settle();
    const deleted = journal.delete('c');
    slow.answer();
    await deleted;
    await clock.advance(1_000);
    assert.deepEqual(
      (await store.kept.list()).map(({id}) => id),
      ['d'],
    );
    await journal.clear();
    assert.deepEqual(await journal.list(), []);
  });

  it('keeps what is said in a conversation after it was deleted, and nothing from before', async () => {
    const {store, clock, journal} = newJournal();
    const slow = gate();
    store.before = (_, call) => (call === 1 ? slow.answered : undefined);
    void journal.begin(info('c'), [question, open('')], attempt('c', 'answer'));
    await settle();
    const deleted = journal.delete('c');
    const begun = journal.begin(info('c'), [message('new')], attempt('c', 'new'));
    slow.answer();
    await Promise.all([deleted, begun]);
    await clock.advance(1_000);
    assert.deepEqual((await store.kept.load('c'))?.messages, [message('new')]);
  });

  it('says so when it could not delete', async () => {
    const {store, journal} = newJournal();
    store.before = () => Promise.reject(null);
    for (const erase of [journal.delete('c'), journal.clear()]) {
      const error = await erase.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.propertyVal(error as object, 'kind', 'storage');
    }
  });

  it('saves what is left when disposed, and leaves no timer and no listener behind', async () => {
    const {store, clock, journal, leaving} = newJournal();
    journal.checkpoint(info('c'), open('all'), undefined);
    await journal.dispose();
    assert.equal(await textOf(store), 'all');
    assert.equal(clock.pending, 0);
    assert.equal(leaving.size, 0);
  });

  const failures: Record<string, () => void | Promise<void>> = {
    throws: () => {
      throw new DOMException('Denied', 'SecurityError');
    },
    'rejects with null': () => Promise.reject(null),
    'rejects with an error': () => Promise.reject(new DOMException('Full', 'QuotaExceededError')),
    'never answers': () => new Promise(() => {}),
  };
  for (const [name, failure] of Object.entries(failures)) {
    for (const isForGood of [false, true]) {
      it(`goes on and loses nothing when the store ${name}, ${isForGood ? 'from' : 'only at'} each call in turn`, async () => {
        // 12 calls are more than the story makes: the last rounds are the ones without a failure.
        let failed = 0;
        for (let at = 1; at <= 12; at++) {
          const {store, clock, journal, leave} = newJournal();
          let isHealed = false;
          store.before = (_, call) => {
            if (isHealed || !(isForGood ? call >= at : call === at)) return undefined;
            failed++;
            return failure();
          };
          await clock.runUntil(journal.list());
          await clock.runUntil(journal.load('c'));
          await clock.runUntil(journal.begin(info('c'), [question, open('')], attempt('c', 'answer')));
          for (const text of ['s', 'so', 'so i', 'so it']) {
            journal.checkpoint(info('c'), open(text), cursorAt(text));
            await clock.advance(250);
          }
          leave();
          await clock.runUntil(journal.end(info('c'), message('answer', 'so it is')));
          await clock.runUntil(journal.remove('c', ['answer']));
          const [next, pending] = [message('question-2'), message('answer-2', '', {status: 'pending'})];
          await clock.runUntil(journal.begin(info('c', 2_000), [next, pending], attempt('c', 'answer-2')));

          const expected: LoadedConversation = {
            info: info('c', 2_000),
            messages: [question, next, {...pending, status: 'interrupted'}],
            attempt: attempt('c', 'answer-2'),
          };
          assert.deepEqual(await clock.runUntil(journal.load('c')), expected, `in memory, call ${at}`);
          isHealed = true;
          if (name === 'never answers') continue;
          await clock.advance(60_000);
          assert.deepEqual(await store.kept.load('c'), expected, `in the store, call ${at}`);
          assert.equal(journal.status.state, 'ok', `call ${at}`);
        }
        assert.isAbove(failed, 8);
      });
    }
  }

  it('loses nothing that was shown more than 300 ms ago, at whatever moment the page ends', async () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    const {store, clock, journal} = newJournal();
    store.before = () => new Promise(resolve => void clock.after(random() * 90, resolve));
    const shown: string[] = []; // By millisecond.
    let text = '';
    let stored = '';
    void journal.begin(info('c'), [question, open('')], attempt('c', 'answer'));
    for (let ms = 0; ms < 4_000; ms++) {
      if (random() < (ms % 1_000 < 500 ? 0.5 : 0.01)) {
        text += String.fromCharCode(97 + Math.floor(random() * 26));
        journal.checkpoint(info('c'), open(text), undefined);
      }
      shown.push(text);
      await clock.advance(1);
      const now = (await textOf(store)) ?? '';
      assert.isTrue(text.startsWith(now), `a prefix of what is shown, at ${ms} ms, seed ${seed}`);
      assert.isTrue(now.startsWith(stored), `does not shrink, at ${ms} ms, seed ${seed}`);
      assert.isTrue(now.startsWith(shown[ms - 300] ?? ''), `not behind by more, at ${ms} ms, seed ${seed}`);
      stored = now;
    }
    assert.isAbove(stored.length, 500);
    assert.equal(store.mostOpen, 1);
  });
});
