import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {CompletionRequest} from '../../src/protocol/completion.ts';
import type {Dialect} from '../../src/protocol/dialect.ts';
import {dialectFor, rareDialect} from '../../src/protocol/dialects/index.ts';
import {wholeRequest as request} from '../support/whole-request.ts';

const bare: CompletionRequest = {messages: [{role: 'user', content: 'Hi'}]};
const system = {role: 'system', content: 'Be brief.'};

/** The body as it is on the wire: of the whole request, of the bare one, and of the turns behind it in a continuation. */
const bodies: Readonly<Record<string, {readonly whole: object; readonly bare: object}>> = {
  anthropic: {
    whole: {
      model: 'm',
      system: 'Be brief.',
      messages: request.messages,
      max_tokens: 9,
      stream: true,
      temperature: 0,
      stop_sequences: ['END'],
    },
    bare: {messages: bare.messages, max_tokens: 4096, stream: true},
  },
  'openai-responses': {
    whole: {
      model: 'm',
      instructions: 'Be brief.',
      input: request.messages,
      stream: true,
      temperature: 0,
      max_output_tokens: 9,
    },
    bare: {input: bare.messages, stream: true},
  },
  gemini: {
    whole: {
      systemInstruction: {parts: [{text: 'Be brief.'}]},
      contents: [
        {role: 'user', parts: [{text: 'One?'}]},
        {role: 'model', parts: [{text: 'Two.'}]},
        {role: 'user', parts: [{text: 'Three?'}]},
      ],
      generationConfig: {temperature: 0, maxOutputTokens: 9, stopSequences: ['END']},
    },
    bare: {contents: [{role: 'user', parts: [{text: 'Hi'}]}], generationConfig: {}},
  },
  'gemini-interactions': {
    whole: {
      model: 'm',
      system_instruction: 'Be brief.',
      input: [
        {type: 'user_input', content: [{type: 'text', text: 'One?'}]},
        {type: 'model_output', content: [{type: 'text', text: 'Two.'}]},
        {type: 'user_input', content: [{type: 'text', text: 'Three?'}]},
      ],
      stream: true,
      generation_config: {temperature: 0, max_output_tokens: 9},
    },
    bare: {
      input: [{type: 'user_input', content: [{type: 'text', text: 'Hi'}]}],
      stream: true,
      generation_config: {},
    },
  },
  cohere: {
    whole: {
      model: 'm',
      messages: [system, ...request.messages],
      stream: true,
      temperature: 0,
      max_tokens: 9,
      stop_sequences: ['END'],
    },
    bare: {messages: bare.messages, stream: true},
  },
  mistral: {
    whole: {
      model: 'm',
      messages: [system, ...request.messages],
      stream: true,
      temperature: 0,
      max_tokens: 9,
      stop: ['END'],
    },
    bare: {messages: bare.messages, stream: true},
  },
  ollama: {
    whole: {
      model: 'm',
      messages: [system, ...request.messages],
      stream: true,
      options: {temperature: 0, num_predict: 9, stop: ['END']},
    },
    bare: {messages: bare.messages, stream: true, options: {}},
  },
  'ollama-generate': {
    whole: {
      model: 'm',
      system: 'Be brief.',
      prompt: 'User: One?\n\nAssistant: Two.\n\nUser: Three?\n\nAssistant:',
      stream: true,
      options: {temperature: 0, num_predict: 9, stop: ['END']},
    },
    bare: {prompt: 'Hi', stream: true, options: {}},
  },
};

const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

async function named(name: string): Promise<Dialect> {
  const found = await rareDialect(name);
  assert.ok(found);
  return found;
}

describe('a request in the words of', () => {
  for (const [name, {whole, bare: least}] of Object.entries(bodies)) {
    it(`${name} says what was set, and nothing else`, async () => {
      const dialect = await named(name);
      assert.equal(dialect.name, name);
      assert.deepEqual(sent(dialect.encode(request).body), whole);
      assert.deepEqual(sent(dialect.encode(bare).body), least);
    });
  }

  it('anthropic names the version of the API', async () => {
    assert.deepEqual((await named('anthropic')).encode(bare).headers, {'anthropic-version': '2023-06-01'});
  });
});

describe('a request for the rest of an answer', () => {
  const rest = {messageId: 'a', text: 'Fou ', lastToken: 'u', attempt: 2, prompt: 'Go on.'};
  const turns: Readonly<Record<string, (body: never) => readonly unknown[]>> = {
    anthropic: ({messages}: {messages: unknown[]}) => messages,
    'openai-responses': ({input}: {input: unknown[]}) => input,
    gemini: ({contents}: {contents: unknown[]}) => contents,
    cohere: ({messages}: {messages: unknown[]}) => messages,
    mistral: ({messages}: {messages: unknown[]}) => messages,
    ollama: ({messages}: {messages: unknown[]}) => messages,
  };
  for (const [name, turnsOf] of Object.entries(turns)) {
    it(`ends in ${name} with a user turn that asks for it`, async () => {
      const {encode} = await named(name);
      const body = encode({...bare, continuation: {...rest, mode: 'continue-turn'}}).body as never;
      const [, answer, question, ...more] = sent(turnsOf(body)) as unknown[];
      assert.match(JSON.stringify(answer), /"(assistant|model)".*Fou /);
      assert.match(JSON.stringify(question), /"user".*Go on\./);
      assert.deepEqual(more, []);
    });
  }

  it('ends with what there is of it where that can be gone on with', async () => {
    const continuation = {...rest, mode: 'prefill'} as const;
    const last = async (name: string) => {
      const dialect = await named(name);
      assert.ok(dialect.continuations.includes('prefill'));
      return sent(turns[name]?.(dialect.encode({...bare, continuation}).body as never).at(-1));
    };
    assert.deepEqual(await last('anthropic'), {role: 'assistant', content: 'Fou'}); // Refused with the space.
    assert.deepEqual(await last('gemini'), {role: 'model', parts: [{text: 'Fou '}]});
    assert.deepEqual(await last('mistral'), {role: 'assistant', content: 'Fou ', prefix: true});
  });
});

describe('a URL', () => {
  const urls: Readonly<Record<string, string>> = {
    'https://api.openai.com/v1/responses': 'openai-responses',
    'https://x.openai.azure.com/openai/v1/responses?api-version=1': 'openai-responses',
    'https://api.anthropic.com/v1/messages': 'anthropic',
    'https://generativelanguage.googleapis.com/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse':
      'gemini',
    'https://generativelanguage.googleapis.com/v1beta/interactions': 'gemini-interactions',
    'https://api.cohere.com/v2/chat': 'cohere',
    'https://api.mistral.ai/v1/chat/completions': 'mistral',
    'http://127.0.0.1:11434/api/chat': 'ollama',
    'http://127.0.0.1:11434/api/generate': 'ollama-generate',
    'http://127.0.0.1:11434/v1/chat/completions': 'openai',
    'https://api.groq.com/openai/v1/chat/completions': 'openai',
    'https://x.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=1': 'openai',
    'https://openrouter.ai/api/v1/chat/completions': 'openai',
    'http://127.0.0.1:8080/completion': 'token',
    'https://example.org/api/chat': 'token',
    'https://example.org/api/messages': 'token',
    'https://example.org/api/generated/chat': 'token',
  };
  for (const [url, name] of Object.entries(urls)) {
    it(`${url} is asked in the words of ${name}`, async () => {
      const found = await dialectFor('auto', new URL(url));
      assert.equal(found?.name, name);
    });
  }
});
