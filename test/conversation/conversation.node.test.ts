import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {Conversation, type ConversationOptions} from '../../src/conversation/conversation.ts';
import type {LoadedConversation} from '../../src/conversation/journal.ts';
import type {ConversationState, ConversationStatus} from '../../src/conversation/state.ts';
import type {Message} from '../../src/protocol/message.ts';
import {FakeClock, settle} from '../support/fake-clock.ts';
import '../support/loaded-dialects.ts';
import {MemoryJournal} from '../support/memory-journal.ts';
import {deltaEvent, finishEvent, rawBody} from '../support/raw-body.ts';
import type {LedgerEntry, ResponseScript, Scenario} from '../support/scenario.ts';
import {scriptedFetch} from '../support/scripted-fetch.ts';

const scenario: Scenario = {dialect: 'token', tokens: ['An', ' answer', ' of', ' five', ' tokens.']};
const TEXT = scenario.tokens.join('');
/** After the third token. */
const CUT: ResponseScript = {cut: {at: 62, by: 'reset'}};

function begin(of: Scenario, options: Partial<ConversationOptions> = {}) {
  const clock = new FakeClock();
  const journal = new MemoryJournal();
  const {fetch, ledger} = scriptedFetch(of, clock);
  const path = of.dialect === 'openai' ? 'v1/chat/completions' : 'api/chat';
  const endpoint = `http://127.0.0.1:9/${path}`;
  const conversation = new Conversation({endpoint, fetch, clock, journal, random: () => 0, ...options});
  const states: ConversationState[] = [];
  conversation.subscribe(state => states.push(state));
  const run = <Value>(promise: Promise<Value>) => clock.runUntil(promise);
  return {conversation, clock, journal, requests: ledger.requests, states, run};
}

const statuses = (states: readonly ConversationState[]) =>
  states.map(state => state.status).filter((status, at, all) => status !== all[at - 1]);
const bodyOf = (entry: LedgerEntry | undefined) =>
  entry?.body as {messages: {role: string; content: string}[]; continuation?: object; conversationId: string};
const turnsOf = (entry: LedgerEntry | undefined) =>
  bodyOf(entry).messages.map(({role, content}) => [role, content]);

describe('a conversation that is asked', () => {
  it('resolves with the answer once that is final', async () => {
    const {conversation, run, states} = begin(scenario);
    const answer = await run(conversation.send('Hello?'));
    assert.equal(answer.status, 'complete');
    assert.equal(answer.text, TEXT);
    assert.deepEqual(answer.parts, [{type: 'text', text: TEXT}]);
    assert.deepEqual(
      conversation.messages.map(({role, text, status}) => [role, text, status]),
      [
        ['user', 'Hello?', 'complete'],
        ['assistant', TEXT, 'complete'],
      ],
    );
    assert.deepEqual(statuses(states), ['submitted', 'streaming', 'ready'] satisfies ConversationStatus[]);
    const connected = states.filter(({status}) => status === 'submitted').map(state => !!state.connected);
    assert.deepEqual(connected, [false, false, true]);
  });

  it('shows the question and the empty answer together, before anything left', async () => {
    const {conversation, requests} = begin(scenario);
    const answer = conversation.send('Hello?');
    assert.deepEqual(
      conversation.messages.map(({role, status}) => [role, status]),
      [
        ['user', 'complete'],
        ['assistant', 'pending'],
      ],
    );
    assert.equal(requests.length, 0);
    await conversation.stop();
    await answer;
  });

  it('has both messages and the attempt on disk before the request leaves', async () => {
    const {conversation, journal, requests, clock} = begin(scenario);
    let open = () => {};
    journal.gate = new Promise(resolve => {
      open = resolve;
    });
    const answer = conversation.send('Hello?');
    await clock.advance(5000);
    assert.equal(requests.length, 0);
    open();
    const {id} = await clock.runUntil(answer);
    const [first] = journal.of('begin');
    assert.deepEqual(
      first?.messages.map(({role, text}) => [role, text]),
      [
        ['user', 'Hello?'],
        ['assistant', ''],
      ],
    );
    assert.deepEqual(first?.attempt, {
      conversationId: conversation.state.info.id,
      messageId: id,
      attempt: 1,
      continuations: 0,
      mode: 'send',
    });
    assert.equal(journal.of('end').length, 1);
    assert.equal(journal.calls.at(-1)?.type, 'end');
  });

  it('is on disk, question and all, while it waits for a network that its request can leave by', async () => {
    let connect = () => {};
    const whenReady = () =>
      new Promise<void>(resolve => {
        connect = resolve;
      });
    let isOnline = false;
    const presence = {isReady: () => isOnline, whenReady};
    const {conversation, journal, requests, clock} = begin(scenario, {presence});
    const answer = conversation.send('Hello?');
    await clock.advance(60_000);
    assert.equal(conversation.state.status, 'offline');
    assert.deepEqual(
      journal.calls
        .slice(0, 2)
        .map(call => call.type === 'checkpoint' && [call.message.role, call.message.text]),
      [
        ['user', 'Hello?'],
        ['assistant', ''],
      ],
    );
    assert.equal(requests.length, 0);
    isOnline = true;
    connect();
    assert.equal((await clock.runUntil(answer)).status, 'complete');
    assert.equal(requests.length, 1);
  });

  it('tells how many messages had no room in the context', async () => {
    const {conversation, run, requests} = begin(scenario, {context: 'window', contextTurns: 2});
    for (const text of ['One?', 'Two?', 'Three?']) await run(conversation.send(text));
    assert.equal(conversation.state.omitted, 2);
    assert.equal(turnsOf(requests[2]).length, 3);
    const loaded = {info: conversation.state.info, messages: conversation.messages};
    assert.equal(begin(scenario, {loaded, context: 'window', contextTurns: 2}).conversation.state.omitted, 2);
    assert.equal(begin(scenario, {loaded}).conversation.state.omitted, 0);
  });

  it('sends what was said before, and its own id under one name for all', async () => {
    const {conversation, requests, run} = begin(scenario);
    await run(conversation.send('One?'));
    await run(conversation.send('Two?'));
    assert.deepEqual(turnsOf(requests[1]), [
      ['user', 'One?'],
      ['assistant', TEXT],
      ['user', 'Two?'],
    ]);
    assert.equal(bodyOf(requests[0]).conversationId, conversation.state.info.id);
    assert.equal(bodyOf(requests[1]).conversationId, conversation.state.info.id);
    assert.equal(conversation.state.info.title, 'One?');
  });

  it('is named by how its first question begins, with no half of a character at the end', async () => {
    const {conversation, run} = begin(scenario);
    await run(conversation.send(`\n ${'word  '.repeat(11)}1234\u{1f600} and so on`));
    assert.equal(conversation.state.info.title, `${'word '.repeat(11)}1234`);
  });

  it('is busy until the answer is final, and says so without asking', async () => {
    const {conversation, requests, run} = begin(scenario);
    const answer = conversation.send('One?');
    await assert.rejects(conversation.send('Two?'), {kind: 'busy'});
    await assert.rejects(conversation.regenerate(), {kind: 'busy'});
    await assert.rejects(conversation.continue(), {kind: 'busy'});
    await run(answer);
    assert.equal(requests.length, 1);
    assert.equal((await run(conversation.send('Two?'))).status, 'complete');
  });

  it('without a usable endpoint changes nothing', async () => {
    const {conversation} = begin(scenario, {endpoint: 'ftp://example.org/'});
    await assert.rejects(conversation.send('Hello?'), {kind: 'configuration'});
    assert.deepEqual(conversation.messages, []);
  });

  it('asks nothing without a word, and changes nothing', async () => {
    const {conversation, requests, run} = begin(scenario);
    for (const nothing of ['', ' \n', undefined])
      await assert.rejects(conversation.send(nothing as string), {kind: 'configuration'});
    assert.deepEqual([requests.length, conversation.messages.length], [0, 0]);
    await run(conversation.send('Hello?'));
    await assert.rejects(conversation.edit(conversation.messages[0]!.id, ' '), {kind: 'configuration'});
    assert.deepEqual([requests.length, conversation.messages.length], [1, 2]);
    assert.equal(conversation.messages[0]!.text, 'Hello?');
  });

  it('keeps what is settled the same while an answer streams', async () => {
    const {conversation, states, run} = begin(scenario);
    await run(conversation.send('One?'));
    states.length = 0;
    await run(conversation.send('Two?'));
    const streaming = states.filter(state => state.open);
    assert.ok(streaming.length > 2);
    assert.equal(new Set(streaming.map(state => state.settled)).size, 1);
  });

  it('tells of what the model thought apart from what it said', async () => {
    const thought = 'data: {"choices":[{"index":0,"delta":{"reasoning":"Hm"}}]}\n\n';
    const {conversation, run} = begin(
      rawBody('openai', thought + thought + deltaEvent('Yes.') + finishEvent('stop')),
    );
    const answer = await run(conversation.send('Well?'));
    assert.equal(answer.text, 'Yes.');
    assert.deepEqual(answer.parts, [
      {type: 'reasoning', text: 'HmHm'},
      {type: 'text', text: 'Yes.'},
    ]);
  });

  it('tells how long the model thought, until its first word', async () => {
    const thought = 'data: {"choices":[{"index":0,"delta":{"reasoning":"Hm"}}]}\n\n';
    const body = thought + thought + deltaEvent('Yes.') + deltaEvent(' No.') + finishEvent('stop');
    const {conversation, run} = begin(rawBody('openai', body, {chunks: 'byte', pause: 1}));
    const [first] = (await run(conversation.send('Well?'))).parts;
    const duration = thought.length + deltaEvent('Yes.').length;
    assert.deepEqual(first, {type: 'reasoning', text: 'HmHm', duration});
  });

  it('tells how long a tool of the server took, whatever came meanwhile', async () => {
    const data = (type: string, rest: object) => `data: ${JSON.stringify({type, ...rest})}\n\n`;
    const call = (toolCallId: string) => [
      data('TOOL_CALL_START', {toolCallId, toolCallName: 'look_up'}),
      data('TOOL_CALL_ARGS', {toolCallId, delta: '{"at":"home"}'}),
      data('TOOL_CALL_END', {toolCallId}),
    ];
    const result = (toolCallId: string) =>
      data('TOOL_CALL_RESULT', {messageId: 'r', role: 'tool', toolCallId, content: 'There.'});
    const said = data('TEXT_MESSAGE_CONTENT', {messageId: 'm', delta: 'Yes.'});
    const ping = ': nothing yet\n\n';
    const meanwhile = [...call('two'), ping, result('two'), ping];
    const all = [
      data('RUN_STARTED', {threadId: 't', runId: 'r'}),
      ...call('one'),
      ...meanwhile,
      result('one'),
      said,
    ];
    const body = [...all, data('RUN_FINISHED', {threadId: 't', runId: 'r'})].join('');
    const {conversation, run} = begin(rawBody('token', body, {chunks: 'byte', pause: 1}), {dialect: 'ag-ui'});
    const {parts, text} = await run(conversation.send('Where?'));
    assert.equal(text, 'Yes.');
    assert.deepEqual(
      parts.flatMap(part => (part.type === 'tool-call' ? [[part.id, part.state, part.duration]] : [])),
      [
        ['one', 'done', [...meanwhile, result('one')].join('').length],
        ['two', 'done', (ping + result('two')).length],
      ],
    );
  });

  it('does not double the thoughts of an answer that was cut before its first word', async () => {
    const chunks = Array.from(
      {length: 6},
      (_, index) => `{"choices":[{"index":0,"delta":{"reasoning":"t${index} "}}]}`,
    );
    const body = `${chunks.map(chunk => `data: ${chunk}\n\n`).join('')}${deltaEvent('Yes.')}${finishEvent('stop')}`;
    const whole = rawBody('openai', body);
    const cut = {...whole.last, cut: {at: 150, by: 'reset' as const}};
    const {conversation, run, requests} = begin({...whole, responses: [cut]});
    const answer = await run(conversation.send('Well?'));
    assert.equal(requests.length, 2);
    assert.deepEqual(answer.parts, [
      {type: 'reasoning', text: 't0 t1 t2 t3 t4 t5 '},
      {type: 'text', text: 'Yes.'},
    ]);
  });
});

describe('attachments', () => {
  const file = {url: 'data:text/plain,one', name: 'one.txt'};
  const part = {type: 'file', id: '0', ...file};

  it('are kept with the question, sent with it and again later, and stay when it is edited', async () => {
    const {conversation, run, requests} = begin(scenario);
    await run(conversation.send('What is it?', {attachments: [file]}));
    assert.deepEqual(conversation.messages[0]?.parts, [{type: 'text', text: 'What is it?'}, part]);
    await run(conversation.send('Sure?'));
    await run(conversation.edit(conversation.messages[0]?.id ?? '', 'And what is it?'));
    assert.deepEqual(conversation.messages[0]?.parts, [{type: 'text', text: 'And what is it?'}, part]);
    const sent = requests.map(({body}) =>
      (body as {messages: {attachments?: {name: string}[]}[]}).messages.flatMap(({attachments = []}) =>
        attachments.map(({name}) => name),
      ),
    );
    assert.deepEqual(sent, [['one.txt'], ['one.txt'], ['one.txt']]);
  });

  it('are a question without words', async () => {
    const {conversation, run, requests} = begin(scenario);
    const answer = await run(conversation.send('', {attachments: [file]}));
    assert.equal(answer.status, 'complete');
    assert.equal(requests.length, 1);
    assert.deepEqual(conversation.messages[0]?.parts, [part]);
  });

  it('that the endpoint cannot be sent are kept, and no request is made', async () => {
    const {conversation, run, requests} = begin(scenario, {dialect: 'n8n'});
    const answer = await run(conversation.send('What is it?', {attachments: [file]}));
    assert.equal(answer.status, 'error');
    assert.equal(answer.error?.kind, 'configuration');
    assert.equal(requests.length, 0);
    assert.deepEqual(conversation.messages[0]?.parts.at(-1), part);
  });
});

describe('an answer that is cut', () => {
  it('goes on in the same message', async () => {
    const {conversation, run, requests, states, journal} = begin({...scenario, responses: [CUT]});
    const answer = await run(conversation.send('Hello?'));
    assert.equal(answer.status, 'complete');
    assert.equal(answer.text, TEXT);
    assert.equal(conversation.messages.length, 2);
    assert.equal(requests.length, 2);
    assert.ok(statuses(states).includes('reconnecting'));
    assert.deepEqual(
      journal.of('begin').map(call => [call.attempt.attempt, call.attempt.continuations, call.attempt.mode]),
      [
        [1, 0, 'send'],
        [2, 1, 'continue-turn'],
      ],
    );
    assert.equal(answer.segments?.length, 2);
  });

  it('stays streaming while it goes on by itself', async () => {
    const {conversation, run, states} = begin({...scenario, responses: [CUT]});
    await run(conversation.send('Hello?'));
    const shown = states.map(({open}) => open?.status).filter(status => status !== undefined);
    assert.deepEqual(new Set(shown), new Set(['pending', 'streaming']));
  });

  it('is interrupted where it may not go on, and goes on when the user asks', async () => {
    for (const continuation of ['manual', 'off'] as const) {
      const {conversation, run, requests} = begin({...scenario, responses: [CUT]}, {continuation});
      const cut = await run(conversation.send('Hello?'));
      assert.equal(cut.status, 'interrupted');
      assert.ok(TEXT.startsWith(cut.text) && cut.text !== '' && cut.text !== TEXT);
      assert.equal(cut.error?.kind, 'network');
      const whole = await run(conversation.continue());
      assert.equal(whole.id, cut.id);
      assert.equal(whole.status, 'complete');
      assert.equal(whole.text, TEXT);
      assert.equal(whole.error, undefined);
      assert.equal(requests.length, 2);
    }
  });

  it('never shows less than before', async () => {
    const {conversation, run, states} = begin({...scenario, responses: [CUT, CUT]});
    await run(conversation.send('Hello?'));
    let shown = '';
    for (const {open} of states) {
      if (!open) continue;
      assert.ok(open.text.startsWith(shown));
      shown = open.text;
    }
  });

  it('has checkpoints whose cursor is never ahead of the text', async () => {
    const offered: Scenario = {...scenario, resume: 'offered', responses: [{cut: {at: 60, by: 'reset'}}]};
    const {conversation, run, journal} = begin(offered);
    await run(conversation.send('Hello?'));
    const checkpoints = journal.of('checkpoint').filter(call => call.cursor);
    assert.ok(checkpoints.length > 0);
    for (const {message, cursor} of checkpoints) {
      const tokens = scenario.tokens.slice(0, Number(cursor?.lastEventId));
      assert.ok(message.text.startsWith(tokens.join('')), `${cursor?.lastEventId} for "${message.text}"`);
    }
  });
});

describe('a user who', () => {
  it('stops has the answer so far, and no request follows', async () => {
    const {conversation, requests, clock, journal} = begin({...scenario, last: {pause: 1000}});
    const answer = conversation.send('Hello?');
    await clock.advance(2500);
    assert.notEqual(conversation.state.open?.text, '');
    await conversation.stop();
    const {status, text} = await answer;
    assert.equal(status, 'stopped');
    assert.ok(TEXT.startsWith(text) && text !== TEXT);
    assert.equal(conversation.state.status, 'ready');
    await clock.advance(120_000);
    assert.equal(requests.length, 1);
    assert.equal(journal.of('end')[0]?.message.status, 'stopped');
  });

  it('stops the wait before a retry has no answer, and no request follows', async () => {
    const {conversation, requests, clock, states} = begin({
      ...scenario,
      last: {status: 429, headers: {'retry-after': '20'}},
    });
    const answer = conversation.send('Hello?');
    await clock.advance(1000);
    assert.equal(conversation.state.status, 'waiting');
    assert.equal(conversation.state.retryAt, clock.epoch() - 1000 + 20_000);
    await conversation.stop();
    assert.equal((await answer).status, 'stopped');
    await clock.advance(120_000);
    assert.equal(requests.length, 1);
    assert.equal(states.at(-1)?.retryAt, undefined);
  });

  it('asks again gets another answer in place of the last', async () => {
    const {conversation, run, journal, requests} = begin({...scenario, responses: [{status: 403}]});
    const failed = await run(conversation.send('Hello?'));
    assert.equal(failed.status, 'error');
    assert.equal(failed.error?.kind, 'unauthorized');
    assert.equal(conversation.state.status, 'error');
    const answer = await run(conversation.retry());
    assert.equal(answer.status, 'complete');
    assert.equal(conversation.messages.length, 2);
    assert.deepEqual(journal.of('remove')[0]?.messageIds, [failed.id]);
    assert.deepEqual(turnsOf(requests[1]), [['user', 'Hello?']]);
    assert.equal(conversation.state.error, undefined);
  });

  it('asks again for an earlier answer sets aside what followed it', async () => {
    const {conversation, run, journal} = begin(scenario);
    const first = await run(conversation.send('One?'));
    await run(conversation.send('Two?'));
    const [, head, ...rest] = conversation.messages;
    await run(conversation.regenerate(first.id));
    assert.deepEqual(
      conversation.messages.map(({text}) => text),
      ['One?', TEXT],
    );
    const branch = {...head, after: conversation.messages[0]?.id, rest};
    assert.deepEqual(conversation.state.branches, [branch]);
    assert.ok(
      journal
        .of('begin')
        .at(-1)
        ?.messages.some(each => each.id === head?.id && 'rest' in each),
    );
    assert.deepEqual(
      journal.of('remove')[0]?.messageIds,
      rest.map(({id}) => id),
    );
  });

  it('edits a question sets aside what followed it and asks', async () => {
    const {conversation, run, requests, journal} = begin(scenario);
    await run(conversation.send('One?'));
    await run(conversation.send('Two?'));
    const [question, ...rest] = conversation.messages;
    await run(conversation.edit(question?.id ?? '', 'Uno?'));
    assert.deepEqual(
      conversation.messages.map(({text}) => text),
      ['Uno?', TEXT],
    );
    assert.deepEqual(turnsOf(requests[2]), [['user', 'Uno?']]);
    assert.deepEqual(conversation.state.branches, [{...question, after: '', rest}]);
    assert.deepEqual(
      journal.of('remove')[0]?.messageIds,
      rest.map(({id}) => id),
    );
  });

  it('edits an answer, or what is not there, is refused', async () => {
    const {conversation, run} = begin(scenario);
    const answer = await run(conversation.send('One?'));
    await assert.rejects(conversation.edit(answer.id, 'x'), {kind: 'configuration'});
    await assert.rejects(conversation.edit('nothing', 'x'), {kind: 'configuration'});
    await assert.rejects(conversation.regenerate('nothing'), {kind: 'configuration'});
    assert.equal(conversation.messages.length, 2);
  });
});

describe('a conversation that was left in mid-answer', () => {
  const now = new FakeClock().epoch();
  const question: Message = {
    id: 'q',
    role: 'user',
    text: 'Hello?',
    parts: [{type: 'text', text: 'Hello?'}],
    status: 'complete',
    createdAt: now,
    requestIds: [],
  };
  const text = TEXT.slice(0, 9);
  const half: Message = {
    ...question,
    id: 'a',
    role: 'assistant',
    text,
    parts: [{type: 'text', text}],
    status: 'interrupted',
  };

  const left = (attempt: number, continuations: number): LoadedConversation => ({
    info: {id: 'c', title: 'Hello?', createdAt: now, updatedAt: now},
    messages: [question, half],
    attempt: {conversationId: 'c', messageId: 'a', attempt, continuations, mode: 'send'},
  });

  it('goes on by policy, in the same message, and counts on', async () => {
    const {conversation, run, requests, journal} = begin(scenario, {loaded: left(1, 0)});
    const answer = await run(conversation.resume());
    assert.equal(answer?.id, 'a');
    assert.equal(answer?.status, 'complete');
    assert.equal(answer?.text, TEXT);
    assert.equal(requests.length, 1);
    assert.equal(requests[0]?.position, 9);
    const {attempt, continuations} = journal.of('begin')[0]?.attempt ?? {};
    assert.deepEqual([attempt, continuations], [2, 1]);
  });

  it('does not go on by itself once the budget is spent, however often it is loaded', async () => {
    const {conversation, run, requests} = begin(scenario, {loaded: left(3, 2)});
    const answer = await run(conversation.resume());
    assert.equal(answer?.status ?? 'interrupted', 'interrupted');
    assert.equal(conversation.messages.at(-1)?.text, text);
    assert.equal(requests.length, 0);
  });

  it('waits for the user where the policy says so', async () => {
    for (const continuation of ['manual', 'off'] as const) {
      const {conversation, requests, run} = begin(scenario, {loaded: left(1, 0), continuation});
      assert.equal(await conversation.resume(), undefined);
      assert.equal(requests.length, 0);
      assert.equal((await run(conversation.continue())).text, TEXT);
    }
  });

  it('goes on with nothing where no attempt was left over', async () => {
    const {attempt: _, ...loaded} = left(1, 0);
    const {conversation, requests} = begin(scenario, {loaded});
    assert.equal(await conversation.resume(), undefined);
    assert.equal(requests.length, 0);
  });

  it('that is put away while it streams leaves its attempt behind, and no request follows', async () => {
    const {conversation, clock, requests, journal, states} = begin({...scenario, last: {pause: 1000}});
    const answer = conversation.send('Hello?');
    await clock.advance(2500);
    const heard = states.length;
    conversation.dispose();
    assert.equal((await answer).status, 'interrupted');
    await clock.advance(120_000);
    assert.equal(requests.length, 1);
    assert.equal(requests[0]?.closedBy, 'client');
    assert.equal(states.length, heard);
    assert.equal(journal.of('end').length, 0);
    assert.equal(clock.pending, 0);
  });
});

describe('a listener', () => {
  it('is told once for each chunk of the network', async () => {
    const {conversation, run} = begin({...scenario, last: {chunks: 'whole'}});
    let textBatches = 0;
    conversation.subscribe((_, events) => {
      if (events.some(event => event.type === 'text')) textBatches++;
    });
    await run(conversation.send('Hello?'));
    assert.equal(textBatches, 1);
  });

  it('hears nothing more after its undo', async () => {
    const {conversation, run} = begin(scenario);
    let calls = 0;
    const undo = conversation.subscribe(() => calls++);
    undo();
    await run(conversation.send('Hello?'));
    assert.equal(calls, 0);
  });

  it('that asks as soon as the answer is final is not told that it is busy', async () => {
    const {conversation, run, requests} = begin(scenario);
    let second: Promise<Message> | undefined;
    conversation.subscribe(state => {
      if (!state.open && !second) second = conversation.send('Two?');
    });
    await run(conversation.send('One?'));
    assert.equal((await run(second ?? Promise.reject(new Error('not asked')))).status, 'complete');
    assert.equal(requests.length, 2);
    await settle();
  });

  it('that throws takes nothing from the answer, nor from the other listeners', async context => {
    const {conversation, run} = begin(scenario);
    const thrown: string[] = [];
    // The runner would take it for its own.
    context.mock.method(globalThis, 'queueMicrotask', (call: () => void) => {
      try {
        call();
      } catch (error) {
        thrown.push(String(error));
      }
    });
    conversation.subscribe(() => {
      throw new Error('of the page');
    });
    let heard = '';
    conversation.subscribe((_, events) => {
      for (const event of events) if (event.type === 'text') heard += event.text;
    });
    for (const question of ['One?', 'Two?']) {
      const answer = await run(conversation.send(question));
      assert.deepEqual([answer.status, answer.text], ['complete', TEXT]);
    }
    assert.equal(heard, TEXT + TEXT);
    assert.deepEqual(
      conversation.messages.map(({status}) => status),
      ['complete', 'complete', 'complete', 'complete'],
    );
    assert.deepEqual(new Set(thrown), new Set(['Error: of the page']));
  });
});
