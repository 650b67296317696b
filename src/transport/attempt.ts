import {fetchEventSource} from '@microsoft/fetch-event-source';
import {ChatError} from '../protocol/chat-error.ts';
import type {ServerSentEvent} from '../protocol/dialect.ts';
import {asChatError} from './as-chat-error.ts';
import type {Clock} from './clock.ts';
import {createEventStreamParser, type EventStreamParser} from './event-stream-parser.ts';
import type {StreamLimits, TransportRequest} from './options.ts';
import {createWatchdog, type WatchdogLimits} from './watchdog.ts';

export interface AttemptOptions extends Omit<TransportRequest, 'signal'> {
  /** The request as options for `fetch`. */
  readonly init: RequestInit & {readonly headers: Headers};
  /** Whether a body that does not look like events is plain text. */
  readonly isPlain: boolean | undefined;
  /** Aborting it ends the attempt, which rejects with the reason. The watchdog aborts it, too. */
  readonly controller: AbortController;
  readonly fetch: typeof globalThis.fetch;
  readonly limits: StreamLimits;
  readonly timeouts: WatchdogLimits;
  readonly clock: Clock;
  /** Called once the headers are there. If it throws, the response is refused with that error. */
  onResponse(response: Response): void | Promise<void>;
  /**
   * The response was accepted: the id under which it can be resumed, and the position in the answer where it begins.
   */
  onOpen(streamId: string | undefined, position: number | undefined): void;
  /** Counts bytes of the body before they are parsed. Returns the answer's total. */
  onBytes(count: number): number;
  /** Takes the events in order, a batch for each chunk from the network. Not called after the abort. Must not throw. */
  onEvents(events: readonly ServerSentEvent[]): void;
  /** Takes what was unfinished at the end. Whether to believe it is up to the caller. */
  onTail(events: readonly ServerSentEvent[]): void;
}

/** A blank line, which ends an event. This is all that passes through fetch-event-source for a batch of events. */
const TICKET = new TextEncoder().encode('\n');

/** Bytes to read before yielding to the page. Otherwise everything that has arrived would be read in one task. */
const TURN = 64 * 1024;

/** Unlike a timer, this is not throttled in a hidden page. */
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
 * One HTTP request, made once. Resolves when the server has ended the body cleanly; whether that completes the answer
 * is decided elsewhere. Rejects, with the socket closed, with the signal's reason, a `ChatError` (refused response,
 * watchdog, limit) or the network's own error.
 *
 * We read, bound, watch and parse the body ourselves. The events of a chunk wait until whoever reads the body
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

  /** Fetches with our signal instead of the library's, which is aborted even after success. */
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
    reader = response.body!.getReader(); // A response without a body was refused.
  };

  /** Reads until there are events (true) or the body ends (false). */
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
        if (onBytes(piece.length) > limits.answer) {
          throw new ChatError('too-large', `The server sent an answer of more than ${limits.answer} bytes.`);
        }
        parser.push(piece);
      }
      watchdog.enter('idle');
      return true;
    } catch (error) {
      failure = error; // The library may report an error of its own instead.
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
    signal.throwIfAborted(); // Even if aborted, the library would send the request.
    if (typeof window === 'undefined') {
      await open(url, init);
      while (await read()) deliver();
    } else {
      await fetchEventSource(url, {
        ...init,
        headers: Object.fromEntries(init.headers), // It ignores a `Headers`, and doubles an `Accept` in another case.
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
        async onopen() {}, // `onResponse` has judged it; the library would check only the content type.
        onmessage: deliver,
        onerror(error) {
          throw error; // Otherwise the library asks again, once a second, for ever.
        },
      });
    }
    signal.throwIfAborted(); // The library resolves when it is aborted.
    finish(parser.end());
    signal.throwIfAborted(); // The last events may have caused an abort.
  } catch (error) {
    // `failure` is the network's. Otherwise the page's own code is at fault: its `fetch`, or what that returned.
    const cause = signal.aborted ? signal.reason : (failure ?? asChatError(error));
    // A stream that broke or fell silent may have sent an end that only lacks its blank line.
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
