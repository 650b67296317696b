import {sample, sse, type WireSample} from './wire-sample.ts';

const chunk = (delta: object, finish_reason: string | null = null, more: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{index: 0, delta, finish_reason}],
  ...more,
});
const call = (index: number, more: object) => ({tool_calls: [{index, ...more}]});

/** Chat Completions, as OpenAI and compatible servers send them. */
export const chatCompletions: readonly WireSample[] = [
  sample(
    'openai',
    'text, and usage behind the finish reason',
    sse(
      chunk({role: 'assistant', content: '', refusal: null}, null, {usage: null, obfuscation: 'Qup1BsQ3'}),
      chunk({content: 'Holi'}),
      chunk({content: 'day'}),
      chunk({content: null}),
      chunk({}, 'stop', {usage: null}),
      {...chunk({}), choices: [], usage: {prompt_tokens: 16, completion_tokens: 3, total_tokens: 19}},
      '[DONE]',
    ),
    {
      status: 'complete',
      text: 'Holiday',
      finish: 'stop',
      usage: {inputTokens: 16, outputTokens: 3, totalTokens: 19},
    },
  ),
  sample(
    'openai',
    'a call, its arguments in pieces',
    sse(
      chunk({role: 'assistant', content: null}),
      chunk(call(0, {id: 'call_1', type: 'function', function: {name: 'weather', arguments: ''}})),
      chunk(call(0, {function: {arguments: '{"city":'}})),
      chunk(call(0, {function: {arguments: '"SF"}'}})),
      chunk({}, 'tool_calls'),
      '[DONE]',
    ),
    {status: 'complete', finish: 'tool-calls', tools: [['weather', '{"city":"SF"}']]},
  ),
  sample(
    'openai',
    'Azure: what its filters found stands before everything',
    sse(
      {id: '', object: '', model: '', created: 0, choices: [], prompt_filter_results: [{prompt_index: 0}]},
      chunk({content: 'Yes'}),
      chunk({}, 'stop'),
      '[DONE]',
    ),
    {status: 'complete', text: 'Yes', finish: 'stop'},
  ),
  sample(
    'openai',
    'an error in the middle, without choices',
    sse(chunk({content: 'Half'}), {
      error: {message: 'Overheated.', type: 'server_error', param: null, code: null},
    }),
    {status: 'error', text: 'Half', error: 'Overheated.'},
  ),
  sample(
    'openai',
    'a refusal',
    sse(chunk({refusal: 'I cannot'}), chunk({refusal: ' say.'}), chunk({}, 'stop'), '[DONE]'),
    {status: 'complete', text: 'I cannot say.', finish: 'stop'},
  ),
  sample(
    'openai',
    'an image beside the text',
    sse(
      chunk({
        content: 'Here.',
        images: [{type: 'image_url', image_url: {url: 'data:image/png;base64,iVBORw0KGgo='}}],
      }),
      chunk({}, 'stop'),
      '[DONE]',
    ),
    {status: 'complete', text: 'Here.', finish: 'stop'},
  ),
  sample('openai', 'a cut', sse(chunk({content: 'Half'})), {status: 'interrupted', text: 'Half'}),
  sample('openai', 'the limit', sse(chunk({content: 'Long'}), chunk({}, 'length'), '[DONE]'), {
    status: 'length',
    text: 'Long',
    finish: 'length',
  }),
  sample('openai', 'the filter', sse(chunk({content: 'Well'}), chunk({}, 'content_filter'), '[DONE]'), {
    status: 'filtered',
    text: 'Well',
    finish: 'content-filter',
  }),
  sample(
    'openai',
    'Groq: usage twice, and its id first',
    sse(
      chunk({role: 'assistant', content: ''}, null, {x_groq: {id: 'req_01', seed: 1}}),
      chunk({reasoning: 'Okay'}),
      chunk({content: 'Int'}),
      chunk({}, 'stop', {
        x_groq: {id: 'req_01', usage: {queue_time: 0.04, prompt_tokens: 45, completion_tokens: 6}},
        usage: {queue_time: 0.04, prompt_tokens: 45, completion_tokens: 6},
      }),
      '[DONE]',
    ),
    {
      status: 'complete',
      text: 'Int',
      reasoning: 'Okay',
      finish: 'stop',
      usage: {inputTokens: 45, outputTokens: 6, queueTime: 0.04},
    },
  ),
  sample(
    'openai',
    'Groq: an error of a bare string',
    sse(chunk({content: 'Half'}), chunk({}, null, {x_groq: {error: 'Capacity is exceeded.'}})),
    {status: 'error', text: 'Half', error: 'Capacity is exceeded.'},
  ),
  sample(
    'openai',
    'Groq: an event of that name',
    `${sse(chunk({content: 'Half'}))}event: error\n${sse({error: {message: 'Failed.'}})}`,
    {status: 'error', text: 'Half', error: 'Failed.'},
  ),
  sample(
    'openai',
    'content in pieces, some of them thought',
    sse(
      chunk({content: [{type: 'thinking', thinking: [{type: 'text', text: 'Sum. '}]}]}),
      chunk({content: [{type: 'thinking', thinking: [{type: 'text', text: 'Easy.'}]}]}),
      chunk({content: [{type: 'text', text: '2 + 2 = 4'}]}),
      chunk({content: ''}, 'stop', {usage: {prompt_tokens: 10, total_tokens: 56, completion_tokens: 46}}),
      '[DONE]',
    ),
    {
      status: 'complete',
      text: '2 + 2 = 4',
      reasoning: 'Sum. Easy.',
      finish: 'stop',
      usage: {inputTokens: 10, outputTokens: 46, totalTokens: 56},
    },
  ),
  sample(
    'openai',
    'a name that is repeated as nothing stays what it was',
    sse(
      chunk(call(0, {id: 'c', function: {name: 'weather', arguments: '{"a"'}})),
      chunk(call(0, {function: {name: '', arguments: ':1}'}})),
      chunk({}, 'tool_calls'),
    ),
    {status: 'complete', finish: 'tool-calls', tools: [['weather', '{"a":1}']]},
  ),
  sample(
    'openai',
    'llama.cpp: pings, progress and times',
    `:\n\n${sse(
      chunk({role: 'assistant', content: null}, null, {prompt_progress: {total: 4, processed: 2}}),
      chunk({reasoning_content: 'Hm.'}),
      chunk({content: 'Hi'}),
      chunk({}, 'stop', {timings: {predicted_n: 2}}),
      '[DONE]',
    )}`,
    {status: 'complete', text: 'Hi', reasoning: 'Hm.', finish: 'stop'},
  ),
  sample(
    'openai',
    'llama.cpp: an error in a field that is none',
    `${sse(chunk({content: 'Half'}))}error: {"error":{"message":"No slot."}}\n\n`,
    {status: 'error', text: 'Half', error: 'No slot.'},
  ),
  sample(
    'openai',
    'vLLM: an error, and [DONE] behind it',
    sse(chunk({content: 'Half'}), {error: {message: 'Out of memory.', type: 'X', code: 500}}, '[DONE]'),
    {status: 'error', text: 'Half', error: 'Out of memory.'},
  ),
  sample('openai', 'vLLM: given up', sse(chunk({content: 'Half'}), chunk({}, 'abort'), '[DONE]'), {
    status: 'error',
    text: 'Half',
  }),
  sample(
    'openai',
    'OpenRouter: comments, reasoning',
    `: OPENROUTER PROCESSING\n\n${sse(
      chunk({role: 'assistant', content: '', reasoning: 'Hm.'}, null, {provider: 'OpenAI'}),
      chunk({content: 'Hi'}, null, {provider: 'OpenAI'}),
      chunk({content: ''}, 'stop', {provider: 'OpenAI'}),
      '[DONE]',
    )}`,
    {status: 'complete', text: 'Hi', reasoning: 'Hm.', finish: 'stop'},
  ),
  sample(
    'openai',
    'OpenRouter: an error beside a choice',
    sse(
      chunk({content: 'Half'}),
      chunk({content: ''}, 'error', {error: {code: 'server_error', message: 'Provider disconnected.'}}),
      '[DONE]',
    ),
    {status: 'error', text: 'Half', error: 'Provider disconnected.'},
  ),
];
