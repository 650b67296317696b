import {randomBytes} from 'node:crypto';

/** One event of an answer. The last one has the kind `done`. */
export interface StreamEvent {
  /** Consecutive, from 1. */
  readonly id: number;
  readonly kind: 'start' | 'text' | 'finish' | 'usage' | 'error' | 'done';
  readonly data: string;
}

/**
 * An answer in the making, independent of the connections it is sent over. It keeps all events so far, any number of
 * readers can follow it from any event, and it continues for `grace` ms after the last reader has left.
 */
export class LiveStream {
  /** Must not be guessable: whoever knows it can read the answer. */
  readonly id = randomBytes(18).toString('base64url');
  readonly headers: Readonly<Record<string, string>>;
  /** Names the answer; the same for all streams that carry a part of it. */
  readonly answer: string;
  #events: StreamEvent[] = [];
  #state: 'open' | 'done' | 'stopped' = 'open';
  #readers = 0;
  #wake: () => void = () => {};
  #change!: Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  readonly #abort: AbortController;
  readonly #grace: number;

  /** @param abort Stops `source` from generating. */
  constructor(
    source: AsyncIterable<Omit<StreamEvent, 'id'>>,
    abort: AbortController,
    options: {grace: number; headers: Readonly<Record<string, string>>; answer: string},
  ) {
    this.#abort = abort;
    this.#grace = options.grace;
    this.headers = options.headers;
    this.answer = options.answer;
    this.#arm();
    void this.#run(source);
  }

  get state(): 'open' | 'done' | 'stopped' {
    return this.#state;
  }

  get lastId(): number {
    return this.#events.length;
  }

  /** Every event after number `after`, including those still to come. `signal` aborts when the reader has left. */
  async *follow(after: number, signal: AbortSignal): AsyncGenerator<StreamEvent> {
    const leave = () => this.#changed();
    this.#readers++;
    clearTimeout(this.#timer);
    signal.addEventListener('abort', leave);
    try {
      for (let next = after; ; ) {
        while (next < this.#events.length && !signal.aborted) yield this.#events[next++]!;
        if (this.#state !== 'open' || signal.aborted) return;
        await this.#change;
      }
    } finally {
      signal.removeEventListener('abort', leave);
      this.#readers--;
      if (this.#readers === 0 && this.#state === 'open') this.#leave();
    }
  }

  /** Ends the answer for good; its readers see it end without a `done`. */
  stop(): void {
    if (this.#state !== 'open') return;
    this.#state = 'stopped';
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.#changed();
  }

  #leave(): void {
    if (this.#grace === 0) this.stop();
    else this.#timer = setTimeout(() => this.stop(), this.#grace).unref();
  }

  /** Wakes every reader. */
  #changed(): void {
    this.#wake();
    this.#arm();
  }

  #arm(): void {
    this.#change = new Promise(resolve => {
      this.#wake = resolve;
    });
  }

  #push(event: Omit<StreamEvent, 'id'>): void {
    this.#events.push({id: this.#events.length + 1, ...event});
    this.#changed();
  }

  async #run(source: AsyncIterable<Omit<StreamEvent, 'id'>>): Promise<void> {
    try {
      for await (const event of source) {
        if (this.#state !== 'open') return;
        this.#push(event);
      }
      if (this.#state === 'open') this.#state = 'done';
    } catch {
      if (this.#state === 'open') this.#state = 'stopped'; // The source has told its readers why; see reply.ts.
    }
    this.#changed();
  }
}

/** The answers that can still be resumed: at most `limit`, each for `keep` ms after it began. */
export class StreamRegistry {
  #streams = new Map<string, LiveStream>();
  readonly #limit: number;
  readonly #keep: number;

  constructor(limit = 200, keep = 10 * 60_000) {
    this.#limit = limit;
    this.#keep = keep;
  }

  add(stream: LiveStream): void {
    this.#streams.set(stream.id, stream);
    setTimeout(() => this.#streams.delete(stream.id), this.#keep).unref();
    for (const [id, oldest] of this.#streams) {
      if (this.#streams.size <= this.#limit) break;
      oldest.stop();
      this.#streams.delete(id);
    }
  }

  get(id: string): LiveStream | undefined {
    return this.#streams.get(id);
  }

  stopAll(): void {
    for (const stream of this.#streams.values()) stream.stop();
  }
}
