import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import type {StreamCompletionOptions} from '../../src/transport/options.ts';
import {FakeClock} from '../support/fake-clock.ts';
import {readStream} from '../support/read-stream.ts';

const FIRST = 'http://127.0.0.1:9/v1/chat/completions';
const SECOND = 'http://127.0.0.2:9/v1/chat/completions';
const THIRD = 'http://127.0.0.3:9/api/chat';

type Answer = () => Response;

const whole: Answer = () =>
  stream(
    'data: {"choices":[{"index":0,"delta":{"content":"Hello."},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
  );
const token: Answer = () => stream('data: {"token": "Hello."}\n\ndata: [DONE]\n\n');
const half: Answer = () => stream('data: {"choices":[{"index":0,"delta":{"content":"Hel"}}]}\n\n');
const lost: Answer = () => {
  throw new TypeError('Failed to fetch');
};
const status =
  (code: number, message = 'No.', headers: Record<string, string> = {}): Answer =>
  () =>
    Response.json({error: {message}}, {status: code, headers});

function stream(body: string): Response {
  return new Response(body, {headers: {'content-type': 'text/event-stream'}});
}

/** Servers by `host model`; each says how it answers next. */
function ask(
  servers: Record<string, Answer>,
  options: Partial<StreamCompletionOptions>,
  clock = new FakeClock(),
) {
  const asked: string[] = [];
  const bodies: Record<string, unknown>[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const body = JSON.parse(String(init?.body)) as {model?: string};
    const name = `${new URL(String(input)).hostname.at(-1)} ${body.model ?? '-'}`;
    asked.push(name);
    bodies.push(body);
    const answer = servers[name];
    assert.ok(answer, `nobody is there for ${name}`);
    return answer();
  };
  const messages = [{role: 'user', content: 'Hello?'}] as const;
  const answer = streamCompletion({
    endpoint: FIRST,
    messages,
    fetch,
    clock,
    random: () => 0.5,
    ...options,
  });
  return clock.runUntil(readStream(answer)).then(reading => ({reading, asked, bodies, at: clock.now()}));
}

describe('fallbacks', () => {
  const models = {model: 'a', fallbackModels: ['b', 'c']};

  it('are not asked while the first choice answers', async () => {
    const {reading, asked} = await ask({'1 a': whole}, models);
    assert.equal(reading.text, 'Hello.');
    assert.deepEqual(asked, ['1 a']);
    assert.equal(reading.result.metrics.fallbacks, 0);
  });

  it('come after the retries of what failed, in order, and are told of', async () => {
    const {reading, asked} = await ask({'1 a': status(503), '1 b': status(503), '1 c': whole}, models);
    assert.equal(reading.end.status, 'complete');
    assert.deepEqual(
      asked,
      ['1 a', '1 b', '1 c'].flatMap(name => Array(name === '1 c' ? 1 : 5).fill(name)),
    );
    assert.equal(reading.result.metrics.fallbacks, 2);
    assert.equal(reading.result.segments.at(-1)?.model, 'c');
    const told = reading.events.flatMap(event => (event.type === 'progress' ? (event.model ?? []) : []));
    assert.deepEqual([...new Set(told)], ['b', 'c']);
  });

  it('are asked at once for a model that is not there', async () => {
    const {reading, asked, at} = await ask({'1 a': status(404, 'No such model.'), '1 b': whole}, models);
    assert.equal(reading.end.status, 'complete');
    assert.deepEqual(asked, ['1 a', '1 b']);
    assert.equal(at, 0);
  });

  it('are asked instead of a long wait', async () => {
    const busy = status(429, 'Slow down.', {'retry-after': '30'});
    const {asked, at} = await ask({'1 a': busy, '1 b': whole}, models);
    assert.deepEqual(asked, ['1 a', '1 b']);
    assert.equal(at, 0);
    const brief = await ask(
      {'1 a': status(429, 'Slow down.', {'retry-after': '3'}), '1 b': whole, '1 c': whole},
      models,
      new FakeClock(),
    );
    assert.equal(brief.asked.filter(name => name === '1 a').length, 5);
  });

  it('do not help against a key, a request or a setting that is wrong', async () => {
    for (const code of [400, 401, 403, 413, 422]) {
      const {reading, asked} = await ask({'1 a': status(code)}, models);
      assert.equal(reading.end.status, 'error');
      assert.deepEqual(asked, ['1 a'], String(code));
    }
  });

  it('are other endpoints, each with every model, in the shape that its URL suggests', async () => {
    const options = {model: 'a', fallbackModels: ['b'], fallbackEndpoints: [SECOND, THIRD]};
    const servers = {'1 a': lost, '2 a': status(500), '2 b': status(500), '3 a': token};
    const {reading, asked, bodies} = await ask(servers, options);
    assert.equal(reading.text, 'Hello.');
    // An address that cannot be reached is not tried with another model.
    assert.deepEqual([...new Set(asked)], ['1 a', '2 a', '2 b', '3 a']);
    assert.ok('prompt' in bodies.at(-1)! && !('prompt' in bodies[0]!));
    assert.equal(reading.result.segments.at(-1)?.endpoint, THIRD);
  });

  it('are never asked once a character was shown', async () => {
    const {reading, asked} = await ask({'1 a': half}, {...models, continuation: 'off'});
    assert.equal(reading.end.status, 'interrupted');
    assert.equal(reading.text, 'Hel');
    assert.deepEqual(asked, ['1 a']);
  });

  it('keep the last failure when all of them fail', async () => {
    const {reading, asked} = await ask(
      {'1 a': lost, '2 a': status(500)},
      {
        model: 'a',
        fallbackEndpoints: [SECOND],
      },
    );
    assert.equal(reading.end.status, 'error');
    assert.equal(reading.thrown?.status, 500);
    assert.equal(asked.length, 10);
  });

  it('are asked first for a minute, until what failed is tried again', async () => {
    const clock = new FakeClock();
    const options = {model: 'a', fallbackEndpoints: [SECOND]};
    let first = lost;
    const servers = {'1 a': () => first(), '2 a': whole};
    const before = await ask(servers, options, clock);
    assert.equal(before.asked.at(-1), '2 a');
    first = whole;
    assert.deepEqual((await ask(servers, options, clock)).asked, ['2 a']);
    await clock.advance(60_000);
    assert.deepEqual((await ask(servers, options, clock)).asked, ['1 a']);
  });

  it('that are not URLs are refused before anything is sent', () => {
    assert.throws(() => streamCompletion({endpoint: FIRST, messages: [], fallbackEndpoints: ['http://']}), {
      kind: 'configuration',
    });
  });
});
