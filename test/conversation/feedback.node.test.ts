import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {Conversation, type ConversationOptions} from '../../src/conversation/conversation.ts';
import {exportConversations} from '../../src/store/export-conversations.ts';
import {importConversations} from '../../src/store/import-conversations.ts';
import {memoryStore} from '../../src/store/memory-store.ts';
import {storeJournal} from '../../src/store/store-journal.ts';
import {FakeClock} from '../support/fake-clock.ts';
import {scriptedFetch} from '../support/scripted-fetch.ts';

/** A conversation with one answer. */
async function begin() {
  const clock = new FakeClock();
  const store = memoryStore();
  const {fetch} = scriptedFetch({dialect: 'token', tokens: ['An', ' answer.']}, clock);
  const run = <Value>(promise: Promise<Value>) => clock.runUntil(promise);
  const open = async (options: Partial<ConversationOptions> = {}) =>
    new Conversation({
      endpoint: 'http://127.0.0.1:9/api/chat',
      fetch,
      clock,
      journal: storeJournal(store, {clock}),
      ...options,
    });
  const conversation = await open();
  const answer = await run(conversation.send('One?'));
  const reloaded = async () => {
    await clock.advance(1_000);
    return run(storeJournal(store, {clock}).load(conversation.state.info.id));
  };
  return {conversation, answer, clock, store, run, reloaded};
}

describe('feedback', () => {
  it('is kept with its answer, also after a reload, in an export and an import, until it is taken back', async () => {
    const {conversation, answer, store, reloaded} = await begin();
    const feedback = {rating: 'down', note: 'Too short.'} as const;
    await conversation.rate(answer.id, feedback);
    assert.deepEqual(conversation.messages[1], {...answer, feedback});
    assert.deepEqual((await reloaded())?.messages, conversation.messages);

    const history = JSON.parse(JSON.stringify(await exportConversations(store)));
    const other = memoryStore();
    await importConversations(other, history);
    assert.deepEqual(JSON.parse(JSON.stringify(await exportConversations(other))), history);
    assert.deepEqual(history.conversations[0].messages[1].feedback, feedback);

    await conversation.rate(answer.id);
    assert.deepEqual(conversation.messages[1], answer);
    assert.deepEqual((await reloaded())?.messages, conversation.messages);
  });

  it('stays with its answer when that becomes a branch', async () => {
    const {conversation, answer, run} = await begin();
    await conversation.rate(answer.id, {rating: 'up'});
    const next = await run(conversation.regenerate());
    assert.equal(next.feedback, undefined);
    await run(conversation.showBranch(answer.id));
    assert.deepEqual(conversation.messages[1]?.feedback, {rating: 'up'});
  });

  it('is refused for what is not there, and while an answer is under way, whose cursor it would take', async () => {
    const {conversation, answer, run} = await begin();
    await assert.rejects(conversation.rate('nothing', {rating: 'up'}), {kind: 'configuration'});
    const next = conversation.send('Two?');
    await assert.rejects(conversation.rate(answer.id, {rating: 'up'}), {kind: 'busy'});
    await run(next);
    assert.equal(conversation.messages[1]?.feedback, undefined);
    // A question may follow at once.
    await conversation.rate(answer.id, {rating: 'up'});
    await run(conversation.send('Three?'));
    assert.deepEqual(conversation.messages[1]?.feedback, {rating: 'up'});
  });

  it('that is none is not imported', async () => {
    const {conversation, answer, store, reloaded} = await begin();
    await conversation.rate(answer.id, {rating: 'up'});
    await reloaded();
    const {schema, conversations} = JSON.parse(JSON.stringify(await exportConversations(store)));
    conversations[0].messages[1].feedback = {rating: 'sideways'};
    await assert.rejects(importConversations(memoryStore(), {schema, conversations}), {
      kind: 'configuration',
    });
  });
});
