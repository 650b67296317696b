/** A tool call, and an answer in text, as a server of a dialect sends them. */
export interface ToolStreams {
  readonly endpoint: string;
  readonly dialect?: 'ai-sdk' | 'ag-ui';
  /** With text before the call. */
  readonly call: string;
  readonly answer: string;
  /** What the second request contains of the result, as JSON text. */
  readonly sent: string;
}

/** The tool call that all of them make, with `{"city":"Rom"}`. */
export const CALL = {id: 'c1', name: 'weather', arguments: '{"city":"Rom"}'};
export const BEFORE = 'Let me see.';
export const AFTER = '21 degrees.';
/** What the tool returns. */
export const RESULT = {celsius: 21};

const events = (...payloads: readonly (object | string)[]) =>
  payloads.map(each => `data: ${typeof each === 'string' ? each : JSON.stringify(each)}\n\n`).join('');
const lines = (...payloads: readonly object[]) => payloads.map(each => `${JSON.stringify(each)}\n`).join('');

const chunk = (delta: object, finish_reason: string | null = null) => ({
  object: 'chat.completion.chunk',
  choices: [{index: 0, delta, finish_reason}],
});
const CHAT_COMPLETIONS: Omit<ToolStreams, 'endpoint'> = {
  call: events(
    chunk({content: BEFORE}),
    chunk({tool_calls: [{index: 0, id: 'c1', function: {name: 'weather', arguments: '{"city":'}}]}),
    chunk({tool_calls: [{index: 0, function: {arguments: '"Rom"}'}}]}),
    chunk({}, 'tool_calls'),
    '[DONE]',
  ),
  answer: events(chunk({content: '21 '}), chunk({content: 'degrees.'}), chunk({}, 'stop'), '[DONE]'),
  sent: '{"role":"tool","tool_call_id":"c1","content":"{\\"celsius\\":21}"}',
};

const block = (index: number, content_block: object, delta: object) => [
  {type: 'content_block_start', index, content_block},
  {type: 'content_block_delta', index, delta},
  {type: 'content_block_stop', index},
];
const say = (index: number, text: string) =>
  block(index, {type: 'text', text: ''}, {type: 'text_delta', text});
const message = (id: string, stop_reason: string, ...blocks: readonly object[]) =>
  events(
    {type: 'message_start', message: {id}},
    ...blocks,
    {type: 'message_delta', delta: {stop_reason}},
    {type: 'message_stop'},
  );

const parts = (finishReason: string, ...parts: readonly object[]) =>
  events({candidates: [{content: {parts, role: 'model'}, finishReason, index: 0}]});

/** By dialect or kind of server. */
export const toolStreams: Readonly<Record<string, ToolStreams>> = {
  openai: {...CHAT_COMPLETIONS, endpoint: 'https://example.com/v1/chat/completions'},
  'a plain endpoint': {...CHAT_COMPLETIONS, endpoint: 'https://example.com/api/chat'},
  mistral: {...CHAT_COMPLETIONS, endpoint: 'https://api.mistral.ai/v1/chat/completions'},
  'openai-responses': {
    endpoint: 'https://example.com/v1/responses',
    call: events(
      {type: 'response.created', response: {id: 'r1'}},
      {type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: BEFORE},
      {
        type: 'response.output_item.added',
        output_index: 1,
        item: {type: 'function_call', id: 'fc', call_id: 'c1', name: 'weather', arguments: ''},
      },
      {type: 'response.function_call_arguments.delta', output_index: 1, delta: '{"city":"Rom"}'},
      {
        type: 'response.output_item.done',
        output_index: 1,
        item: {type: 'function_call', id: 'fc', call_id: 'c1', name: 'weather', arguments: CALL.arguments},
      },
      {type: 'response.completed', response: {id: 'r1', status: 'completed'}},
    ),
    answer: events(
      {type: 'response.created', response: {id: 'r2'}},
      {type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: AFTER},
      {type: 'response.completed', response: {id: 'r2', status: 'completed'}},
    ),
    sent: '{"type":"function_call_output","call_id":"c1","output":"{\\"celsius\\":21}"}',
  },
  anthropic: {
    endpoint: 'https://example.com/v1/messages',
    call: message(
      'm1',
      'tool_use',
      ...say(0, BEFORE),
      ...block(
        1,
        {type: 'tool_use', id: 'c1', name: 'weather', input: {}},
        {type: 'input_json_delta', partial_json: CALL.arguments},
      ),
    ),
    answer: message('m2', 'end_turn', ...say(0, AFTER)),
    sent: '{"type":"tool_result","tool_use_id":"c1","content":"{\\"celsius\\":21}"}',
  },
  gemini: {
    endpoint: 'https://example.com/v1beta/models/m:streamGenerateContent?alt=sse',
    call: parts('STOP', {text: BEFORE}, {functionCall: {id: 'c1', name: 'weather', args: {city: 'Rom'}}}),
    answer: parts('STOP', {text: AFTER}),
    sent: '{"functionResponse":{"id":"c1","name":"weather","response":{"result":{"celsius":21}}}}',
  },
  cohere: {
    endpoint: 'https://example.com/v2/chat',
    call: events(
      {type: 'message-start', id: 'm1'},
      {type: 'content-delta', index: 0, delta: {message: {content: {text: BEFORE}}}},
      {
        type: 'tool-call-start',
        index: 0,
        delta: {message: {tool_calls: {id: 'c1', function: {name: 'weather', arguments: ''}}}},
      },
      {
        type: 'tool-call-delta',
        index: 0,
        delta: {message: {tool_calls: {function: {arguments: CALL.arguments}}}},
      },
      {type: 'tool-call-end', index: 0},
      {type: 'message-end', delta: {finish_reason: 'TOOL_CALL'}},
    ),
    answer: events(
      {type: 'message-start', id: 'm2'},
      {type: 'content-delta', index: 0, delta: {message: {content: {text: AFTER}}}},
      {type: 'message-end', delta: {finish_reason: 'COMPLETE'}},
    ),
    sent: '{"role":"tool","tool_call_id":"c1","content":"{\\"celsius\\":21}"}',
  },
  ollama: {
    endpoint: 'http://127.0.0.1:11434/api/chat',
    call: lines(
      {created_at: '', message: {role: 'assistant', content: BEFORE}, done: false},
      {
        created_at: '',
        message: {
          role: 'assistant',
          content: '',
          tool_calls: [{id: 'c1', function: {name: 'weather', arguments: {city: 'Rom'}}}],
        },
        done: false,
      },
      {created_at: '', message: {role: 'assistant', content: ''}, done: true, done_reason: 'stop'},
    ),
    answer: lines({created_at: '', message: {content: AFTER}, done: true, done_reason: 'stop'}),
    sent: '{"role":"tool","tool_name":"weather","content":"{\\"celsius\\":21}"}',
  },
  'ai-sdk': {
    endpoint: 'https://example.com/api/chat',
    dialect: 'ai-sdk',
    call: events(
      {type: 'start', messageId: 'm1'},
      {type: 'start-step'},
      {type: 'text-start', id: 't'},
      {type: 'text-delta', id: 't', delta: BEFORE},
      {type: 'text-end', id: 't'},
      {type: 'tool-input-start', toolCallId: 'c1', toolName: 'weather'},
      {type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: CALL.arguments},
      {type: 'tool-input-available', toolCallId: 'c1', toolName: 'weather', input: {city: 'Rom'}},
      {type: 'finish-step'},
      {type: 'finish', finishReason: 'tool-calls'},
      '[DONE]',
    ),
    answer: events(
      {type: 'start', messageId: 'm1'},
      {type: 'text-delta', id: 't', delta: AFTER},
      {type: 'finish', finishReason: 'stop'},
      '[DONE]',
    ),
    sent: '{"type":"tool-weather","toolCallId":"c1","input":{"city":"Rom"},"state":"output-available","output":{"celsius":21}}',
  },
  'ag-ui': {
    endpoint: 'https://example.com/agent',
    dialect: 'ag-ui',
    call: events(
      {type: 'RUN_STARTED', threadId: 't', runId: 'r1'},
      {type: 'TEXT_MESSAGE_START', messageId: 'm', role: 'assistant'},
      {type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: BEFORE},
      {type: 'TEXT_MESSAGE_END', messageId: 'm'},
      {type: 'TOOL_CALL_START', toolCallId: 'c1', toolCallName: 'weather'},
      {type: 'TOOL_CALL_ARGS', toolCallId: 'c1', delta: CALL.arguments},
      {type: 'TOOL_CALL_END', toolCallId: 'c1'},
      {type: 'RUN_FINISHED', threadId: 't', runId: 'r1'},
    ),
    answer: events(
      {type: 'RUN_STARTED', threadId: 't', runId: 'r2'},
      {type: 'TEXT_MESSAGE_CONTENT', messageId: 'm2', delta: AFTER},
      {type: 'RUN_FINISHED', threadId: 't', runId: 'r2'},
    ),
    sent: '"role":"tool","toolCallId":"c1","content":"{\\"celsius\\":21}"}',
  },
};
