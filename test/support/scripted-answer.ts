import type {Scenario} from './scenario.ts';

/** One event on the wire. Offsets are bytes of the body in which it was measured. */
export interface MeasuredEvent {
  readonly start: number;
  /** Just after the payload, before its line end. */
  readonly payloadEnd: number;
  readonly end: number;
  /** Whether it says that the answer is over. */
  readonly terminal: boolean;
  /** UTF-16 units of the answer up to and including this event. */
  readonly units: number;
}

/** One event, ready to be sent. `head`, `payload` and `tail` together are its characters. */
export interface Frame {
  readonly head: string;
  readonly payload: string;
  readonly tail: string;
  readonly terminal: boolean;
  readonly units: number;
}

const encoder = new TextEncoder();

const wholes = new Map<string, {tokens: readonly string[]; list: Frame[]}>();

/** The events of an answer from a position on, with ids from 1 if the scenario offers a resume. */
export function frames(scenario: Scenario, position = 0, declared?: number): Frame[] {
  if (position > 0 || declared !== undefined) return makeFrames(scenario, position, declared);
  // The whole answer is requested again in every run of a matrix.
  const {dialect, framing, terminal, finishReason, resume} = scenario;
  const key = JSON.stringify([dialect, framing, terminal, finishReason, resume]);
  let whole = wholes.get(key);
  if (whole?.tokens !== scenario.tokens) {
    whole = {tokens: scenario.tokens, list: makeFrames(scenario, 0)};
    wholes.set(key, whole);
  }
  return whole.list;
}

function makeFrames(scenario: Scenario, position: number, declared?: number): Frame[] {
  const {dialect, framing = {}, terminal = 'full', tokens} = scenario;
  const newline = framing.newline ?? '\n';
  const list: Frame[] = [];
  let units = position;
  let id = 1;
  const add = (payload: string, isTerminal = false, tail = newline + newline) => {
    let head = list.length === 0 && framing.bom ? '\uFEFF' : '';
    if (framing.comments && list.length % framing.comments === 0) head += `: still here${newline}${newline}`;
    if (scenario.resume !== undefined && scenario.resume !== 'none') head += `id: ${id++}${newline}`;
    if (!framing.bare || payload === '[DONE]') head += 'data: ';
    list.push({head, payload, tail, terminal: isTerminal, units});
  };
  const json = (value: unknown, isTerminal = false) => add(JSON.stringify(value), isTerminal);

  if (declared !== undefined) json({continue_from: declared});
  if (dialect === 'openai') {
    json(chunk({delta: {role: 'assistant', content: ''}}, {x_groq: {id: 'req_scripted'}}));
  }
  if (position > 0 && scenario.prelude) add(textPayload(dialect, scenario.prelude));
  let start = 0;
  for (const token of tokens) {
    const text = token.slice(Math.max(0, position - start));
    start += token.length;
    if (start <= position && token !== '') continue;
    units += text.length;
    add(textPayload(dialect, text));
  }
  if (terminal !== 'none' && terminal !== 'done') {
    json(
      dialect === 'openai'
        ? chunk({delta: {}, finish_reason: scenario.finishReason ?? 'stop'}, {x_groq: {usage: USAGE}})
        : {done: true},
      true,
    );
  }
  if (terminal === 'full' || terminal === 'done') add('[DONE]', true);
  if (terminal === 'unterminated') add('[DONE]', true, newline);
  return list;
}

const payloads = new Map<string, string>();

/** Cached, since every run of a matrix uses the same pieces. */
function textPayload(dialect: Scenario['dialect'], text: string): string {
  const key = dialect + text;
  let payload = payloads.get(key);
  if (payload === undefined) {
    payload = JSON.stringify(dialect === 'openai' ? chunk({delta: {content: text}}) : {token: text});
    if (payloads.size < 20_000) payloads.set(key, payload);
  }
  return payload;
}

const USAGE = {
  queue_time: 0.25,
  prompt_tokens: 12,
  completion_tokens: 34,
  total_tokens: 46,
  completion_time: 0.5,
};

function chunk(choice: object, more: object = {}): object {
  return {
    id: 'chatcmpl-scripted',
    object: 'chat.completion.chunk',
    created: 1_770_770_839,
    model: 'scripted',
    choices: [{index: 0, finish_reason: null, ...choice}],
    ...more,
  };
}

const encoded = new WeakMap<readonly Frame[], Uint8Array>();

export function bytesOf(list: readonly Frame[]): Uint8Array {
  let bytes = encoded.get(list);
  if (!bytes) {
    let text = '';
    for (const {head, payload, tail} of list) text += head + payload + tail;
    bytes = encoder.encode(text);
    encoded.set(list, bytes);
  }
  return bytes;
}

/** Where each event is in the body that these frames make. */
export function measure(list: readonly Frame[]): MeasuredEvent[] {
  let offset = 0;
  return list.map(({head, payload, tail, terminal, units}) => {
    const start = offset;
    const payloadEnd = start + encoder.encode(head + payload).length;
    offset = payloadEnd + encoder.encode(tail).length;
    return {start, payloadEnd, end: offset, terminal, units};
  });
}

/** Bytes up to where these frames have said that the answer is over; `Infinity` if they never do. */
export function terminalAt(list: readonly Frame[]): number {
  const index = list.findIndex(frame => frame.terminal);
  const frame = list[index];
  if (!frame) return Number.POSITIVE_INFINITY;
  // There are few frames from there on, and many before it.
  return (
    bytesOf(list).length -
    bytesOf(list.slice(index)).length +
    encoder.encode(frame.head + frame.payload).length
  );
}
