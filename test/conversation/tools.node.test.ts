import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {Conversation, type ConversationOptions} from '../../src/conversation/conversation.ts';
import type {LoadedConversation} from '../../src/conversation/journal.ts';
import type {ConversationState} from '../../src/conversation/state.ts';
import type {Tool} from '../../src/conversation/tool.ts';
import type {Message, ToolCallPart} from '../../src/protocol/message.ts';
import {type ChunkedBody, chunkedFetch} from '../support/chunked-fetch.ts';
import {unexplained} from '../support/explained.ts';
import {FakeClock, settle} from '../support/fake-clock.ts';
import {MemoryJournal} from '../support/memory-journal.ts';
import {deltaEvent, finishEvent} from '../support/raw-body.ts';
import type {Scenario} from '../support/scenario.ts';
import {scriptedFetch} from '../support/scripted-fetch.ts';
import {AFTER, BEFORE, CALL, RESULT, type ToolStreams, toolStreams} from '../support/tool-streams.ts';

const SCHEMA = {type: 'object', properties: {city: {type: 'string'}}, required: ['city']};
const encoder = new TextEncoder();
const bodyOf = (text: string): ChunkedBody => ({
  chunks: [encoder.encode(text)],
  headers: {'content-type': text.startsWith('data:') ? 'text/event-stream' : 'application/x-ndjson'},
});
const openai = toolStreams['openai'] as ToolStreams;

/** A tool, and what it was called with. */
function weather(rest: Partial<Tool> = {}): Tool & {readonly calls: object[]} {
  const calls: object[] = [];
  return {
    name: 'weather',
    parameters: SCHEMA,
    run(args) {
      calls.push(args);
      return RESULT;
    },
    ...rest,
    calls,
  };
}

function begin(bodies: readonly string[], options: Partial<ConversationOptions> = {}) {
  const clock = new FakeClock();
  const journal = new MemoryJournal();
  const fetch = chunkedFetch(...bodies.map(bodyOf));
  const {endpoint} = openai;
  const conversation = new Conversation({endpoint, fetch, clock, journal, random: () => 0, ...options});
  const states: ConversationState[] = [];
  conversation.subscribe(state => states.push(state));
  const sent = (at: number) => String(fetch.requests[at]?.init.body);
  const run = <Value>(promise: Promise<Value>) => clock.runUntil(promise);
  return {conversation, clock, journal, requests: fetch.requests, sent, states, run};
}

const callsOf = ({parts}: Message) => parts.filter((part): part is ToolCallPart => part.type === 'tool-call');

/** A stream in which these tools are called. */
function calling(...calls: readonly (readonly [name: string, args: string])[]): string {
  const tool_calls = calls.map(([name, args], index) => ({
    index,
    id: `c${index + 1}`,
    function: {name, arguments: args},
  }));
  const choices = [{index: 0, delta: {tool_calls}}];
  return `data: ${JSON.stringify({object: 'chat.completion.chunk', choices})}\n\n${finishEvent('tool_calls')}`;
}

const ANSWER = deltaEvent(AFTER) + finishEvent('stop');

describe('a tool of the page', () => {
  for (const [name, streams] of Object.entries(toolStreams)) {
    it(`is run, and its result sent back, in the words of ${name}`, async () => {
      const tool = weather();
      const {endpoint, dialect = 'auto', call, answer, sent: expected} = streams;
      const {conversation, run, requests, sent} = begin([call, answer], {endpoint, dialect, tools: [tool]});
      const final = await run(conversation.send('Warm in Rome?'));
      assert.equal(final.status, 'complete');
      assert.equal(final.text, `${BEFORE}\n\n${AFTER}`);
      assert.deepEqual(tool.calls, [{city: 'Rom'}]);
      assert.equal(requests.length, 2);
      assert.match(sent(0), /"required":\["city"\]/);
      assert.ok(sent(1).includes(expected), sent(1));
      assert.ok(sent(1).includes(BEFORE) && !sent(1).includes(`${BEFORE}\\n`), sent(1));
      assert.deepEqual(callsOf(final), [
        {type: 'tool-call', ...CALL, state: 'done', round: 1, result: RESULT},
      ]);
      assert.deepEqual(
        final.segments?.map(({attempt, mode, chars}) => [attempt, mode, chars]),
        [
          [1, 'send', BEFORE.length + 2],
          [2, 'send', AFTER.length],
        ],
      );
    });
  }

  it('has its call and result with it in the requests that follow', async () => {
    const {conversation, run, sent} = begin([openai.call, ANSWER, ANSWER], {tools: [weather()]});
    await run(conversation.send('Warm in Rome?'));
    await run(conversation.send('Sure?'));
    const {messages} = JSON.parse(sent(2)) as {messages: {role: string; content: string}[]};
    assert.deepEqual(
      messages.map(({role, content}) => [role, content]),
      [
        ['user', 'Warm in Rome?'],
        ['assistant', BEFORE],
        ['tool', '{"celsius":21}'],
        ['assistant', AFTER],
        ['user', 'Sure?'],
      ],
    );
  });

  it('leaves nothing of its calls in the requests once the page has no tools', async () => {
    const {conversation, run, sent} = begin([openai.call, ANSWER], {tools: [weather()]});
    await run(conversation.send('Warm in Rome?'));
    conversation.configure({tools: undefined});
    await run(conversation.send('Sure?'));
    assert.doesNotMatch(sent(2), /tool/);
    assert.match(sent(2), /Let me see/);
  });

  it('takes room in the context by what it was asked and said', async () => {
    const long = weather({run: () => 'x'.repeat(40_000)});
    const {conversation, run, sent} = begin([openai.call, ANSWER, ANSWER], {tools: [long]});
    await run(conversation.send('Warm in Rome?'));
    await run(conversation.send('Sure?'));
    assert.equal(conversation.state.omitted, 2);
    assert.doesNotMatch(sent(2), /Rome/);
  });

  it('is called with others side by side, and again in the next round', async () => {
    const order: string[] = [];
    const slow = weather({run: () => settle().then(() => order.push('weather'))});
    const now: Tool = {name: 'now', run: () => order.push('now')};
    const bodies = [calling(['weather', '{"city":"Rom"}'], ['now', '']), calling(['now', '{}']), ANSWER];
    const {conversation, run, requests, sent} = begin(bodies, {tools: [slow, now]});
    const final = await run(conversation.send('Hi'));
    assert.equal(final.text, AFTER);
    assert.deepEqual(order, ['now', 'weather', 'now']);
    assert.equal(requests.length, 3);
    assert.deepEqual(
      callsOf(final).map(({id, round, result}) => [id, round, result]),
      [
        ['c1', 1, 2],
        ['c2', 1, 1],
        ['c1', 2, 3],
      ],
    );
    const roles = (JSON.parse(sent(2)) as {messages: {role: string}[]}).messages.map(({role}) => role);
    assert.deepEqual(roles, ['user', 'assistant', 'tool', 'tool', 'assistant', 'tool']);
  });

  it('gets its rounds added up in what the answer cost', async () => {
    const usage = (count: number) =>
      `data: ${JSON.stringify({object: 'chat.completion.chunk', choices: [], usage: {prompt_tokens: count, completion_tokens: 1}})}\n\n`;
    const bodies = [openai.call.replace('data: [DONE]', `${usage(5)}data: [DONE]`), ANSWER + usage(7)];
    const {conversation, run} = begin(bodies, {tools: [weather()]});
    const {usage: used, metrics} = await run(conversation.send('Hi'));
    assert.deepEqual([used?.inputTokens, used?.outputTokens], [12, 2]);
    assert.equal(metrics?.requests, 2);
    assert.equal(metrics?.retries, 0);
    assert.equal(metrics?.characters, BEFORE.length + AFTER.length);
  });
});

describe('a call that cannot be run', () => {
  const failing: Readonly<
    Record<string, readonly [call: readonly [string, string], tool: Partial<Tool>, says: RegExp]>
  > = {
    'of a tool that nobody has': [['wether', '{}'], {}, /There is no tool .{1,2}wether/],
    'with half its JSON': [['weather', '{"city":"Ro'], {}, /not valid JSON/],
    'with something that is no object': [['weather', '["Rom"]'], {}, /must be a JSON object/],
    'without what the schema requires': [['weather', '{}'], {}, /city is missing/],
    'with a value of another type': [['weather', '{"city":7}'], {}, /city must be of type string/],
    'whose tool throws': [
      ['weather', '{"city":"Rom"}'],
      {
        run() {
          throw new Error('No network.');
        },
      },
      /No network\./,
    ],
    'whose tool rejects': [['weather', '{"city":"Rom"}'], {run: () => Promise.reject('Gone.')}, /Gone\./],
    'whose tool throws what has no text': [
      ['weather', '{"city":"Rom"}'],
      {run: () => Promise.reject(Object.create(null))},
      /The tool failed\./,
    ],
    'that nobody can say needs an approval': [
      ['weather', '{"city":"Rom"}'],
      {needsApproval: () => Promise.reject(new Error('Broken.'))},
      /Broken\./,
    ],
  };
  for (const [name, [call, rest, says]] of Object.entries(failing)) {
    it(`${name} is told to the model, and to nobody else`, async () => {
      const tool = weather(rest);
      const {conversation, run, sent} = begin([calling(call), ANSWER], {tools: [tool]});
      const final = await run(conversation.send('Hi'));
      assert.equal(final.status, 'complete');
      const [made] = callsOf(final);
      assert.equal(made?.state, 'failed');
      assert.match(`${made?.result}`, says);
      assert.match(sent(1), says);
      assert.deepEqual(tool.calls, []);
    });
  }

  it('by names that would change other objects does not have them', async () => {
    const tool = weather({parameters: {type: 'object'}});
    const {conversation, run} = begin(
      [calling(['weather', '{"__proto__":{"a":1},"b":{"__proto__":2}}']), ANSWER],
      {
        tools: [tool],
      },
    );
    await run(conversation.send('Hi'));
    assert.deepEqual(tool.calls, [{b: {}}]);
    assert.deepEqual(Object.keys(tool.calls[0] as object), ['b']);
  });
});

describe('the result of a tool', () => {
  const circle: {self?: unknown} = {};
  circle.self = circle;
  const results: Readonly<Record<string, readonly [value: unknown, kept: unknown]>> = {
    nothing: [undefined, null],
    'a text': ['warm', 'warm'],
    'a plain value': [{a: [1, null]}, {a: [1, null]}],
    'a date': [new Date(0), '1970-01-01T00:00:00.000Z'],
    'a circle': [circle, '[object Object]'],
    'a big number': [12n, '12'],
  };
  for (const [name, [value, kept]] of Object.entries(results)) {
    it(`that is ${name} is kept as plain JSON`, async () => {
      const {conversation, run} = begin([openai.call, ANSWER], {tools: [weather({run: () => value})]});
      assert.deepEqual(callsOf(await run(conversation.send('Hi')))[0]?.result, kept);
    });
  }

  it('is bounded, and says so', async () => {
    const {conversation, run} = begin([openai.call, ANSWER], {
      tools: [weather({run: () => '😀'.repeat(50_000)})],
    });
    const result = `${callsOf(await run(conversation.send('Hi')))[0]?.result}`;
    assert.match(result, /^(😀)+\n\[The rest was left out: the result has 100002 characters\.\]$/u);
    assert.ok(result.length < 66_000);
  });

  it("tells how long it ran, a person's time to allow it not counted", async () => {
    const begun = begin([openai.call, ANSWER], {
      tools: [
        weather({
          needsApproval: true,
          async run() {
            await begun.clock.advance(1_500);
            return RESULT;
          },
        }),
      ],
      async approveTool() {
        await begun.clock.advance(9_000);
        return true;
      },
    });
    const final = await begun.run(begun.conversation.send('Hi'));
    assert.deepEqual(
      callsOf(final).map(({state, duration}) => [state, duration]),
      [['done', 1_500]],
    );
  });

  it('is on disk before the next request leaves, and that a tool runs before it does', async () => {
    const {journal, conversation, run, requests} = begin([openai.call, ANSWER], {
      tools: [
        weather({
          run() {
            const last = journal.of('begin').at(-1)?.messages.at(-1) as Message;
            assert.equal(callsOf(last)[0]?.state, 'running');
            return RESULT;
          },
        }),
      ],
    });
    await run(conversation.send('Hi'));
    const begun = journal
      .of('begin')
      .map(({messages, attempt}) => [attempt.attempt, callsOf(messages.at(-1)!)]);
    assert.deepEqual(
      begun.map(([attempt, calls]) => [
        attempt,
        (calls as ToolCallPart[]).map(({state, result}) => [state, result]),
      ]),
      [
        [1, []],
        [1, [['running', undefined]]],
        [2, [['done', RESULT]]],
      ],
    );
    assert.equal(requests.length, 2);
  });
});

describe('an approval', () => {
  it('is asked for where a tool needs it, and shown as a wait', async () => {
    const asked: unknown[] = [];
    const {conversation, run, states} = begin([openai.call, ANSWER], {
      tools: [weather({needsApproval: args => args['city'] === 'Rom'})],
      approveTool: (call, {needsApproval}) => {
        asked.push([call.name, call.arguments, needsApproval]);
        return true;
      },
    });
    const final = await run(conversation.send('Hi'));
    assert.deepEqual(asked, [['weather', CALL.arguments, true]]);
    assert.equal(callsOf(final)[0]?.state, 'done');
    const waiting = states.filter(({open}) => open && callsOf(open)[0]?.state === 'waiting');
    assert.ok(waiting.length > 0 && waiting.every(({status, retryAt}) => status === 'waiting' && !retryAt));
  });

  it('that is refused is told to the model', async () => {
    const tool = weather({needsApproval: true});
    const {conversation, run, sent} = begin([openai.call, ANSWER], {tools: [tool], approveTool: () => false});
    const final = await run(conversation.send('Hi'));
    assert.deepEqual([callsOf(final)[0]?.state, tool.calls], ['denied', []]);
    assert.match(sent(1), /This call was denied/);
  });

  it('that nobody can give is refused', async () => {
    const tool = weather({needsApproval: true});
    const {conversation, run} = begin([openai.call, ANSWER], {tools: [tool]});
    assert.equal(callsOf(await run(conversation.send('Hi')))[0]?.state, 'denied');
    assert.deepEqual(tool.calls, []);
  });

  it('can be withheld from any call', async () => {
    const tool = weather();
    const {conversation, run} = begin([openai.call, ANSWER], {tools: [tool], approveTool: () => false});
    assert.equal(callsOf(await run(conversation.send('Hi')))[0]?.state, 'denied');
  });
});

describe('rounds of tools', () => {
  it('are bounded; who asks to go on gets as many again', async () => {
    const maxToolRounds = '2' as unknown as number; // Out of a form, perhaps.
    const {conversation, run, requests} = begin([openai.call], {tools: [weather()], maxToolRounds});
    const final = await run(conversation.send('Hi'));
    assert.deepEqual([final.status, final.error?.kind], ['interrupted', 'tool-rounds']);
    assert.equal(requests.length, 3);
    assert.equal(callsOf(final).filter(({state}) => state === 'done').length, 2);
    const more = await run(conversation.continue());
    assert.equal(more.error?.kind, 'tool-rounds');
    assert.equal(requests.length, 5);
    assert.equal(callsOf(more).filter(({state}) => state === 'done').length, 4);
  });

  it('are none by themselves where the page allows none; who asks to go on gets one', async () => {
    const tool = weather();
    const {conversation, run, requests} = begin([openai.call, ANSWER], {tools: [tool], maxToolRounds: 0});
    const final = await run(conversation.send('Hi'));
    assert.deepEqual([final.error?.kind, tool.calls.length, requests.length], ['tool-rounds', 0, 1]);
    const more = await run(conversation.continue());
    assert.deepEqual([more.status, tool.calls.length, requests.length], ['complete', 1, 2]);
  });

  it('are eight unless the page says otherwise', async () => {
    const tool = weather();
    const {conversation, run, requests} = begin([openai.call], {tools: [tool]});
    await run(conversation.send('Hi'));
    assert.deepEqual([tool.calls.length, requests.length], [8, 9]);
  });

  it('run no more than 64 calls at once', async () => {
    const tool = weather();
    const many = calling(...Array.from({length: 70}, () => ['weather', '{"city":"Rom"}'] as const));
    const {conversation, run} = begin([many, ANSWER], {tools: [tool]});
    const final = await run(conversation.send('Hi'));
    assert.equal(tool.calls.length, 64);
    assert.deepEqual(
      callsOf(final)
        .slice(64)
        .map(({state}) => state),
      Array(6).fill('failed'),
    );
  });

  it('cost one request each, which the bill of the server explains', async () => {
    const headers = {'content-type': 'text/event-stream'};
    const bodyOf = (body: string) => ({headers, chunks: 'whole', body}) as const;
    const scenario: Scenario = {
      dialect: 'openai',
      tokens: [],
      responses: [bodyOf(openai.call), bodyOf(openai.call)],
      last: bodyOf(ANSWER),
    };
    const clock = new FakeClock();
    const {fetch, ledger} = scriptedFetch(scenario, clock);
    const {conversation} = begin([], {tools: [weather()], fetch, clock});
    await clock.runUntil(conversation.send('Hi'));
    assert.equal(ledger.requests.length, 3);
    // A raw body ends where the server says, which the ledger of written ones cannot tell.
    const requests = ledger.requests.map(each => ({...each, ends: true}));
    assert.deepEqual(unexplained(scenario, {...ledger, requests}), []);
    const [first, second] = requests as [(typeof requests)[0], (typeof requests)[0]];
    assert.match(
      unexplained(scenario, {...ledger, requests: [first, second, second]}).join(),
      /answer was over/,
    );
  });

  it('end with Stop: the tool is told, and nothing that it says then counts', async () => {
    let finish: (value: unknown) => void = () => {};
    let signal: AbortSignal | undefined;
    const tool = weather({
      run: (_, context) => {
        signal = context.signal;
        return new Promise(resolve => {
          finish = resolve;
        });
      },
    });
    const {conversation, run, requests, clock, journal} = begin([openai.call, ANSWER], {tools: [tool]});
    const answer = conversation.send('Hi');
    while (!signal) await clock.advance(10);
    await run(conversation.stop());
    const final = await run(answer);
    assert.equal(final.status, 'stopped');
    assert.equal(signal.aborted, true);
    finish(RESULT);
    await settle();
    assert.equal(requests.length, 1);
    assert.ok(!('result' in callsOf(conversation.messages.at(-1)!)[0]!));
    assert.equal(journal.calls.at(-1)?.type, 'end');
    // The call without a result is not sent.
    await run(conversation.send('Well?'));
    assert.equal(requests.length, 2);
    assert.doesNotMatch(String(requests[1]?.init.body), /tool_calls/);
  });

  it('are not begun by what the server ran itself', async () => {
    const events = [
      {type: 'start', messageId: 'm'},
      {type: 'tool-input-available', toolCallId: 'c1', toolName: 'search', input: {}},
      {type: 'tool-output-available', toolCallId: 'c1', output: 'found'},
      {type: 'text-delta', id: 't', delta: AFTER},
      {type: 'finish', finishReason: 'stop'},
    ];
    const body = events.map(event => `data: ${JSON.stringify(event)}\n\n`).join('');
    const {conversation, run, requests} = begin([body], {dialect: 'ai-sdk', tools: [weather()]});
    const final = await run(conversation.send('Hi'));
    assert.deepEqual([final.status, requests.length], ['complete', 1]);
    assert.deepEqual(
      callsOf(final).map(({state, round}) => [state, round]),
      [['done', undefined]],
    );
  });

  it('are gone on with where a later request breaks off, without a second run', async () => {
    const tool = weather();
    const cut = deltaEvent('21 ');
    const {conversation, run, requests, sent} = begin(
      [openai.call, cut, deltaEvent('degrees.') + finishEvent('stop')],
      {
        tools: [tool],
      },
    );
    const final = await run(conversation.send('Hi'));
    assert.deepEqual([final.status, final.text], ['complete', `${BEFORE}\n\n21 degrees.`]);
    assert.equal(tool.calls.length, 1);
    assert.equal(requests.length, 3);
    const {messages} = JSON.parse(sent(2)) as {messages: {role: string; content: string}[]};
    assert.deepEqual(
      messages.map(({role}) => role),
      ['user', 'assistant', 'tool', 'assistant', 'user'],
    );
    assert.equal(messages[3]?.content, '21 ');
    assert.equal(
      final.segments?.reduce((sum, {chars}) => sum + chars, 0),
      final.text.length,
    );
  });

  it('have the end of a text that broke off before the calls behind it, not after them', async () => {
    const rest = deltaEvent('the end.') + calling(['weather', '{"city":"Rom"}']);
    const {conversation, run, states} = begin([deltaEvent('So far, '), rest]);
    const final = await run(conversation.send('Hi'));
    assert.deepEqual(
      final.parts.map(part => (part.type === 'text' ? part.text : part.type)),
      ['So far, the end.', 'tool-call'],
    );
    assert.ok(states.every(({open}) => !open || callsOf(open).length === 0 || open.text === final.text));
  });

  it('leave no segments of a try that brought nothing, once another one brought all', async () => {
    const bodies = [calling(['weather', '{"city":"Rom"}']), 'data: {"error":{"message":"No."}}\n\n', ANSWER];
    const {conversation, run} = begin(bodies, {tools: [weather()], maxRetries: 0});
    assert.equal((await run(conversation.send('Hi'))).status, 'error');
    const final = await run(conversation.continue());
    assert.equal(final.status, 'complete');
    const {segments = [{chars: final.text.length}]} = final;
    assert.equal(
      segments.reduce((sum, {chars}) => sum + chars, 0),
      final.text.length,
    );
  });

  it('are asked anew where a later request fails before its first character', async () => {
    const tool = weather();
    const {conversation, run, requests} = begin([openai.call, ': nothing\n\n', ANSWER], {tools: [tool]});
    const final = await run(conversation.send('Hi'));
    assert.deepEqual([final.status, final.text], ['complete', `${BEFORE}\n\n${AFTER}`]);
    assert.deepEqual([tool.calls.length, requests.length, callsOf(final).length], [1, 3, 1]);
  });
});

describe('a page that is loaded again in the middle of a tool', () => {
  /** What is kept of an answer whose call has come so far. */
  function found({round = 1, ...rest}: Partial<ToolCallPart>): LoadedConversation {
    const mark = round > 0 ? {round} : {}; // None yet where it was not begun.
    const call: ToolCallPart = {type: 'tool-call', ...CALL, state: 'running', ...mark, ...rest};
    const base = {createdAt: 1, requestIds: []};
    const question: Message = {
      ...base,
      id: 'q',
      role: 'user',
      text: 'Hi',
      parts: [{type: 'text', text: 'Hi'}],
      status: 'complete',
    };
    const parts = [{type: 'text' as const, text: BEFORE}, call];
    const answer: Message = {...base, id: 'a', role: 'assistant', text: BEFORE, parts, status: 'interrupted'};
    return {
      info: {id: 'c', title: '', createdAt: 1, updatedAt: 1},
      messages: [question, answer],
      attempt: {conversationId: 'c', messageId: 'a', attempt: 1, continuations: 0, mode: 'send'},
    };
  }

  for (const state of ['called', 'waiting', 'running'] as const) {
    it(`runs nothing by itself, and on Continue once: ${state}`, async () => {
      const tool = weather();
      const {conversation, run, requests, sent} = begin([ANSWER], {tools: [tool], loaded: found({state})});
      assert.equal(await run(conversation.resume()), undefined);
      assert.deepEqual([tool.calls.length, requests.length], [0, 0]);
      const final = await run(conversation.continue());
      assert.deepEqual([final.status, final.text], ['complete', `${BEFORE}\n\n${AFTER}`]);
      assert.deepEqual([tool.calls.length, requests.length], [1, 1]);
      assert.match(sent(0), /"role":"tool","tool_call_id":"c1"/);
      assert.equal(
        final.segments?.reduce((sum, {chars}) => sum + chars, 0),
        final.text.length,
      );
    });
  }

  it('asks nothing by itself behind a call, though the page has not set its tools yet', async () => {
    for (const rest of [{state: 'running'}, {state: 'called', round: 0}] as const) {
      const {conversation, run, requests} = begin([ANSWER], {loaded: found(rest)});
      assert.equal(await run(conversation.resume()), undefined);
      assert.equal(requests.length, 0);
    }
  });

  it('has a person know of what may have been done already', async () => {
    const asked: boolean[] = [];
    const approveTool = (_: ToolCallPart, {needsApproval}: {needsApproval: boolean}) => {
      asked.push(needsApproval);
      return true;
    };
    for (const state of ['called', 'running'] as const) {
      const {conversation, run} = begin([ANSWER], {tools: [weather()], approveTool, loaded: found({state})});
      await run(conversation.continue());
    }
    assert.deepEqual(asked, [false, true]);
  });

  it('does not run again what has a result: only the request is made', async () => {
    const tool = weather();
    const loaded = found({state: 'done', result: RESULT});
    const {conversation, run, requests, sent} = begin([ANSWER], {tools: [tool], loaded});
    assert.equal(await run(conversation.resume()), undefined);
    const final = await run(conversation.continue());
    assert.equal(final.status, 'complete');
    assert.deepEqual([tool.calls.length, requests.length], [0, 1]);
    assert.match(sent(0), /"role":"tool","tool_call_id":"c1","content":"\{\\"celsius\\":21\}"/);
  });

  it('goes on with the text of its last round alone, with the tools or without', async () => {
    for (const tools of [[weather()], undefined]) {
      const loaded = found({state: 'done', result: RESULT});
      const [question, answer] = loaded.messages as [Message, Message];
      const parts = [...answer.parts, {type: 'text' as const, text: '21 '}];
      const cut = {...answer, parts, text: `${BEFORE}21 `};
      const {conversation, run} = begin([deltaEvent('degrees.') + finishEvent('stop')], {
        tools,
        loaded: {...loaded, messages: [question, cut]},
      });
      const final = await run(conversation.continue());
      assert.deepEqual([final.status, final.text], ['complete', `${BEFORE}21 degrees.`]);
      assert.equal(
        final.segments?.reduce((sum, {chars}) => sum + chars, 0),
        final.text.length,
      );
    }
  });

  it('leaves half a call behind when it goes on with the text', async () => {
    const loaded = found({state: 'streaming', arguments: '{"ci', round: 0});
    const {conversation, run, sent} = begin([ANSWER], {tools: [weather()], loaded});
    assert.equal(await run(conversation.resume()), undefined);
    const final = await run(conversation.continue());
    assert.deepEqual([final.status, callsOf(final)], ['complete', []]);
    assert.doesNotMatch(sent(0), /tool_calls/);
  });

  it('does not take a stream up in half a call, whose rest would be no call and the answer complete without it', async () => {
    const loaded = found({state: 'streaming', arguments: '{"ci', round: 0});
    const attempt = {...loaded.attempt!, cursor: {streamId: 's', lastEventId: '7'}};
    const rest = calling(['', 'ty":"Rom"}']).replace('"id":"c1",', '').replace('"name":"",', '');
    const {conversation, run, requests} = begin([rest, ANSWER], {
      tools: [weather()],
      loaded: {...loaded, attempt},
    });
    assert.equal((await run(conversation.resume()))?.status, 'interrupted');
    assert.equal(requests.length, 0);
  });
});
