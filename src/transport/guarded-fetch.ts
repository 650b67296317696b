import {ChatError} from '../protocol/chat-error.ts';
import type {ServerSentEvent} from '../protocol/dialect.ts';
import {EventStreamParser} from './event-stream-parser.ts';
import type {StreamLimits} from './options.ts';
import type {Watchdog} from './watchdog.ts';

export interface GuardOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly watchdog: Watchdog;
  /** Takes the place of the reader's own: fetch-event-source aborts that after a success, too. */
  readonly signal: AbortSignal;
  readonly limits: StreamLimits;
  /** Called with the headers; what it throws refuses the response. */
  onResponse(response: Response): void | Promise<void>;
  /** Bytes of the body, before they are parsed. Returns how many the answer has so far. */
  onBytes(count: number): number;
}

/** A blank event: all that fetch-event-source has to carry for each batch of events. */
const TICKET = new TextEncoder().encode('data:\n\n');

/**
 * A `fetch` whose response body was read, bounded, watched and parsed by us. The events wait in `take()`; in the
 * body itself each batch leaves one blank event as its ticket, so that whoever reads the body (fetch-event-source
 * in a page) decides when the batch is delivered, and nothing is encoded and parsed twice.
 */
export class GuardedFetch {
  readonly #options: GuardOptions;
  #queue: ServerSentEvent[] = [];
  #tail: readonly ServerSentEvent[] = [];

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** The events parsed since the last call. */
  take(): readonly ServerSentEvent[] {
    const events = this.#queue;
    this.#queue = [];
    return events;
  }

  /** What stood unfinished when the body ended. Whether to believe it is for the caller to judge. */
  get tail(): readonly ServerSentEvent[] {
    return this.#tail;
  }

  readonly fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const {fetch, watchdog, signal, onResponse} = this.#options;
    watchdog.enter('connect');
    const response = await untilAborted(fetch(input, {...init, signal}), signal);
    watchdog.enter('first-event');
    await onResponse(response);
    if (!response.body)
      throw new ChatError('content', 'The endpoint answered without a body.', {status: response.status});
    return new Response(this.#guard(response.body), {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
  };

  #guard(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const {watchdog, signal, limits, onBytes} = this.#options;
    const reader = body.getReader();
    const parser = new EventStreamParser({
      maxEvent: limits.event,
      onEvent: event => this.#queue.push(event),
      onComment: () => watchdog.alive(),
    });
    const letGo = () => reader.cancel().catch(() => {}); // The connection is of no more use, however it ended.
    return new ReadableStream<Uint8Array>(
      {
        pull: async controller => {
          try {
            while (this.#queue.length === 0) {
              const {done, value} = await untilAborted(reader.read(), signal);
              if (done) {
                this.#tail = parser.end();
                watchdog.stop();
                // What was completed by the end of the body itself (a last line break) is no tail.
                if (this.#queue.length > 0) controller.enqueue(TICKET);
                controller.close();
                return;
              }
              if (onBytes(value.byteLength) > limits.answer) {
                throw new ChatError(
                  'too-large',
                  `The server sent an answer of more than ${limits.answer} bytes.`,
                );
              }
              parser.push(value);
            }
            watchdog.enter('idle');
            controller.enqueue(TICKET);
          } catch (error) {
            // A connection that breaks may have brought a terminal that only lacks its blank line.
            if (!(error instanceof ChatError)) this.#tail = endQuietly(parser);
            void letGo();
            // Events that came before the trouble are delivered before it.
            if (this.#queue.length > 0) controller.enqueue(TICKET);
            this.#failure = error;
            controller.error(error);
          }
        },
        cancel: letGo,
      },
      {highWaterMark: 0},
    );
  }

  #failure: unknown;
  /** Why the body failed, if it did: a reader may report the failure in words of its own. */
  get failure(): unknown {
    return this.#failure;
  }
}

function endQuietly(parser: EventStreamParser): readonly ServerSentEvent[] {
  try {
    return parser.end();
  } catch {
    return [];
  }
}

/** The promise, or the signal's reason as soon as it aborts: a `fetch` that a page passed in may ignore signals. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    const settled = () => signal.removeEventListener('abort', abort);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(settled);
  });
}
