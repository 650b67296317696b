import {streamCompletion} from '../../src/transport/completion-stream.ts';
import type {StreamCompletionOptions} from '../../src/transport/options.ts';
import {assertExplained} from './explained.ts';
import {FakeClock} from './fake-clock.ts';
import {type Reading, readStream} from './read-stream.ts';
import {referenceTokens} from './reference-answer.ts';
import type {AskedMode, Ledger, Scenario} from './scenario.ts';
import {frames, type MeasuredEvent, measure, terminalAt} from './scripted-answer.ts';
import {scriptedFetch} from './scripted-fetch.ts';
import {integer, seededRandom} from './seeded-random.ts';

/** Where to cut a body, in bytes, and how. */
export interface Cut {
  readonly at: number;
  readonly by: 'eof' | 'reset';
}

/** What the answer must be after the cut. */
export interface Expectation {
  readonly text: string;
  /** The ways in which the answer may be continued. */
  readonly modes: readonly AskedMode[];
}

/** Positions in the body of a whole answer, in bytes. */
export interface Landmarks {
  readonly events: readonly MeasuredEvent[];
  /** Up to and including the payload of the first event with text. */
  readonly firstText: number;
  /** Up to the end of that event. */
  readonly firstTextEnd: number;
  /** Up to where the server has said that the answer is over. */
  readonly terminal: number;
  readonly length: number;
}

export function landmarks(scenario: Scenario): Landmarks {
  const list = frames(scenario);
  const events = measure(list);
  const first = events.find(event => event.units > 0);
  return {
    events,
    firstText: first?.payloadEnd ?? 0,
    firstTextEnd: first?.end ?? 0,
    terminal: terminalAt(list),
    length: events.at(-1)?.end ?? 0,
  };
}

/** One way to continue, and the server and client for it. */
export interface CutSuite {
  readonly scenario: Omit<Scenario, 'tokens'>;
  readonly mode: AskedMode;
  readonly options?: Partial<StreamCompletionOptions>;
}

/** The scenario with one cut; the seed decides how the body is split into chunks. */
export function cutScenario({scenario}: CutSuite, cut: Cut, seed: number): Scenario {
  const responses = [{cut, chunks: (seed + cut.at) % 8 === 0 ? seed + cut.at : ('whole' as const)}];
  return {...scenario, tokens: referenceTokens, responses, last: {chunks: 'whole'}};
}

/** The ways in which an answer that was cut there may be continued. */
export function modesAfter({mode}: CutSuite, {at}: Cut, {firstText, firstTextEnd}: Landmarks): AskedMode[] {
  if (at < firstText) return mode === 'resume' ? ['send', 'resume'] : ['send'];
  // Between a payload and its blank line, a reader may or may not accept the event.
  return at < firstTextEnd ? ['send', mode] : [mode];
}

/** Every event boundary of the answer's body, including the start, and `random` bytes between them. */
export function placesToCut(scenario: Scenario, seed: number, random: number): number[] {
  const events = measure(frames(scenario));
  const length = events.at(-1)?.end ?? 0;
  const next = seededRandom(seed);
  return [
    ...new Set([
      0,
      ...events.map(event => event.end),
      ...Array.from({length: random}, () => integer(next, 1, length)),
    ]),
  ];
}

/** Some of the places, picked by the seed. */
export function sample(places: readonly number[], count: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({length: count}, () => places[integer(random, 0, places.length)] ?? 0);
}

/**
 * Reads a scenario without sockets, with a clock that runs by itself.
 * @throws {Error} naming each request that the policy does not explain.
 */
export async function readScenario(
  scenario: Scenario,
  options: Partial<StreamCompletionOptions> = {},
  clock = new FakeClock(),
): Promise<{reading: Reading; ledger: Ledger; clock: FakeClock}> {
  const {fetch, ledger} = scriptedFetch(scenario, clock);
  const stream = streamCompletion({
    endpoint: endpointOf(scenario),
    messages: [{role: 'user', content: 'Explain streaming.'}],
    fetch,
    clock,
    random: seededRandom(1),
    ...options,
  });
  const reading = await clock.runUntil(readStream(stream, options.partial?.text));
  assertExplained(scenario, ledger, options);
  return {reading, ledger, clock};
}

export function endpointOf({dialect}: Scenario): string {
  return dialect === 'openai' ? 'http://127.0.0.1:9/v1/chat/completions' : 'http://127.0.0.1:9/api/chat';
}

/** What is wrong with a finished answer that was cut; empty if nothing is. */
export function faults(reading: Reading, ledger: Ledger, {text, modes}: Expectation): string[] {
  const {requests} = ledger;
  const found: string[] = [];
  if (reading.text !== text) found.push(`text differs at ${firstDifference(reading.text, text)}`);
  if (reading.end.status !== 'complete')
    found.push(`status ${reading.end.status}: ${reading.end.error?.message}`);
  const cuts = requests.filter(request => !request.ends).length;
  if (requests.length !== 1 + cuts) found.push(`${requests.length} requests for ${cuts} cuts`);
  for (const [index, request] of requests.entries()) {
    if (!request.exact) found.push(`request ${index + 1} sent a text that is not the answer's beginning`);
    if (index > 0 && !modes.includes(request.mode)) found.push(`asked by ${request.mode}`);
  }
  return found;
}

function firstDifference(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return `${at} of ${b.length}: ${JSON.stringify(a.slice(at, at + 20))} for ${JSON.stringify(b.slice(at, at + 20))}`;
}
