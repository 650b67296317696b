import {fetchEventSource} from '@microsoft/fetch-event-source';
import type {ServerSentEvent} from '../protocol/dialect.ts';
import type {Clock} from './clock.ts';
import {GuardedFetch, type GuardOptions} from './guarded-fetch.ts';
import {Watchdog, type WatchdogLimits} from './watchdog.ts';

export interface AttemptOptions extends Omit<GuardOptions, 'watchdog'> {
  readonly url: string;
  readonly init: RequestInit & {readonly headers: Headers};
  /** Ends the attempt; its reason is what the attempt rejects with. */
  readonly signal: AbortSignal;
  readonly timeouts: WatchdogLimits;
  readonly clock: Clock;
  /** In order, a batch for each chunk of the network. Not called after `signal` aborted. Must not throw. */
  onEvents(events: readonly ServerSentEvent[]): void;
  /** What stood unfinished at the end. */
  onTail(events: readonly ServerSentEvent[]): void;
}

/**
 * One HTTP request, made once. Resolves when the server ended the body cleanly; whether that was the end of the
 * answer is not its business. Rejects with the signal's reason, a `ChatError` (refused response, watchdog, limit),
 * or the network's own error, and then the socket is closed.
 */
export async function attempt(options: AttemptOptions): Promise<void> {
  const {signal, onEvents, onTail} = options;
  signal.throwIfAborted(); // The library would send the request all the same.
  const controller = new AbortController(); // Fresh for each attempt: the library never removes its listener.
  const forward = () => controller.abort(signal.reason);
  signal.addEventListener('abort', forward);
  const watchdog = new Watchdog(options.clock, options.timeouts, error => controller.abort(error));
  const guard = new GuardedFetch({...options, signal: controller.signal, watchdog});
  const deliver = () => {
    const events = guard.take();
    if (events.length > 0 && !controller.signal.aborted) onEvents(events);
  };
  const finish = () => {
    deliver();
    if (guard.tail.length > 0 && !controller.signal.aborted) onTail(guard.tail);
  };
  try {
    if (typeof window === 'undefined') await read(options, guard, controller.signal, deliver);
    else await readByLibrary(options, guard, controller.signal, deliver);
    finish();
    controller.signal.throwIfAborted(); // The library resolves when it is aborted.
  } catch (error) {
    if (!controller.signal.aborted) finish();
    const reason = controller.signal.aborted ? controller.signal.reason : (guard.failure ?? error);
    controller.abort(); // Closes the socket, so that the server can stop.
    throw reason;
  } finally {
    watchdog.stop();
    signal.removeEventListener('abort', forward);
  }
}

/** In a page: fetch-event-source, with everything in it that asks again turned off. */
function readByLibrary(
  {url, init}: AttemptOptions,
  guard: GuardedFetch,
  signal: AbortSignal,
  deliver: () => void,
): Promise<void> {
  return fetchEventSource(url, {
    ...init,
    headers: Object.fromEntries(init.headers), // It drops a `Headers`, and doubles `Accept` in another case.
    signal,
    fetch: guard.fetch,
    openWhenHidden: true, // Otherwise switching tabs sends the request again.
    async onopen() {}, // The guarded fetch has judged the response; the library would look at its type alone.
    onmessage: deliver,
    onerror(error) {
      throw error; // Otherwise it asks again, once a second and for ever.
    },
  });
}

/** Where there is no window (Node, workers): the same guarded body, read directly. */
async function read(
  {url, init}: AttemptOptions,
  guard: GuardedFetch,
  signal: AbortSignal,
  deliver: () => void,
): Promise<void> {
  const response = await guard.fetch(url, {...init, signal});
  const reader = response.body?.getReader();
  for (;;) {
    const result = await reader?.read();
    deliver();
    if (!result || result.done) return;
  }
}
