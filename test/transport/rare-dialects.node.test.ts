import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {Dialect} from '../../src/protocol/dialect.ts';
import {rare} from '../../src/protocol/dialects/load-rare.ts';
import {framedDialect} from '../../src/protocol/framed-dialect.ts';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import type {StreamCompletionOptions} from '../../src/transport/options.ts';
import {type ChunkedBody, chunkedFetch} from '../support/chunked-fetch.ts';
import {byteAtATime, whole} from '../support/chunkings.ts';
import {FakeClock} from '../support/fake-clock.ts';
import {fixture, toEventStream} from '../support/fixtures.ts';
import {readStream} from '../support/read-stream.ts';

const DONE = '[DONE]';
const encoder = new TextEncoder();
const anthropicBytes = toEventStream(fixture('anthropic/anthropic-text'), {newline: '\n'});
const openaiBytes = toEventStream(fixture('xai/xai-text'), {newline: '\n'});
const TEXT =
  "Hello! I'm doing well, thank you for asking. How are you doing today? Is there anything I can help you with?";

const events = (...payloads: readonly unknown[]) =>
  encoder.encode(payloads.map(each => `data: ${each === DONE ? each : JSON.stringify(each)}\n\n`).join(''));

async function read(
  body: ChunkedBody | readonly ChunkedBody[],
  options: Partial<StreamCompletionOptions> = {},
) {
  const clock = new FakeClock();
  const fetch = chunkedFetch(...[body].flat());
  const stream = streamCompletion({
    endpoint: 'http://127.0.0.1:9/chat',
    messages: [{role: 'user', content: 'Hi'}],
    fetch,
    clock,
    ...options,
  });
  const reading = await clock.runUntil(readStream(stream));
  const bodies = fetch.requests.map(({init}) => JSON.parse(`${init.body}`));
  return {...reading, status: reading.end.status, error: reading.end.error, bodies, clock};
}

/** A dialect of the page's own whose every event is one of ours. */
const own: Dialect = {
  name: 'own',
  continuations: [],
  endsWithDone: true,
  matches: () => true,
  encode: () => ({body: {}}),
  decode: ({json, data}) => (data === DONE ? [{type: 'done'}] : (json as never)),
};

describe('a dialect that is loaded when it is spoken', () => {
  it('is told by what comes, and the request is as the URL has it', async () => {
    for (const chunking of [whole, byteAtATime]) {
      const {text, status, bodies} = await read({chunks: chunking.chunks(anthropicBytes)});
      assert.deepEqual([text, status], [TEXT, 'complete']);
      assert.equal(bodies[0].prompt, 'Hi');
    }
  });

  it('leaves no timer behind where the body is over before it is loaded', async () => {
    const {status, clock} = await read({chunks: [anthropicBytes]});
    await clock.advance(0);
    assert.deepEqual([status, clock.pending], ['complete', 0]);
  });

  it('is looked for again in what came while it was looked for', async () => {
    const noise = encoder.encode('data: \u0000 nonsense\n\n');
    const {status, text} = await read({chunks: [noise, openaiBytes]});
    assert.deepEqual([status, text], ['complete', 'Hello']);
  });

  it('fails by what cannot be read also where it is known in the moment in which the body is over', async () => {
    const noise = encoder.encode('data: {"token": \n\n'.repeat(3));
    const body = [events({type: 'note'}, {token: 'Hello'}), noise, events({token: ' again'}, DONE)];
    const {load} = rare;
    const loaded = await load();
    rare.load = async () => loaded;
    for (let turns = 0; turns < 40; turns++) {
      const pull = async (source: ReadableStreamDefaultController) => {
        for (let turn = 0; turn < turns; turn++) await undefined;
        source.close();
      };
      const stream = new ReadableStream({start: source => source.enqueue(Buffer.concat(body)), pull});
      const {status, text, error} = await read([], {fetch: async () => new Response(stream)});
      assert.deepEqual([status, text, error?.kind], ['interrupted', 'Hello', 'protocol'], `${turns} turns`);
    }
    rare.load = load;
  });

  it('knows by which words a completion of llama.cpp’s own is over, and that a cut one is not', async () => {
    const said = [
      {content: 'Hi', stop: false, index: 0},
      {content: ' you', stop: false},
    ];
    const endpoint = 'http://127.0.0.1:8080/completion';
    for (const [end, status] of [
      [{content: '', stop: true, stop_type: 'eos'}, 'complete'],
      [{content: '', stop: true, stop_type: 'word'}, 'complete'],
      [{content: '', stop: true, stop_type: 'limit'}, 'length'],
      [{content: '', stop: true, stopped_limit: true}, 'length'],
      [{content: '', stop: false}, 'interrupted'],
    ] as const) {
      const found = await read({chunks: [events(...said, end)]}, {endpoint, continuation: 'off'});
      assert.deepEqual([found.text, found.status, found.bodies[0].prompt], ['Hi you', status, 'Hi']);
    }
  });

  it('is asked in its own words where it is named, and where the URL says so', async () => {
    for (const options of [{dialect: 'anthropic'}, {endpoint: 'http://127.0.0.1:9/v1/messages'}] as const) {
      const {text, status, bodies} = await read({chunks: [anthropicBytes]}, options);
      assert.deepEqual([text, status], [TEXT, 'complete']);
      assert.deepEqual([bodies[0].max_tokens, bodies[0].prompt], [4096, undefined]);
    }
  });

  it('does not read what another one was named for', async () => {
    const {text, status} = await read({chunks: [anthropicBytes]}, {dialect: 'token', maxRetries: 0});
    assert.deepEqual([text, status], ['', 'error']);
  });

  it('that nobody knows is an error before any request', async () => {
    const {status, error, bodies} = await read({chunks: []}, {dialect: 'esperanto' as never});
    assert.deepEqual([status, error?.kind, bodies.length], ['error', 'configuration', 0]);
  });

  it('is asked again in the words of the request, whatever was read', async () => {
    const cut = anthropicBytes.slice(0, anthropicBytes.length - 400);
    const {status, bodies} = await read([
      {chunks: [cut]},
      {chunks: [events({token: ' More.'}, {done: true})]},
    ]);
    assert.equal(status, 'complete');
    assert.deepEqual([bodies.length, bodies[1].continuation.attempt], [2, 2]);
  });
});

describe('what cannot be loaded', () => {
  const asking = (fuller: Dialect['fuller']): Dialect => ({
    ...own,
    fuller: event => (event.data.includes('more') ? fuller?.(event) : undefined),
  });
  const stream = events([{type: 'text', text: 'Before'}], [{type: 'text', text: ' more'}], DONE);

  it('ends the answer with an error, keeps what came before, and asks nothing anew', async () => {
    const {text, status, error, bodies} = await read(
      {chunks: [stream]},
      {dialect: asking(() => Promise.reject(new TypeError('offline')))},
    );
    assert.deepEqual([text, status, error?.kind, bodies.length], ['Before', 'interrupted', 'protocol', 1]);
    assert.match(`${error?.message}`, /could not be loaded/);
  });

  it('before any text is an error without a second request', async () => {
    const {status, error, bodies} = await read(
      {chunks: [events([{type: 'text', text: 'more'}])]},
      {dialect: asking(() => Promise.reject(new TypeError('offline')))},
    );
    assert.deepEqual([status, error?.kind, bodies.length], ['error', 'protocol', 1]);
  });

  it('is not waited for without end', async () => {
    const {text, status, error} = await read(
      {chunks: [stream]},
      {dialect: asking(() => new Promise(() => {})), connectTimeout: 7000},
    );
    assert.deepEqual([text, status, error?.kind], ['Before', 'interrupted', 'protocol']);
  });

  it('is not waited for after a stop', async () => {
    const clock = new FakeClock();
    const completion = streamCompletion({
      endpoint: 'http://127.0.0.1:9/chat',
      messages: [],
      fetch: chunkedFetch({chunks: [stream]}),
      dialect: asking(() => new Promise(() => {})),
      clock,
    });
    const reading = readStream(completion);
    await clock.advance(10);
    await completion.close();
    assert.equal((await reading).end.status, 'stopped');
  });

  it('takes over with the event that asked for it once it is there, the rest in order', async () => {
    const loaded: Dialect = {...own, decode: (event, state) => own.decode(event, state)};
    for (const chunking of [whole, byteAtATime]) {
      const {text, status} = await read(
        {chunks: chunking.chunks(stream)},
        {dialect: asking(() => new Promise(resolve => setImmediate(() => resolve(loaded))))},
      );
      assert.deepEqual([text, status], ['Before more', 'complete']);
    }
  });
});

describe('a text that replaces what came', () => {
  const replacing = (...decoded: readonly unknown[]) =>
    read({chunks: [events(...decoded.map(each => [each]), DONE)]}, {dialect: framedDialect(own)});

  it('is the answer from then on', async () => {
    const {text, result} = await replacing(
      {type: 'text', text: 'I can tell'},
      {type: 'replace', text: 'I cannot'},
      {type: 'text', text: ' tell.'},
    );
    assert.equal(text, 'I cannot tell.');
    assert.equal(result.metrics.characters, text.length);
  });

  it('is told as what is new where it only goes on', async () => {
    const {events: told} = await replacing(
      {type: 'replace', text: 'Hel'},
      {type: 'replace', text: 'Hello'},
      {type: 'replace', text: 'Hello you'},
    );
    const texts = told.map(event => (event.type === 'text' ? event.text : event.type));
    assert.deepEqual(texts, ['progress', 'progress', 'Hel', 'lo', ' you', 'end']);
  });

  it('leaves alone what another request brought', async () => {
    const first = events([{type: 'text', text: 'One, '}]);
    const second = events([{type: 'text', text: 'too'}], [{type: 'replace', text: 'two.'}], DONE);
    const {text, result} = await read([{chunks: [first]}, {chunks: [second]}], {
      dialect: framedDialect({...own, continuations: ['continue-turn']}),
    });
    assert.equal(text, 'One, two.');
    assert.deepEqual(
      result.segments.map(({chars}) => chars),
      [5, 4],
    );
  });
});

describe('a body without events', () => {
  const chunk = (text: string) => ({candidates: [{content: {parts: [{text}], role: 'model'}}]});
  const array = JSON.stringify([chunk('One'), chunk(' and two'), {candidates: [{finishReason: 'STOP'}]}]);

  it('that is a JSON array is read as it comes, at any chunking', async () => {
    for (const chunking of [whole, byteAtATime]) {
      const {text, status} = await read({
        chunks: chunking.chunks(encoder.encode(array)),
        headers: {'content-type': 'application/json'},
      });
      assert.deepEqual([text, status], ['One and two', 'complete']);
    }
  });

  it('is bounded in each element', async () => {
    const {status, error} = await read(
      {chunks: [encoder.encode(array)]},
      {limits: {event: 20}, maxRetries: 0},
    );
    assert.deepEqual([status, error?.kind], ['error', 'too-large']);
  });
});
