import {once} from 'node:events';
import {setTimeout} from 'node:timers/promises';
import type {Response} from 'express';
import type {Faults} from './faults.ts';
import type {LiveStream, StreamEvent} from './live-stream.ts';
import {reset} from './reset.ts';

/** How a response ended, for the log on the demo's page. */
export type Outcome = 'whole' | 'cut' | 'stalled' | 'left' | 'ended early';

/** Milliseconds between two comments that keep the connection alive. */
const pingEvery = 5000;
/** Milliseconds in which a page has read what was sent to it. */
const READ = 100;

/** Writes server-sent events, and breaks off at exactly the byte or event that the faults specify. */
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

  /** Returns false if the body was cut within these lines or before them, or if the client has left. */
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
      // One listener for both outcomes, removed with the wait: an answer may wait here a thousand times.
      await once(this.#response, 'drain', {signal: this.#left}).catch(() => {});
    }
    return !this.#left.aborted;
  }

  /** Sends `last` and ends the body: cleanly, or by a reset once the page has had time to read every byte. */
  async cut(last: Buffer = Buffer.alloc(0)): Promise<void> {
    const response = this.#response;
    this.#isCut = true;
    if (this.#faults.cut !== 'reset') {
      response.end(last);
      return;
    }
    if (last.length > 0) response.write(last);
    const {socket} = response;
    // An empty write to the socket adds nothing to the body, and completes when everything before it is written.
    await new Promise<void>(resolve =>
      socket?.destroyed === false ? socket.write('', () => resolve()) : resolve(),
    );
    await setTimeout(READ); // A reset discards what the page has not read yet.
    reset(socket);
  }
}

function isDropped(event: StreamEvent, faults: Faults): boolean {
  return (event.kind === 'done' && !!faults.noDone) || (event.kind === 'finish' && !!faults.noFinishReason);
}

/**
 * Sends a stream's events after number `after` to one client, until the end, a fault, or the client leaves. Events only
 * have ids if the stream can be resumed by them.
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
    'Cache-Control': 'no-cache, no-transform', // A proxy that compresses would buffer the stream.
    'X-Accel-Buffering': 'no', // Turns off nginx's own buffering.
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
