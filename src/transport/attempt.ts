import {fetchEventSource} from '@microsoft/fetch-event-source';
import {bound} from '../protocol/bound.ts';
import {ChatError} from '../protocol/chat-error.ts';
import type {ServerSentEvent} from '../protocol/dialect.ts';
import {asChatError} from './as-chat-error.ts';
import type {Clock} from './clock.ts';
import {createEventStreamParser, type EventStreamParser} from './event-stream-parser.ts';
import type {StreamLimits, TransportRequest} from './options.ts';
import {createWatchdog, type WatchdogLimits} from './watchdog.ts';

export interface AttemptOptions extends Omit<TransportRequest, 'signal'> {
  /** The same for `fetch`. */
  readonly init: RequestInit & {readonly headers: Headers};
  /** Whether a body that does not look like events is bare text. */
  readonly isPlain: boolean | undefined;
  /** Ends the attempt by its abort; the reason is what the attempt rejects with. Aborted by a watchdog, too. */
  readonly controller: AbortController;
  readonly fetch: typeof globalThis.fetch;
  readonly limits: StreamLimits;
  readonly timeouts: WatchdogLimits;
  readonly clock: Clock;
  /** Called with the headers; what it throws refuses the response. */
  onResponse(response: Response): void | Promise<void>;
  /** The response is taken: under which id it can be taken up again, and at which position of the answer it begins. */
  onOpen(streamId: string | undefined, position: number | undefined): void;
  /** Bytes of the body, before they are parsed. Returns how many the answer has so far. */
  onBytes(count: number): number;
  /** In order, a batch for each chunk of the network. Not called after the abort. Must not throw. */
  onEvents(events: readonly ServerSentEvent[]): void;
  /** What stood unfinished at the end. Whether to believe it is for the caller to judge. */
  onTail(events: readonly ServerSentEvent[]): void;
}

/** A blank line, which ends an event: all that fetch-event-source has to carry for each batch of events. */
const TICKET = new TextEncoder().encode('\n');

/** Bytes that are read before the page gets its turn: what has come would else be read in one task, however much it is. */
const TURN = 64 * 1024;

/** Unlike a timer, it takes no longer in a page that is hidden. */
const nextTask = (): Promise<void> =>
  new Promise(resolve => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });

/**
 * One HTTP request, made once. Resolves when the server ended the body cleanly; whether that was the end of the
 * answer is not its business. Rejects with the signal's reason, a `ChatError` (refused response, watchdog, limit),
 * or the network's own error, and then the socket is closed.
 *
 * The body is read, bounded, watched and parsed by us. The events of a chunk wait until whoever reads the body
 * (fetch-event-source in a page) asks for them, so that nothing is encoded and parsed twice.
 */
export async function attempt(options: AttemptOptions): Promise<void> {
  const {url, init, controller, fetch, limits, onBytes, onEvents, onTail} = options;
  const {signal} = controller;
  const watchdog = createWatchdog(options.clock, options.timeouts, error => controller.abort(error));
  const waiting: ServerSentEvent[] = [];
  let {isPlain = false} = options;
  const parser = createEventStreamParser({
    get isPlain() {
      return isPlain;
    },
    maxEvent: limits.event,
    onEvent: event => waiting.push(event),
    onComment: watchdog.alive,
  });
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let failure: unknown;
  let chunk: Uint8Array | undefined;
  let unbroken = 0;

  /** Our signal takes the place of the library's own, which is aborted after a success, too. */
  const open = async (input: RequestInfo | URL, request?: RequestInit): Promise<void> => {
    watchdog.enter('connect');
    const response = await new Promise<Response>((resolve, reject) => {
      // A `fetch` that a page passed in, and its body, may ignore signals.
      signal.addEventListener('abort', () => {
        reject(signal.reason);
        reader?.cancel().catch(() => {});
      });
      fetch(input, {...request, signal}).then(
        response => {
          if (signal.aborted) response.body?.cancel().catch(() => {}); // Nobody reads it any more.
          resolve(response);
        },
        error => {
          failure = error;
          reject(error);
        },
      );
    });
    watchdog.enter('first-event');
    await options.onResponse(response);
    const {headers} = response;
    isPlain ||= /^text\/plain\b/i.test(headers.get('content-type') ?? '');
    const from = headers.get('x-continue-from') ?? '';
    options.onOpen(headers.get('x-stream-id') ?? undefined, /^\d+$/.test(from) ? Number(from) : undefined);
    reader = response.body!.getReader(); // What has none was refused.
  };

  /** Reads until events wait (true), or to the end of the body (false). */
  const read = async (): Promise<boolean> => {
    try {
      while (waiting.length === 0) {
        if (unbroken >= TURN) {
          unbroken = 0;
          await nextTask();
        }
        if (!chunk?.length) chunk = (await reader?.read())?.value;
        signal.throwIfAborted();
        if (!chunk) return false;
        const piece = chunk.subarray(0, TURN);
        chunk = chunk.subarray(TURN);
        unbroken += piece.length;
        bound(onBytes(piece.length), limits.answer, 'answer', 'bytes');
        parser.push(piece);
      }
      watchdog.enter('idle');
      return true;
    } catch (error) {
      failure = error; // A library may report it in words of its own.
      throw error;
    }
  };

  const deliver = () => {
    const events = waiting.splice(0);
    if (events.length > 0 && !signal.aborted) onEvents(events);
  };

  const finish = (tail: readonly ServerSentEvent[]) => {
    deliver();
    onTail(tail);
  };

  try {
    signal.throwIfAborted(); // The library would send the request all the same.
    if (typeof window === 'undefined') {
      await open(url, init);
      while (await read()) deliver();
    } else {
      await fetchEventSource(url, {
        ...init,
        headers: Object.fromEntries(init.headers), // It drops a `Headers`, and doubles `Accept` in another case.
        signal,
        async fetch(input, request) {
          await open(input, request);
          return new Response(
            new ReadableStream(
              {
                async pull(body) {
                  if (await read()) body.enqueue(TICKET);
                  else body.close();
                },
              },
              {highWaterMark: 0},
            ),
          );
        },
        openWhenHidden: true, // Otherwise switching tabs sends the request again.
        async onopen() {}, // The response has been judged; the library would look at its type alone.
        onmessage: deliver,
        onerror(error) {
          throw error; // Otherwise it asks again, once a second and for ever.
        },
      });
    }
    signal.throwIfAborted(); // The library resolves when it is aborted.
    finish(parser.end());
    signal.throwIfAborted(); // By what came last.
  } catch (error) {
    // Only the network fails as a network does: a `fetch` that is none, or what it gave, is the page's own.
    const cause = signal.aborted ? signal.reason : (failure ?? asChatError(error));
    // What breaks or falls silent may have brought a terminal that only lacks its blank line.
    const isLost = cause instanceof ChatError ? cause.kind === 'timeout' : !signal.aborted;
    finish(isLost ? endQuietly(parser) : []);
    const reason = signal.aborted ? signal.reason : cause;
    controller.abort(); // Closes the socket, so that the server can stop.
    throw reason;
  } finally {
    watchdog.stop();
  }
}

function endQuietly(parser: EventStreamParser): readonly ServerSentEvent[] {
  try {
    return parser.end();
  } catch {
    return [];
  }
}
