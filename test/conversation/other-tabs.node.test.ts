import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {Conversation, type ConversationOptions} from '../../src/conversation/conversation.ts';
import type {JournalListener, LoadedConversation} from '../../src/conversation/journal.ts';
import type {ConversationState} from '../../src/conversation/state.ts';
import type {Message} from '../../src/protocol/message.ts';
import {FakeClock, settle} from '../support/fake-clock.ts';
import {MemoryJournal} from '../support/memory-journal.ts';
import type {Scenario} from '../support/scenario.ts';
import {scriptedFetch} from '../support/scripted-fetch.ts';

const scenario: Scenario = {dialect: 'token', tokens: ['An', ' answer', ' of', ' five', ' tokens.']};
const TEXT = scenario.tokens.join('');

/** A journal that shares its conversation with a tab that the test plays. */
class SharedJournal extends MemoryJournal {
  isTaken = false;
  claims = 0;
  /** What `load` finds. */
  kept: LoadedConversation | undefined;
  tell: JournalListener = () => {};
  isFollowed = false;

  async claim() {
    if (this.isTaken) return undefined;
    this.isTaken = true;
    this.claims++;
    return () => {
      this.isTaken = false;
    };
  }

  async load() {
    return this.kept;
  }

  follow(_: string, listener: JournalListener) {
    this.tell = listener;
    this.isFollowed = true;
    return () => {
      this.isFollowed = false;
    };
  }
}

function message(role: Message['role'], text: string, rest: Partial<Message> = {}): Message {
  const parts = text ? [{type: 'text' as const, text}] : [];
  return {
    id: `${role}-${text}`,
    role,
    text,
    parts,
    status: 'complete',
    createdAt: 1,
    requestIds: [],
    ...rest,
  };
}

const info = {id: 'c', title: 'Hello?', createdAt: 1, updatedAt: 1};
const question = message('user', 'Hello?');
const half = message('assistant', TEXT.slice(0, 9), {id: 'a', status: 'interrupted'});
const attempt = {
  conversationId: 'c',
  messageId: 'a',
  attempt: 1,
  continuations: 0,
  mode: 'send' as const,
};
const cut: LoadedConversation = {info, messages: [question, half], attempt};
const whole: LoadedConversation = {
  info,
  messages: [question, message('assistant', TEXT, {id: 'a'})],
};

function begin(of: Scenario = scenario, options: Partial<ConversationOptions> = {}) {
  const clock = new FakeClock();
  const journal = new SharedJournal();
  const {fetch, ledger} = scriptedFetch(of, clock);
  const endpoint = 'http://127.0.0.1:9/api/chat';
  const conversation = new Conversation({endpoint, fetch, clock, journal, random: () => 0, ...options});
  const states: ConversationState[] = [];
  conversation.subscribe(state => states.push(state));
  const run = <Value>(promise: Promise<Value>) => clock.runUntil(promise);
  return {conversation, clock, journal, requests: ledger.requests, states, run};
}

describe('a conversation that another tab has too', () => {
  it('claims the right to ask for as long as an answer is under way', async () => {
    const {conversation, journal, clock, run} = begin({...scenario, last: {pause: 100}});
    const answer = conversation.send('Hello?');
    await clock.advance(50);
    assert.equal(conversation.state.open?.text, 'An');
    assert.ok(journal.isTaken);
    await run(answer);
    assert.ok(!journal.isTaken);
    await run(conversation.send('And?'));
    assert.equal(journal.claims, 2);
  });

  it('refuses to ask while another tab does, before anything has changed', async () => {
    const {conversation, journal, requests, states} = begin();
    journal.isTaken = true;
    await assert.rejects(conversation.send('Hello?'), {kind: 'busy'});
    assert.deepEqual(conversation.messages, []);
    assert.deepEqual([states, journal.calls, requests], [[], [], []]);
    journal.isTaken = false;
    const answer = conversation.send('Hello?');
    await assert.rejects(conversation.send('Twice?'), {kind: 'busy'});
    await conversation.stop();
    assert.equal((await answer).status, 'stopped');
  });

  it('gives the claim back when what was asked for cannot be', async () => {
    const {conversation, journal} = begin();
    await assert.rejects(conversation.regenerate('nothing'), {kind: 'configuration'});
    assert.equal(journal.claims, 1);
    assert.ok(!journal.isTaken);
  });

  it('sends no request for a message that was stopped while it claimed', async () => {
    const {conversation, requests, clock} = begin();
    const answer = conversation.send('Hello?');
    const stopped = conversation.stop();
    assert.equal((await clock.runUntil(answer)).status, 'stopped');
    await stopped;
    assert.equal(requests.length, 0);
  });

  it('asks again as soon as the answer is final, with a claim of its own', async () => {
    const {conversation, journal, run, requests} = begin();
    let second: Promise<Message> | undefined;
    conversation.subscribe(state => {
      if (!state.open && !second) second = conversation.send('Two?');
    });
    await run(conversation.send('One?'));
    assert.equal((await run(second!)).status, 'complete');
    assert.deepEqual([journal.claims, requests.length, journal.isTaken], [2, 2, false]);
  });

  it('shows the live text of the other tab, its settled messages the same array', async () => {
    const {conversation, journal, states} = begin();
    journal.isTaken = true;
    const before = {info, messages: [question]};
    const open = (text: string) => message('assistant', text, {id: 'a', status: 'streaming'});
    for (const text of ['', 'An', 'An answer']) journal.tell(before, open(text));
    assert.deepEqual(
      states.map(state => [state.open?.text, state.status, state.elsewhere]),
      [
        ['', 'submitted', true],
        ['An', 'streaming', true],
        ['An answer', 'streaming', true],
      ],
    );
    assert.equal(new Set(states.map(state => state.settled)).size, 1);
    await assert.rejects(conversation.send('Me too'), {kind: 'busy'});
    journal.tell(whole);
    assert.equal(conversation.state.elsewhere, undefined);
    assert.equal(conversation.state.open, undefined);
    assert.equal(conversation.messages.at(-1)?.text, TEXT);
  });

  it('sends what the other tab got, though its end was not heard yet', async () => {
    const {conversation, journal, requests, run} = begin();
    journal.tell({info, messages: [question]}, half);
    journal.kept = whole;
    await run(conversation.send('And?'));
    assert.equal(conversation.messages.length, 4);
    const {messages} = requests[0]!.body as {messages: {content: string}[]};
    assert.deepEqual(
      messages.map(({content}) => content),
      ['Hello?', TEXT, 'And?'],
    );
  });

  it('takes over by policy what another tab left, and counts on', async () => {
    const {conversation, journal, clock, requests} = begin();
    journal.kept = cut;
    journal.tell({info, messages: [question]}, half);
    journal.tell(cut);
    await clock.advance(1_000);
    assert.equal(conversation.messages.at(-1)?.text, TEXT);
    assert.equal(conversation.messages.at(-1)?.status, 'complete');
    assert.equal(requests.length, 1);
    const {attempt: made, continuations} = journal.of('begin')[0]?.attempt ?? {};
    assert.deepEqual([made, continuations], [2, 1]);
  });

  it('takes over nothing that a third tab was given, nor what it has ended by then', async () => {
    for (const kept of [cut, whole]) {
      const {conversation, journal, clock, requests} = begin();
      journal.isTaken = kept === cut;
      journal.kept = kept;
      journal.tell(cut);
      await clock.advance(1_000);
      assert.equal(requests.length, 0);
      assert.equal(conversation.messages.at(-1)?.text, kept.messages.at(-1)?.text);
    }
  });

  it('does not go on after a reload with what another tab has ended meanwhile', async () => {
    const {conversation, journal, requests, run} = begin(scenario, {loaded: cut});
    journal.kept = whole;
    assert.equal(await run(conversation.resume()), undefined);
    assert.equal(requests.length, 0);
    assert.equal(conversation.messages.at(-1)?.text, TEXT);
    assert.ok(!journal.isTaken);
  });

  it('closes its stream and keeps nothing more when another tab deletes the conversation', async () => {
    const {conversation, journal, clock, requests} = begin({...scenario, last: {pause: 100}});
    const answer = conversation.send('Hello?');
    await clock.advance(250);
    const told = journal.calls.length;
    journal.tell(undefined);
    assert.deepEqual(conversation.messages, []);
    assert.equal(conversation.state.info.title, '');
    assert.equal((await answer).status, 'interrupted');
    await clock.advance(60_000);
    assert.equal(journal.calls.length, told);
    assert.equal(requests.length, 1);
    assert.equal(requests[0]?.closedBy, 'client');
    assert.ok(!journal.isTaken);
    assert.equal((await clock.runUntil(conversation.send('Anew'))).status, 'complete');
    assert.equal(conversation.messages.length, 2);
  });

  it('lets another tab go on that took its answer over while the page was frozen', async () => {
    const {conversation, journal, clock, requests} = begin({...scenario, last: {pause: 100}});
    const answer = conversation.send('Hello?');
    await clock.advance(250);
    const {id} = conversation.state.open!;
    const told = journal.calls.length;
    journal.tell({info, messages: [question]}, {...half, id, text: TEXT.slice(0, -1)});
    assert.equal((await answer).status, 'interrupted');
    assert.equal(conversation.state.elsewhere, true);
    assert.equal(conversation.state.open?.text, TEXT.slice(0, -1));
    await clock.advance(60_000);
    assert.deepEqual([journal.calls.length, requests.length], [told, 1]);
  });

  it('goes on with its own answer, whatever is told of one before it', async () => {
    const {conversation, journal, clock} = begin({...scenario, last: {pause: 100}});
    const answer = conversation.send('Hello?');
    await clock.advance(250);
    journal.tell(whole);
    assert.equal((await clock.runUntil(answer)).text, TEXT);
    assert.equal(conversation.messages.length, 2);
  });

  it('follows no more once it is put away', async () => {
    const {conversation, journal} = begin();
    assert.ok(journal.isFollowed);
    conversation.dispose();
    assert.ok(!journal.isFollowed);
    await settle();
  });
});
