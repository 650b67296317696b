import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {siblingsOf} from '../../src/conversation/branches.ts';
import {Conversation, type ConversationOptions} from '../../src/conversation/conversation.ts';
import type {ChatStore} from '../../src/store/chat-store.ts';
import {exportConversations} from '../../src/store/export-conversations.ts';
import {importConversations} from '../../src/store/import-conversations.ts';
import {memoryStore} from '../../src/store/memory-store.ts';
import {storeJournal} from '../../src/store/store-journal.ts';
import {FakeClock} from '../support/fake-clock.ts';
import type {LedgerEntry, Scenario} from '../support/scenario.ts';
import {scriptedFetch} from '../support/scripted-fetch.ts';
import {newSeed, seededRandom} from '../support/seeded-random.ts';

const scenario: Scenario = {dialect: 'token', tokens: ['An', ' answer.']};

async function begin(of: Scenario = scenario, store: ChatStore = memoryStore()) {
  const clock = new FakeClock();
  const {fetch, ledger} = scriptedFetch(of, clock);
  const endpoint = 'http://127.0.0.1:9/api/chat';
  const run = <Value>(promise: Promise<Value>) => clock.runUntil(promise);
  const open = async (options: Partial<ConversationOptions> = {}) => {
    const journal = storeJournal(store, {clock});
    const [newest] = await run(store.list());
    const loaded = newest && (await run(journal.load(newest.id)));
    return new Conversation({endpoint, fetch, clock, journal, ...(loaded && {loaded}), ...options});
  };
  return {clock, store, requests: ledger.requests, run, open, conversation: await open()};
}

const textsOf = ({messages}: Conversation) => messages.map(({text}) => text);
const turnsOf = (entry: LedgerEntry | undefined) =>
  (entry!.body as {messages: {content: string}[]}).messages.map(({content}) => content);
const branchesOf = ({state}: Conversation) => state.branches ?? [];

describe('branches', () => {
  it('what is shown is what is sent along, and what was said before comes back with all that followed it', async () => {
    const {conversation, run, requests} = await begin();
    await run(conversation.send('One?'));
    await run(conversation.send('Two?'));
    const before = conversation.messages;
    await run(conversation.edit(before[0]!.id, 'Uno?'));
    const after = conversation.messages;
    await run(conversation.showBranch(before[0]!.id));
    assert.deepEqual(conversation.messages, before);
    await run(conversation.send('Three?'));
    assert.deepEqual(turnsOf(requests.at(-1)), ['One?', 'An answer.', 'Two?', 'An answer.', 'Three?']);
    await run(conversation.showBranch(after[0]!.id));
    assert.deepEqual(conversation.messages, after);
    await run(conversation.send('Due?'));
    assert.deepEqual(turnsOf(requests.at(-1)), ['Uno?', 'An answer.', 'Due?']);
  });

  it('all of them, and which one is shown, are there after a reload', async () => {
    const {conversation, run, open, clock} = await begin();
    await run(conversation.send('One?'));
    const first = conversation.messages[1]!;
    for (let times = 0; times < 2; times++) {
      await clock.advance(1);
      await run(conversation.regenerate());
    }
    await run(conversation.showBranch(first.id));
    const again = await open();
    assert.deepEqual(again.messages, conversation.messages);
    const byId = (each: Conversation) => [...branchesOf(each)].sort((a, b) => (a.id < b.id ? -1 : 1));
    assert.deepEqual(byId(again), byId(conversation));
    assert.equal(branchesOf(again).length, 2);
    assert.equal(
      siblingsOf(again.state, first).findIndex(({id}) => id === first.id),
      0,
    );
  });

  it('are there after a reload in the middle of the answer that made one', async () => {
    const {conversation, run, open, clock} = await begin({
      ...scenario,
      responses: [{}, {gap: {before: 1, ms: 60_000, ping: 1_000}}],
    } as Scenario);
    await run(conversation.send('One?'));
    const first = conversation.messages[1]!;
    void conversation.regenerate();
    await clock.advance(1_000);
    const again = await open();
    assert.equal(again.messages.length, 2);
    assert.equal(again.messages[1]?.status, 'interrupted');
    assert.deepEqual(
      branchesOf(again).map(({id, text}) => [id, text]),
      [[first.id, first.text]],
    );
    await conversation.stop();
  });

  it('an answer that nothing came of is asked for again and leaves none', async () => {
    const {conversation, run} = await begin({...scenario, responses: [{status: 400}]} as Scenario);
    await run(conversation.send('One?'));
    assert.equal(conversation.state.status, 'error');
    await run(conversation.retry());
    assert.deepEqual(textsOf(conversation), ['One?', 'An answer.']);
    assert.deepEqual(branchesOf(conversation), []);
  });

  it('one that is not here cannot be shown, nor any while an answer is under way', async () => {
    const {conversation, run} = await begin();
    await run(conversation.send('One?'));
    const [question, first] = conversation.messages;
    await run(conversation.regenerate());
    await run(conversation.edit(question!.id, 'Uno?'));
    // It follows a message that is not shown.
    await assert.rejects(run(conversation.showBranch(first!.id)), {kind: 'configuration'});
    await assert.rejects(run(conversation.showBranch('nothing')), {kind: 'configuration'});
    const answer = conversation.send('Due?');
    await assert.rejects(conversation.showBranch(question!.id), {kind: 'busy'});
    await run(answer);
    await run(conversation.showBranch(question!.id));
    await run(conversation.showBranch(first!.id));
    assert.deepEqual(textsOf(conversation), ['One?', 'An answer.']);
  });

  it('are exported and imported with the conversation, once', async () => {
    const {conversation, run, store} = await begin();
    await run(conversation.send('One?'));
    await run(conversation.regenerate());
    await run(conversation.edit(conversation.messages[0]!.id, 'Uno?'));
    const history = JSON.parse(JSON.stringify(await exportConversations(store)));
    const other = memoryStore();
    await importConversations(other, history);
    await importConversations(other, history);
    assert.deepEqual(JSON.parse(JSON.stringify(await exportConversations(other))), history);
    assert.equal(history.conversations[0].branches.length, 2);
  });

  const wrong: readonly (readonly [string, (branch: Record<string, unknown>) => unknown])[] = [
    ['that is no list', () => 'x'],
    ['that is no message', branch => [{...branch, role: 'nobody'}]],
    ['whose rest is not one of messages', branch => [{...branch, rest: [1]}]],
    ['with a message that is shown', branch => [{...branch, id: branch['after']}]],
    ['after nothing', branch => [{...branch, after: 'nothing'}]],
  ];
  for (const [title, change] of wrong) {
    it(`one ${title} cannot be imported`, async () => {
      const {conversation, run, store} = await begin();
      await run(conversation.send('One?'));
      await run(conversation.regenerate());
      const {schema, conversations} = JSON.parse(JSON.stringify(await exportConversations(store)));
      const [{branches, ...first}] = conversations;
      const changed = {schema, conversations: [{...first, branches: change(branches[0])}]};
      await assert.rejects(importConversations(memoryStore(), changed), {kind: 'configuration'});
    });
  }

  it('whatever is asked, edited and shown, nothing that was said is lost, here and on disk', async () => {
    const seed = newSeed();
    console.log(`SEED=${seed}`);
    const random = seededRandom(seed);
    const {conversation, run, open} = await begin();
    const said = new Set<string>();
    const note = () => {
      for (const {id} of conversation.messages) said.add(id);
    };
    await run(conversation.send('0'));
    note();
    for (let step = 1; step <= 60; step++) {
      const {settled} = conversation.state;
      const any = settled[Math.floor(random() * settled.length)]!;
      const shown = new Set(['', ...settled.map(({id}) => id)]);
      const branches = branchesOf(conversation).filter(({after}) => shown.has(after));
      const branch = branches[Math.floor(random() * branches.length)];
      const kind = random();
      if (kind < 0.4 && branch) await run(conversation.showBranch(branch.id));
      else if (kind < 0.6) await run(conversation.send(`${step}`));
      else if (any.role === 'user') await run(conversation.edit(any.id, `${step}`));
      else await run(conversation.regenerate(any.id));
      note();
    }
    for (const each of [conversation, await open()]) {
      const kept = [...each.messages, ...branchesOf(each).flatMap(branch => [branch, ...branch.rest])];
      assert.deepEqual(kept.map(({id}) => id).sort(), [...said].sort());
      assert.deepEqual(each.messages, conversation.messages);
    }
  });
});
