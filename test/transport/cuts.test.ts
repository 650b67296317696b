import {assert} from 'chai';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import type {StreamCompletionOptions} from '../../src/transport/options.ts';
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
import {readStream} from '../support/read-stream.ts';
import {referenceText, referenceTokens} from '../support/reference-answer.ts';
import type {Scenario} from '../support/scenario.ts';
import {newSeed} from '../support/seeded-random.ts';
import {serveRemotely} from '../support/served-scenario.ts';

const seed = newSeed();
const messages = [{role: 'user', content: 'Explain streaming.'}] as const;

/** 60 samples over these four. */
const suites: Record<string, CutSuite> = {
  'token, a user turn': {scenario: {dialect: 'token'}, mode: 'continue-turn'},
  'token, a resume': {scenario: {dialect: 'token', resume: 'offered'}, mode: 'resume'},
  'openai, a user turn': {
    scenario: {dialect: 'openai', declare: 'event'},
    mode: 'continue-turn',
    options: {model: 'unknown'},
  },
  'openai, a prefill': {scenario: {dialect: 'openai'}, mode: 'prefill', options: {model: 'llama-3.3-70b'}},
};

describe('an answer cut over the network of this browser is whole and exact', () => {
  for (const [title, suite] of Object.entries(suites)) {
    it(`${title}: 15 samples`, async function () {
      this.timeout(60_000);
      const whole: Scenario = {...suite.scenario, tokens: referenceTokens};
      const marks = landmarks(whole);
      const wrong: string[] = [];
      for (const [index, at] of sample(placesToCut(whole, seed, 500), 15, seed).entries()) {
        // Behind the terminal a reset may throw that away too, and nobody could know that the answer was over.
        const cut: Cut = {at, by: index % 2 === 0 || at >= marks.terminal ? 'eof' : 'reset'};
        const served = await serveRemotely(cutScenario(suite, cut, seed));
        const stream = streamCompletion({
          endpoint: served.endpoint,
          messages,
          random: () => 0,
          ...suite.options,
        });
        const reading = await readStream(stream);
        const ledger = await served.ledger(suite.options);
        // A reset throws away what the browser had not handed over: the page may have less than was sent.
        const modes = cut.by === 'eof' ? modesAfter(suite, cut, marks) : (['send', suite.mode] as const);
        const found = faults(reading, ledger, {text: referenceText, modes});
        if (at < marks.terminal && ledger.requests.length !== 2)
          found.push(`${ledger.requests.length} requests`);
        if (found.length > 0) wrong.push(`${cut.by} at ${at}: ${found.join('; ')}`);
      }
      assert.deepEqual(wrong, [], `seed ${seed}`);
    });
  }

  it('is an exact prefix, interrupted after one request, where continuation is off', async () => {
    const suite: CutSuite = {scenario: {dialect: 'token'}, mode: 'send'};
    const served = await serveRemotely(cutScenario(suite, {at: 20_000, by: 'eof'}, seed));
    const reading = await readStream(
      streamCompletion({endpoint: served.endpoint, messages, continuation: 'off'}),
    );
    assert.equal(reading.end.status, 'interrupted');
    assert.isTrue(reading.text !== '' && referenceText.startsWith(reading.text));
    assert.lengthOf((await served.ledger({continuation: 'off'})).requests, 1);
  });
});

describe('a stream in this browser', () => {
  it('is read in a worker as in a page, cuts and all', async function () {
    this.timeout(60_000);
    const worker = new Worker(new URL('../support/stream-worker.ts', import.meta.url), {type: 'module'});
    try {
      for (const [title, suite] of Object.entries(suites)) {
        for (const at of sample(
          placesToCut({...suite.scenario, tokens: referenceTokens}, seed, 50),
          2,
          seed,
        )) {
          const served = await serveRemotely(cutScenario(suite, {at, by: 'reset'}, seed));
          const answer = await ask(worker, {endpoint: served.endpoint, messages, ...suite.options});
          assert.deepEqual(
            answer,
            {text: referenceText, status: 'complete', window: 'undefined'},
            `${title} at ${at}`,
          );
        }
      }
    } finally {
      worker.terminate();
    }
  });

  it('that is stopped closes its socket within 100 ms, as the server sees it, and asks for nothing more', async () => {
    const waits: number[] = [];
    // Up to twenty times, since a machine that is busy with other things may be late by itself.
    while (waits.length < 20 && !waits.some(wait => wait < 100)) {
      const served = await serveRemotely({dialect: 'token', tokens: referenceTokens, last: {pause: 5}});
      const stream = streamCompletion({endpoint: served.endpoint, messages});
      for await (const event of stream) if (event.type === 'text') break;
      const stopped = Date.now();
      let [entry] = (await served.ledger()).requests;
      while (entry?.closedAt === undefined) [entry] = (await served.ledger()).requests;
      assert.equal(entry.closedBy, 'client');
      assert.equal(stream.status, 'stopped');
      assert.lengthOf((await served.ledger()).requests, 1);
      waits.push(entry.closedAt - stopped);
    }
    assert.isBelow(Math.min(...waits), 100, `closed after ${waits.join(', ')} ms`);
  });

  it('says how long a server on another origin asks to wait, and then succeeds', async () => {
    const served = await serveRemotely({
      dialect: 'token',
      tokens: ['Hi'],
      responses: [{status: 429, headers: {'retry-after': '1'}}],
    });
    const reading = await readStream(
      streamCompletion({endpoint: served.endpoint, messages, random: () => 0}),
    );
    assert.equal(reading.text, 'Hi');
    const [first, second] = (await served.ledger()).requests;
    assert.isAtLeast((second?.at ?? 0) - (first?.at ?? 0), 990);
  });

  it('that is a page instead is the error "content"', async () => {
    const served = await serveRemotely({
      dialect: 'token',
      tokens: [],
      last: {body: '<!doctype html><p>Sign in', headers: {'content-type': 'text/html'}},
    });
    const reading = await readStream(streamCompletion({endpoint: served.endpoint, messages}));
    assert.equal(reading.thrown?.kind, 'content');
    assert.lengthOf((await served.ledger()).requests, 1);
  });
});

function ask(worker: Worker, options: StreamCompletionOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.onmessage = event => resolve(event.data);
    worker.onerror = event => reject(new Error(event.message || 'The worker did not load.'));
    worker.postMessage(options);
  });
}
