import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {Clock} from '../../src/transport/clock.ts';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import type {StreamCompletionOptions} from '../../src/transport/options.ts';
import {createWatchdog} from '../../src/transport/watchdog.ts';
import {readScenario} from '../support/cut-matrix.ts';
import {FakeClock} from '../support/fake-clock.ts';
import {tokenEvent} from '../support/raw-body.ts';
import {readStream} from '../support/read-stream.ts';
import type {Scenario} from '../support/scenario.ts';

const answer: Scenario = {dialect: 'token', tokens: ['Slow', ' and', ' steady', '.']};
const DONE = 'data: [DONE]\n\n';

/** Some characters after a wait of so many ms; without characters: silence for good. */
type Paced = readonly [ms: number, text?: string];

function pacedFetch(clock: Clock, paces: readonly Paced[]): typeof globalThis.fetch {
  return async (_input, init) => {
    let next = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        start: controller => {
          init?.signal?.addEventListener('abort', () => controller.error(init.signal?.reason));
        },
        async pull(controller) {
          const [ms, text] = paces[next++] ?? [0];
          if (next > paces.length) return controller.close();
          if (text === undefined) return new Promise(() => {});
          await new Promise<void>(resolve => clock.after(ms, resolve));
          controller.enqueue(new TextEncoder().encode(text));
        },
      },
      {highWaterMark: 0},
    );
    return new Response(body, {headers: {'content-type': 'text/event-stream'}});
  };
}

async function readPaced(paces: readonly Paced[], options: Partial<StreamCompletionOptions> = {}) {
  const clock = new FakeClock();
  const stream = streamCompletion({
    endpoint: 'http://127.0.0.1:9/api/chat',
    messages: [{role: 'user', content: 'Take your time.'}],
    fetch: pacedFetch(clock, paces),
    clock,
    maxRetries: 0,
    continuation: 'off',
    ...options,
  });
  return {reading: await clock.runUntil(readStream(stream)), clock};
}

describe('waiting for the headers', () => {
  it('ends after 30 s, and the request is made again', async () => {
    const scenario = {...answer, responses: [{headerDelay: 31_000}]};
    const {reading, ledger, clock} = await readScenario(scenario, {random: () => 0});
    assert.equal(reading.end.status, 'complete');
    assert.equal(ledger.requests.length, 2);
    assert.equal(clock.now(), 30_000);
  });

  it('is told as such where nothing may be asked again', async () => {
    const scenario = {...answer, last: {headerDelay: 31_000}};
    const {reading} = await readScenario(scenario, {maxRetries: 0});
    assert.equal(reading.thrown?.kind, 'timeout');
    assert.equal(reading.thrown?.watchdog, 'connect');
  });

  it('for less than 30 s is patience', async () => {
    const {reading, ledger} = await readScenario({...answer, last: {headerDelay: 29_000}});
    assert.equal(reading.end.status, 'complete');
    assert.equal(ledger.requests.length, 1);
  });

  it('takes as long as the page says', async () => {
    const {clock} = await readScenario(
      {...answer, last: {headerDelay: 5000}},
      {connectTimeout: 1000, maxRetries: 0},
    );
    assert.equal(clock.now(), 1000);
  });
});

describe('waiting for the first event', () => {
  it('ends after 60 s', async () => {
    const {reading, clock} = await readPaced([[61_000, tokenEvent('late')]]);
    assert.equal(reading.end.status, 'error');
    assert.equal(reading.thrown?.watchdog, 'first-event');
    assert.equal(clock.now(), 60_000);
  });

  it('goes on for as long as comments come', async () => {
    const pings = Array.from({length: 9}, (): Paced => [50_000, ': processing\n\n']);
    const {reading} = await readPaced([...pings, [40_000, tokenEvent('Hi') + DONE]]);
    assert.equal(reading.end.status, 'complete');
    assert.equal(reading.text, 'Hi');
  });
});

describe('a server that goes silent', () => {
  it('is left after 30 s, its socket closed, and the answer goes on elsewhere', async () => {
    const scenario: Scenario = {...answer, responses: [{cut: {at: 40, by: 'stall'}}]};
    const {reading, ledger} = await readScenario(scenario);
    assert.equal(reading.end.status, 'complete');
    assert.equal(reading.text, answer.tokens.join(''));
    assert.equal(ledger.requests.length, 2);
    assert.equal(ledger.requests[0]?.closedBy, 'client');
    assert.equal(reading.result.metrics.stalls, 1);
    assert.equal(reading.result.segments[0]?.end, 'timeout');
  });

  it('leaves an honest "interrupted" where the answer may not go on', async () => {
    const {reading, clock} = await readPaced([[10, tokenEvent('Half')], [0]]);
    assert.equal(reading.end.status, 'interrupted');
    assert.equal(reading.thrown?.watchdog, 'idle');
    assert.equal(reading.text, 'Half');
    assert.equal(clock.now(), 30_010);
  });

  it('but sends comments is alive', async () => {
    const pings = Array.from({length: 20}, (): Paced => [25_000, ': ping\n\n']);
    const {reading} = await readPaced([[0, tokenEvent('a')], ...pings, [10_000, tokenEvent('b') + DONE]]);
    assert.equal(reading.end.status, 'complete');
    assert.equal(reading.text, 'ab');
  });

  it('after it sent a heartbeat every 5 s is left after three of them', async () => {
    const pings = Array.from({length: 4}, (): Paced => [5000, ': ping\n\n']);
    const {reading, clock} = await readPaced([[0, tokenEvent('a')], ...pings, [0]]);
    assert.equal(reading.end.status, 'interrupted');
    assert.equal(reading.thrown?.watchdog, 'idle');
    assert.equal(clock.now(), 20_000 + 15_000);
  });

  it('after a heartbeat every second is not left before 6 s', async () => {
    const pings = Array.from({length: 6}, (): Paced => [1000, ': ping\n\n']);
    const {clock} = await readPaced([[0, tokenEvent('a')], ...pings, [0]]);
    assert.equal(clock.now(), 6000 + 6000);
  });

  it('whose heartbeat ended with the first token has its full 30 s', async () => {
    const pings = Array.from({length: 10}, (): Paced => [600, ': PROCESSING\n\n']);
    const tokens = Array.from({length: 60}, (): Paced => [50, tokenEvent('a')]);
    const {reading} = await readPaced([...pings, ...tokens, [25_000, tokenEvent('b') + DONE]]);
    assert.equal(reading.end.status, 'complete', reading.thrown?.message);
  });

  it('after tokens in quick succession, without heartbeats, has its full 30 s', async () => {
    const tokens = Array.from({length: 50}, (): Paced => [2, tokenEvent('a')]);
    const {reading} = await readPaced([...tokens, [29_000, tokenEvent('b') + DONE]]);
    assert.equal(reading.end.status, 'complete');
  });
});

describe('a stream that is slow but alive', () => {
  it('has no total timeout: an hour of an event every 20 s is one answer', async () => {
    const hour = Array.from({length: 180}, (): Paced => [20_000, tokenEvent('a')]);
    const {reading, clock} = await readPaced([...hour, [20_000, DONE]]);
    assert.equal(reading.end.status, 'complete');
    assert.equal(reading.text.length, 180);
    assert.ok(clock.now() >= 3_600_000);
  });
});

/** One that waits for 30 s, and when it had enough. */
function watch(clock: Clock) {
  const limits = {connect: 30_000, 'first-event': 30_000, idle: 30_000};
  const watched = {expired: Number.NaN};
  const watchdog = createWatchdog(clock, limits, () => {
    watched.expired = clock.now();
  });
  watchdog.enter('idle');
  return {watchdog, watched};
}

describe('a page that slept', () => {
  for (const asleep of [1000, 28_000, 29_300, 29_700, 29_999, 30_001, 30_400, 32_000, 3_600_000]) {
    it(`for ${asleep / 1000} s reads what came meanwhile before it takes that for silence`, async () => {
      const clock = new FakeClock();
      const {watchdog, watched} = watch(clock);
      clock.sleep(asleep);
      await clock.advance(400);
      assert.ok(Number.isNaN(watched.expired), 'not yet');
      watchdog.enter('idle');
      await clock.advance(29_999);
      assert.ok(Number.isNaN(watched.expired), 'what came counts as life');
      await clock.advance(1);
      assert.equal(watched.expired, clock.now());
    });

    it(`for ${asleep / 1000} s notices soon after that nothing came`, async () => {
      const clock = new FakeClock();
      const {watched} = watch(clock);
      clock.sleep(asleep);
      await clock.advance(60_000);
      assert.ok(watched.expired <= Math.max(30_000, asleep + 2000), `${watched.expired}`);
    });
  }

  it('is noticed by its timers, and one whose timers come once a second is not taken for it', async () => {
    const clock = new FakeClock();
    await clock.advance(300);
    const hidden: Clock = {
      now: () => clock.now(),
      epoch: () => clock.epoch(),
      after: (ms, callback) =>
        clock.after(Math.ceil((clock.now() + ms) / 1000) * 1000 - clock.now(), callback),
    };
    const {watched} = watch(hidden);
    await clock.advance(60_000);
    assert.ok(watched.expired <= 33_300, `${watched.expired}`);
  });
});
