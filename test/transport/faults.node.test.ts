import assert from 'node:assert/strict';
import type {StreamCompletionOptions} from '../../src/transport/options.ts';
import {readScenario} from '../support/cut-matrix.ts';
import {referenceTokens} from '../support/reference-answer.ts';
import type {Framing, ResponseScript, Scenario} from '../support/scenario.ts';
import {frames, measure} from '../support/scripted-answer.ts';
import {integer, newSeed, seededRandom} from '../support/seeded-random.ts';
import {describe, it, run} from '../support/unwatched.ts';

const RUNS = 200;
const seed = newSeed();
// From the middle: the end of a code block, Arabic, CJK, tokens of line breaks alone.
const tokens = referenceTokens.slice(330, 420);
const text = tokens.join('');

type Random = () => number;
const pick = <Value>(random: Random, values: readonly Value[]): Value =>
  values[integer(random, 0, values.length)]!;

function someFraming(random: Random, mayBeBare: boolean): Framing {
  return {
    newline: pick(random, ['\n', '\r\n', '\r']),
    bom: random() < 0.2,
    ...(random() < 0.3 && {comments: integer(random, 1, 9)}),
    bare: mayBeBare && random() < 0.4,
  };
}

function someFault(random: Random, length: number): ResponseScript {
  const at = integer(random, 0, length);
  const chunks = pick(random, ['event', 'whole', 'byte', integer(random, 1, 1000)] as const);
  return pick<ResponseScript>(random, [
    {chunks},
    {cut: {at, by: 'eof'}, chunks},
    {cut: {at, by: 'eof'}, chunks},
    {cut: {at, by: 'reset'}, chunks},
    {cut: {at, by: 'reset'}, chunks},
    {cut: {at, by: 'stall'}, chunks},
    {status: 429, headers: {'retry-after': `${integer(random, 0, 20)}`}},
    {status: pick(random, [500, 502, 503, 529])},
    {headerDelay: 40_000},
  ]);
}

function someScenario(random: Random): {scenario: Scenario; options: Partial<StreamCompletionOptions>} {
  const dialect = pick(random, ['openai', 'token'] as const);
  const resume = pick(random, ['none', 'none', 'offered', 'offered', 204, 404] as const);
  const whole: Scenario = {
    dialect,
    tokens,
    framing: someFraming(random, dialect === 'token' && resume === 'none'), // Lines without `data:` have no ids.
    terminal: pick(random, ['full', 'finish', 'unterminated']),
    declare: pick(random, ['header', 'event']),
    resume,
    prefill: pick(random, ['obeyed', 'refused']),
    back: pick(random, [0, 0, 0, 1, 30, 'all']),
  };
  const length = measure(frames(whole)).at(-1)?.end ?? 0;
  const responses = Array.from({length: integer(random, 1, 6)}, () => someFault(random, length));
  return {
    scenario: {...whole, responses},
    options: {random, ...(random() < 0.5 && {model: 'llama-3.3-70b-versatile'})},
  };
}

describe('whatever a network does', () => {
  it(`an answer is whole and exact, or its exact beginning with an honest status (${RUNS} runs, seed ${seed})`, async () => {
    const seen = new Map<string, number>();
    for (let run = 0; run < RUNS; run++) {
      const random = seededRandom(seed + run);
      const {scenario, options} = someScenario(random);
      const where = `SEED=${seed}, run ${run}: ${JSON.stringify({...scenario, tokens: undefined})}`;
      const {reading, ledger, clock} = await readScenario(scenario, options).catch(error => {
        throw new Error(where, {cause: error});
      });
      const {status} = reading.end;
      seen.set(status, (seen.get(status) ?? 0) + 1);
      const {segments} = reading.result;

      if (status === 'complete') assert.equal(reading.text, text, where);
      else if (status === 'interrupted')
        assert.ok(reading.text !== '' && text.startsWith(reading.text), where);
      else {
        assert.deepEqual([status, reading.text], ['error', ''], where);
        assert.equal(ledger.requests.length, 5, where); // The first, and four times more.
      }

      // A new answer is asked for only while nothing of the last one was shown.
      const afterText = segments.filter((_, at) => segments.slice(0, at).some(({chars}) => chars > 0));
      assert.ok(
        afterText.every(({mode}) => mode !== 'send' && mode !== 'retry'),
        where,
      );
      // What was billed again: continuations that the server did answer.
      const refused = (index: number) => (scenario.responses?.[index]?.status ?? 200) !== 200;
      const billed = ledger.requests.filter(
        ({mode}, index) =>
          !refused(index) &&
          (mode === 'continue-turn' || (mode === 'prefill' && scenario.prefill !== 'refused')),
      );
      assert.ok(billed.length <= 2, `${billed.length} continuations. ${where}`);
      assert.ok(
        ledger.requests.every(({exact}) => exact),
        where,
      );
      // Nothing is left open: no timer, no socket.
      assert.equal(clock.pending, 0, where);
      const open = ledger.requests.filter(({closedBy, sent}) => sent > 0 && closedBy === undefined);
      assert.equal(open.length, 0, `${open.length} bodies left open. ${where}`);
    }
    console.log(
      `faults: ${RUNS} runs, ${[...seen].map(([status, count]) => `${status} ${count}`).join(', ')}`,
    );
    assert.ok((seen.get('complete') ?? 0) > RUNS / 4 && (seen.get('interrupted') ?? 0) > 0);
  });
});

await run();
