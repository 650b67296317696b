import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {DecodedEvent, Dialect} from '../../src/protocol/dialect.ts';
import {agUi} from '../../src/protocol/dialects/ag-ui.ts';
import {aiSdk} from '../../src/protocol/dialects/ai-sdk.ts';
import {dify} from '../../src/protocol/dialects/dify.ts';
import {flowise} from '../../src/protocol/dialects/flowise.ts';
import {langGraph} from '../../src/protocol/dialects/langgraph.ts';
import {langServe} from '../../src/protocol/dialects/langserve.ts';
import {n8n} from '../../src/protocol/dialects/n8n.ts';
import {text} from '../../src/protocol/dialects/text.ts';
import {token} from '../../src/protocol/dialects/token.ts';
import {wholeRequest as request} from '../support/whole-request.ts';

const all: readonly Dialect[] = [aiSdk, agUi, langGraph, langServe, dify, flowise, n8n, text];

/** The body as it is on the wire. */
const sent = (dialect: Dialect, asked = request) => JSON.parse(JSON.stringify(dialect.encode(asked).body));

describe('a request in a framework’s own words', () => {
  it('to the AI SDK has messages of parts, and of content for its older servers', () => {
    assert.deepEqual(sent(aiSdk), {
      id: 'c',
      messages: [
        {id: '0', role: 'system', content: 'Be brief.', parts: [{type: 'text', text: 'Be brief.'}]},
        {id: '1', role: 'user', content: 'One?', parts: [{type: 'text', text: 'One?'}]},
        {id: '2', role: 'assistant', content: 'Two.', parts: [{type: 'text', text: 'Two.'}]},
        {id: '3', role: 'user', content: 'Three?', parts: [{type: 'text', text: 'Three?'}]},
      ],
      trigger: 'submit-message',
      model: 'm',
      temperature: 0,
      maxOutputTokens: 9,
      stopSequences: ['END'],
    });
  });

  it('to AG-UI is a run of an agent', () => {
    assert.deepEqual(sent(agUi), {
      threadId: 'c',
      runId: 'c-3',
      state: {},
      messages: [
        {id: '0', role: 'system', content: 'Be brief.'},
        {id: '1', role: 'user', content: 'One?'},
        {id: '2', role: 'assistant', content: 'Two.'},
        {id: '3', role: 'user', content: 'Three?'},
      ],
      tools: [],
      context: [],
      forwardedProps: {model: 'm', temperature: 0, maxTokens: 9, stopSequences: ['END']},
    });
  });

  it('to LangGraph is a run without a thread', () => {
    assert.deepEqual(sent(langGraph), {
      assistant_id: 'm',
      input: {messages: [{role: 'system', content: 'Be brief.'}, ...request.messages]},
      stream_mode: ['messages-tuple'],
      config: {configurable: {temperature: 0, max_tokens: 9}},
    });
    assert.equal(sent(langGraph, {messages: request.messages}).assistant_id, 'agent');
  });

  it('to LangServe has the prompt under the names that chains have for it', () => {
    assert.deepEqual(sent(langServe), {
      input: {
        input: 'Three?',
        question: 'Three?',
        messages: [{role: 'system', content: 'Be brief.'}, ...request.messages],
        chat_history: request.messages.slice(0, 2),
      },
      config: {configurable: {model: 'm', temperature: 0, max_tokens: 9, session_id: 'c'}},
    });
  });

  it('to Dify has the earlier turns in the query, since it knows no conversation of ours', () => {
    assert.deepEqual(sent(dify), {
      inputs: {},
      query: 'Be brief.\n\nuser: One?\n\nassistant: Two.\n\nuser: Three?',
      response_mode: 'streaming',
      conversation_id: '',
      user: 'c',
    });
    assert.equal(sent(dify, {messages: [{role: 'user', content: 'Hi'}]}).query, 'Hi');
  });

  it('to Flowise has the chat’s id, and the earlier turns where there is none', () => {
    assert.deepEqual(sent(flowise), {
      question: 'Three?',
      streaming: true,
      chatId: 'c',
      overrideConfig: {
        sessionId: 'c',
        modelName: 'm',
        temperature: 0,
        maxTokens: 9,
        systemMessage: 'Be brief.',
      },
    });
    assert.deepEqual(sent(flowise, {messages: request.messages}).history, [
      {role: 'userMessage', content: 'One?'},
      {role: 'apiMessage', content: 'Two.'},
    ]);
  });

  it('to n8n has the session, which remembers the rest', () => {
    assert.deepEqual(sent(n8n), {
      action: 'sendMessage',
      sessionId: 'c',
      chatInput: 'Three?',
      metadata: {model: 'm', temperature: 0, instructions: 'Be brief.'},
    });
  });

  it('to what says plain text is the universal one', () => {
    assert.deepEqual(sent(text), sent(token));
  });

  it('that goes on says so, and quotes the end', () => {
    const continuation = {
      mode: 'continue-turn',
      messageId: 'a',
      text: 'Fou',
      lastToken: 'u',
      attempt: 2,
      prompt: 'Go on behind "Fou".',
    } as const;
    for (const dialect of all) {
      assert.ok(dialect.continuations.includes('continue-turn'), dialect.name);
      const {body} = dialect.encode({...request, continuation});
      assert.match(JSON.stringify(body), /Go on behind \\"Fou\\"\./, dialect.name);
    }
  });
});

/** What a dialect makes of payloads, one after the other, in one answer. */
function decode(dialect: Dialect, ...payloads: readonly (object | [event: string, payload?: unknown])[]) {
  const state = Object.create(null);
  const events = payloads.flatMap(payload => {
    const [event, json] = Array.isArray(payload) ? payload : (['message', payload] as const);
    const data = json === undefined ? '' : JSON.stringify(json);
    return dialect.decode({event, data, json}, state);
  });
  return events.map(event => {
    const {raw: _, ...rest} = event as DecodedEvent & {raw?: unknown};
    return rest;
  });
}

const parts = (events: readonly object[]) =>
  events.filter(event => 'type' in event && /^(tool-call|source|file|data|refusal)$/.test(`${event.type}`));

describe('what a framework sends beside the text', () => {
  it('is a part: of the AI SDK', () => {
    const found = decode(
      aiSdk,
      {type: 'start'},
      {
        type: 'source-document',
        sourceId: 's',
        mediaType: 'application/pdf',
        title: 'Report',
        filename: 'r.pdf',
      },
      {type: 'file', url: 'data:image/png;base64,AAAA', mediaType: 'image/png'},
      {type: 'data-weather', id: 'w', data: {degrees: 20}},
      {type: 'data-progress', data: 1, transient: true},
      {type: 'tool-input-start', toolCallId: 'c', toolName: 't'},
      {type: 'tool-input-available', toolCallId: 'c', toolName: 't', input: {a: 1}},
      {type: 'tool-output-error', toolCallId: 'c', errorText: 'No.'},
      {type: 'something-new'},
    );
    assert.deepEqual(found, [
      {type: 'source', id: 'Report', title: 'Report'},
      {
        type: 'file',
        id: 'data:image/png;base64,AAAA',
        url: 'data:image/png;base64,AAAA',
        mediaType: 'image/png',
      },
      {type: 'data', id: 'w', name: 'weather', data: {degrees: 20}},
      {type: 'tool-call', id: 'c', name: 't', arguments: '', state: 'streaming'},
      {type: 'tool-call', id: 'c', name: 't', arguments: '{"a":1}', state: 'called'},
      {type: 'tool-call', id: 'c', name: 't', arguments: '{"a":1}', state: 'failed', result: 'No.'},
      {type: 'ignored'},
    ]);
  });

  it('is read of what `streamText` itself yields, as of what its streams for pages say', () => {
    const found = decode(
      aiSdk,
      {type: 'start'},
      {type: 'reasoning-delta', id: '0', text: 'Hm.'},
      {type: 'text-start', id: '1'},
      {type: 'text-delta', id: '1', text: 'Hel'},
      {type: 'text-delta', textDelta: 'lo'}, // Version 4 of it.
      {type: 'tool-input-start', id: 'c', toolName: 't'},
      {type: 'tool-input-delta', id: 'c', delta: '{"a":1}'},
      {type: 'tool-call', toolCallId: 'c', toolName: 't', input: {a: 1}},
      {type: 'tool-result', toolCallId: 'c', toolName: 't', input: {a: 1}, output: 2},
    );
    const call = {type: 'tool-call', id: 'c', name: 't'};
    assert.deepEqual(found, [
      {type: 'reasoning', text: 'Hm.'},
      {type: 'text', text: 'Hel'},
      {type: 'text', text: 'lo'},
      {...call, arguments: '', state: 'streaming'},
      {...call, arguments: '{"a":1}', state: 'streaming'},
      {...call, arguments: '{"a":1}', state: 'called'},
      {...call, arguments: '{"a":1}', state: 'done', result: 2},
    ]);
    const data = {error: {type: 'rate_limit', message: 'Too many.'}};
    const [failed] = decode(aiSdk, {type: 'error', error: {name: 'AI_APICallError', statusCode: 429, data}});
    assert.ok(failed?.type === 'error');
    assert.equal(failed.error.kind, 'rate-limit');
    assert.match(failed.error.message, /: Too many\.$/);
  });

  it('goes on where a tool of `streamText` fails, or is none', () => {
    const asked = {toolCallId: 'c', toolName: 't', input: {a: 1}};
    const none = {...asked, toolCallId: 'd', toolName: 'none'};
    const found = decode(
      aiSdk,
      {type: 'start'},
      {type: 'tool-call', ...asked},
      {type: 'tool-call', ...none, invalid: true, error: {name: 'AI_NoSuchToolError', toolName: 'none'}},
      {type: 'tool-error', ...none, error: 'There is no such tool.'},
      {type: 'tool-error', ...asked, error: {}}, // What JSON leaves of an `Error`.
      {type: 'text-delta', id: '1', text: 'Sorry.'},
    );
    const call = {type: 'tool-call', id: 'c', name: 't', arguments: '{"a":1}', state: 'called'};
    const other = {...call, id: 'd', name: 'none'};
    assert.deepEqual(found, [
      call,
      other,
      {...other, state: 'failed', result: 'There is no such tool.'},
      {...call, state: 'failed'},
      {type: 'text', text: 'Sorry.'},
    ]);
  });

  it('is a file of what `streamText` itself yields, too', () => {
    const found = decode(aiSdk, {type: 'file', file: {base64Data: 'AAEC', mediaType: 'image/png'}});
    const url = 'data:image/png;base64,AAEC';
    assert.deepEqual(found, [{type: 'file', id: url, url, mediaType: 'image/png'}]);
  });

  it('of an error is its message, and not what lies beside that', () => {
    const error = {message: 'Too long.', data: {max: 5}};
    const [failed] = decode(aiSdk, {type: 'error', error});
    assert.match(failed?.type === 'error' ? failed.error.message : '', /: Too long\.$/);
  });

  it('of a step that is taken back goes with it, and of those before it stays', () => {
    const found = decode(
      aiSdk,
      {type: 'start-step'},
      {type: 'reasoning-delta', id: 'r', delta: 'Hm. '},
      {type: 'text-delta', id: 't', delta: 'One. '},
      {type: 'tool-input-available', toolCallId: 'c', toolName: 't', input: {}},
      {type: 'tool-output-available', toolCallId: 'c', output: 1},
      {type: 'finish-step'},
      {type: 'start-step'},
      {type: 'text-delta', id: 't', delta: 'Tw'},
      {type: 'tool-input-start', toolCallId: 'd', toolName: 'u'},
      {type: 'reset-step'},
    );
    assert.deepEqual(found.slice(-4), [
      {type: 'replace', text: ''},
      {type: 'reasoning', text: 'Hm. '},
      {type: 'text', text: 'One. '},
      {type: 'tool-call', id: 'c', name: 't', arguments: '{}', state: 'done', result: 1},
    ]);
  });

  it('is a part: of AG-UI, whose runs end in four ways', () => {
    assert.deepEqual(parts(decode(agUi, {type: 'CUSTOM', name: 'note', value: [1]})), [
      {type: 'data', id: 'note', name: 'note', data: [1]},
    ]);
    const used = [
      {inputTokens: 1, outputTokens: 2},
      {inputTokens: 3, outputTokens: 4},
    ];
    assert.deepEqual(decode(agUi, {type: 'RUN_FINISHED', usage: used}), [
      {type: 'usage', usage: {inputTokens: 4, outputTokens: 6}},
      {type: 'finish', reason: 'stop'},
      {type: 'done'},
    ]);
    const ends = (outcome: object) => decode(agUi, {type: 'RUN_FINISHED', outcome})[0];
    assert.deepEqual(ends({type: 'interrupt', interrupts: []}), {type: 'finish', reason: 'other'});
    assert.equal(ends({type: 'cancelled'})?.type, 'error');
    assert.equal(decode(agUi, {type: 'RUN_ERROR', message: 'No.', code: '429'})[0]?.type, 'error');
  });

  it('that another than the assistant says in a run is not the answer', () => {
    const found = decode(
      agUi,
      {type: 'TEXT_MESSAGE_START', messageId: 'u', role: 'user'},
      {type: 'TEXT_MESSAGE_CONTENT', messageId: 'u', delta: 'Hi'},
      {type: 'TEXT_MESSAGE_START', messageId: 'm', role: 'assistant'},
      {type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: 'Hello'},
    );
    assert.deepEqual(found, [{type: 'text', text: 'Hello'}]);
  });

  it('in a snapshot of AG-UI is told once', () => {
    const messages = [
      {id: 'u', role: 'user', content: 'Hi'},
      {id: 'm', role: 'assistant', content: 'Hello'},
    ];
    const said = [
      {type: 'TEXT_MESSAGE_START', messageId: 'm', role: 'assistant'},
      {type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: 'Hello'},
    ];
    const snapshot = {type: 'MESSAGES_SNAPSHOT', messages};
    const onlyAsked = {type: 'MESSAGES_SNAPSHOT', messages: messages.slice(0, 1)};
    assert.deepEqual(decode(agUi, onlyAsked, ...said, snapshot, onlyAsked), [{type: 'text', text: 'Hello'}]);
    assert.deepEqual(decode(agUi, snapshot), [{type: 'text', text: 'Hello'}]);
  });

  it('is a part: of LangChain’s messages, serialised with their class or without', () => {
    const message = {
      lc: 1,
      type: 'constructor',
      id: ['langchain_core', 'messages', 'AIMessageChunk'],
      kwargs: {
        id: 'run-1',
        content: [
          {type: 'thinking', thinking: 'Hm.'},
          {type: 'text', text: 'Hi'},
        ],
      },
    };
    for (const [dialect, event, json] of [
      [langGraph, 'messages', [message, {}]],
      [langServe, 'data', message],
    ] as const) {
      assert.deepEqual(decode(dialect, [event, json]), [
        {type: 'reasoning', text: 'Hm.'},
        {type: 'text', text: 'Hi'},
      ]);
    }
  });

  it('of LangGraph’s state is not said once more where its messages were said', () => {
    const ai = {type: 'ai', id: 'a', content: 'Hello'};
    const human = {type: 'human', content: 'Hi'};
    assert.deepEqual(
      decode(
        langGraph,
        ['values', {messages: [human]}],
        ['messages', [{...ai, type: 'AIMessageChunk'}, {}]],
        ['values', {messages: [human, ai]}],
        ['updates', {agent: {messages: [ai]}}],
      ),
      [{type: 'text', text: 'Hello'}],
    );
  });

  it('of LangGraph’s library, which says no end, is over with the model’s last word', () => {
    const state = Object.create(null);
    assert.deepEqual(langGraph.end?.(state), []);
    const json = [{type: 'ai', id: 'a', content: 'Hi', response_metadata: {finish_reason: 'length'}}, {}];
    langGraph.decode({event: 'messages', data: '', json}, state);
    assert.deepEqual(langGraph.end?.(state), [{type: 'finish', reason: 'length', raw: undefined}]);
  });

  it('is a part: of Dify', () => {
    const found = decode(
      dify,
      {event: 'agent_thought', id: 'a', tool: 'search', tool_input: '{"q":1}', observation: ''},
      {event: 'agent_thought', id: 'a', tool: 'search', tool_input: '{"q":1}', observation: 'Found.'},
      {event: 'message_file', id: 'f', type: 'image', url: 'https://example.org/x.png'},
      {event: 'message_end', metadata: {retriever_resources: [{document_name: 'a.txt', content: 'x'}]}},
      {event: 'something_new'},
    );
    assert.deepEqual(parts(found), [
      {type: 'tool-call', id: 'a', name: 'search', arguments: '{"q":1}', state: 'called'},
      {type: 'tool-call', id: 'a', name: 'search', arguments: '{"q":1}', state: 'done', result: 'Found.'},
      {type: 'file', id: 'f', url: 'https://example.org/x.png', mediaType: 'image/*'},
      {type: 'source', id: 'a.txt', title: 'a.txt', quote: 'x'},
    ]);
    assert.deepEqual(found.at(-1), {type: 'ignored'});
  });

  it('of a workflow of Dify’s that failed is an error', () => {
    const data = {status: 'failed', error: 'No node.'};
    const [, failed] = decode(dify, {event: 'workflow_finished', task_id: 't', data});
    assert.equal(failed?.type === 'error' && /No node\./.test(failed.error.message), true);
  });

  it('is a part: of Flowise, which may say all at once', () => {
    const whole = {
      text: 'Hello',
      chatId: 'c',
      sourceDocuments: [{pageContent: 'x', metadata: {source: 'https://example.org/'}}],
      usedTools: [{tool: 't', toolInput: {a: 1}, toolOutput: 'y'}],
    };
    assert.deepEqual(decode(flowise, whole), [
      {type: 'text', text: 'Hello'},
      {type: 'source', id: 'https://example.org/', url: 'https://example.org/', quote: 'x'},
      {type: 'tool-call', id: '0', name: 't', arguments: '{"a":1}', state: 'done', result: 'y'},
      {type: 'finish', reason: 'stop'},
      {type: 'done'},
    ]);
  });

  it('of n8n is the answer of a workflow that does not stream, too', () => {
    for (const field of ['output', 'text']) {
      const state = Object.create(null);
      const json = {[field]: 'Hello'};
      const [said] = n8n.decode({event: 'message', data: '', json}, state);
      assert.equal(said?.type === 'text' && said.text, 'Hello');
      assert.equal(n8n.end?.(state)[0]?.type, 'finish');
    }
  });

  it('as text is text, in JSON strings where the first was one, and never a sign of life', () => {
    const say = (...all: string[]) => {
      const state = Object.create(null);
      const read = (data: string) => {
        const json = data.startsWith('"') && data.length > 1 ? JSON.parse(data) : undefined;
        return text.decode({event: 'message', data, json}, state);
      };
      return all.flatMap(read).map(event => (event.type === 'text' ? event.text : event.type));
    };
    assert.deepEqual(say('Hel', 'lo', '[DONE]'), ['Hel', 'lo', 'done']);
    assert.deepEqual(say('"Hel"', '"lo\\n"'), ['Hel', 'lo\n']);
    assert.deepEqual(say('He said ', '"yes"', '{', '}'), ['He said ', '"yes"', '{', '}']);
    for (const data of ['ping', 'heartbeat', '', '{"token": "x', '[1,']) {
      assert.equal(text.matches({event: 'message', data, json: undefined}), false, data);
    }
  });
});
