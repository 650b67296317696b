import {EventSourceParserStream} from 'eventsource-parser/stream';
import Groq from 'groq-sdk';
import type {ChatCompletionCreateParamsStreaming} from 'groq-sdk/resources/chat/completions';
import {type Backend, BackendError, type Chunk, type Generation, type GenerationRequest} from './backend.ts';

const goOn = 'Continue exactly where your previous message stopped. Do not repeat anything.';

/**
 * The body that goes to the provider: the page's own if it is in the provider's format, otherwise made from the turns.
 * `prefill`: the provider continues a trailing assistant message; for the others a user turn asks to continue.
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
 * Passes on the status and the wait. The provider's message stays here, as it may name the account or the key. The
 * exception is a 400, which tells the client that a model does not support prefill.
 */
function refusal(status: number, retryAfter: string | null, message: string): BackendError {
  const reason = status === 400 && /prefill|model turn|end with a user/i.test(message) ? message : '';
  const text = reason.slice(0, 300) || `The model's provider answered with HTTP ${status}.`;
  const known = status >= 400 && status < 600 && status !== 401 && status !== 403;
  // It is this server that is unauthorised, not the page.
  return new BackendError(known ? status : 502, 'upstream_error', text, retryAfter ?? undefined);
}

/** Groq, through its own SDK. The client retries, so the SDK must not. */
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
        // The SDK's type lists more fields than ours; all of them are passed on.
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
  // Otherwise the page would get [DONE] for an answer that was cut on its way here.
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

/** The backend that the environment specifies: Groq, a compatible server, or neither. */
export function backendFromEnvironment(env: NodeJS.ProcessEnv, otherwise: Backend): Backend {
  const {GROQ_API_KEY, GROQ_MODEL, OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL} = env;
  if (GROQ_API_KEY) return groqBackend(GROQ_API_KEY, GROQ_MODEL ?? 'llama-3.3-70b-versatile');
  if (OPENAI_BASE_URL) return compatibleBackend(OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL ?? 'default');
  return otherwise;
}
