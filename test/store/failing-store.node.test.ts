import assert from 'node:assert/strict';
import {Conversation} from '../../src/conversation/conversation.ts';
import {storeJournal} from '../../src/store/store-journal.ts';
import {FakeClock} from '../support/fake-clock.ts';
import type {Scenario} from '../support/scenario.ts';
import {scriptedFetch} from '../support/scripted-fetch.ts';
import {describe, it, run} from '../support/unwatched.ts';
import {info, message} from './history.ts';
import {ScriptedStore} from './scripted-store.ts';

const scenario: Scenario = {
  dialect: 'token',
  tokens: Array.from({length: 8}, (_, index) => ` word${index}`),
  last: {pause: 250},
};
const TEXT = scenario.tokens.join('');

/** How a call of the store fails: at once, by its promise, by an answer that comes too late, by none. */
type Kind = 'throws' | 'rejects' | 'late' | 'never';
const KINDS: readonly Kind[] = ['throws', 'rejects', 'late', 'never'];

interface Failure {
  readonly kind: Kind;
  /** The first call that fails, counted from 1. */
  readonly at: number;
  /** Whether all calls after it fail, too, until the store is mended. */
  readonly stays: boolean;
}

/**
 * Everything that a chat asks of its store: it lists, loads, asks twice, asks anew, edits, lists and loads again, and
 * in the end forgets. Asserts that all that was shown is there, whatever the store does.
 */
async function chat(failure?: Failure): Promise<ScriptedStore> {
  const store = new ScriptedStore();
  const clock = new FakeClock();
  const old = [message('old-question', 'Once?', {role: 'user'}), message('old-answer')];
  await store.kept.write({info: info('old'), messages: old});
  let isMended = false;
  store.before = (_, call) => {
    if (!failure || isMended || call < failure.at || (call > failure.at && !failure.stays)) return;
    if (failure.kind === 'throws') throw new DOMException('It throws.', 'InvalidStateError');
    if (failure.kind === 'rejects') return Promise.reject(new DOMException('It rejects.', 'UnknownError'));
    return new Promise(resolve => failure.kind === 'late' && clock.after(20_000, resolve));
  };
  const run = <Value>(promise: Promise<Value>) => clock.runUntil(promise);
  const journal = storeJournal(store, {clock, lifecycle: {subscribe: () => () => {}}});
  await run(journal.list());
  const loaded = await run(journal.load('c'));
  const {fetch, ledger} = scriptedFetch(scenario, clock);
  const endpoint = 'http://127.0.0.1:9/api/chat';
  const conversation = new Conversation({
    endpoint,
    fetch,
    clock,
    journal,
    id: 'c',
    ...(loaded && {loaded}),
    random: () => 0,
  });
  let longest = 0;
  conversation.subscribe(({open}) => {
    if (open) assert.ok(open.text.length >= longest, 'no text is taken back');
    longest = open?.text.length ?? 0;
  });

  assert.equal((await run(conversation.send('One?'))).status, 'complete');
  assert.equal((await run(conversation.send('Two?'))).status, 'complete');
  assert.equal((await run(conversation.regenerate())).status, 'complete');
  const {id} = conversation.messages[2]!;
  assert.equal((await run(conversation.edit(id, 'Three?'))).status, 'complete');
  const shown = conversation.messages;
  const texts = shown.map(({text}) => text);
  assert.deepEqual(texts, ['One?', TEXT, 'Three?', TEXT]);
  assert.equal(ledger.requests.length, 4, 'each question is asked once');

  const listed = await run(journal.list());
  assert.equal(listed.find(each => each.id === 'c')?.title, 'One?');
  assert.deepEqual((await run(journal.load('c')))?.messages, shown);

  isMended = true;
  await clock.advance(180_000);
  const isStuck = store.open > 0; // Behind a write that never ends nothing is written: none may overtake it.
  if (!isStuck || journal.status.state === 'ok') {
    assert.equal(journal.status.state, 'ok');
    assert.deepEqual((await store.kept.load('c'))?.messages, shown);
    assert.equal((await store.kept.load('c'))?.attempt, undefined);
  }
  assert.deepEqual((await store.kept.load('old'))?.messages, old, 'what it did not touch is as it was');
  assert.deepEqual((await run(journal.load('c')))?.messages, shown);

  // Who asks to be forgotten hears whether that worked, and may ask again.
  isMended = false;
  await forget(
    () => run(journal.delete('c')),
    async () => assert.equal(await store.kept.load('c'), undefined),
  );
  isMended = false;
  await forget(
    () => run(journal.clear()),
    async () => assert.deepEqual(await store.kept.list(), []),
  );
  await run(journal.dispose());
  assert.equal(conversation.messages, shown, 'what is on screen stays');
  return store;

  async function forget(act: () => Promise<void>, isForgotten: () => Promise<void>): Promise<void> {
    const error = await act().catch(error => error);
    isMended = true;
    if (!error) return isForgotten();
    assert.equal(error.kind, 'storage');
    await clock.advance(60_000);
    const again = await act().catch(error => error);
    if (again) assert.ok(failure?.kind === 'never' && store.open > 0, String(again));
    else await isForgotten();
  }
}

describe('a chat whose store fails', () => {
  it('goes on and loses nothing that was shown, whichever call of the store fails, and however', async () => {
    const {calls} = await chat();
    const methods = new Set(calls);
    assert.deepEqual([...methods].sort(), ['clear', 'delete', 'list', 'load', 'write']);
    const wrong: unknown[] = [];
    let runs = 0;
    for (const at of calls.map((_, index) => index + 1)) {
      for (const kind of KINDS) {
        for (const stays of [false, true]) {
          runs++;
          const problem = await chat({at, kind, stays}).catch((error: unknown) => error);
          if (problem instanceof Error) wrong.push({at, method: calls[at - 1], kind, stays, problem});
        }
      }
    }
    console.log(`methods ${methods.size}, calls ${calls.length}, wrong ${wrong.length}`);
    console.log(`each call in ${KINDS.length} ways, alone and with all after it: ${runs} chats`);
    assert.deepEqual(wrong, []);
  });
});

await run();
