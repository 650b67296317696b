import {lines, NDJSON, namedBy, sample, sse, type WireSample} from './wire-sample.ts';

const response = (status: string, more: object = {}) => ({
  id: 'resp_1',
  status,
  model: 'm',
  output: [],
  ...more,
});
const item = (output_index: number, more: object) => ({
  type: 'response.output_item.added',
  output_index,
  item: {id: `item_${output_index}`, status: 'in_progress', ...more},
});
const created = {type: 'response.created', sequence_number: 0, response: response('in_progress')};
const said = (delta: string) => ({
  type: 'response.output_text.delta',
  item_id: 'msg_1',
  output_index: 0,
  content_index: 0,
  delta,
});

/** OpenAI's Responses. */
export const responses: readonly WireSample[] = [
  sample(
    'openai-responses',
    'text, its whole repeated at the end',
    namedBy(
      'type',
      created,
      item(0, {type: 'message', role: 'assistant', content: []}),
      {type: 'response.content_part.added', output_index: 0, part: {type: 'output_text', text: ''}},
      said('Got'),
      said(' it'),
      {type: 'response.output_text.done', output_index: 0, text: 'Got it'},
      {
        type: 'response.completed',
        response: response('completed', {usage: {input_tokens: 5, output_tokens: 2, total_tokens: 7}}),
      },
    ),
    {
      status: 'complete',
      text: 'Got it',
      finish: 'stop',
      usage: {inputTokens: 5, outputTokens: 2, totalTokens: 7},
    },
  ),
  sample(
    'openai-responses',
    'reasoning, and a call',
    namedBy(
      'type',
      created,
      item(0, {type: 'reasoning', summary: []}),
      {
        type: 'response.reasoning_summary_text.delta',
        output_index: 0,
        summary_index: 0,
        delta: 'Look it up.',
      },
      item(1, {type: 'function_call', call_id: 'call_1', name: 'weather', arguments: ''}),
      {type: 'response.function_call_arguments.delta', output_index: 1, delta: '{"city":'},
      {type: 'response.function_call_arguments.delta', output_index: 1, delta: '"SF"}'},
      {type: 'response.function_call_arguments.done', output_index: 1, arguments: '{"city":"SF"}'},
      {type: 'response.completed', response: response('completed')},
    ),
    {
      status: 'complete',
      reasoning: 'Look it up.',
      finish: 'tool-calls',
      tools: [['weather', '{"city":"SF"}']],
    },
  ),
  sample(
    'openai-responses',
    'the limit',
    namedBy('type', created, said('Long'), {
      type: 'response.incomplete',
      response: response('incomplete', {incomplete_details: {reason: 'max_output_tokens'}}),
    }),
    {status: 'length', text: 'Long', finish: 'length'},
  ),
  sample(
    'openai-responses',
    'the filter',
    namedBy('type', created, said('Well'), {
      type: 'response.incomplete',
      response: response('incomplete', {incomplete_details: {reason: 'content_filter'}}),
    }),
    {status: 'filtered', text: 'Well', finish: 'content-filter'},
  ),
  sample(
    'openai-responses',
    'an error, and what failed behind it',
    namedBy(
      'type',
      created,
      {type: 'error', sequence_number: 2, error: {type: 'insufficient_quota', message: 'No quota.'}},
      {type: 'response.failed', response: response('failed', {error: {message: 'No quota.'}})},
    ),
    {status: 'error', error: 'No quota.'},
  ),
  sample(
    'openai-responses',
    'an error without an object of its own',
    namedBy('type', created, said('Half'), {type: 'error', code: 'x', message: 'Overheated.'}),
    {status: 'error', text: 'Half', error: 'Overheated.'},
  ),
  sample(
    'openai-responses',
    'a refusal',
    namedBy(
      'type',
      created,
      {
        type: 'response.refusal.delta',
        output_index: 0,
        content_index: 0,
        delta: 'I cannot say.',
        sequence_number: 1,
      },
      {type: 'response.completed', sequence_number: 2, response: response('completed')},
    ),
    {status: 'complete', text: 'I cannot say.', finish: 'stop'},
  ),
  sample('openai-responses', 'a cut', namedBy('type', created, said('Half')), {
    status: 'interrupted',
    text: 'Half',
  }),
];

const start = (id = 'msg_1') => ({
  type: 'message_start',
  message: {id, type: 'message', role: 'assistant', content: [], usage: {input_tokens: 12, output_tokens: 1}},
});
const block = (index: number, content_block: object) => ({type: 'content_block_start', index, content_block});
const delta = (index: number, delta: object) => ({type: 'content_block_delta', index, delta});
const stop = (index: number) => ({type: 'content_block_stop', index});
const over = (stop_reason: string) => [
  {type: 'message_delta', delta: {stop_reason, stop_sequence: null}, usage: {output_tokens: 30}},
  {type: 'message_stop'},
];
const usage = {inputTokens: 12, outputTokens: 30};

/** Anthropic's Messages. */
export const anthropic: readonly WireSample[] = [
  sample(
    'anthropic',
    'text, with a ping',
    namedBy(
      'type',
      start(),
      block(0, {type: 'text', text: ''}),
      {type: 'ping'},
      delta(0, {type: 'text_delta', text: 'Hel'}),
      delta(0, {type: 'text_delta', text: 'lo'}),
      stop(0),
      ...over('end_turn'),
    ),
    {status: 'complete', text: 'Hello', finish: 'stop', usage},
  ),
  sample(
    'anthropic',
    'thought, signed, and a call',
    namedBy(
      'type',
      start(),
      block(0, {type: 'thinking', thinking: ''}),
      delta(0, {type: 'thinking_delta', thinking: 'Look.'}),
      delta(0, {type: 'signature_delta', signature: 'x'}),
      stop(0),
      block(1, {type: 'tool_use', id: 'toolu_1', name: 'weather', input: {}}),
      delta(1, {type: 'input_json_delta', partial_json: ''}),
      delta(1, {type: 'input_json_delta', partial_json: '{"a":'}),
      delta(1, {type: 'input_json_delta', partial_json: '1}'}),
      stop(1),
      ...over('tool_use'),
    ),
    {status: 'complete', reasoning: 'Look.', finish: 'tool-calls', tools: [['weather', '{"a":1}']], usage},
  ),
  sample(
    'anthropic',
    'overloaded',
    namedBy(
      'type',
      start(),
      block(0, {type: 'text', text: ''}),
      delta(0, {type: 'text_delta', text: 'Half'}),
      {
        type: 'error',
        error: {type: 'overloaded_error', message: 'Overloaded'},
        request_id: 'req_1',
      },
    ),
    {status: 'error', text: 'Half', error: 'Overloaded', usage: {inputTokens: 12, outputTokens: 1}},
  ),
  ...(['max_tokens', 'pause_turn', 'model_context_window_exceeded'] as const).map(reason =>
    sample(
      'anthropic',
      reason,
      namedBy('type', start(), delta(0, {type: 'text_delta', text: 'Long'}), ...over(reason)),
      {status: 'length', text: 'Long', finish: 'length', usage},
    ),
  ),
  sample(
    'anthropic',
    'text with what it is from',
    namedBy(
      'type',
      start(),
      block(0, {type: 'text', text: ''}),
      delta(0, {type: 'text_delta', text: 'Blue.'}),
      delta(0, {
        type: 'citations_delta',
        citation: {
          type: 'web_search_result_location',
          url: 'https://sky.example/',
          title: 'The sky',
          cited_text: 'It is blue.',
        },
      }),
      stop(0),
      ...over('end_turn'),
    ),
    {status: 'complete', text: 'Blue.', finish: 'stop', usage: {inputTokens: 12, outputTokens: 30}},
  ),
  sample('anthropic', 'a cut', namedBy('type', start(), delta(0, {type: 'text_delta', text: 'Half'})), {
    status: 'interrupted',
    text: 'Half',
    usage: {inputTokens: 12, outputTokens: 1},
  }),
];

const parts = (parts: readonly object[], more: object = {}) => ({
  candidates: [{content: {parts, role: 'model'}, index: 0, ...more}],
  usageMetadata: {promptTokenCount: 9, candidatesTokenCount: 5, totalTokenCount: 14},
  modelVersion: 'gemini',
  responseId: 'bH6L',
});
const counted = {inputTokens: 9, outputTokens: 5, totalTokens: 14};
const crlf = (body: string) => body.replaceAll('\n', '\r\n');
const spoken = [
  parts([{text: 'There are '}]),
  parts([{text: '**3**'}]),
  parts([{text: ''}], {finishReason: 'STOP'}),
];

/** Gemini, in both of its formats. */
export const gemini: readonly WireSample[] = [
  sample('gemini', 'text, in CRLF', crlf(sse(...spoken)), {
    status: 'complete',
    text: 'There are **3**',
    finish: 'stop',
    usage: counted,
  }),
  sample(
    'gemini',
    'a JSON array, as without alt=sse',
    `[${spoken.map(each => JSON.stringify(each, null, 2)).join('\n,\r\n')}\n]\n`,
    {status: 'complete', text: 'There are **3**', finish: 'stop', usage: counted},
    'application/json',
  ),
  sample(
    'gemini',
    'thought, and a call with an object',
    crlf(
      sse(
        parts([{text: 'Look.', thought: true}]),
        parts([{functionCall: {name: 'weather', args: {city: 'SF'}}}]),
        parts([], {finishReason: 'STOP'}),
      ),
    ),
    {
      status: 'complete',
      reasoning: 'Look.',
      finish: 'tool-calls',
      tools: [['weather', '{"city":"SF"}']],
      usage: counted,
    },
  ),
  sample('gemini', 'the limit', crlf(sse(parts([{text: 'Long'}], {finishReason: 'MAX_TOKENS'}))), {
    status: 'length',
    text: 'Long',
    finish: 'length',
    usage: counted,
  }),
  sample('gemini', 'the filter', crlf(sse(parts([{text: 'Well'}], {finishReason: 'SAFETY'}))), {
    status: 'filtered',
    text: 'Well',
    finish: 'content-filter',
    usage: counted,
  }),
  sample(
    'gemini',
    'an error in the middle',
    crlf(sse(parts([{text: 'Half'}]), {error: {code: 503, message: 'Try later.', status: 'UNAVAILABLE'}})),
    {status: 'error', text: 'Half', error: 'Try later.', usage: counted},
  ),
  sample(
    'gemini',
    'an image, and what the text is from',
    crlf(
      sse({
        candidates: [
          {
            content: {
              role: 'model',
              parts: [{text: 'Blue.'}, {inlineData: {mimeType: 'image/png', data: 'iVBORw0KGgo='}}],
            },
            groundingMetadata: {groundingChunks: [{web: {uri: 'https://sky.example/', title: 'The sky'}}]},
            finishReason: 'STOP',
            index: 0,
          },
        ],
      }),
    ),
    {status: 'complete', text: 'Blue.', finish: 'stop'},
  ),
  sample('gemini', 'a cut', crlf(sse(parts([{text: 'Half'}]))), {
    status: 'interrupted',
    text: 'Half',
    usage: counted,
  }),
  sample(
    'gemini-interactions',
    'an interaction',
    namedBy(
      'event_type',
      {event_type: 'interaction.created', interaction: {id: 'v1', status: 'in_progress'}, event_id: '1'},
      {event_type: 'step.start', index: 0, step: {type: 'model_output'}},
      {event_type: 'step.delta', index: 0, delta: {type: 'text', text: 'Fine'}},
      {event_type: 'step.delta', index: 0, delta: {type: 'text', text: '!'}},
      {event_type: 'step.stop', index: 0},
      {
        event_type: 'interaction.completed',
        interaction: {
          id: 'v1',
          status: 'completed',
          usage: {total_tokens: 9, total_input_tokens: 7, total_output_tokens: 2},
        },
      },
    ),
    {
      status: 'complete',
      text: 'Fine!',
      finish: 'stop',
      usage: {inputTokens: 7, outputTokens: 2, totalTokens: 9},
    },
  ),
];

const interaction = (status: string) => ({
  event_type: 'interaction.completed',
  interaction: {id: 'v1', status},
});
const made = {event_type: 'interaction.created', interaction: {id: 'v1', status: 'in_progress'}};
const step = (index: number, delta: object) => ({event_type: 'step.delta', index, delta});

/** Gemini’s Interactions. */
export const interactions: readonly WireSample[] = [
  sample(
    'gemini-interactions',
    'thought, and a call',
    namedBy(
      'event_type',
      made,
      {event_type: 'step.start', index: 0, step: {type: 'thought'}},
      step(0, {type: 'thought_summary', content: {type: 'text', text: 'Hm.'}}),
      {event_type: 'step.stop', index: 0},
      {event_type: 'step.start', index: 1, step: {type: 'function_call', id: 'c1', name: 'weather'}},
      step(1, {type: 'arguments_delta', arguments: '{"city":'}),
      step(1, {type: 'arguments_delta', arguments: '"SF"}'}),
      {event_type: 'step.stop', index: 1},
      interaction('requires_action'),
    ),
    {status: 'complete', reasoning: 'Hm.', finish: 'tool-calls', tools: [['weather', '{"city":"SF"}']]},
  ),
  sample(
    'gemini-interactions',
    'text with what it is from',
    namedBy(
      'event_type',
      made,
      step(0, {type: 'text', text: 'Blue.', annotations: [{url: 'https://sky.example/', title: 'The sky'}]}),
      interaction('completed'),
    ),
    {status: 'complete', text: 'Blue.', finish: 'stop'},
  ),
  sample(
    'gemini-interactions',
    'the limit',
    namedBy('event_type', made, step(0, {type: 'text', text: 'Half'}), interaction('incomplete')),
    {status: 'length', text: 'Half', finish: 'length'},
  ),
  sample(
    'gemini-interactions',
    'an error in the middle',
    namedBy('event_type', made, step(0, {type: 'text', text: 'Half'}), {
      event_type: 'error',
      error: {code: 'unavailable', message: 'Try later.'},
    }),
    {status: 'error', text: 'Half', error: 'Try later.'},
  ),
  sample('gemini-interactions', 'a cut', namedBy('event_type', made, step(0, {type: 'text', text: 'Half'})), {
    status: 'interrupted',
    text: 'Half',
  }),
];

const at = {model: 'gemma', created_at: '2025-10-26T17:15:24.097767Z'};
const spoke = (content: string, more: object = {}) => ({
  ...at,
  message: {role: 'assistant', content, ...more},
  done: false,
});

/** Ollama's own endpoints. */
export const ollama: readonly WireSample[] = [
  sample(
    'ollama',
    'a chat that thinks',
    lines(spoke('', {thinking: 'Let me'}), spoke('', {thinking: ' see.'}), spoke('That'), spoke(' one.'), {
      ...spoke(''),
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 5,
      eval_count: 4,
    }),
    {
      status: 'complete',
      text: 'That one.',
      reasoning: 'Let me see.',
      finish: 'stop',
      usage: {inputTokens: 5, outputTokens: 4},
    },
    NDJSON,
  ),
  sample(
    'ollama',
    'a call',
    lines(spoke('', {tool_calls: [{function: {name: 'weather', arguments: {city: 'SF'}}}]}), {
      ...spoke(''),
      done: true,
      done_reason: 'stop',
    }),
    {status: 'complete', finish: 'tool-calls', tools: [['weather', '{"city":"SF"}']]},
    NDJSON,
  ),
  sample(
    'ollama',
    'text alone',
    lines(
      {...at, response: 'That', done: false},
      {...at, response: ' one.', done: false},
      {...at, response: '', done: true, done_reason: 'stop', context: [1, 2]},
    ),
    {status: 'complete', text: 'That one.', finish: 'stop'},
    NDJSON,
  ),
  sample(
    'ollama',
    'the limit',
    lines(spoke('Long'), {...spoke(''), done: true, done_reason: 'length'}),
    {status: 'length', text: 'Long', finish: 'length'},
    NDJSON,
  ),
  sample(
    'ollama',
    'an error in the middle',
    lines(spoke('Half'), {error: 'an error was encountered while running the model'}),
    {status: 'error', text: 'Half', error: 'an error was encountered while running the model'},
    NDJSON,
  ),
  sample('ollama', 'a cut', lines(spoke('Half')), {status: 'interrupted', text: 'Half'}, NDJSON),
];

const content = (piece: object) => ({type: 'content-delta', index: 0, delta: {message: {content: piece}}});
const end = (finish_reason: string) => ({
  type: 'message-end',
  delta: {finish_reason, usage: {tokens: {input_tokens: 507, output_tokens: 10}}},
});
const begun = {id: 'c1', type: 'message-start', delta: {message: {role: 'assistant', content: []}}};
const used = {inputTokens: 507, outputTokens: 10};

/** Cohere's v2 chat. */
export const cohere: readonly WireSample[] = [
  sample(
    'cohere',
    'thought and text',
    namedBy(
      'type',
      begun,
      {type: 'content-start', index: 0, delta: {message: {content: {type: 'thinking', thinking: ''}}}},
      content({thinking: 'Look.'}),
      {type: 'content-end', index: 0},
      {type: 'content-start', index: 1, delta: {message: {content: {type: 'text', text: ''}}}},
      content({text: 'Par'}),
      content({text: 'is'}),
      end('COMPLETE'),
    ),
    {status: 'complete', text: 'Paris', reasoning: 'Look.', finish: 'stop', usage: used},
  ),
  sample(
    'cohere',
    'a plan and a call',
    namedBy(
      'type',
      begun,
      {type: 'tool-plan-delta', delta: {message: {tool_plan: 'I look.'}}},
      {
        type: 'tool-call-start',
        index: 0,
        delta: {message: {tool_calls: {id: 'w', function: {name: 'weather', arguments: ''}}}},
      },
      {
        type: 'tool-call-delta',
        index: 0,
        delta: {message: {tool_calls: {function: {arguments: '{"a":1}'}}}},
      },
      {type: 'tool-call-end', index: 0},
      end('TOOL_CALL'),
    ),
    {
      status: 'complete',
      reasoning: 'I look.',
      finish: 'tool-calls',
      tools: [['weather', '{"a":1}']],
      usage: used,
    },
  ),
  sample('cohere', 'the limit', namedBy('type', begun, content({text: 'Long'}), end('MAX_TOKENS')), {
    status: 'length',
    text: 'Long',
    finish: 'length',
    usage: used,
  }),
  sample('cohere', 'an error', namedBy('type', begun, content({text: 'Half'}), end('ERROR')), {
    status: 'error',
    text: 'Half',
    usage: used,
  }),
  sample(
    'cohere',
    'text with what it is from',
    namedBy(
      'type',
      begun,
      content({text: 'Blue.'}),
      {
        type: 'citation-start',
        index: 0,
        delta: {
          message: {
            citations: {
              text: 'Blue',
              sources: [
                {type: 'document', id: 'd', document: {title: 'The sky', url: 'https://sky.example/'}},
              ],
            },
          },
        },
      },
      {type: 'citation-end', index: 0},
      end('COMPLETE'),
    ),
    {status: 'complete', text: 'Blue.', finish: 'stop', usage: {inputTokens: 507, outputTokens: 10}},
  ),
  sample('cohere', 'a cut', namedBy('type', begun, content({text: 'Half'})), {
    status: 'interrupted',
    text: 'Half',
  }),
];
