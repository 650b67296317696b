import {type CompletionResult, streamCompletion} from '../../src/client.ts';
import {chunkedFetch} from '../support/chunked-fetch.ts';
import {toEventStream} from '../support/fixtures.ts';
import {type Recording, recordings} from '../support/readings/index.ts';
import type {PlainReading} from '../support/readings/plain-reading.ts';
import {cutBody, HEADERS, type RecordedCut, soonClock} from './recorded-cuts.ts';

/** A recorded stream of any dialect as a server sends it, and what an independent reading finds after each event. */
export interface CutRecording {
  readonly name: string;
  readonly dialect: string;
  readonly bytes: Uint8Array;
  readonly events: readonly {readonly payloadEnd: number; readonly end: number; readonly so: PlainReading}[];
  /** What the whole stream says. */
  readonly reading: PlainReading;
}

/** All recorded streams except those of Chat Completions, which have a rig of their own, with `resume`. */
export function cutRecordings(): CutRecording[] {
  return recordings()
    .filter(({done}) => !done)
    .map(asSent);
}

function asSent({name, dialect, payloads, reading, read, eventOf}: Recording): CutRecording {
  let end = 0;
  const pieces = payloads.map(payload => toEventStream([payload], {newline: '\n', eventOf}));
  const events = pieces.map(({length}, index) => {
    end += length;
    return {payloadEnd: end - 2, end, so: read(index + 1)};
  });
  return {name, dialect, bytes: Buffer.concat(pieces), events, reading};
}

/**
 * What is wrong with the result of a cut; `undefined` if nothing is.
 * @param goesOn Where the answer can be continued, the server is asked to: it starts again, and says so.
 */
export async function cutRecording(
  recording: CutRecording,
  cut: RecordedCut,
  goesOn: boolean,
): Promise<string | undefined> {
  if (goesOn && !canGoOn(recording, cut)) return undefined;
  const again = {chunks: [recording.bytes], headers: {...HEADERS, 'x-continue-from': '0'}};
  const fetch = chunkedFetch(cutBody(recording, cut), again);
  const stream = streamCompletion({
    endpoint: 'http://127.0.0.1:9/chat',
    messages: [{role: 'user', content: 'Hi'}],
    continuation: goesOn ? 'continue-turn' : 'off',
    maxRetries: 0,
    fetch,
    clock: soonClock,
  });
  const result = await stream.result();
  const {length: requests} = fetch.requests;
  if (goesOn) {
    if (requests !== 2) return `${requests} requests, not 2`;
    return result.text === recording.reading.text ? undefined : 'another text';
  }
  if (requests !== 1) return `${requests} requests, not 1`;
  const wrong = judge(soFar(recording, cut), result);
  return wrong && saysEnd(recording, cut) ? judge(soFar(recording, {...cut, by: 'eof'}), result) : wrong;
}

/**
 * An end that lacks its blank line counts after a reset, too, if the dialect was loaded by then; otherwise the answer
 * was cut.
 */
function saysEnd(recording: CutRecording, cut: RecordedCut): boolean {
  return soFar(recording, {...cut, by: 'eof'}).finish !== undefined;
}

const NOTHING: PlainReading = {text: '', reasoning: '', tools: [], finish: undefined, usage: {}};

/**
 * An answer is not continued if it is over, is empty, or has an open tool call. One with a call that was answered is
 * left out here.
 */
export function canGoOn(recording: CutRecording, cut: RecordedCut): boolean {
  const so = soFar(recording, cut);
  return !saysEnd(recording, cut) && !so.error && so.text !== '' && so.tools.length === 0;
}

/** A payload that lacks only its blank line is accepted only at a clean end. */
function soFar({events}: CutRecording, {at, by}: RecordedCut): PlainReading {
  const last = events.findLast(({payloadEnd, end}) => (by === 'eof' ? payloadEnd : end) <= at);
  return last?.so ?? NOTHING;
}

function judge(so: PlainReading, {text, status}: CompletionResult): string | undefined {
  if (text !== so.text) return `${text.length} characters of ${so.text.length}, or others`;
  const wanted = statuses(so);
  return wanted.includes(status) ? undefined : `status ${status}, not ${wanted.join(' or ')}`;
}

function statuses({error, finish, text}: PlainReading): string[] {
  if (error) return ['error'];
  if (finish) return [finish === 'content-filter' ? 'filtered' : 'complete'];
  return text ? ['interrupted'] : ['error', 'interrupted'];
}
