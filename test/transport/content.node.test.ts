import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {later} from '../../src/transport/later.ts';
import {readScenario} from '../support/cut-matrix.ts';
import {rawBody, tokenEvent} from '../support/raw-body.ts';
import type {Scenario} from '../support/scenario.ts';

const PAGE = '<!doctype html>\n<html><title>Sign in</title><body>data: {"token":"x"}</body></html>';

describe('a response that is no stream is the error "content", after one request, with nothing shown', () => {
  const wrong: Record<string, Scenario> = {
    'a page': rawBody('token', PAGE, {headers: {'content-type': 'text/html; charset=utf-8'}}),
    'a page that claims to be a stream': rawBody('token', PAGE),
    'a page that claims to be a stream, a byte at a time': rawBody('token', PAGE, {chunks: 'byte'}),
    'a page without a doctype, in capitals, after blank lines': rawBody(
      'openai',
      '\n\n <HTML><body>x</body></HTML>',
    ),
    'a stream that claims to be a page': rawBody('token', tokenEvent('x'), {
      headers: {'content-type': 'text/html'},
    }),
    'no content': rawBody('token', '', {status: 204}),
    'a redirect': rawBody('token', '', {status: 302, headers: {location: 'http://127.0.0.1:9/login'}}),
    'JSON that is no chat': rawBody('token', '{"hello": 1}', {headers: {'content-type': 'application/json'}}),
  };
  for (const [title, scenario] of Object.entries(wrong)) {
    it(title, async () => {
      const {reading, ledger} = await readScenario(scenario);
      assert.equal(reading.end.status, 'error');
      assert.equal(reading.thrown?.kind, 'content');
      assert.equal(reading.text, '');
      assert.equal(ledger.requests.length, 1);
    });
  }
});

describe('the error says what came instead of a stream', () => {
  const html = {'content-type': 'text/html; charset=utf-8'};
  const said: Record<string, [Scenario, RegExp]> = {
    'a page': [rawBody('token', PAGE, {headers: html}), /a web page titled “Sign in” instead of a stream/],
    'a page that claims to be a stream, a byte at a time': [
      rawBody('token', PAGE, {chunks: 'byte'}),
      /a web page titled “Sign in” instead of a stream/,
    ],
    'a page without a title': [rawBody('token', '<html><body>x</body></html>'), /a web page instead/],
    'a page that ends before it has a title': [rawBody('token', '<html>'), /a web page instead/],
    'a title with a key in it': [
      rawBody('token', '<html><title>Bearer sk-123456789\n</title>', {headers: html}),
      /titled “\[redacted\]”/,
    ],
    'an image': [
      rawBody('token', '\x89PNG', {headers: {'content-type': 'image/png'}}),
      /an image \(image\/png\) instead of a stream/,
    ],
    'a redirect': [
      rawBody('token', '', {status: 302, headers: {location: 'http://127.0.0.1:9/login'}}),
      /a redirect/,
    ],
    'no content': [rawBody('token', '', {status: 204}), /HTTP 204/],
  };
  for (const [title, [scenario, sentence]] of Object.entries(said)) {
    it(title, async () => {
      const {reading} = await readScenario(scenario);
      assert.equal(reading.thrown?.kind, 'content');
      assert.match(reading.thrown?.message ?? '', sentence);
    });
  }

  it('a status alone where what would say more cannot be loaded', async () => {
    const {refusal} = later;
    later.refusal = () => Promise.reject(new TypeError('offline'));
    try {
      const {reading} = await readScenario(rawBody('token', '{}', {status: 403}));
      assert.equal(reading.thrown?.kind, 'http');
      assert.equal(reading.thrown?.status, 403);
    } finally {
      later.refusal = refusal;
    }
  });
});

describe('JSON with status 200', () => {
  const headers = {'content-type': 'application/json'};

  it('that holds an error is that error, after one request', async () => {
    for (const body of [
      '{"error": {"message": "Model is down"}}',
      '{"error": "Model is down"}',
      JSON.stringify({error: {message: 'Model is down'}}, null, 2),
    ]) {
      for (const dialect of ['openai', 'token'] as const) {
        const {reading, ledger} = await readScenario(rawBody(dialect, body, {headers}));
        assert.equal(reading.end.status, 'error');
        assert.match(reading.thrown?.message ?? '', /Model is down/);
        assert.equal(reading.text, '');
        assert.equal(ledger.requests.length, 1);
      }
    }
  });

  it('that holds a whole answer is that answer', async () => {
    const body = JSON.stringify({
      object: 'chat.completion',
      choices: [{index: 0, message: {role: 'assistant', content: 'Not streamed.'}, finish_reason: 'stop'}],
    });
    const {reading, ledger} = await readScenario(rawBody('openai', body, {headers}));
    assert.equal(reading.end.status, 'complete');
    assert.equal(reading.text, 'Not streamed.');
    assert.equal(ledger.requests.length, 1);
  });
});

it('a bare text that is shorter than what tells it from something else is as it came', async () => {
  const {reading} = await readScenario(rawBody('token', 'Yes.', {headers: {'content-type': 'text/plain'}}));
  assert.equal(reading.text, 'Yes.');
});

describe('a stream is a stream', () => {
  for (const type of [
    'text/event-stream;',
    'text/event-stream; charset=windows-1252',
    'text/plain',
    'application/octet-stream',
    'application/x-ndjson',
    'application/json',
  ]) {
    it(`when it is called ${type}`, async () => {
      const body = `${tokenEvent('größer')}data: [DONE]\n\n`;
      const {reading} = await readScenario(rawBody('token', body, {headers: {'content-type': type}}));
      assert.equal(reading.end.status, 'complete');
      assert.equal(reading.text, 'größer');
    });
  }
});

describe('what is too large ends the answer as "too-large", and closes it', () => {
  const limits = {event: 1000, answer: 5000};
  const wrong: Record<string, string> = {
    'a line without end': `data: {"token":"${'x'.repeat(3000)}`,
    'an event of many lines': `${'data: xxxxxxxxxxxxxxxxxxxx\n'.repeat(100)}\n`,
    'a comment without end': `: ${'x'.repeat(3000)}`,
    'JSON without end': `{"token":"${'x'.repeat(3000)}`,
    'an answer of many events': tokenEvent('xxxxxxxxxxxxxxxxx').repeat(400),
  };
  for (const [title, body] of Object.entries(wrong)) {
    for (const chunks of ['whole', 17] as const) {
      it(`${title} (${chunks === 'whole' ? 'at once' : 'in pieces'})`, async () => {
        const {reading, ledger} = await readScenario(rawBody('token', body, {chunks}), {limits});
        assert.equal(reading.thrown?.kind, 'too-large');
        assert.equal(ledger.requests.length, 1);
        assert.ok(reading.text.length <= limits.answer);
      });
    }
  }
});
