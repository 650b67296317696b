import assert from 'node:assert/strict';
import {after, before, describe, it, mock} from 'node:test';
import {type CompletionStream, streamCompletion} from '../../src/transport/completion-stream.ts';
import type {StreamCompletionOptions} from '../../src/transport/options.ts';
import {chunkedFetch} from '../support/chunked-fetch.ts';
import {FakeClock, settle} from '../support/fake-clock.ts';
import {readStream} from '../support/read-stream.ts';
import {referenceTokens} from '../support/reference-answer.ts';
import type {LedgerEntry, Scenario} from '../support/scenario.ts';
import {scriptedFetch} from '../support/scripted-fetch.ts';
import {type ScriptedServer, type ServedScenario, startScriptedServer} from '../support/scripted-server.ts';

const slow: Scenario = {dialect: 'token', tokens: referenceTokens, last: {pause: 5}};
const messages = [{role: 'user', content: 'Explain streaming.'}] as const;

function open(endpoint: string, options: Partial<StreamCompletionOptions> = {}): CompletionStream {
  return streamCompletion({endpoint, messages, ...options});
}

/** Resolves with the request once the server saw its socket close. */
async function closed(served: ServedScenario, index = 0): Promise<LedgerEntry> {
  for (;;) {
    const entry = served.ledger.requests[index];
    if (entry?.closedAt !== undefined) return entry;
    await settle();
  }
}

async function firstText(stream: CompletionStream): Promise<void> {
  const reader = stream[Symbol.asyncIterator]();
  for (;;) if ((await reader.next()).value?.type === 'text') return;
}

/** Measures up to twenty times, since a machine that is busy with other things may be late by itself. */
async function soon(measure: () => Promise<number>): Promise<void> {
  const waits: number[] = [];
  while (waits.length < 20 && !waits.some(wait => wait < 100)) waits.push(await measure());
  assert.ok(Math.min(...waits) < 100, `closed after ${waits.join(', ')} ms`);
}

describe('a stream that is stopped', () => {
  let server: ScriptedServer;
  before(async () => {
    server = await startScriptedServer();
  });
  after(() => server.close());

  it('closes the socket within 100 ms, as the server sees it, and asks for nothing more', () =>
    soon(async () => {
      const served = server.serve(slow);
      const stream = open(served.endpoint);
      await firstText(stream);
      const at = Date.now();
      await stream.close();
      const entry = await closed(served);
      assert.equal(entry.closedBy, 'client');
      assert.equal(stream.status, 'stopped');
      assert.equal(served.ledger.requests.length, 1);
      return (entry.closedAt ?? 0) - at;
    }));

  it('before the headers came closes the socket within 100 ms', () =>
    soon(async () => {
      const served = server.serve({...slow, last: {headerDelay: Number.POSITIVE_INFINITY}});
      const stream = open(served.endpoint);
      while (served.ledger.requests.length === 0) await settle();
      const at = Date.now();
      await stream.close();
      const entry = await closed(served);
      assert.equal((await stream.result()).status, 'stopped');
      return (entry.closedAt ?? 0) - at;
    }));

  it('by its signal closes the socket within 100 ms', () =>
    soon(async () => {
      const served = server.serve(slow);
      const controller = new AbortController();
      const stream = open(served.endpoint, {signal: controller.signal});
      await firstText(stream);
      const at = Date.now();
      controller.abort();
      const entry = await closed(served);
      assert.equal((await stream.result()).status, 'stopped');
      assert.equal(served.ledger.requests.length, 1);
      return (entry.closedAt ?? 0) - at;
    }));

  it('while its answer goes on elsewhere closes that socket too', async () => {
    const served = server.serve({...slow, responses: [{cut: {at: 900, by: 'reset'}}]});
    const stream = open(served.endpoint);
    while (served.ledger.requests.length < 2) await settle();
    await stream.close();
    assert.equal((await closed(served, 1)).closedBy, 'client');
    assert.equal(served.ledger.requests.length, 2);
    assert.equal(stream.status, 'stopped');
  });

  it('by leaving the loop closes the socket', async () => {
    const served = server.serve(slow);
    const stream = open(served.endpoint);
    for await (const event of stream) if (event.type === 'text') break;
    assert.equal((await closed(served)).closedBy, 'client');
    assert.equal(stream.status, 'stopped');
  });

  it('by throwing in the loop closes the socket', async () => {
    const served = server.serve(slow);
    const stream = open(served.endpoint);
    await assert.rejects(async () => {
      for await (const event of stream) if (event.type === 'text') throw new Error('mine');
    }, /mine/);
    assert.equal((await closed(served)).closedBy, 'client');
  });

  // As a stream that is made of it does, when that is cancelled.
  for (const way of ['return', 'throw'] as const) {
    it(`by ${way}() while nothing comes closes the socket`, {timeout: 10_000}, async () => {
      const readings = [
        (stream: CompletionStream): AsyncGenerator => stream[Symbol.asyncIterator](),
        (stream: CompletionStream): AsyncGenerator => stream.batches(),
      ];
      for (const read of readings) {
        const served = server.serve({...slow, last: {cut: {at: 60, by: 'stall'}}});
        const stream = open(served.endpoint, {clock: new FakeClock()});
        const events = read(stream);
        while (stream.text === '') await events.next();
        const waiting = events.next();
        await settle();
        const left = events[way](new Error('left')).catch(() => {});
        assert.equal((await closed(served)).closedBy, 'client');
        await Promise.all([waiting, left]);
        assert.equal(stream.status, 'stopped');
      }
    });
  }

  it('by the end of its scope closes the socket, where the platform has asyncDispose', async () => {
    const served = server.serve(slow);
    const stream = open(served.endpoint);
    await firstText(stream);
    await stream[Symbol.asyncDispose]();
    assert.equal((await closed(served)).closedBy, 'client');
    assert.equal(stream.status, 'stopped');
  });

  it('lets go of the socket once the server said that the answer is over, though the server does not close', async () => {
    const served = server.serve({dialect: 'token', tokens: ['Hi'], last: {cut: {at: 99_999, by: 'stall'}}});
    const reading = await readStream(open(served.endpoint));
    assert.equal(reading.end.status, 'complete');
    assert.equal((await closed(served)).closedBy, 'client');
  });
});

describe('a stop is final', () => {
  it('in the wait before a retry: no request follows', async () => {
    const clock = new FakeClock();
    const {fetch, ledger} = scriptedFetch(
      {...slow, last: {status: 429, headers: {'retry-after': '20'}}},
      clock,
    );
    const stream = open('http://127.0.0.1:9/api/chat', {fetch, clock});
    await clock.advance(10_000);
    await stream.close();
    await clock.advance(120_000);
    assert.equal((await readStream(stream)).end.status, 'stopped');
    assert.equal(ledger.requests.length, 1);
    assert.equal(clock.pending, 0);
  });

  it('in the moment between a cut and the request for the rest: no request follows', async () => {
    const clock = new FakeClock();
    const {fetch, ledger} = scriptedFetch({...slow, last: {cut: {at: 600, by: 'eof'}}}, clock);
    const stream = open('http://127.0.0.1:9/api/chat', {fetch, clock});
    await settle();
    assert.equal(ledger.requests.length, 1);
    assert.notEqual(stream.text, '');
    await stream.close();
    await clock.advance(120_000);
    assert.equal((await readStream(stream)).end.status, 'stopped');
    assert.equal(ledger.requests.length, 1);
  });

  it('before anything left: a signal that aborted earlier sends no request', async () => {
    const clock = new FakeClock();
    const {fetch, ledger} = scriptedFetch(slow, clock);
    const stream = open('http://127.0.0.1:9/api/chat', {fetch, clock, signal: AbortSignal.abort()});
    const reading = await clock.runUntil(readStream(stream));
    assert.equal(reading.end.status, 'stopped');
    assert.equal(ledger.requests.length, 0);
  });

  it('at every event: nothing is added after it, and no request follows', async () => {
    const scenario: Scenario = {dialect: 'openai', tokens: [...'Twelve chars'], last: {chunks: 'event'}};
    for (let stopAt = 1; stopAt <= 12; stopAt++) {
      const clock = new FakeClock();
      const {fetch, ledger} = scriptedFetch(scenario, clock);
      const stream = open('http://127.0.0.1:9/v1/chat/completions', {fetch, clock});
      let seen = 0;
      let text = '';
      for await (const event of stream) {
        if (event.type !== 'text') continue;
        text += event.text;
        if (++seen === stopAt) break;
      }
      await clock.advance(120_000);
      assert.equal(text, 'Twelve chars'.slice(0, stopAt));
      assert.ok('Twelve chars'.startsWith(stream.text));
      assert.equal(ledger.requests.length, 1);
      assert.equal(clock.pending, 0);
    }
  });

  it('before a `fetch` that is deaf to signals has answered: what it answers with is let go of', async () => {
    let answer: ((response: Response) => void) | undefined;
    const cancel = mock.fn();
    const fetch = () => new Promise<Response>(resolve => (answer = resolve));
    const stream = open('http://127.0.0.1:9/api/chat', {fetch});
    await settle();
    await stream.close();
    answer?.(new Response(new ReadableStream({cancel})));
    await settle();
    assert.deepEqual([stream.status, cancel.mock.callCount()], ['stopped', 1]);
  });

  it('after the end changes nothing', async () => {
    const clock = new FakeClock();
    const {fetch} = scriptedFetch({...slow, last: {}}, clock);
    const stream = open('http://127.0.0.1:9/api/chat', {fetch, clock});
    await clock.runUntil(readStream(stream));
    await stream.close();
    assert.equal(stream.status, 'complete');
  });

  it('while headers are being made: no request follows', async () => {
    const clock = new FakeClock();
    const {fetch, ledger} = scriptedFetch(slow, clock);
    let give: (headers: HeadersInit) => void = () => {};
    const headers = () => new Promise<HeadersInit>(resolve => (give = resolve));
    const stream = open('http://127.0.0.1:9/api/chat', {fetch, clock, headers});
    await settle();
    const closing = stream.close();
    give({});
    await closing;
    await clock.advance(60_000);
    assert.equal(ledger.requests.length, 0);
    assert.equal(stream.status, 'stopped');
  });
});

describe('the result', () => {
  it('comes though nobody reads the events', async () => {
    const clock = new FakeClock();
    const {fetch} = scriptedFetch({...slow, last: {}}, clock);
    const stream = open('http://127.0.0.1:9/api/chat', {fetch, clock});
    const result = await clock.runUntil(stream.result());
    assert.equal(result.status, 'complete');
    assert.equal(result.text, referenceTokens.join(''));
  });

  it('never rejects: a failure is in it', async () => {
    const clock = new FakeClock();
    const {fetch} = scriptedFetch({...slow, last: {status: 403}}, clock);
    const stream = open('http://127.0.0.1:9/api/chat', {fetch, clock});
    const result = await clock.runUntil(stream.result());
    assert.equal(result.status, 'error');
    assert.equal(result.error?.kind, 'unauthorized');
  });
});

describe('a stream', () => {
  it('tells the status and headers of its newest response', async () => {
    const clock = new FakeClock();
    const {fetch} = scriptedFetch(
      {...slow, responses: [{status: 500}], last: {headers: {'x-request-id': 'r-7'}}},
      clock,
    );
    const stream = open('http://127.0.0.1:9/api/chat', {fetch, clock});
    const {result} = await clock.runUntil(readStream(stream));
    assert.equal(stream.response?.status, 200);
    assert.equal(stream.response?.headers.get('x-request-id'), 'r-7');
    assert.ok(result.requestIds.includes('r-7'));
  });

  it('leaves no listener behind on a signal that is used again and again', async () => {
    const {signal} = new AbortController();
    const listeners = new Set<unknown>();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (
      type: string,
      listener: EventListenerOrEventListenerObject,
      options?: unknown,
    ) => {
      listeners.add(listener);
      add(type, listener, options as AddEventListenerOptions);
    };
    signal.removeEventListener = (type: string, listener: EventListenerOrEventListenerObject) => {
      listeners.delete(listener);
      remove(type, listener);
    };
    for (const last of [{}, {status: 400}, {cut: {at: 900, by: 'reset' as const}}]) {
      const clock = new FakeClock();
      const {fetch} = scriptedFetch({...slow, last}, clock);
      await clock.runUntil(readStream(open('http://127.0.0.1:9/api/chat', {fetch, clock, signal})));
      assert.equal(listeners.size, 0);
    }
  });

  it('listens no more for an abort the more events are looked up', async t => {
    const counts: number[] = [];
    for (const unknown of [3, 40]) {
      let listeners = 0;
      for (const [name, by] of [
        ['addEventListener', 1],
        ['removeEventListener', -1],
      ] as const) {
        const real = AbortSignal.prototype[name];
        t.mock.method(AbortSignal.prototype, name, function (this: AbortSignal, ...args: unknown[]) {
          listeners += by;
          return Reflect.apply(real, this, args);
        });
      }
      const body = 'data: {"type": "unheard-of"}\n\n'.repeat(unknown);
      const fetch = chunkedFetch({chunks: [...body].map(letter => new TextEncoder().encode(letter))});
      await open('http://127.0.0.1:9/chat', {fetch, maxRetries: 0}).result();
      t.mock.restoreAll();
      counts.push(listeners);
    }
    assert.equal(counts[0], counts[1]);
  });

  it('leaves no timer behind, however it ends', async () => {
    const ends: Scenario[] = [
      {...slow, last: {}},
      {...slow, last: {status: 400}},
      {...slow, last: {cut: {at: 900, by: 'reset'}}},
      {...slow, last: {cut: {at: 900, by: 'stall'}}},
      {...slow, terminal: 'none', last: {}},
    ];
    for (const scenario of ends) {
      const clock = new FakeClock();
      const {fetch} = scriptedFetch(scenario, clock);
      const stream = open('http://127.0.0.1:9/api/chat', {fetch, clock});
      await clock.runUntil(readStream(stream));
      assert.equal(clock.pending, 0);
    }
  });
});
