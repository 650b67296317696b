import {randomChunks} from './chunkings.ts';
import type {AskedMode, Ledger, LedgerEntry, ResponseScript, Scenario} from './scenario.ts';
import {bytesOf, type Frame, frames, measure, terminalAt} from './scripted-answer.ts';

export interface ScriptedRequest {
  readonly method: string;
  /** Path of the URL. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed, `undefined` without a body. */
  readonly body: unknown;
}

/** What is to be sent, and how. `chunks` end where the script cuts the body. */
export interface ScriptedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: readonly Uint8Array[];
  readonly end: 'eof' | 'reset' | 'stall';
  readonly headerDelay: number;
  readonly pause: number;
  /** This request's line of the ledger, for the transport to write to. */
  readonly entry: LedgerEntry;
}

type Writable<T> = {-readonly [Key in keyof T]: T[Key]};

const STREAM_HEADERS = {'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store'};
const NO_PREFILL =
  'This model does not support assistant message prefill. The conversation must end with a user message.';
const encoder = new TextEncoder();

/** Answers as the scenario says and writes down every request. Knows nothing of sockets. */
export class ScriptedModel {
  readonly scenario: Scenario;
  readonly ledger: Ledger = {requests: []};
  readonly #answer: string;
  readonly #streams = new Map<string, Frame[]>();

  constructor(scenario: Scenario) {
    this.scenario = scenario;
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
      at: Date.now(),
      sent: 0,
    };
    const script = scenario.responses?.[this.ledger.requests.length] ?? scenario.last ?? {};
    this.ledger.requests.push(entry);
    const respond = (status: number, headers: Record<string, string>, body: Uint8Array | Frame[]) => {
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
      return respond(200, STREAM_HEADERS, left.slice(Number(entry.lastEventId ?? 0)));
    }
    if (asked.mode === 'prefill' && scenario.prefill === 'refused') {
      const error = {error: {message: NO_PREFILL, type: 'invalid_request_error'}};
      return respond(400, {'content-type': 'application/json'}, encoder.encode(JSON.stringify(error)));
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

  /** What the client wants, and the part of the answer that it has. */
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
    content: Uint8Array | Frame[],
    entry: LedgerEntry,
  ): ScriptedResponse {
    const all = content instanceof Uint8Array ? content : bytesOf(content);
    const body = script.cut ? all.subarray(0, script.cut.at) : all;
    return {
      status,
      headers: {...headers, ...script.headers},
      chunks: body.length === 0 ? [] : cutUp(body, script.chunks ?? 'event', content),
      end: script.cut?.by ?? 'eof',
      headerDelay: script.headerDelay ?? 0,
      pause: script.pause ?? 0,
      entry,
    };
  }
}

function cutUp(body: Uint8Array, by: ResponseScript['chunks'], content: Uint8Array | Frame[]): Uint8Array[] {
  if (typeof by === 'number') return randomChunks(by, 300).chunks(body);
  if (by === 'byte') return Array.from(body, byte => Uint8Array.of(byte));
  if (by === 'whole' || content instanceof Uint8Array) return [body];
  return measure(content)
    .map(({start, end}) => body.subarray(start, end))
    .filter(piece => piece.length > 0);
}
