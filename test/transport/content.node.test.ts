import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
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
