import {ChatError} from '../protocol/chat-error.ts';
import type {AttemptOptions} from './attempt.ts';
import type {Transport, TransportEvent, TransportResponse} from './options.ts';
import {createWatchdog} from './watchdog.ts';

/**
 * The same as `attempt`, over a transport of the page's own: one stream, opened once, bounded and watched by us, and
 * closed on every exit. Sizes are in UTF-16 units, since what was on the wire is not known.
 */
export function attemptOver(transport: Transport): (options: AttemptOptions) => Promise<void> {
  return async ({controller, clock, timeouts, limits, onOpen, onBytes, onEvents, onTail, ...request}) => {
    const {signal} = controller;
    const watchdog = createWatchdog(clock, timeouts, error => controller.abort(error));
    let giveUp: (reason: unknown) => void = () => {};
    let source: Source | undefined;
    const abort = () => giveUp(signal.reason);
    signal.addEventListener('abort', abort);

    /** The promise, or the abort: a transport may be deaf to signals. */
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
          throw new ChatError('protocol', 'An event of a transport must have `data`, a text.');
        }
        if (data.length > limits.event || onBytes(data.length) > limits.answer) {
          throw new ChatError('too-large', 'The transport gave more than the limits allow.');
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

/** What a server numbers itself comes as a number out of its JSON, and is kept, and compared, as a text. */
function asText(id: string | undefined): string | undefined {
  return id == null ? undefined : `${id}`;
}

/** Too many requests are waited for, also where a transport knows of no status. */
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
