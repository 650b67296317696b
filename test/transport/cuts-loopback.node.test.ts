import assert from 'node:assert/strict';
import {after, before, describe, it} from 'node:test';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import {
  type Cut,
  type CutSuite,
  cutScenario,
  faults,
  landmarks,
  modesAfter,
  placesToCut,
  sample,
} from '../support/cut-matrix.ts';
import {fastClock} from '../support/fake-clock.ts';
import {readStream} from '../support/read-stream.ts';
import {referenceText, referenceTokens} from '../support/reference-answer.ts';
import {type ScriptedServer, startScriptedServer} from '../support/scripted-server.ts';
import {newSeed} from '../support/seeded-random.ts';

const SAMPLES = 40;
const seed = newSeed();
const suites: Record<string, CutSuite> = {
  'token, a user turn': {scenario: {dialect: 'token', declare: 'event'}, mode: 'continue-turn'},
  'token, a resume': {scenario: {dialect: 'token', resume: 'offered'}, mode: 'resume'},
  'openai, a user turn': {scenario: {dialect: 'openai'}, mode: 'continue-turn', options: {model: 'unknown'}},
  'openai, a prefill': {scenario: {dialect: 'openai'}, mode: 'prefill', options: {model: 'llama-3.3-70b'}},
};

describe('an answer cut over real sockets is whole and exact, by EOF and reset in turn', () => {
  let server: ScriptedServer;
  before(async () => {
    server = await startScriptedServer();
  });
  after(() => server.close());

  for (const [title, suite] of Object.entries(suites)) {
    it(`${title}: ${SAMPLES} samples`, async () => {
      const whole = {...suite.scenario, tokens: referenceTokens};
      const marks = landmarks(whole);
      const wrong: string[] = [];
      const places = sample(placesToCut(whole, seed, 500), SAMPLES, seed);
      for (const [index, at] of places.entries()) {
        // Behind the terminal a reset may throw that away, and then it has to be asked for.
        const cut: Cut = {at, by: index % 2 === 0 || at >= marks.terminal ? 'eof' : 'reset'};
        const served = server.serve(cutScenario(suite, cut, seed), suite.options);
        const stream = streamCompletion({
          endpoint: served.endpoint,
          messages: [{role: 'user', content: 'Explain streaming.'}],
          random: () => 0,
          clock: fastClock(10),
          ...suite.options,
        });
        const reading = await readStream(stream);
        // A reset throws away what the kernel had not handed over: the client may have less than was sent.
        const modes = cut.by === 'eof' ? modesAfter(suite, cut, marks) : (['send', suite.mode] as const);
        const found = faults(reading, served.ledger, {text: referenceText, modes});
        const {length} = served.ledger.requests;
        if (at < marks.terminal && length !== 2) found.push(`${length} requests, not 2`);
        if (found.length > 0) wrong.push(`${cut.by} at ${at}: ${found.join('; ')}`);
      }
      console.log(`${title}: cuts ${places.length}, wrong ${wrong.length} (seed ${seed})`);
      assert.equal(wrong.length, 0, `seed ${seed}:\n${wrong.slice(0, 12).join('\n')}`);
    });
  }
});
