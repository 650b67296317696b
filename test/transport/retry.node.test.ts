import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {ProgressEvent} from '../../src/protocol/completion.ts';
import type {StreamCompletionOptions} from '../../src/transport/options.ts';
import {readScenario} from '../support/cut-matrix.ts';
import {FakeClock} from '../support/fake-clock.ts';
import type {ResponseScript, Scenario} from '../support/scenario.ts';

const answer: Scenario = {dialect: 'openai', tokens: ['Better', ' late', ' than', ' never.']};

/** The responses that refuse, then the answer. */
function after(...responses: ResponseScript[]): Scenario {
  return {...answer, responses};
}

function always(response: ResponseScript): Scenario {
  return {...answer, last: response};
}

/** Without jitter unless told: what is waited for is what the server asked for. */
function read(scenario: Scenario, options: Partial<StreamCompletionOptions> = {}) {
  return readScenario(scenario, {random: () => 0, ...options});
}

describe('a server that asks to wait', () => {
  const start = new FakeClock().epoch();
  const date = (ms: number) => new Date(start + ms).toUTCString();
  const waits: Record<string, [ResponseScript, number]> = {
    'whole seconds': [{status: 429, headers: {'retry-after': '2'}}, 2000],
    'seconds and a half': [{status: 429, headers: {'retry-after': '2.5'}}, 2500],
    'part of a second': [{status: 429, headers: {'retry-after': '0.25'}}, 250],
    'a minute, the longest': [{status: 429, headers: {'retry-after': '60'}}, 60_000],
    'a date': [{status: 429, headers: {'retry-after': date(3000)}}, 3000],
    milliseconds: [{status: 429, headers: {'retry-after-ms': '750'}}, 750],
    'milliseconds, which are more exact': [
      {status: 429, headers: {'retry-after-ms': '750', 'retry-after': '1'}},
      750,
    ],
    'a sentence, where the header is not exposed': [
      {status: 429, body: '{"error":{"message":"Rate limit reached. Please try again in 5.289s."}}'},
      5289,
    ],
    'a sentence in minutes and seconds': [
      {status: 429, body: '{"error":{"message":"Please try again in 0m7.66s."}}'},
      7660,
    ],
    'a sentence in milliseconds': [
      {status: 429, body: '{"error":{"message":"Please retry after 500 milliseconds."}}'},
      500,
    ],
    'a field of Google’s': [
      {
        status: 429,
        body: JSON.stringify([
          {error: {message: 'No quota.', details: [{'@type': 'google.rpc.RetryInfo', retryDelay: '3.5s'}]}},
        ]),
      },
      3500,
    ],
    'a sentence of Django’s': [
      {status: 429, body: '{"detail":"Request was throttled. Expected available in 42 seconds."}'},
      42_000,
    ],
    'a date by the clock of a server that is ahead': [
      {status: 429, headers: {date: date(600_000), 'retry-after': date(603_000)}},
      3000,
    ],
    'seconds with their unit, as a person writes them': [{status: 429, headers: {'retry-after': '3s'}}, 3000],
    'seconds with 503': [{status: 503, headers: {'retry-after': '4'}}, 4000],
    'no time at all': [{status: 429, headers: {'retry-after': '0'}}, 0],
    'a date that is past': [{status: 429, headers: {'retry-after': date(-60_000)}}, 0],
    'a negative number': [{status: 429, headers: {'retry-after': '-1'}}, 0],
    'something that is no time': [{status: 429, headers: {'retry-after': 'soon'}}, 0],
    'nothing at all': [{status: 429}, 0],
  };
  for (const [title, [response, ms]] of Object.entries(waits)) {
    it(`is waited for, then answers: ${title}`, async t => {
      const {reading, ledger, clock} = await read(after(response));
      assert.equal(reading.end.status, 'complete');
      assert.equal(reading.text, answer.tokens.join(''));
      assert.equal(ledger.requests.length, 2);
      assert.equal(clock.now(), ms);
      t.diagnostic(`waited ${clock.now()} ms`);
    });
  }

  it('is told of with the time at which the next request goes out', async () => {
    const {reading} = await read(after({status: 429, headers: {'retry-after': '2'}}));
    const waiting = reading.events.find(
      (event): event is ProgressEvent => event.type === 'progress' && event.state === 'waiting',
    );
    assert.equal(waiting?.retryAt, start + 2000);
    assert.equal(waiting?.error?.kind, 'rate-limit');
    assert.equal(reading.result.metrics.rateLimits, 1);
  });

  it('is told of, and so is each server that begins to answer, by its attempt', async () => {
    const {reading} = await read(after({status: 429, headers: {'retry-after': '2'}}));
    const told = reading.events.flatMap(event =>
      event.type === 'progress' ? [`${event.state} ${event.mode} ${event.attempt}`] : [],
    );
    assert.deepEqual(told, [
      'connecting send 1',
      'waiting retry 2',
      'connecting retry 2',
      'connected retry 2', // What was refused has not begun.
    ]);
  });

  it('for less than the backoff is not asked sooner than that', async () => {
    const {clock} = await read(after({status: 429, headers: {'retry-after': '0'}}), {random: () => 0.999});
    assert.ok(clock.now() > 400 && clock.now() <= 500, `waited ${clock.now()} ms`);
  });

  const hours: Record<string, [value: string, ms: number]> = {
    'an hour': ['3600', 3_600_000],
    'a billion seconds': ['1000000000', 1e12],
    'a billion in short': ['1e9', 1e12],
    'a date': [date(3_600_000), 3_600_000],
  };
  for (const [title, [value, ms]] of Object.entries(hours)) {
    it(`for more than a minute is left to the user: ${title}`, async () => {
      const {reading, ledger} = await read(after({status: 429, headers: {'retry-after': value}}));
      assert.equal(reading.end.status, 'error');
      assert.equal(reading.thrown?.kind, 'rate-limit');
      assert.equal(reading.thrown?.retryAfter, ms);
      assert.equal(ledger.requests.length, 1);
    });
  }

  it('is asked again while the answer goes on, and the answer is whole', async () => {
    const cut = {cut: {at: 700, by: 'reset'}} as const;
    const {reading, ledger} = await read(after(cut, {status: 429, headers: {'retry-after': '2'}}));
    assert.equal(reading.end.status, 'complete');
    assert.equal(reading.text, answer.tokens.join(''));
    assert.equal(ledger.requests.length, 3);
  });
});

describe('a server in trouble', () => {
  for (const status of [408, 409, 425, 429, 498, 500, 502, 503, 504, 520, 524, 529]) {
    it(`is asked again after ${status}`, async () => {
      const {reading, ledger} = await read(after({status}));
      assert.equal(reading.end.status, 'complete');
      assert.equal(ledger.requests.length, 2);
    });
  }

  for (const status of [400, 401, 403, 404, 405, 413, 422, 501]) {
    it(`is not asked again after ${status}`, async () => {
      const {reading, ledger} = await read(always({status, body: '{"error":{"message":"No."}}'}));
      assert.equal(reading.end.status, 'error');
      assert.equal(reading.thrown?.status, status);
      assert.equal(reading.thrown?.kind, status === 401 || status === 403 ? 'unauthorized' : 'http');
      assert.equal(ledger.requests.length, 1);
    });
  }

  it('is asked four times more by default, and then the error is told', async () => {
    const {reading, ledger} = await read(always({status: 500}));
    assert.equal(reading.end.status, 'error');
    assert.equal(reading.thrown?.kind, 'http');
    assert.equal(reading.thrown?.status, 500);
    assert.equal(ledger.requests.length, 5);
  });

  it('is asked as often as the page wants', async () => {
    for (const maxRetries of [0, 1, 2]) {
      const {ledger} = await read(always({status: 502}), {maxRetries});
      assert.equal(ledger.requests.length, 1 + maxRetries);
    }
  });

  it('is left twice as long in peace each time, with full jitter', async () => {
    const {clock} = await read(always({status: 500}), {random: () => 0.5});
    assert.deepEqual(clock.waits, [250, 500, 1000, 2000]);
    const none = await read(always({status: 500}), {random: () => 0});
    assert.equal(none.clock.now(), 0);
  });

  it('may say itself whether to ask again', async () => {
    const no = await read(always({status: 500, headers: {'x-should-retry': 'false'}}));
    assert.equal(no.ledger.requests.length, 1);
    const yes = await read(after({status: 400, headers: {'x-should-retry': 'true'}}));
    assert.equal(yes.reading.end.status, 'complete');
  });

  it('that cannot be reached is asked again', async () => {
    let calls = 0;
    const {reading} = await read(answer, {
      fetch: async () => {
        calls++;
        throw new TypeError('fetch failed');
      },
    });
    assert.equal(calls, 5);
    assert.equal(reading.end.status, 'error');
    assert.equal(reading.thrown?.kind, 'network');
  });

  it('that ends an answer before its first character is asked again, for nothing was shown', async () => {
    for (const by of ['eof', 'reset'] as const) {
      const {reading, ledger} = await read(after({cut: {at: 10, by}}));
      assert.equal(reading.end.status, 'complete');
      assert.equal(reading.text, answer.tokens.join(''));
      assert.deepEqual(
        ledger.requests.map(request => request.mode),
        ['send', 'send'],
      );
    }
  });

  const bodies: Record<string, [object, RegExp]> = {
    'FastAPI, of a request that it cannot read': [
      {detail: [{type: 'missing', loc: ['body', 'messages'], msg: 'Field required', input: {}}]},
      /422: body\.messages: Field required$/,
    ],
    'Gemini, in a list': [
      [{error: {code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT'}}],
      /422: API key not valid\.$/,
    ],
    Cloudflare: [
      {errors: [{message: 'AiError: Bad input', code: 5006}], success: false},
      /422: AiError: Bad input$/,
    ],
    'ASP.NET, in problem details': [
      {
        type: 'https://tools.ietf.org/html/rfc9110#section-15.5.1',
        title: 'One or more validation errors occurred.',
        status: 422,
        errors: {Prompt: ['The Prompt field is required.']},
      },
      /422: One or more validation errors occurred\.$/,
    ],
    'Nest, under the name of the status': [
      {statusCode: 422, message: ['content must be a string'], error: 'Unprocessable Entity'},
      /422: content must be a string$/,
    ],
    'none of them': [{detail: [[], null, 7]}, /422\.$/],
  };
  for (const [who, [body, message]] of Object.entries(bodies)) {
    it(`is told in its own words: ${who}`, async () => {
      const {reading} = await read(always({status: 422, body: JSON.stringify(body)}));
      assert.match(reading.thrown?.message ?? '', message);
    });
  }

  it('is told in its own words where they come as an event', async () => {
    const body = 'id: 1\nevent: error\ndata: {"code":"InvalidParameter","message":"No such model."}\n\n';
    const {reading} = await read(always({status: 400, body}));
    assert.match(reading.thrown?.message ?? '', /400: No such model\.$/);
  });

  it('is not asked again for what is spent', async () => {
    const body = '{"error":{"message":"No quota.","type":"insufficient_quota","code":"insufficient_quota"}}';
    const {reading, ledger} = await read(always({status: 429, body}));
    assert.equal(reading.thrown?.kind, 'rate-limit');
    assert.equal(ledger.requests.length, 1);
  });

  it('does not get its words into the error whole', async () => {
    const body = JSON.stringify({
      error: {message: `Key gsk_abcdefghij0123456789 is bad. ${'x'.repeat(5000)}`},
    });
    const {reading} = await read(always({status: 401, body}));
    assert.doesNotMatch(reading.thrown?.message ?? '', /abcdefghij/);
    assert.ok((reading.thrown?.message.length ?? 0) < 400);
  });
});

describe('the headers of a request', () => {
  it('are asked for anew each time', async () => {
    let asked = 0;
    const {ledger} = await read(after({status: 500}, {status: 500}), {
      headers: () => ({'x-count': `${++asked}`}),
    });
    assert.deepEqual(
      ledger.requests.map(request => request.headers['x-count']),
      ['1', '2', '3'],
    );
  });

  it('are asked for once more after 401, and no more than once', async () => {
    const fresh = await read(after({status: 401}), {headers: async () => ({authorization: 'Bearer x'})});
    assert.equal(fresh.reading.end.status, 'complete');
    const stale = await read(always({status: 401}), {headers: async () => ({authorization: 'Bearer x'})});
    assert.equal(stale.reading.thrown?.kind, 'unauthorized');
    assert.equal(stale.ledger.requests.length, 2);
  });
});
