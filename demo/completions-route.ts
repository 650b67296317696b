import {type Response, Router} from 'express';
import {BackendError, type Chunk, type GenerationRequest, type Turn} from './backend.ts';
import {
  faultsFor,
  paceOf,
  resumeAnswer,
  type Service,
  sendBackendError,
  stopAnswer,
  streamAnswer,
} from './reply.ts';

/** The parts of the request that this server reads; a provider gets the body unchanged. */
interface CompletionsBody {
  readonly model?: unknown;
  readonly messages?: unknown;
  readonly stream?: unknown;
  readonly max_tokens?: unknown;
  readonly max_completion_tokens?: unknown;
  readonly stream_options?: {readonly include_usage?: unknown} | null;
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map(part => (typeof part?.text === 'string' ? part.text : '')).join('');
}

/** @throws {BackendError} 400 for anything but a list of messages. */
export function readTurns(messages: unknown): Turn[] {
  if (!Array.isArray(messages)) {
    throw new BackendError(400, 'invalid_request_error', 'messages is not a list.');
  }
  return messages.map(message => {
    const role = message?.role === 'developer' ? 'system' : message?.role;
    if (role !== 'system' && role !== 'user' && role !== 'assistant') {
      throw new BackendError(400, 'invalid_request_error', 'A message has an unknown role.');
    }
    return {role, content: textOf(message.content)};
  });
}

/** Whether the last user turn only asks to continue the answer before it. */
export function isContinueTurn(turns: readonly Turn[]): boolean {
  const last = turns.at(-1);
  return (
    last?.role === 'user' &&
    turns.at(-2)?.role === 'assistant' &&
    /^continue exactly where/i.test(last.content.trim())
  );
}

/** Recognises both ways to ask for the rest: a trailing assistant message, and a user turn that asks to continue. */
function splitPartial(turns: Turn[]): {turns: readonly Turn[]; partial?: string} {
  const asked = isContinueTurn(turns) ? turns.slice(0, -1) : turns;
  const last = asked.at(-1);
  return last?.role === 'assistant' ? {turns: asked.slice(0, -1), partial: last.content} : {turns};
}

function kindOf(chunk: Chunk): 'start' | 'text' | 'finish' | 'usage' {
  const choice = chunk.choices[0];
  if (!choice) return 'usage';
  if (choice.finish_reason !== null) return 'finish';
  return choice.delta.content ? 'text' : 'start';
}

/** The whole answer as one JSON object, for `stream: false`. */
async function sendWhole(
  service: Service,
  asked: GenerationRequest,
  response: Response,
  pace: ReturnType<typeof paceOf>,
): Promise<void> {
  const abort = new AbortController();
  response.on('close', () => abort.abort());
  const generation = await service.backend.open({...asked, includeUsage: true}, pace, abort.signal);
  let content = '';
  let finish: string | null = null;
  let usage: Chunk['usage'];
  let last: Chunk | undefined;
  for await (const chunk of generation.chunks) {
    last = chunk;
    content += chunk.choices[0]?.delta.content ?? '';
    finish = chunk.choices[0]?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  if (generation.requestId) response.set('X-Request-Id', generation.requestId);
  if (generation.continueFrom !== undefined) response.set('X-Continue-From', String(generation.continueFrom));
  const choice = {index: 0, message: {role: 'assistant', content}, logprobs: null, finish_reason: finish};
  const {id, created, model} = last ?? {id: '', created: 0, model: ''};
  response.json({id, object: 'chat.completion', created, model, choices: [choice], usage});
}

/** `/v1/chat/completions` and `/v1/models`, as OpenAI's clients expect them. */
export function completionsRoute(service: Service): Router {
  const route = Router();

  route.get('/models', (_request, response) => {
    const data = service.backend.models.map(id => ({id, object: 'model', created: 0, owned_by: 'demo'}));
    response.json({object: 'list', data});
  });

  route.post('/chat/completions', async (request, response) => {
    try {
      const body = (request.body ?? {}) as CompletionsBody;
      const turns = readTurns(body.messages);
      if (!turns.some(turn => turn.role === 'user')) {
        throw new BackendError(400, 'invalid_request_error', 'There is no message to answer.');
      }
      const maxTokens = Number(body.max_completion_tokens ?? body.max_tokens);
      const asked: GenerationRequest = {
        ...splitPartial(turns),
        body: body as Readonly<Record<string, unknown>>,
        ...(typeof body.model === 'string' && body.model && {model: body.model}),
        ...(maxTokens > 0 && {maxTokens}),
        includeUsage: body.stream_options?.include_usage === true,
      };
      if (body.stream !== true) {
        const found = faultsFor(service, request, response, asked);
        if (!found) return;
        await sendWhole(service, asked, response, {...paceOf(found.faults), tokensPerSecond: 0});
        service.plan.forget(found.answer);
        found.log('whole');
        return;
      }
      await streamAnswer(service, request, response, asked, chunk => [
        {kind: kindOf(chunk), data: JSON.stringify(chunk)},
      ]);
    } catch (error) {
      sendBackendError(response, error);
    }
  });

  const stream = '/chat/completions/:streamId';
  route.get(stream, (request, response) => resumeAnswer(service, request, response));
  route.delete(stream, (request, response) => stopAnswer(service, request, response));
  return route;
}
