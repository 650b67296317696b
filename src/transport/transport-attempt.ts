import {ChatError} from '../protocol/chat-error.ts';
import type {AttemptOptions} from './attempt.ts';
import type {Transport, TransportEvent, TransportResponse} from './options.ts';
import {createWatchdog} from './watchdog.ts';

/**
 * Like `attempt`, but over the page's own transport: one stream, opened once, bounded and watched by us, and closed on
 * every exit. Sizes are in UTF-16 units, because the bytes on the wire are unknown.
 */
export function attemptOver(transport: Transport): (options: AttemptOptions) => Promise<void> {
  return async ({controller, clock, timeouts, limits, onOpen, onBytes, onEvents, onTail, ...request}) => {
    const {signal} = controller;
    const watchdog = createWatchdog(clock, timeouts, error => controller.abort(error));
    let giveUp: (reason: unknown) => void = () => {};
    let source: Source | undefined;
    const abort = () => giveUp(signal.reason);
    signal.addEventListener('abort', abort);

    /** Waits for the promise or the abort, because a transport may ignore its signal. */
    const wait = <T>(start: () => T | Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        giveUp = reject;
        signal.throwIfAborted();
        Promise.resolve(start()).then(resolve, reject);
      });

    try {
      watchdog.enter('connect');
      const {url, headers, body, mode, attempt, resume} = request;
      const response = await wait(() => transport.open({url, headers, body, mode, attempt, resume, signal}));
      watchdog.enter('first-event');
      onOpen(asText(response.streamId), response.continueFrom);
      source = sourceOf(response);
      for (;;) {
        const {done, value} = await wait(source.next);
        if (done) return;
        const {data, event = 'message'} = value;
        const id = asText(value.id);
        if (typeof data !== 'string') {
          throw new ChatError('protocol', 'The `data` of a transport event must be a string.');
        }
        if (data.length > limits.event || onBytes(data.length) > limits.answer) {
          throw new ChatError('too-large', 'The transport sent more than the limits allow.');
        }
        if (data === '' && value.event === undefined) {
          watchdog.alive();
        } else {
          watchdog.enter('idle');
          onEvents([{event, data, id}]);
        }
      }
    } catch (error) {
      const reason = signal.aborted ? signal.reason : waitable(error);
      controller.abort();
      throw reason;
    } finally {
      watchdog.stop();
      signal.removeEventListener('abort', abort);
      source?.close();
      onTail([]);
    }
  };
}

/** Ids are kept and compared as strings, but a transport may pass on a number from the server's JSON. */
function asText(id: string | undefined): string | undefined {
  return id == null ? undefined : `${id}`;
}

/** Gives a `rate-limit` error without a status a 429, because retries go by the status. */
function waitable(error: unknown): unknown {
  return error instanceof ChatError && error.kind === 'rate-limit' && error.status === undefined
    ? new ChatError(error.kind, error.message, {...error, status: 429, cause: error.cause})
    : error;
}

interface Source {
  next(): Promise<IteratorResult<TransportEvent, unknown> | ReadableStreamReadResult<TransportEvent>>;
  close(): void;
}

/** WebKit cannot iterate over a `ReadableStream`. */
function sourceOf({events}: TransportResponse): Source {
  if ('getReader' in events) {
    const reader = events.getReader();
    return {next: () => reader.read(), close: () => void reader.cancel().catch(() => {})};
  }
  const iterator = events[Symbol.asyncIterator]();
  return {next: () => iterator.next(), close: () => void iterator.return?.()?.catch(() => {})};
}
