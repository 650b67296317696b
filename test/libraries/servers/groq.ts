import {setTimeout as delay} from 'node:timers/promises';
import Groq from 'groq-sdk';
import type {
  ChatCompletionChunk,
  ChatCompletionCreateParamsStreaming,
} from 'groq-sdk/resources/chat/completions';
import {ANSWER, echo, type LibraryServer, PACE, serve, THOUGHT} from './serve.ts';

/** What Groq's cloud would send, in the shapes of its SDK. */
function* chunksOf({model, messages}: ChatCompletionCreateParamsStreaming): Iterable<ChatCompletionChunk> {
  const base = {id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1770770839, model} as const;
  const chunk = (
    delta: ChatCompletionChunk.Choice['delta'],
    finish_reason: ChatCompletionChunk.Choice['finish_reason'] = null,
    more: object = {},
  ): ChatCompletionChunk => ({...base, choices: [{index: 0, delta, logprobs: null, finish_reason}], ...more});
  const usage = {
    queue_time: 0.04,
    prompt_tokens: 45,
    prompt_time: 0.004,
    completion_tokens: 11,
    completion_time: 2.6,
    total_tokens: 56,
    total_time: 2.604,
  };
  yield chunk({role: 'assistant', content: ''}, null, {x_groq: {id: 'req_01', seed: 1}});
  for (const reasoning of THOUGHT) yield chunk({reasoning});
  for (const content of [...ANSWER, echo(`${messages.at(-1)?.content}`)]) yield chunk({content});
  yield chunk({}, 'stop', {x_groq: {id: 'req_01', usage}, usage});
}

/**
 * Three servers in one: Groq's cloud in the shapes of its SDK, and two endpoints that people put before it, which ask
 * it by `groq-sdk`: one passes on its chunks, the other makes `{token}` of them.
 */
export async function startGroq(): Promise<LibraryServer> {
  const server = await serve(app => {
    const groq = () => new Groq({apiKey: 'none', baseURL: server.url, maxRetries: 0});
    const model = 'llama-3.3-70b-versatile';

    app.post('/openai/v1/chat/completions', async (request, response) => {
      response.writeHead(200, {'content-type': 'text/event-stream'});
      for (const chunk of chunksOf(request.body)) {
        response.write(`data: ${JSON.stringify(chunk)}\n\n`);
        await delay(PACE);
      }
      response.end('data: [DONE]\n\n');
    });

    app.post('/api/chunks', async (request, response) => {
      const {messages} = request.body;
      const stream = await groq().chat.completions.create({model, messages, stream: true});
      response.setHeader('content-type', 'text/event-stream');
      for await (const chunk of stream) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
      response.end('data: [DONE]\n\n');
    });

    app.post('/api/chat', async (request, response) => {
      const {prompt} = request.body;
      const messages = [{role: 'user' as const, content: prompt}];
      const stream = await groq().chat.completions.create({model, messages, stream: true});
      response.setHeader('content-type', 'text/event-stream');
      for await (const chunk of stream) {
        const token = chunk.choices[0]?.delta?.content;
        if (token) response.write(`data: ${JSON.stringify({token})}\n\n`);
      }
      response.end('data: [DONE]\n\n');
    });
  });
  return server;
}
