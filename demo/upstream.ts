import {EventSourceParserStream} from 'eventsource-parser/stream';
import Groq from 'groq-sdk';
import type {ChatCompletionCreateParamsStreaming} from 'groq-sdk/resources/chat/completions';
import {type Backend, BackendError, type Chunk, type Generation, type GenerationRequest} from './backend.ts';

const goOn = 'Continue exactly where your previous message stopped. Do not repeat anything.';

/**
 * The body that goes to the provider: the page's own where it spoke the provider's language, made from the turns
 * otherwise. `prefill`: the provider goes on with a trailing assistant message; the others are asked to.
 */
function bodyOf(request: GenerationRequest, model: string, prefill: boolean): Record<string, unknown> {
  if (request.body) return {...request.body, model: request.model ?? model, stream: true};
  const {turns, partial} = request;
  const messages = [
    ...turns,
    ...(partial ? [{role: 'assistant', content: partial}] : []),
    ...(partial && !prefill ? [{role: 'user', content: goOn}] : []),
  ];
  return {model: request.model ?? model, messages, stream: true};
}

/**
 * Passes on the status and the wait. The provider's sentence stays here, where it may name the account or the key,
 * except for a 400, from which the client learns that a model takes no prefill.
 */
function refusal(status: number, retryAfter: string | null, message: string): BackendError {
  const reason = status === 400 && /prefill|model turn|end with a user/i.test(message) ? message : '';
  const text = reason.slice(0, 300) || `The model's provider answered with HTTP ${status}.`;
  const known = status >= 400 && status < 600 && status !== 401 && status !== 403;
  // The page is not unauthorised, this server is.
  return new BackendError(known ? status : 502, 'upstream_error', text, retryAfter ?? undefined);
}

/** Groq, by its own SDK. The client retries, so the SDK does not. */
export function groqBackend(apiKey: string, model: string): Backend {
  const groq = new Groq({apiKey, maxRetries: 0});
  return {
    name: 'groq',
    models: [model],
    async open(request, _pace, signal): Promise<Generation> {
      const body = bodyOf(request, model, true) as unknown as ChatCompletionCreateParamsStreaming;
      try {
        const {data, response} = await groq.chat.completions.create(body, {signal}).withResponse();
        const requestId = response.headers.get('x-request-id');
        // The SDK's own chunk type has more fields, all of which are passed on.
        return {chunks: data as unknown as AsyncIterable<Chunk>, ...(requestId && {requestId})};
      } catch (error) {
        if (!(error instanceof Groq.APIError) || error.status === undefined) throw error;
        throw refusal(error.status, error.headers?.get('retry-after') ?? null, error.message);
      }
    },
  };
}

async function* readChunks(body: ReadableStream<Uint8Array>): AsyncGenerator<Chunk> {
  const events = body
    .pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>)
    .pipeThrough(new EventSourceParserStream());
  for await (const {data} of events as unknown as AsyncIterable<{data: string}>) {
    if (data === '[DONE]') return;
    const chunk = JSON.parse(data) as Chunk & {error?: unknown};
    if (chunk.error) throw new BackendError(502, 'upstream_error', 'The provider broke off with an error.');
    yield chunk;
  }
  // Without this the page would be told [DONE] about an answer that was cut on its way here.
  throw new BackendError(502, 'upstream_error', 'The provider broke off.');
}

/** Any server that speaks OpenAI's Chat Completions. `baseUrl` ends before `/chat/completions`. */
export function compatibleBackend(baseUrl: string, apiKey: string | undefined, model: string): Backend {
  const url = `${baseUrl.replace(/\/$/, '')}/chat/completions`;
  return {
    name: 'openai-compatible',
    models: [model],
    async open(request, _pace, signal): Promise<Generation> {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(apiKey && {authorization: `Bearer ${apiKey}`}),
        },
        body: JSON.stringify(bodyOf(request, model, false)),
        signal,
      });
      if (!response.ok || !response.body) {
        throw refusal(response.status, response.headers.get('retry-after'), await response.text());
      }
      const requestId = response.headers.get('x-request-id');
      return {chunks: readChunks(response.body), ...(requestId && {requestId})};
    },
  };
}

/** What the environment asks for: Groq, a compatible server, or neither. */
export function backendFromEnvironment(env: NodeJS.ProcessEnv, otherwise: Backend): Backend {
  const {GROQ_API_KEY, GROQ_MODEL, OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL} = env;
  if (GROQ_API_KEY) return groqBackend(GROQ_API_KEY, GROQ_MODEL ?? 'llama-3.3-70b-versatile');
  if (OPENAI_BASE_URL) return compatibleBackend(OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL ?? 'default');
  return otherwise;
}
