import assert from 'node:assert/strict';
import {
  type Cut,
  type CutSuite,
  cutScenario,
  faults,
  landmarks,
  modesAfter,
  placesToCut,
  readScenario,
  sample,
} from './cut-matrix.ts';
import {referenceText, referenceTokens} from './reference-answer.ts';
import type {Scenario} from './scenario.ts';
import {integer, seededRandom} from './seeded-random.ts';

const isWhole = globalThis.process?.env['CUTS'] === 'all';
/** A normal run cuts at every 15th place, starting from one that the seed picks. */
const PART = 15;

/** Every event boundary of the reference answer and 500 random bytes; in a normal run only some of them. */
function placesOf({scenario}: CutSuite, seed: number): number[] {
  const places = placesToCut({...scenario, tokens: referenceTokens}, seed, 500);
  return isWhole ? places : places.filter((_, index) => index % PART === seed % PART);
}

/**
 * Cuts the reference answer at some places, cleanly or by a reset as the seed decides; with `CUTS=all` in the
 * environment at every event boundary and at 500 random bytes, each in both ways. Each time the whole text must arrive,
 * exactly once, with one more request if the cut was before the terminal. Prints the count.
 */
export async function cutEverywhere(suite: CutSuite, seed: number): Promise<void> {
  const places = placesOf(suite, seed);
  const ways = isWhole ? [0, 1] : [seed];
  const cuts = ways.flatMap(first => places.map((at, index) => inTurn(at, index + first)));
  await cutAt(suite, cuts, seed);
}

/** The same at `count` of these places, alternating between a clean cut and a reset. */
export async function cutHereAndThere(suite: CutSuite, seed: number, count: number): Promise<void> {
  const places = placesOf(suite, seed);
  await cutAt(suite, (isWhole ? places : sample(places, count, seed)).map(inTurn), seed);
}

function inTurn(at: number, index: number): Cut {
  return {at, by: index % 2 === 0 ? 'eof' : 'reset'};
}

async function cutAt(suite: CutSuite, cuts: readonly Cut[], seed: number): Promise<void> {
  const marks = landmarks({...suite.scenario, tokens: referenceTokens});
  const wrong: string[] = [];
  for (const cut of cuts) {
    const {reading, ledger} = await readScenario(cutScenario(suite, cut, seed), suite.options);
    const found = faults(reading, ledger, {text: referenceText, modes: modesAfter(suite, cut, marks)});
    const requests = cut.at < marks.terminal ? 2 : 1;
    if (ledger.requests.length !== requests)
      found.push(`${ledger.requests.length} requests, not ${requests}`);
    if (found.length > 0) wrong.push(`${cut.by} at ${cut.at}: ${found.join('; ')}`);
  }
  report(suite, cuts.length, wrong, seed);
}

/** Cuts the answer twice, the second time in its continuation. */
export async function cutTwice(suite: CutSuite, seed: number, runs: number): Promise<void> {
  const whole: Scenario = {...suite.scenario, tokens: referenceTokens};
  const marks = landmarks(whole);
  const random = seededRandom(seed);
  const wrong: string[] = [];
  for (let run = 0; run < runs; run++) {
    const cut = {at: integer(random, marks.firstTextEnd, marks.terminal), by: 'reset' as const};
    const second = {at: integer(random, 1, marks.length - cut.at + 400), by: 'eof' as const};
    const scenario: Scenario = {
      ...whole,
      responses: [{cut, chunks: 'whole'}, {cut: second}],
      last: {chunks: 'whole'},
    };
    const {reading, ledger} = await readScenario(scenario, suite.options);
    const found = faults(reading, ledger, {text: referenceText, modes: [suite.mode]});
    if (found.length > 0) wrong.push(`reset at ${cut.at}, then eof at ${second.at}: ${found.join('; ')}`);
  }
  report(suite, 2 * runs, wrong, seed);
}

/** Cuts the answer where no recovery is allowed: what arrived must be an exact prefix, with the status interrupted. */
export async function cutWithoutRecovery(suite: CutSuite, seed: number): Promise<void> {
  const whole: Scenario = {...suite.scenario, tokens: referenceTokens};
  const marks = landmarks(whole);
  const wrong: string[] = [];
  const cuts = placesOf(suite, seed)
    .filter(at => at >= marks.firstTextEnd && at < marks.terminal)
    .map(inTurn);
  for (const cut of cuts) {
    const {reading, ledger} = await readScenario(cutScenario(suite, cut, seed), suite.options);
    const found: string[] = [];
    if (reading.end.status !== 'interrupted') found.push(`status ${reading.end.status}`);
    if (!referenceText.startsWith(reading.text)) found.push('no prefix');
    // What the server had sent in whole events must be there.
    const sent = marks.events.findLast(event => event.end <= cut.at)?.units ?? 0;
    if (reading.text.length < sent) found.push(`${sent - reading.text.length} characters lost`);
    if (ledger.requests.length !== 1) found.push(`${ledger.requests.length} requests`);
    if (found.length > 0) wrong.push(`${cut.by} at ${cut.at}: ${found.join('; ')}`);
  }
  report(suite, cuts.length, wrong, seed);
}

function report({scenario, mode}: CutSuite, cuts: number, wrong: readonly string[], seed: number): void {
  console.log(`${scenario.dialect}, ${mode}: cuts ${cuts}, wrong ${wrong.length} (seed ${seed})`);
  assert.ok(cuts > 0, 'no cut was made');
  assert.equal(wrong.length, 0, `seed ${seed}:\n${wrong.slice(0, 12).join('\n')}`);
}
