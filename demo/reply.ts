import type {Request, Response} from 'express';
import {type Backend, BackendError, type Chunk, type Generation, type GenerationRequest} from './backend.ts';
import {sendEvents} from './event-writer.ts';
import {answerKey, type FaultPlan, type Faults, refuse, sendError} from './faults.ts';
import {LiveStream, type StreamEvent, type StreamRegistry} from './live-stream.ts';
import type {RequestLog} from './request-log.ts';

/** What both routes share. */
export interface Service {
  readonly backend: Backend;
  readonly plan: FaultPlan;
  readonly streams: StreamRegistry;
  readonly log: RequestLog;
  /** How long an answer continues without a reader, in milliseconds. */
  readonly grace: number;
}

export type OutgoingEvent = Omit<StreamEvent, 'id'>;

/** Translates the backend's chunks to the events of a route. */
export type Encoder = (chunk: Chunk) => readonly OutgoingEvent[];

async function* encoded(generation: Generation, encode: Encoder, onText: (text: string) => void) {
  try {
    for await (const chunk of generation.chunks) {
      onText(chunk.choices[0]?.delta.content ?? '');
      yield* encode(chunk);
    }
  } catch (error) {
    // The reason stays on the server: a provider's error may quote the request.
    const message = error instanceof BackendError ? error.message : 'The answer broke off.';
    const body = {error: {message, type: 'server_error', param: null, code: 'server_error'}};
    yield {kind: 'error', data: JSON.stringify(body)} satisfies OutgoingEvent;
    throw error;
  }
  yield {kind: 'done', data: '[DONE]'} satisfies OutgoingEvent;
}

export function sendBackendError(response: Response, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
  } else if (error instanceof BackendError) {
    if (error.retryAfter !== undefined) response.set('Retry-After', error.retryAfter);
    sendError(response, error.status, error.code, error.message);
  } else if (error instanceof TypeError || error instanceof SyntaxError) {
    sendError(response, 400, 'invalid_request_error', error.message);
  } else {
    sendError(response, 502, 'server_error', 'The model could not be reached.');
  }
}

interface Accepted {
  readonly faults: Faults;
  /** Names the requested answer. */
  readonly answer: string;
  readonly log: (outcome: string) => void;
}

/** The faults of a request; `undefined` if they refuse it, in which case the response has been sent. */
export function faultsFor(
  service: Service,
  request: Request,
  response: Response,
  asked: GenerationRequest,
): Accepted | undefined {
  const log = service.log.begin(request, asked);
  const answer = answerKey(asked.conversation ?? request.baseUrl, asked.turns);
  const faults = service.plan.for(request, answer, asked.partial === undefined);
  if (!refuse(response, faults)) return {faults, answer, log};
  log(`refused with ${response.statusCode}`);
  return undefined;
}

export const paceOf = (faults: Faults) => ({
  tokensPerSecond: faults.tokensPerSecond ?? 500,
  firstTokenDelay: faults.firstTokenDelay ?? 80,
});

/** Generates an answer and sends it as server-sent events. `onText` gets each piece as it is generated. */
export async function streamAnswer(
  service: Service,
  request: Request,
  response: Response,
  asked: GenerationRequest,
  encode: Encoder,
  onText: (text: string) => void = () => {},
): Promise<void> {
  const found = faultsFor(service, request, response, asked);
  if (!found) return;
  const {faults, answer, log} = found;
  const abort = new AbortController();
  const giveUp = () => abort.abort();
  response.on('close', giveUp);
  const generation = await service.backend.open(asked, paceOf(faults), abort.signal);
  response.off('close', giveUp); // From here on the stream decides how long it outlives its reader.
  const resumable = faults.resume !== false;
  const headers: Record<string, string> = {};
  if (generation.requestId) headers['X-Request-Id'] = generation.requestId;
  if (generation.continueFrom !== undefined && faults.continueFrom !== false) {
    headers['X-Continue-From'] = String(generation.continueFrom);
  }
  const stream = new LiveStream(encoded(generation, encode, onText), abort, {
    grace: resumable ? service.grace : 0,
    headers,
    answer,
  });
  if (resumable) service.streams.add(stream);
  const outcome = await sendEvents(response, stream, 0, faults, resumable);
  if (outcome === 'whole') service.plan.forget(answer);
  log(outcome);
}

/**
 * `GET {endpoint}/{streamId}`: the events after `Last-Event-ID`. 404 for an unknown stream, 410 for one that was given
 * up, 204 if there is nothing left to send.
 */
export async function resumeAnswer(service: Service, request: Request, response: Response): Promise<void> {
  const stream = service.streams.get(String(request.params['streamId']));
  const after = Number(request.get('last-event-id') ?? 0);
  if (!stream || !Number.isInteger(after) || after < 0 || after > stream.lastId) {
    return sendError(response, 404, 'not_found', 'There is no such stream, or not this far.');
  }
  if (stream.state === 'stopped') {
    return sendError(response, 410, 'gone', 'Nobody came back for this answer, so it was not finished.');
  }
  if (stream.state === 'done' && after === stream.lastId) {
    response.status(204).end();
    return;
  }
  const log = service.log.begin(request, {resumedAfter: after});
  const faults = service.plan.for(request, stream.answer, false);
  if (refuse(response, faults)) return log(`refused with ${response.statusCode}`);
  const outcome = await sendEvents(response, stream, after, faults, true);
  if (outcome === 'whole') service.plan.forget(stream.answer);
  log(outcome);
}

/** `DELETE {endpoint}/{streamId}`: the answer is no longer wanted. */
export function stopAnswer(service: Service, request: Request, response: Response): void {
  service.streams.get(String(request.params['streamId']))?.stop();
  response.status(204).end();
}
