import {once} from 'node:events';
import {setTimeout} from 'node:timers/promises';
import type {Response} from 'express';
import type {Faults} from './faults.ts';
import type {LiveStream, StreamEvent} from './live-stream.ts';
import {reset} from './reset.ts';

/** How a response ended, for the log on the demo's page. */
export type Outcome = 'whole' | 'cut' | 'stalled' | 'left' | 'ended early';

/** Between two comments that say that the connection is alive, in milliseconds. */
const pingEvery = 5000;
/** In which a page has read what was sent to it, in milliseconds. */
const READ = 100;

/** Writes server-sent events, and breaks off at exactly the byte or the event that the faults name. */
class EventWriter {
  #bytes = 0;
  #isCut = false;
  readonly #response: Response;
  readonly #faults: Faults;

  readonly #left: AbortSignal;

  constructor(response: Response, faults: Faults, left: AbortSignal) {
    this.#response = response;
    this.#faults = faults;
    this.#left = left;
  }

  /** False: the body was cut within these lines or before them, or the client has left. */
  async write(lines: string): Promise<boolean> {
    if (this.#isCut || this.#left.aborted) return false;
    const framed = this.#faults.framing === 'crlf' ? lines.replaceAll('\n', '\r\n') : lines;
    const bytes = Buffer.from(framed);
    const room = (this.#faults.cutAtByte ?? Number.POSITIVE_INFINITY) - this.#bytes;
    if (bytes.length >= room) {
      await this.cut(bytes.subarray(0, room));
      return false;
    }
    this.#bytes += bytes.length;
    if (!this.#response.write(bytes)) {
      // A listener for both ends of the wait, taken away with it: one answer may wait a thousand times.
      await once(this.#response, 'drain', {signal: this.#left}).catch(() => {});
    }
    return !this.#left.aborted;
  }

  /** Sends `last` and ends the body: well-formed, or by a reset once the page has had time to read every byte. */
  async cut(last: Buffer = Buffer.alloc(0)): Promise<void> {
    const response = this.#response;
    this.#isCut = true;
    if (this.#faults.cut !== 'reset') {
      response.end(last);
      return;
    }
    if (last.length > 0) response.write(last);
    const {socket} = response;
    // An empty write to the socket itself adds nothing to the body, and is done when all before it is.
    await new Promise<void>(resolve =>
      socket?.destroyed === false ? socket.write('', () => resolve()) : resolve(),
    );
    await setTimeout(READ); // What a page has not read yet, a reset throws away.
    reset(socket);
  }
}

function isDropped(event: StreamEvent, faults: Faults): boolean {
  return (event.kind === 'done' && !!faults.noDone) || (event.kind === 'finish' && !!faults.noFinishReason);
}

/**
 * Sends a stream's events after number `after` to one client, until the end, a fault, or the client's leaving.
 * Ids go along only where the stream can be taken up again by them.
 */
export async function sendEvents(
  response: Response,
  stream: LiveStream,
  after: number,
  faults: Faults,
  resumable: boolean,
): Promise<Outcome> {
  const left = new AbortController();
  response.on('close', () => left.abort());
  if (response.closed) return 'left';
  response.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache, no-transform', // A proxy that compresses holds back what it compresses.
    'X-Accel-Buffering': 'no', // The same for nginx.
    ...stream.headers,
    ...(resumable && {'X-Stream-Id': stream.id}),
  });
  response.flushHeaders();
  response.socket?.setNoDelay(true);
  const writer = new EventWriter(response, faults, left.signal);
  const ping = setInterval(() => void writer.write(': ping\n\n'), pingEvery);
  let texts = 0;
  let outcome: Outcome = 'ended early';
  try {
    for await (const event of stream.follow(after, left.signal)) {
      if (texts === faults.stallAfterTokens && event.kind !== 'start') {
        clearInterval(ping);
        await once(left.signal, 'abort');
        return 'stalled';
      }
      if (texts === faults.cutAfterTokens && event.kind !== 'start') {
        await writer.cut();
        return 'cut';
      }
      if (event.kind === 'text') texts++;
      if (event.kind === 'done') outcome = 'whole';
      if (isDropped(event, faults)) continue;
      const id = resumable ? `id: ${event.id}\n` : '';
      if (!(await writer.write(`${id}data: ${event.data}\n\n`))) return left.signal.aborted ? 'left' : 'cut';
    }
    if (left.signal.aborted) return 'left';
    response.end();
    return faults.noDone ? 'cut' : outcome;
  } finally {
    clearInterval(ping);
  }
}
