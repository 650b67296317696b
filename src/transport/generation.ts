import {ChatError} from '../protocol/chat-error.ts';
import type {CompletionEvent} from '../protocol/completion.ts';
import {
  type DecodedEvent,
  type Dialect,
  RAW,
  type ServerSentEvent,
  type WireEvent,
} from '../protocol/dialect.ts';
import {detectDialect, rareDialect} from '../protocol/dialects/index.ts';
import {countField, isObject, parseJson} from '../protocol/json.ts';
import type {FinishReason} from '../protocol/message.ts';
import {wireError} from '../protocol/wire-error.ts';
import {asChatError} from './as-chat-error.ts';
import {later} from './later.ts';
import type {Meter} from './meter.ts';
import type {ResumePoint} from './options.ts';
import type {Beginning} from './read-thoughts.ts';
import {createStitcher, type Stitcher} from './stitcher.ts';

const MAX_UNDECIDED = 3; // events kept while they do not tell the dialect
const MAX_STRANGE = 65_536; // characters of an unrecognised response kept, to say what it is
const MAX_MALFORMED = 3; // unreadable payloads that make a generation count as broken

export interface GenerationOptions {
  /** `undefined` to detect it, by the first event that only one dialect can have sent. */
  readonly dialect: Dialect | undefined;
  /** Reads the events if none of them tells the dialect. */
  readonly fallback: Dialect;
  readonly placeOf: Dialect['placeOf'];
  readonly counts: Meter['counts'];
  readonly beginning: Beginning;
  /** Continues a stream that began before a reload. */
  readonly resume: ResumePoint | undefined;
  /** Takes the events of the answer, in order. Those before a failure count. */
  accept(event: CompletionEvent): void;
  /** Waits for a chunk to load, but not for ever. Rejects with a `ChatError`. */
  load<T>(what: Promise<T>): Promise<T>;
}

/**
 * What a server generates for one POST, over the first response and any resumes: its events in order, each once,
 * decoded and joined to the answer.
 */
export interface Generation {
  readonly stitcher: Stitcher;
  dialect(): Dialect;
  finishReason: FinishReason | undefined;
  done: boolean;
  error: ChatError | undefined;
  /** Whether the server has reported the end or an error. */
  isOver(): boolean;
  /** How many events came, and the data of the first; of all, while none has been recognised as the dialect's. */
  came(): {readonly count: number; readonly data: string; readonly recognised: boolean};
  /** The text of the last event that had any. */
  lastToken: string;
  /** False while a tool call is open, and after a refusal. */
  canContinue: boolean;
  /** The id under which the server lets the stream be resumed. */
  streamId: string | undefined;
  /** The next response resumes this stream, so its ids must continue. */
  resuming: boolean;
  /** Where to resume the stream; `undefined` before the first id, when only a new request can help. */
  resumePoint(): ResumePoint | undefined;
  /** Set while a dialect is loading. Events wait for it; call `read` once this has resolved. */
  loading(): Promise<unknown> | undefined;
  /**
   * The server said at which position of the answer its text begins. It also counts what it sent before the text.
   * @throws {ChatError} `gap`.
   */
  from(position: number): void;
  /**
   * @throws {ChatError} `gap` if positions are missing, `protocol` if too much is unreadable or a chunk did not load.
   */
  read(events: readonly ServerSentEvent[]): void;
  /**
   * Reads what was unfinished when the body ended, if it is whole all the same: `[DONE]`, or JSON that parses.
   * @param terminalOnly Ignores text, because it will be sent again.
   */
  readTail(events: readonly ServerSentEvent[], terminalOnly: boolean): void;
  /** Takes an event that was decoded elsewhere. */
  take(event: DecodedEvent): void;
  /** The server closed the body. */
  close(): void;
  /** No more will come, or not soon: judges what was held back or undecided by what is there. */
  finish(cut: boolean): void;
}

export function createGeneration(options: GenerationOptions): Generation {
  const {fallback, counts, resume, accept, beginning} = options;
  const {mode, text, thoughts} = beginning;
  const stitcher = createStitcher(mode, text);
  const state: Record<string, unknown> = Object.create(null);
  state[mode] = text;
  state['answer'] = beginning.memory;
  const seen = new Set([resume?.lastEventId]);
  let {dialect} = options;
  /** Events that wait for their dialect. */
  let undecided: WireEvent[] = [];
  let loading: Promise<unknown> | undefined;
  let failure: unknown;
  let lastId = resume?.lastEventId;
  let malformed = 0;
  let count = 0;
  let data = '';
  let recognised = false;
  /** Whether no text has arrived yet, and it may begin with reasoning. */
  let mayThink = text === '' || thoughts.raw !== '';

  /** Whether the event was not replayed. Only if the server promised ids; otherwise they may mean anything. */
  function isNext(wire: WireEvent): boolean {
    const {id} = wire;
    if (self.streamId === undefined) return true;
    if (id === undefined) {
      // A resumed event without an id has no place in the answer; the end needs none.
      if (self.resuming && lastId !== undefined && !isEnd(wire)) throw gap('sent events without ids');
      return true;
    }
    if (seen.has(id)) return false;
    const [last, next] = [Number(lastId), Number(id)];
    if (!Number.isInteger(last) || !Number.isInteger(next)) return true;
    if (self.resuming && next > last + 1) throw gap(`jumped from event ${last} to ${next}`);
    return next > last;
  }

  /** Makes events wait for a dialect. The first `asked` of them were searched for it; later ones may tell more. */
  function wait(what: Promise<Dialect | undefined>, asked = Number.POSITIVE_INFINITY): void {
    loading = options
      .load(what)
      .then(
        found => {
          dialect = found ?? dialect;
        },
        error => {
          failure = error;
        },
      )
      .finally(() => {
        loading = undefined;
        if (!dialect && !failure && undecided.length > asked) lookUp();
      });
  }

  function lookUp(): void {
    wait(rareDialect(undecided), undecided.length);
  }

  function decide(wire: WireEvent): void {
    undecided.push(wire);
    if (loading) return;
    const detected = dialect ?? detectDialect(wire);
    if (typeof detected === 'object') dialect = detected;
    else if (isEnd(wire)) dialect = fallback;
    else if (detected) lookUp();
    else if (undecided.length > MAX_UNDECIDED) undecided.shift();
    decodeAll(dialect);
  }

  function decodeAll(by: Dialect | undefined): void {
    if (!by || loading) return;
    const events = undecided;
    undecided = [];
    for (const wire of events) readBy(by, wire);
  }

  function readBy(by: Dialect, wire: WireEvent): void {
    const fuller = !loading && by.fuller?.(wire);
    if (fuller) wait(fuller);
    if (loading) undecided.push(wire);
    else if (!self.isOver()) decode(by, wire);
  }

  function decode(by: Dialect, wire: WireEvent): void {
    recognised ||= by.matches(wire); // Even without content: Azure begins with the results of its filters.
    const decoded = by.decode(wire, state);
    const said = mayThink && decoded.find(event => event.type === 'text');
    if (said) {
      mayThink = false;
      if (thoughts.tag || thoughts.again || /^\s*(<|$)/.test(said.text)) {
        undecided.push(wire);
        // A page that cannot load the chunk shows the tags.
        wait(
          later.seldom().then(
            ({readThoughts}) => readThoughts(by, state, wire, decoded, beginning),
            () => undefined,
          ),
        );
        return;
      }
    }
    for (const event of decoded) take(event);
  }

  function take(event: DecodedEvent): void {
    if (event.type === 'malformed' || event.type === 'ignored') {
      counts[event.type]++;
      if (event.type === 'ignored' || ++malformed < MAX_MALFORMED) return;
      throw new ChatError('protocol', 'The server sent something that cannot be read.');
    }
    recognised = true;
    if (event.type === 'text') {
      self.lastToken = event.text;
      counts.tokens++;
      show(stitcher.push(event.text), event.raw);
    } else if (event.type === 'done') {
      self.done = true;
    } else if (event.type === 'error') {
      self.error = asChatError(event.error); // From a page's own dialect it may be any error.
    } else {
      if (event.type === 'finish') self.finishReason = event.reason;
      else if (event.type === 'tool-call') {
        show(stitcher.flush(false)); // Whoever stores the call must have the text before it.
        self.canContinue = event.state === 'done';
      } else if (event.type === 'refusal') self.canContinue = false;
      else if (event.type === 'replace') stitcher.skip();
      accept(event);
    }
  }

  function show(text: string, raw?: unknown): void {
    if (text !== '') accept({type: 'text', text, raw});
  }

  const self: Generation = {
    stitcher,
    take,
    streamId: resume?.streamId,
    resuming: false,
    finishReason: undefined,
    done: false,
    error: undefined,
    lastToken: '',
    canContinue: true,

    dialect: () => dialect ?? fallback,
    isOver: () => self.done || self.error !== undefined,
    came: () => ({count, data, recognised}),
    loading: () => loading,

    resumePoint() {
      const {streamId} = self;
      if (streamId === undefined || lastId === undefined || undecided.length > 0) return undefined;
      return {streamId, lastEventId: lastId, ...(thoughts.tag && {tag: thoughts.tag})};
    },

    from(position) {
      const {raw} = thoughts;
      if (raw === undefined) return; // The position counts text that a reload lost.
      thoughts.again = raw.slice(position);
      mayThink &&= !position || thoughts.again !== '';
      stitcher.from(Math.max(position - raw.length, 0));
    },

    read(events) {
      if (failure) throw failure;
      decodeAll(dialect);
      for (const event of events) {
        if (self.isOver()) break; // Frames after the end mean nothing.
        // An event with only a name has no place in the answer: a ping, or an end.
        const isPlaced = event.data !== '' || event.id !== undefined;
        if (isPlaced && (count++ === 0 || !recognised) && data.length < MAX_STRANGE) data += event.data;
        const wire = parse(event);
        wire.id = options.placeOf?.(wire, self) ?? wire.id;
        if (isPlaced && !isNext(wire)) continue;
        const position = continueFrom(wire);
        if (position !== undefined) self.from(position); // The event may have text as well.
        if (dialect && !loading && !undecided.length) readBy(dialect, wire);
        else decide(wire);
        if (wire.id !== undefined && self.streamId !== undefined) {
          seen.add(wire.id);
          lastId = wire.id;
        }
      }
    },

    readTail(events, terminalOnly) {
      self.read(
        events.filter(event => {
          if (event.data === '[DONE]') return true;
          if (event.event === RAW) return !terminalOnly;
          const wire = parse(event);
          if (!wire.json) return false;
          return !terminalOnly || self.dialect().decode(wire, Object.create(null)).some(isTerminal);
        }),
      );
    },

    close() {
      for (const event of dialect?.end?.(state) ?? []) take(event);
    },

    finish(cut) {
      if (!failure) decodeAll(dialect ?? fallback);
      show(stitcher.flush(cut));
    },
  };
  return self;
}

function parse(event: ServerSentEvent): WireEvent & {id?: string | undefined} {
  const {event: name, data, id} = event;
  if (name === RAW) return {...event, json: undefined};
  // Only objects, arrays and strings are payloads, so nothing else is parsed. The dialect counts what is unreadable.
  return {event: name, data, id, json: '{[" \t\n\r'.includes(data.charAt(0)) ? parseJson(data) : undefined};
}

/** The position in `{"continue_from": n}`, the first event of servers that say in the stream where they continue. */
function continueFrom({json}: WireEvent): number | undefined {
  const position = isObject(json) ? countField(json, 'continue_from') : undefined;
  return Number.isInteger(position) ? position : undefined;
}

/** An end or an error, which is the same in all dialects. */
function isEnd(wire: WireEvent): boolean {
  return wire.data === '[DONE]' || wireError(wire) !== undefined;
}

function isTerminal(event: DecodedEvent): boolean {
  return event.type === 'done' || event.type === 'finish';
}

function gap(what: string): ChatError {
  return new ChatError('gap', `The resumed stream ${what}.`);
}
