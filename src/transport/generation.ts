import {ChatError} from '../protocol/chat-error.ts';
import type {CompletionEvent} from '../protocol/completion.ts';
import type {DecodedEvent, Dialect, ServerSentEvent, WireEvent} from '../protocol/dialect.ts';
import {detectDialect} from '../protocol/dialects/index.ts';
import {isObject} from '../protocol/json.ts';
import type {FinishReason, Usage} from '../protocol/message.ts';
import {wireError} from '../protocol/wire-error.ts';
import type {Meter} from './meter.ts';
import type {ResumePoint} from './options.ts';
import type {Stitcher} from './stitcher.ts';

const MAX_UNDECIDED = 3; // events that are kept while they say too little about the dialect
const MAX_MALFORMED = 3; // payloads of one generation that may be unreadable before it counts as broken

export interface GenerationOptions {
  /** `undefined`: told by the first event that only one dialect can have sent. */
  readonly dialect: Dialect | undefined;
  /** Reads what nothing decides. */
  readonly fallback: Dialect;
  readonly stitcher: Stitcher;
  readonly meter: Meter;
  /** Continues a stream that was begun before a reload. */
  readonly resume?: ResumePoint;
}

/**
 * What one POST makes a server generate, over the first response and any resumes: its events in order, each once,
 * decoded and joined to the answer.
 */
export class Generation {
  readonly stitcher: Stitcher;
  readonly #meter: Meter;
  readonly #fallback: Dialect;
  readonly #state: Record<string, unknown> = Object.create(null);
  #dialect: Dialect | undefined;
  #undecided: WireEvent[] = [];
  #seen: Set<string> | undefined;
  #lastId: string | undefined;
  #malformed = 0;
  #streamId: string | undefined;

  finishReason: FinishReason | undefined;
  usage: Usage | undefined;
  done = false;
  error: ChatError | undefined;
  /** Something came that the dialect knows. */
  recognised = false;
  /** Something came at all. */
  received = false;
  /** The text of the last event that had any. */
  lastToken = '';
  /** The next response takes up this stream, so its ids must go on. */
  resuming = false;

  constructor({dialect, fallback, stitcher, meter, resume}: GenerationOptions) {
    this.#dialect = dialect;
    this.#fallback = fallback;
    this.stitcher = stitcher;
    this.#meter = meter;
    if (resume) {
      this.#streamId = resume.streamId;
      this.#lastId = resume.lastEventId;
      this.#seen = new Set([resume.lastEventId]);
    }
  }

  get dialect(): Dialect {
    return this.#dialect ?? this.#fallback;
  }

  /** The server said all that it has to say. */
  get isOver(): boolean {
    return this.done || this.error !== undefined;
  }

  /** The server offered to take this stream up again under this id. */
  offerResume(streamId: string): void {
    this.#streamId = streamId;
    this.#seen ??= new Set();
  }

  get offersResume(): boolean {
    return this.#streamId !== undefined;
  }

  /** Where to take the stream up. `undefined` before the first id, where only a new request can help. */
  get resumePoint(): ResumePoint | undefined {
    if (this.#streamId === undefined || this.#lastId === undefined) return undefined;
    return {streamId: this.#streamId, lastEventId: this.#lastId};
  }

  /**
   * Reads events of the wire into events of the answer, which it adds to `out`: what stood before a failure counts.
   * @throws {ChatError} `gap` when positions are missing, `protocol` when too much was unreadable.
   */
  read(events: readonly ServerSentEvent[], out: CompletionEvent[]): void {
    for (const event of events) {
      if (this.isOver) break; // Frames after the end mean nothing.
      // A name without data has no place in the answer: a ping, or an end.
      const isPlaced = event.data !== '' || event.id !== undefined;
      this.received ||= isPlaced;
      if (isPlaced && !this.#isNext(event)) continue;
      const wire = parse(event);
      const position = continueFrom(wire);
      if (position !== undefined) this.stitcher.from(position);
      else this.#decode(wire, out);
      if (event.id !== undefined && this.#seen) {
        this.#seen.add(event.id);
        this.#lastId = event.id;
      }
    }
  }

  /**
   * Reads what stood unfinished when the body ended, as far as it is whole: `[DONE]`, or JSON that parses.
   * @param terminalOnly Text is left where it is: it will come again.
   */
  readTail(events: readonly ServerSentEvent[], terminalOnly: boolean, out: CompletionEvent[]): void {
    const whole = events.filter(event => {
      if (event.data === '[DONE]') return true;
      const wire = parse(event);
      if (!isObject(wire.json)) return false;
      return !terminalOnly || this.dialect.decode(wire, Object.create(null)).some(isTerminal);
    });
    this.read(whole, out);
  }

  /** No more will come of this generation; what was held back or undecided is judged by what is there. */
  finish(cut: boolean, out: CompletionEvent[]): void {
    for (const wire of this.#undecided.splice(0)) this.#decodeBy(this.#fallback, wire, out);
    this.#text(this.stitcher.flush(cut), undefined, out);
  }

  /** Gives out what was held back for too long. */
  release(out: CompletionEvent[]): void {
    this.#text(this.stitcher.flush(false), undefined, out);
  }

  /** Drops what was replayed. Only where the server promised ids; elsewhere they may mean anything. */
  #isNext({id, data}: ServerSentEvent): boolean {
    if (!this.#seen) return true;
    if (id === undefined) {
      // A resumed event without an id has no place in the answer; the end needs none.
      if (this.resuming && data !== '[DONE]' && this.#lastId !== undefined)
        throw gap('sent events without ids');
      return true;
    }
    if (this.#seen.has(id)) return false;
    const [last, next] = [Number(this.#lastId), Number(id)];
    if (this.#lastId === undefined || !Number.isInteger(last) || !Number.isInteger(next)) return true;
    if (next <= last) return false;
    if (this.resuming && next > last + 1) throw gap(`went on at event ${next} after ${last}`);
    return true;
  }

  #decode(wire: WireEvent, out: CompletionEvent[]): void {
    if (!this.#dialect) {
      this.#dialect = detectDialect(wire) ?? (decidesNothing(wire) ? undefined : this.#fallback);
      if (!this.#dialect) {
        this.#undecided.push(wire);
        if (this.#undecided.length > MAX_UNDECIDED) this.#undecided.shift();
        return;
      }
      for (const earlier of this.#undecided.splice(0)) this.#decodeBy(this.#dialect, earlier, out);
    }
    this.#decodeBy(this.#dialect, wire, out);
  }

  #decodeBy(dialect: Dialect, wire: WireEvent, out: CompletionEvent[]): void {
    this.recognised ||= dialect.matches(wire); // It may say nothing yet: Azure begins with what its filters found.
    for (const event of dialect.decode(wire, this.#state)) this.#take(event, out);
  }

  #take(event: DecodedEvent, out: CompletionEvent[]): void {
    if (event.type === 'malformed') {
      this.#meter.counts.malformed++;
      if (++this.#malformed < MAX_MALFORMED) return;
      throw new ChatError('protocol', 'The server sent events that cannot be read.');
    }
    this.recognised = true;
    switch (event.type) {
      case 'text':
        this.lastToken = event.text;
        this.#meter.counts.tokens++;
        this.#text(this.stitcher.push(event.text), event.raw, out);
        return;
      case 'done':
        this.done = true;
        return;
      case 'error':
        this.error = event.error;
        return;
      case 'finish':
        this.finishReason = event.reason;
        break;
      case 'usage':
        this.usage = event.usage;
        break;
    }
    out.push(event);
  }

  #text(text: string, raw: unknown, out: CompletionEvent[]): void {
    if (text !== '') out.push({type: 'text', text, raw});
  }
}

function parse(event: ServerSentEvent): WireEvent {
  const first = event.data.charCodeAt(0);
  let json: unknown;
  // Only objects, arrays and strings are payloads; the rest need not be tried.
  if (first === 0x7b || first === 0x5b || first === 0x22 || first === 0x20) {
    try {
      json = JSON.parse(event.data);
    } catch {
      // The dialect counts it.
    }
  }
  const {event: name, data, id} = event;
  return {event: name, data, id, json};
}

/** The first event of a server that says in the stream where it goes on: `{"continue_from": n}`. */
function continueFrom({json}: WireEvent): number | undefined {
  if (!isObject(json) || !Object.hasOwn(json, 'continue_from')) return undefined;
  const position = json['continue_from'];
  return Number.isInteger(position) && (position as number) >= 0 ? (position as number) : undefined;
}

/** Whether an event says nothing about its dialect: metadata, pings. An end or an error is the same in all of them. */
function decidesNothing(wire: WireEvent): boolean {
  return wire.data !== '[DONE]' && !wireError(wire);
}

function isTerminal(event: DecodedEvent): boolean {
  return event.type === 'done' || event.type === 'finish';
}

function gap(what: string): ChatError {
  return new ChatError('gap', `The resumed stream ${what}.`);
}
