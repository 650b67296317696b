import {type Clock, type CompletionResult, streamCompletion} from '../../src/client.ts';
import {type ChunkedBody, chunkedFetch} from '../support/chunked-fetch.ts';
import {fixture, fixtureNames} from '../support/fixtures.ts';

/** One event of a recorded stream as it is in `bytes`, and how long the answer is after it. */
interface RecordedEvent {
  readonly start: number;
  /** After the payload, before its line end. */
  readonly payloadEnd: number;
  readonly end: number;
  /** UTF-16 units of the answer up to and including this event. */
  readonly units: number;
}

/** A recorded stream as a server sends it. Its content was read without any of our code. */
export interface RecordedStream {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly events: readonly RecordedEvent[];
  /** The answer. Empty for a tool call. */
  readonly text: string;
  /** Bytes up to where the server has said that the answer is over. */
  readonly terminal: number;
  /** Bytes up to and including the first event with text. */
  readonly firstText: number;
}

export interface StreamOfEvents {
  readonly bytes: Uint8Array;
  readonly events: readonly {readonly end: number}[];
}

export interface RecordedCut {
  readonly at: number;
  readonly by: 'eof' | 'reset';
}

/**
 * How a cut answer recovers. `alone`: no further request. `resume`: the server sends ids with its events and resumes
 * the stream. `continue`: it continues in a new request, and says at which position.
 */
export type Recovery = 'alone' | 'resume' | 'continue';

const encoder = new TextEncoder();
export const HEADERS = {'content-type': 'text/event-stream'};

/** The names of all recorded streams of Chat Completions whose content is plain text, such as `groq/groq-text`. */
export function recordedNames(): string[] {
  return fixtureNames().filter(name => {
    const choices = fixture(name).map(payload => JSON.parse(payload).choices);
    return choices.every(all => Array.isArray(all) && !Array.isArray(all[0]?.delta?.content));
  });
}

/** @param withIds Numbers the events, from 1. */
export function recordedStream(name: string, withIds = false): RecordedStream {
  const payloads = [...fixture(name), '[DONE]'];
  const events: RecordedEvent[] = [];
  let [wire, text, end] = ['', '', 0];
  let terminal = 0;
  for (const [index, payload] of payloads.entries()) {
    const choice = payload === '[DONE]' ? undefined : JSON.parse(payload).choices?.[0];
    text += choice?.delta?.content ?? '';
    const record = `${withIds ? `id: ${index + 1}\n` : ''}data: ${payload}\n\n`;
    wire += record;
    const start = end;
    end += encoder.encode(record).length;
    if (choice?.finish_reason) terminal ||= end - 2;
    events.push({start, payloadEnd: end - 2, end, units: text.length});
  }
  return {
    name,
    bytes: encoder.encode(wire),
    events,
    text,
    terminal,
    firstText: events.find(({units}) => units > 0)?.payloadEnd ?? end,
  };
}

/** The body up to the cut, in two pieces. */
export function cutBody({bytes}: {readonly bytes: Uint8Array}, {at, by}: RecordedCut): ChunkedBody {
  const between = (at * 7919) % (at + 1);
  const chunks = [bytes.subarray(0, between), bytes.subarray(between, at)].filter(({length}) => length > 0);
  return {chunks, end: by, headers: HEADERS};
}

/** What is wrong with the result of a cut; `undefined` if nothing is. */
export async function cutRecorded(
  stream: RecordedStream,
  cut: RecordedCut,
  recovery: Recovery,
): Promise<string | undefined> {
  const first = cutBody(stream, cut);
  const fetch = recovery === 'alone' ? chunkedFetch(first) : recoveringFetch(stream, first, recovery);
  const answer = streamCompletion({
    endpoint: 'http://127.0.0.1:9/v1/chat/completions',
    messages: [{role: 'user', content: 'Hi'}],
    continuation: recovery === 'continue' ? 'continue-turn' : recovery === 'resume' ? 'resume' : 'off',
    maxRetries: recovery === 'alone' ? 0 : 1,
    fetch,
    random: () => 0,
    clock: soonClock,
  });
  const result = await answer.result();
  const {length: requests} = fetch.requests;
  return recovery === 'alone'
    ? judgeAlone(stream, cut, result, requests)
    : judge(stream, cut, result, requests);
}

/** The delay before a continuation ends at once. Nothing else needs to wait, since every body ends. */
export const soonClock: Clock = {
  now: () => 0,
  epoch: () => 0,
  after: (ms, act) => (ms <= 100 ? soon(act) : () => {}),
};

function soon(act: () => void): () => void {
  const immediate = setImmediate(act);
  return () => clearImmediate(immediate);
}

/** Without recovery: whole if cut after the terminal; before it exactly what had arrived, with the status interrupted. */
function judgeAlone(
  {events, text, terminal}: RecordedStream,
  {at, by}: RecordedCut,
  result: CompletionResult,
  requests: number,
): string | undefined {
  if (requests !== 1) return `${requests} requests`;
  if (at >= terminal) return isWhole(result, text);
  const last = events.findLast(({end}) => end <= at)?.units ?? 0;
  // A payload that lacks only its blank line is accepted only at a clean end.
  const whole = by === 'eof' ? (events.findLast(({payloadEnd}) => payloadEnd <= at)?.units ?? 0) : last;
  const wanted = whole === 0 ? 'error' : 'interrupted';
  if (result.status !== wanted) return `status ${result.status}, not ${wanted}`;
  if (result.text !== text.slice(0, whole)) return `${result.text.length} characters of ${whole}, or others`;
  return undefined;
}

/** With recovery: whole, with one more request if the end had not come. */
function judge(
  {text, terminal}: RecordedStream,
  {at}: RecordedCut,
  result: CompletionResult,
  requests: number,
): string | undefined {
  const wanted = at < terminal ? 2 : 1;
  return requests === wanted ? isWhole(result, text) : `${requests} requests, not ${wanted}`;
}

function isWhole(result: CompletionResult, text: string): string | undefined {
  if (result.status !== 'complete') return `status ${result.status}, not complete`;
  return result.text === text ? undefined : 'another text';
}

/** Answers the first request with the cut body, and then like a server that follows the protocol. */
function recoveringFetch(stream: RecordedStream, first: ChunkedBody, recovery: Recovery) {
  const offered = recovery === 'resume' ? {...HEADERS, 'x-stream-id': 's'} : HEADERS;
  const requests: {readonly url: string; readonly init: RequestInit}[] = [];
  const answer = (init: RequestInit): ChunkedBody => {
    if (requests.length === 1) return {...first, headers: offered};
    if (init.method === 'GET') return rest(stream, Number(new Headers(init.headers).get('last-event-id')));
    const said = JSON.parse(String(init.body)).messages.at(-2);
    // The whole answer is requested again: the first response had no text.
    if (said?.role !== 'assistant') return rest(stream, 0);
    if (!stream.text.startsWith(said.content)) throw new TypeError('The answer was not quoted as it stands.');
    const from = stream.events.findIndex(({units}) => units > said.content.length);
    const next = from < 0 ? stream.events.findIndex(({payloadEnd}) => payloadEnd >= stream.terminal) : from;
    return {...rest(stream, next), headers: {...HEADERS, 'x-continue-from': `${said.content.length}`}};
  };
  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}) => {
    requests.push({url: String(input), init});
    return chunkedFetch(answer(init))(input, init);
  };
  return Object.assign(fetch, {requests});
}

function rest({bytes, events}: RecordedStream, from: number): ChunkedBody {
  return {chunks: [bytes.subarray(events[from]?.start ?? bytes.length)], headers: HEADERS};
}

/** Every event boundary and the byte on each side of it. */
export function boundaries({bytes, events}: StreamOfEvents): number[] {
  const around = [0, ...events.map(({end}) => end)].flatMap(at => [at - 1, at, at + 1]);
  return [...new Set(around)].filter(at => at >= 0 && at <= bytes.length);
}
