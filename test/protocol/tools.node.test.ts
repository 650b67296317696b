import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {CompletionRequest, ToolDefinition} from '../../src/protocol/completion.ts';
import {dialectFor} from '../../src/protocol/dialects/index.ts';
import type {ToolCallPart} from '../../src/protocol/message.ts';
import {dialectNames} from '../support/known-dialects.ts';

const SCHEMA = {type: 'object', properties: {city: {type: 'string'}}, required: ['city']};
const EMPTY = {type: 'object', properties: {}};
const tools: readonly ToolDefinition[] = [
  {name: 'weather', description: 'Of a city.', parameters: SCHEMA},
  {name: 'now'},
];

const call = (id: string, name: string, rest: Partial<ToolCallPart>): ToolCallPart => ({
  type: 'tool-call',
  id,
  name,
  arguments: '{"city":"Rom"}',
  state: 'done',
  ...rest,
});

/** Two rounds: two calls at once, one of which failed, then a third one. */
const request: CompletionRequest = {
  messages: [
    {role: 'user', content: 'Warm?'},
    {
      role: 'assistant',
      content: 'Let me see.',
      toolCalls: [
        call('a', 'weather', {result: {celsius: 21}, round: 1}),
        call('b', 'now', {arguments: '{"half', state: 'failed', result: 'No JSON.', round: 1}),
      ],
    },
    {
      role: 'assistant',
      content: '',
      toolCalls: [call('c', 'now', {arguments: '', result: '9 am', round: 2})],
    },
    {role: 'assistant', content: 'Yes.'},
    {role: 'user', content: 'Sure?'},
  ],
  tools,
};

const CITY = '{"city":"Rom"}';
const functionTool = (name: string, description: string | undefined, parameters: object) => ({
  type: 'function',
  function: {name, ...(description && {description}), parameters},
});
const FUNCTION_TOOLS = [functionTool('weather', 'Of a city.', SCHEMA), functionTool('now', undefined, EMPTY)];
const asked = (id: string, name: string, args: string) => ({
  id,
  type: 'function',
  function: {name, arguments: args},
});
const result = (id: string, content: string) => ({role: 'tool', tool_call_id: id, content});
const FUNCTION_TURNS = [
  {role: 'user', content: 'Warm?'},
  {
    role: 'assistant',
    content: 'Let me see.',
    tool_calls: [asked('a', 'weather', CITY), asked('b', 'now', '{}')],
  },
  result('a', '{"celsius":21}'),
  result('b', 'No JSON.'),
  {role: 'assistant', content: null, tool_calls: [asked('c', 'now', '{}')]},
  result('c', '9 am'),
  {role: 'assistant', content: 'Yes.'},
  {role: 'user', content: 'Sure?'},
];
const IN_FUNCTIONS = {messages: FUNCTION_TURNS, tools: FUNCTION_TOOLS};

/** What is sent of the tools, the calls and the results. */
const bodies: Readonly<Record<string, object>> = {
  openai: IN_FUNCTIONS,
  mistral: IN_FUNCTIONS,
  cohere: IN_FUNCTIONS,
  token: IN_FUNCTIONS,
  ollama: {
    messages: [
      {role: 'user', content: 'Warm?'},
      {
        role: 'assistant',
        content: 'Let me see.',
        tool_calls: [
          {function: {name: 'weather', arguments: {city: 'Rom'}}},
          {function: {name: 'now', arguments: {}}},
        ],
      },
      {role: 'tool', tool_name: 'weather', content: '{"celsius":21}'},
      {role: 'tool', tool_name: 'now', content: 'No JSON.'},
      {role: 'assistant', content: '', tool_calls: [{function: {name: 'now', arguments: {}}}]},
      {role: 'tool', tool_name: 'now', content: '9 am'},
      {role: 'assistant', content: 'Yes.'},
      {role: 'user', content: 'Sure?'},
    ],
    tools: FUNCTION_TOOLS,
  },
  'openai-responses': {
    input: [
      {role: 'user', content: 'Warm?'},
      {role: 'assistant', content: 'Let me see.'},
      {type: 'function_call', call_id: 'a', name: 'weather', arguments: CITY},
      {type: 'function_call', call_id: 'b', name: 'now', arguments: '{}'},
      {type: 'function_call_output', call_id: 'a', output: '{"celsius":21}'},
      {type: 'function_call_output', call_id: 'b', output: 'No JSON.'},
      {type: 'function_call', call_id: 'c', name: 'now', arguments: '{}'},
      {type: 'function_call_output', call_id: 'c', output: '9 am'},
      {role: 'assistant', content: 'Yes.'},
      {role: 'user', content: 'Sure?'},
    ],
    tools: [
      {type: 'function', name: 'weather', description: 'Of a city.', parameters: SCHEMA, strict: false},
      {type: 'function', name: 'now', parameters: EMPTY, strict: false},
    ],
  },
  anthropic: {
    messages: [
      {role: 'user', content: 'Warm?'},
      {
        role: 'assistant',
        content: [
          {type: 'text', text: 'Let me see.'},
          {type: 'tool_use', id: 'a', name: 'weather', input: {city: 'Rom'}},
          {type: 'tool_use', id: 'b', name: 'now', input: {}},
        ],
      },
      {
        role: 'user',
        content: [
          {type: 'tool_result', tool_use_id: 'a', content: '{"celsius":21}'},
          {type: 'tool_result', tool_use_id: 'b', content: 'No JSON.', is_error: true},
        ],
      },
      {role: 'assistant', content: [{type: 'tool_use', id: 'c', name: 'now', input: {}}]},
      {role: 'user', content: [{type: 'tool_result', tool_use_id: 'c', content: '9 am'}]},
      {role: 'assistant', content: 'Yes.'},
      {role: 'user', content: 'Sure?'},
    ],
    tools: [
      {name: 'weather', description: 'Of a city.', input_schema: SCHEMA},
      {name: 'now', input_schema: EMPTY},
    ],
  },
  gemini: {
    contents: [
      {role: 'user', parts: [{text: 'Warm?'}]},
      {
        role: 'model',
        parts: [
          {text: 'Let me see.'},
          {functionCall: {id: 'a', name: 'weather', args: {city: 'Rom'}}},
          {functionCall: {id: 'b', name: 'now', args: {}}},
        ],
      },
      {
        role: 'user',
        parts: [
          {functionResponse: {id: 'a', name: 'weather', response: {result: {celsius: 21}}}},
          {functionResponse: {id: 'b', name: 'now', response: {error: 'No JSON.'}}},
        ],
      },
      {role: 'model', parts: [{functionCall: {id: 'c', name: 'now', args: {}}}]},
      {role: 'user', parts: [{functionResponse: {id: 'c', name: 'now', response: {result: '9 am'}}}]},
      {role: 'model', parts: [{text: 'Yes.'}]},
      {role: 'user', parts: [{text: 'Sure?'}]},
    ],
    tools: [
      {
        functionDeclarations: [
          {name: 'weather', description: 'Of a city.', parametersJsonSchema: SCHEMA},
          {name: 'now', parametersJsonSchema: EMPTY},
        ],
      },
    ],
  },
  'gemini-interactions': {
    input: [
      {type: 'user_input', content: [{type: 'text', text: 'Warm?'}]},
      {type: 'model_output', content: [{type: 'text', text: 'Let me see.'}]},
      {type: 'function_call', id: 'a', name: 'weather', arguments: {city: 'Rom'}},
      {type: 'function_call', id: 'b', name: 'now', arguments: {}},
      {type: 'function_result', call_id: 'a', name: 'weather', result: '{"celsius":21}'},
      {type: 'function_result', call_id: 'b', name: 'now', result: 'No JSON.', is_error: true},
      {type: 'function_call', id: 'c', name: 'now', arguments: {}},
      {type: 'function_result', call_id: 'c', name: 'now', result: '9 am'},
      {type: 'model_output', content: [{type: 'text', text: 'Yes.'}]},
      {type: 'user_input', content: [{type: 'text', text: 'Sure?'}]},
    ],
    tools: [
      {type: 'function', name: 'weather', description: 'Of a city.', parameters: SCHEMA},
      {type: 'function', name: 'now', parameters: EMPTY},
    ],
  },
  'ai-sdk': {
    messages: [
      {id: '0', role: 'user', content: 'Warm?', parts: [{type: 'text', text: 'Warm?'}]},
      {
        id: '1',
        role: 'assistant',
        content: 'Let me see.Yes.',
        parts: [
          {type: 'text', text: 'Let me see.'},
          {
            type: 'tool-weather',
            toolCallId: 'a',
            state: 'output-available',
            input: {city: 'Rom'},
            output: {celsius: 21},
          },
          {type: 'tool-now', toolCallId: 'b', state: 'output-error', input: {}, errorText: 'No JSON.'},
          {type: 'step-start'},
          {type: 'tool-now', toolCallId: 'c', state: 'output-available', input: {}, output: '9 am'},
          {type: 'step-start'},
          {type: 'text', text: 'Yes.'},
        ],
      },
      {id: '2', role: 'user', content: 'Sure?', parts: [{type: 'text', text: 'Sure?'}]},
    ],
    tools: {
      weather: {description: 'Of a city.', parameters: SCHEMA},
      now: {parameters: EMPTY},
    },
  },
  'ag-ui': {
    messages: [
      {id: '0', role: 'user', content: 'Warm?'},
      {
        id: '1',
        role: 'assistant',
        content: 'Let me see.',
        toolCalls: [asked('a', 'weather', CITY), asked('b', 'now', '{}')],
      },
      {id: 'sent a', role: 'tool', toolCallId: 'a', content: '{"celsius":21}'},
      {id: 'sent b', role: 'tool', toolCallId: 'b', content: 'No JSON.', error: 'No JSON.'},
      {id: '4', role: 'assistant', content: '', toolCalls: [asked('c', 'now', '{}')]},
      {id: 'sent c', role: 'tool', toolCallId: 'c', content: '9 am'},
      {id: '6', role: 'assistant', content: 'Yes.'},
      {id: '7', role: 'user', content: 'Sure?'},
    ],
    tools: [
      {name: 'weather', description: 'Of a city.', parameters: SCHEMA},
      {name: 'now', description: '', parameters: EMPTY},
    ],
  },
};

const BLANK = new URL('https://example.com/');

async function sent(name: string, asks: CompletionRequest): Promise<Record<string, unknown>> {
  const {body} = (await dialectFor(name, BLANK, true)).encode(asks);
  return JSON.parse(JSON.stringify(body));
}

/** By the dialects that have words for tools; the servers of the others have tools of their own. */
describe('tools, what a model asked them, and what they said', () => {
  for (const [name, body] of Object.entries(bodies)) {
    it(`are sent as ${name} has them`, async () => {
      const whole = await sent(name, request);
      const part = Object.fromEntries(Object.keys(body).map(key => [key, whole[key]]));
      assert.deepEqual(part, body);
    });
  }

  for (const name of dialectNames.filter(name => !bodies[name])) {
    it(`are left out where ${name} has no words for them, and what was said is not`, async () => {
      const body = JSON.stringify(await sent(name, request));
      assert.doesNotMatch(body, /weather|toolCalls|celsius/);
      assert.match(body, /Sure\?/);
    });
  }

  it('change nothing where there are none', async () => {
    const bare: CompletionRequest = {messages: [{role: 'user', content: 'Hi'}]};
    for (const name of Object.keys(bodies)) {
      const body = await sent(name, {...bare, tools: []});
      assert.deepEqual(body, JSON.parse(JSON.stringify((await dialectFor(name, BLANK)).encode(bare).body)));
    }
  });

  it('are put by a dialect that the URL tells, too', async () => {
    const body = async (url: string) =>
      JSON.stringify((await dialectFor('auto', new URL(url), true)).encode(request).body);
    assert.match(await body('https://api.openai.com/v1/chat/completions'), /"tool_call_id":"a"/);
    assert.match(await body('https://example.com/api/chat'), /"prompt":"Sure\?".*"tool_call_id":"a"/);
    assert.match(await body('https://example.com/api/generate-text'), /"tool_call_id":"a"/);
    assert.match(await body('https://api.anthropic.com/v1/messages'), /"tool_use_id":"a"/);
  });
});

describe('what a provider wants back with a call', () => {
  const calling = (signature: unknown): CompletionRequest => ({
    messages: [
      {role: 'user', content: 'Warm?'},
      {role: 'assistant', content: '', toolCalls: [call('call 1', 'weather', {result: 1, signature})]},
    ],
    tools,
  });

  it('is the thoughts before it, with Anthropic', async () => {
    const thoughts = [{type: 'thinking', thinking: 'Hm.', signature: 's'}];
    const {messages} = await sent('anthropic', calling(thoughts));
    assert.deepEqual((messages as {content: unknown}[])[1]?.content, [
      ...thoughts,
      {type: 'tool_use', id: 'call_1', name: 'weather', input: {city: 'Rom'}},
    ]);
  });

  it('is the signature of a thought with Gemini, and no id that it has not given', async () => {
    const {contents} = await sent('gemini', calling('s'));
    assert.deepEqual((contents as {parts: unknown}[])[1]?.parts, [
      {functionCall: {name: 'weather', args: {city: 'Rom'}}, thoughtSignature: 's'},
    ]);
  });

  it('is the same in the words of OpenAI', async () => {
    const {messages} = await sent('openai', calling({google: {thought_signature: 's'}}));
    const [first] = (messages as {tool_calls: {extra_content: unknown}[]}[])[1]?.tool_calls ?? [];
    assert.deepEqual(first?.extra_content, {google: {thought_signature: 's'}});
  });

  const streams: Readonly<Record<string, readonly [events: readonly object[], signature: unknown]>> = {
    anthropic: [
      [
        {type: 'message_start', message: {id: 'm'}},
        {
          type: 'content_block_start',
          index: 0,
          content_block: {type: 'thinking', thinking: '', signature: ''},
        },
        {type: 'content_block_delta', index: 0, delta: {type: 'thinking_delta', thinking: 'H'}},
        {type: 'content_block_delta', index: 0, delta: {type: 'thinking_delta', thinking: 'm.'}},
        {type: 'content_block_delta', index: 0, delta: {type: 'signature_delta', signature: 's'}},
        {type: 'content_block_stop', index: 0},
        {type: 'content_block_start', index: 1, content_block: {type: 'redacted_thinking', data: 'x'}},
        {type: 'content_block_stop', index: 1},
        {type: 'content_block_start', index: 2, content_block: {type: 'tool_use', id: 'a', name: 'now'}},
        {type: 'content_block_stop', index: 2},
        {type: 'content_block_start', index: 3, content_block: {type: 'tool_use', id: 'b', name: 'now'}},
      ],
      [
        {type: 'thinking', thinking: 'Hm.', signature: 's'},
        {type: 'redacted_thinking', data: 'x'},
      ],
    ],
    gemini: [
      [
        {
          candidates: [
            {
              content: {
                parts: [
                  {functionCall: {name: 'now', args: {}}, thoughtSignature: 's'},
                  {functionCall: {name: 'now', args: {}}},
                ],
              },
            },
          ],
        },
      ],
      's',
    ],
    openai: [
      [
        {
          choices: [
            {
              delta: {
                tool_calls: [
                  {
                    index: 0,
                    id: 'a',
                    function: {name: 'now', arguments: '{}'},
                    extra_content: {google: {thought_signature: 's'}},
                  },
                  {index: 1, id: 'b', function: {name: 'now', arguments: '{}'}},
                ],
              },
            },
          ],
        },
      ],
      {google: {thought_signature: 's'}},
    ],
  };
  for (const [name, [events, signature]] of Object.entries(streams)) {
    it(`is kept with the first of its calls as it comes from ${name}`, async () => {
      const dialect = await dialectFor(name, BLANK, true);
      const state = Object.create(null);
      const calls = new Map<string, unknown>();
      for (const json of events) {
        const wire = {event: 'message', data: JSON.stringify(json), json};
        for (const event of dialect.decode(wire, state)) {
          if (event.type === 'tool-call') calls.set(event.id, event.signature);
        }
      }
      assert.deepEqual([...calls.values()], [signature, undefined]);
    });
  }
});
