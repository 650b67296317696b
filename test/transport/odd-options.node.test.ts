import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {Conversation, streamCompletion} from '../../src/client.ts';
import {systemClock} from '../../src/transport/clock.ts';
import type {StreamCompletionOptions} from '../../src/transport/options.ts';
import {FakeClock} from '../support/fake-clock.ts';
import {MemoryJournal} from '../support/memory-journal.ts';

// What pages that are not type-checked pass in: texts out of forms, `undefined` out of settings that are not there.

const BODY = 'data: {"token":"Hel"}\n\ndata: {"token":"lo"}\n\ndata: [DONE]\n\n';
const messages = [{role: 'user', content: 'Hi'}] as const;
const stream = (options: object, body = BODY) =>
  streamCompletion({
    endpoint: 'http://127.0.0.1:9/api/chat',
    messages,
    maxRetries: 0,
    random: () => 0,
    fetch: async () => new Response(body, {headers: {'content-type': 'text/event-stream'}}),
    ...options,
  });

describe('an answer', () => {
  const clocks = ['connectTimeout', 'firstEventTimeout', 'idleTimeout'];
  for (const limit of ['5000', Number.NaN, '', 0, null, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY]) {
    it(`is read where its time limits are ${JSON.stringify(limit)} (${limit})`, async () => {
      const options = Object.fromEntries(clocks.map(name => [name, limit]));
      const {status, text} = await stream(options).result();
      assert.deepEqual([status, text], ['complete', 'Hello']);
    });
  }

  it('is read where its bounds are not set', async () => {
    const {status, text} = await stream({limits: {event: undefined, answer: undefined}}).result();
    assert.deepEqual([status, text], ['complete', 'Hello']);
  });

  it('is gone on with no more often for a budget that is a text', async () => {
    const clock = new FakeClock();
    let requests = 0;
    const answer = stream({
      clock,
      maxContinuations: '2',
      fetch: async () => {
        const body = `data: {"token":"This is part number ${++requests}. "}\n\n`;
        return new Response(body, {headers: {'content-type': 'text/event-stream'}});
      },
    });
    const {status} = await clock.runUntil(answer.result());
    assert.deepEqual([status, requests], ['interrupted', 3]);
  });
});

it('half a character is sent as the sign for one, since servers refuse a body with a half', async () => {
  // What was pasted, or an answer that was stopped between the halves, would be in each request from then on.
  const half = '\ud83d';
  const bodies: unknown[] = [];
  const {status} = await stream({
    messages: [{role: 'user', content: `${half} \\ud83d \u{1f600} ${half}`}],
    fetch: async (_: unknown, {body}: RequestInit) => {
      bodies.push(body);
      return new Response(BODY, {headers: {'content-type': 'text/event-stream'}});
    },
  }).result();
  assert.equal(status, 'complete');
  assert.ok(`${bodies[0]}`.includes('"\ufffd \\\\ud83d \u{1f600} \ufffd"'), `${bodies[0]}`);
});

describe('what cannot be asked with is told as such at once, with its cause:', () => {
  const prepared = (change: object) => ({
    prepareRequest: (request: object) => void Object.assign(request, change),
  });
  const dialect = (decode: () => unknown) => ({
    dialect: {
      name: 'own',
      continuations: [],
      endsWithDone: true,
      matches: () => true,
      encode: () => ({body: {}}),
      decode,
    },
  });
  const ways: Record<string, object> = {
    'an address that is none': prepared({url: 'http://'}),
    'an address with a password': prepared({url: 'https://me:secret@127.0.0.1:9/'}),
    'headers with a name that is none': prepared({headers: {'a b': 'c'}}),
    'a `fetch` that is no function': {fetch: 'fetch'},
    'a `fetch` that throws': {
      fetch() {
        throw new TypeError('of the page');
      },
    },
    'a `fetch` that returns nothing': {fetch: () => undefined},
    'a `fetch` that resolves with nothing': {fetch: async () => undefined},
    'a `fetch` that resolves with what is no response': {fetch: async () => ({status: 200, data: 'Hi'})},
    'a dialect that throws': dialect(() => {
      throw new TypeError('of the page');
    }),
    'a dialect whose error is none of ours': dialect(() => [
      {type: 'error', error: new TypeError('of the page')},
    ]),
    'a dialect that has half of what it needs': {dialect: {encode: () => ({body: {}}), decode: () => []}},
    'a journal that rejects': {onAttempt: () => Promise.reject(new TypeError('of the page'))},
  };
  for (const [way, options] of Object.entries(ways)) {
    it(way, async () => {
      const answer = stream({maxRetries: 4, clock: new FakeClock(), ...options}); // Which never rings.
      const {status, error, metrics} = await answer.result();
      assert.deepEqual([status, error?.kind], ['error', 'configuration']);
      assert.ok(error?.cause instanceof TypeError);
      assert.equal(metrics.retries, 0);
    });
  }

  it('but a `fetch` that rejects is a lost network, and plain headers are headers', async () => {
    const lost = await stream({fetch: () => Promise.reject(new TypeError('Failed to fetch'))}).result();
    assert.equal(lost.error?.kind, 'network');
    const found = await stream(prepared({headers: {authorization: 'me'}})).result();
    assert.equal(found.status, 'complete');
  });
});

it('a timer that is set for longer than timers go does not ring at once', async () => {
  let rang = false;
  const cancels = [Number.POSITIVE_INFINITY, 2 ** 31].map(ms => systemClock.after(ms, () => (rang = true)));
  await new Promise(resolve => setTimeout(resolve, 20));
  for (const cancel of cancels) cancel();
  assert.equal(rang, false);
});

describe('Stop is not kept waiting', () => {
  const never = () => new Promise<never>(() => {});
  const waits: Record<string, Partial<StreamCompletionOptions>> = {
    'headers that never come': {headers: never},
    'a request that is never prepared': {prepareRequest: never},
    'a history that never answers': {onAttempt: never},
  };
  for (const [title, options] of Object.entries(waits)) {
    it(`by ${title}`, async () => {
      const answer = stream(options);
      await new Promise(setImmediate);
      await answer.close();
      assert.deepEqual([answer.status, answer.error], ['stopped', undefined]);
    });
  }

  it('in a conversation, which can be asked again', async () => {
    let token: string | undefined;
    const journal = new MemoryJournal();
    const conversation = new Conversation({
      endpoint: 'http://127.0.0.1:9/api/chat',
      journal,
      headers: () => (token ? {authorization: token} : never()),
      fetch: async () => new Response(BODY, {headers: {'content-type': 'text/event-stream'}}),
    });
    const first = conversation.send('Hi');
    await new Promise(setImmediate);
    await conversation.stop();
    assert.equal((await first).status, 'stopped');
    token = 'Bearer';
    assert.equal((await conversation.send('Hi')).text, 'Hello');
    assert.equal(conversation.state.status, 'ready');
  });

  it('and what comes behind it changes nothing', async () => {
    let give: ((headers: object) => void) | undefined;
    let requests = 0;
    const answer = stream({
      headers: () => new Promise(resolve => (give = resolve)),
      fetch: async () => {
        requests++;
        return new Response(BODY);
      },
    });
    const events: string[] = [];
    const read = (async () => {
      for await (const batch of answer.batches()) events.push(...batch.map(({type}) => type));
    })();
    await new Promise(setImmediate);
    await answer.close();
    give?.({});
    await read;
    await new Promise(setImmediate);
    assert.deepEqual([events, requests, answer.text], [['progress', 'end'], 0, '']);
  });
});
