import {randomChunks} from './chunkings.ts';
import type {AskedMode, Ledger, LedgerEntry, ResponseScript, Scenario} from './scenario.ts';
import {bytesOf, type Frame, frames, measure, terminalAt} from './scripted-answer.ts';

export interface ScriptedRequest {
  readonly method: string;
  /** Path of the URL. */
  readonly path: string;
  /** With lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed; `undefined` if there is no body. */
  readonly body: unknown;
}

/** What to send, and how. `chunks` end where the script cuts the body. */
export interface ScriptedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: readonly Uint8Array[];
  readonly end: 'eof' | 'reset' | 'stall';
  readonly headerDelay: number;
  /** Milliseconds before each chunk. */
  readonly waits: readonly number[];
  /** This request's entry in the ledger, for the transport to update. */
  readonly entry: LedgerEntry;
}

type Writable<T> = {-readonly [Key in keyof T]: T[Key]};

const STREAM_HEADERS = {'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store'};
const NO_PREFILL =
  'This model does not support assistant message prefill. The conversation must end with a user message.';
const BOM = '\uFEFF';
const encoder = new TextEncoder();
const PREFILL_ERROR = {error: {message: NO_PREFILL, type: 'invalid_request_error'}};
export const PREFILL_REFUSAL = encoder.encode(JSON.stringify(PREFILL_ERROR));

/** Answers as the scenario says, and records every request. It knows nothing of sockets. */
export class ScriptedModel {
  readonly scenario: Scenario;
  readonly ledger: Ledger = {requests: []};
  /** The complete body that each request was meant to get; empty if it was not a stream. */
  readonly bodies: (readonly Frame[])[] = [];
  /** Milliseconds, for the ledger. */
  readonly now: () => number;
  readonly #answer: string;
  readonly #streams = new Map<string, readonly Frame[]>();

  constructor(scenario: Scenario, now: () => number = Date.now) {
    this.scenario = scenario;
    this.now = now;
    this.#answer = scenario.tokens.join('');
  }

  answer(request: ScriptedRequest): ScriptedResponse {
    const {scenario} = this;
    const asked = this.#read(request);
    const entry: Writable<LedgerEntry> = {
      method: request.method,
      mode: asked.mode,
      position: asked.text.length,
      exact: this.#answer.startsWith(asked.text),
      ...(request.headers['last-event-id'] !== undefined && {lastEventId: request.headers['last-event-id']}),
      headers: request.headers,
      body: request.body,
      ends: false,
      at: this.now(),
      status: 200,
      sent: 0,
    };
    const script = scenario.responses?.[this.ledger.requests.length] ?? scenario.last ?? {};
    this.ledger.requests.push(entry);
    const respond = (
      status: number,
      headers: Record<string, string>,
      content: Uint8Array | readonly Frame[],
    ) => {
      const body = content instanceof Uint8Array ? content : altered(content, script);
      entry.status = status;
      this.bodies.push(body instanceof Uint8Array ? [] : body);
      if (!(body instanceof Uint8Array)) {
        entry.ends = script.cut ? terminalAt(body) <= script.cut.at : body.some(frame => frame.terminal);
      }
      return this.#respond(script, status, headers, body, entry);
    };

    if (script.body !== undefined || (script.status !== undefined && script.status !== 200)) {
      return respond(script.status ?? 200, {}, encoder.encode(script.body ?? ''));
    }
    if (asked.mode === 'resume') {
      const left = this.#streams.get(request.path.split('/').at(-1) ?? '');
      const status = typeof scenario.resume === 'number' ? scenario.resume : left ? 200 : 404;
      if (status !== 200 || !left) return respond(status, {}, new Uint8Array());
      const {resumeFrom = 'cursor'} = scenario;
      const from = Number(entry.lastEventId ?? 0) + (resumeFrom === 'gap' ? 2 : 0);
      return respond(200, STREAM_HEADERS, resumeFrom === 'start' ? left : left.slice(from));
    }
    if (asked.mode === 'prefill' && scenario.prefill === 'refused') {
      return respond(400, {'content-type': 'application/json'}, PREFILL_REFUSAL);
    }
    const headers: Record<string, string> = {...STREAM_HEADERS};
    const from = asked.mode === 'send' ? 0 : this.#goOnFrom(asked.text.length);
    const declare = asked.mode === 'send' ? 'none' : (scenario.declare ?? 'header');
    if (declare === 'header') headers['x-continue-from'] = `${from}`;
    const events = frames(scenario, from, declare === 'event' ? from : undefined);
    if (scenario.resume !== undefined && scenario.resume !== 'none') {
      const id = `stream-${this.ledger.requests.length}`;
      this.#streams.set(id, events);
      headers['x-stream-id'] = id;
    }
    return respond(200, headers, events);
  }

  #goOnFrom(position: number): number {
    const {back = 0} = this.scenario;
    return back === 'all' ? 0 : Math.min(this.#answer.length, Math.max(0, position - back));
  }

  /** What the client wants, and the part of the answer it says it has. */
  #read({method, body}: ScriptedRequest): {mode: AskedMode; text: string} {
    if (method === 'GET') return {mode: 'resume', text: ''};
    const {continuation, messages = []} = (body ?? {}) as {
      continuation?: {text: string};
      messages?: {role: string; content: string}[];
    };
    if (continuation) return {mode: 'continue-turn', text: continuation.text};
    if (this.scenario.dialect === 'token') return {mode: 'send', text: ''};
    const turns = messages.filter(({role}) => role !== 'system');
    const last = turns.at(-1);
    if (last?.role === 'assistant') return {mode: 'prefill', text: last.content};
    const before = turns.at(-2);
    return turns.length > (this.scenario.turns ?? 1) && before?.role === 'assistant'
      ? {mode: 'continue-turn', text: before.content}
      : {mode: 'send', text: ''};
  }

  #respond(
    script: ResponseScript,
    status: number,
    headers: Record<string, string>,
    content: Uint8Array | readonly Frame[],
    entry: LedgerEntry,
  ): ScriptedResponse {
    const {cut, chunks: by = 'event', pause = 0, gap, headerDelay = 0} = script;
    const all = content instanceof Uint8Array ? content : bytesOf(content);
    const body = cut ? all.subarray(0, cut.at) : all;
    const whole = body.length === 0 ? [] : cutUp(body, by, content);
    const pieces = whole.map((bytes, index) => ({bytes, wait: index === 0 ? 0 : pause}));
    const timed = gap && !(content instanceof Uint8Array) ? withGap(pieces, gap, content) : pieces;
    return {
      status,
      headers: {...headers, ...script.headers},
      chunks: timed.map(({bytes}) => bytes),
      // A refusal ends, even if its stream was to stall.
      end: cut?.by === 'stall' && status !== 200 ? 'eof' : (cut?.by ?? 'eof'),
      headerDelay,
      waits: timed.map(({wait}) => wait),
      entry,
    };
  }
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly wait: number;
}

/** The pieces, with a silence before the event at `before`, broken by comments. Nothing comes before the byte order mark. */
function withGap(
  pieces: readonly Piece[],
  {before, ms, ping = ms}: NonNullable<ResponseScript['gap']>,
  list: readonly Frame[],
): Piece[] {
  const mark = list[0]?.head.startsWith(BOM) ? encoder.encode(BOM).length : 0;
  const at = Math.max(mark, measure(list)[before]?.start ?? 0);
  const pings = Array.from({length: Math.ceil(ms / ping) - 1}, () => ({
    bytes: encoder.encode(': ping\n\n'),
    wait: ping,
  }));
  const timed: Piece[] = [];
  let start = 0;
  for (const {bytes, wait} of pieces) {
    const end = start + bytes.length;
    if (at >= start && at < end) {
      if (at > start) timed.push({bytes: bytes.subarray(0, at - start), wait});
      timed.push(...pings, {bytes: bytes.subarray(at - start), wait: ms - pings.length * ping});
    } else {
      timed.push({bytes, wait});
    }
    start = end;
  }
  return timed;
}

/** The events, with what the script inserts or repeats. A byte order mark stays at the very beginning. */
function altered(list: readonly Frame[], {inject = [], repeat}: ResponseScript): readonly Frame[] {
  if (inject.length === 0 && !repeat) return list;
  const all = list.flatMap((frame, index) => {
    const {units} = list[index - 1] ?? {units: 0};
    const before = inject.filter(injected => injected.before === index);
    const times = repeat?.event === index ? repeat.times : 0;
    const plain = {...frame, head: frame.head.replace(BOM, '')};
    return [
      ...before.map(({text}) => ({head: '', payload: text, tail: '', terminal: false, units})),
      ...Array.from({length: 1 + times}, () => plain),
    ];
  });
  const [first, ...rest] = all;
  return first && list[0]?.head.startsWith(BOM) ? [{...first, head: BOM + first.head}, ...rest] : all;
}

function cutUp(
  body: Uint8Array,
  by: ResponseScript['chunks'],
  content: Uint8Array | readonly Frame[],
): Uint8Array[] {
  if (typeof by === 'number') return randomChunks(by, 300).chunks(body);
  if (by === 'byte') return Array.from(body, byte => Uint8Array.of(byte));
  if (by === 'whole' || content instanceof Uint8Array) return [body];
  return measure(content)
    .map(({start, end}) => body.subarray(start, end))
    .filter(piece => piece.length > 0);
}
