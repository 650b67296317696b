import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import type {Transport} from '../../src/transport/options.ts';
import {readScenario} from '../support/cut-matrix.ts';
import {deltaEvent, finishEvent, rawBody, tokenEvent} from '../support/raw-body.ts';
import type {Scenario} from '../support/scenario.ts';

async function* plain<T>(events: readonly T[]): AsyncGenerator<T> {
  yield* events;
}

const DONE = 'data: [DONE]\n\n';

/** What one server is known to do is remembered, so each test has its own. */
let servers = 0;
function read(scenario: Scenario) {
  const path = scenario.dialect === 'openai' ? 'v1/chat/completions' : 'api/chat';
  return readScenario(scenario, {endpoint: `http://127.0.0.1:9/${++servers}/${path}`});
}

describe('an answer is complete after one request', () => {
  const complete: Record<string, Scenario> = {
    'when [DONE] has no blank line after it': rawBody('token', `${tokenEvent('Hi')}data: [DONE]\n`),
    'when [DONE] has no line end at all': rawBody('token', `${tokenEvent('Hi')}data: [DONE]`),
    'when [DONE] comes in lines that end in CR, without a blank one': rawBody(
      'token',
      'data: {"token":"Hi"}\r\rdata: [DONE]\r',
    ),
    'when [DONE] has no space before it': rawBody('token', `${tokenEvent('Hi')}data:[DONE]\n\n`),
    'when {"done": true} comes without [DONE]': rawBody(
      'token',
      `${tokenEvent('Hi')}data: {"done": true}\n\n`,
    ),
    'when {"done": true} is cut off before its blank line': rawBody(
      'token',
      `${tokenEvent('Hi')}data: {"done": true}`,
    ),
    'when lines without data: end in {"done": true}': rawBody(
      'token',
      '{"token":"H"}\n{"token":"i"}\n{"done":true}',
    ),
    'when lines without data: have blank ones between them': rawBody(
      'token',
      '{"token": "Hi"}\n\n{"done": true}\n\n',
    ),
    'when the finish reason comes without [DONE]': rawBody('openai', deltaEvent('Hi') + finishEvent('stop')),
    'when the finish reason is cut off before its blank line': rawBody(
      'openai',
      deltaEvent('Hi') + finishEvent('stop').trimEnd(),
    ),
    'when [DONE] after the finish reason has no blank line': rawBody(
      'openai',
      `${deltaEvent('Hi') + finishEvent('stop')}data: [DONE]`,
    ),
    'when the connection breaks after the finish reason': rawBody(
      'openai',
      deltaEvent('Hi') + finishEvent('stop'),
      {
        cut: {at: 9999, by: 'reset'},
      },
    ),
    'when the connection breaks before the blank line after the finish reason': rawBody(
      'openai',
      deltaEvent('Hi') + finishEvent('stop').trimEnd(),
      {cut: {at: 9999, by: 'reset'}},
    ),
    'when the connection breaks before the line end after [DONE]': rawBody(
      'token',
      `${tokenEvent('Hi')}data: [DONE]`,
      {cut: {at: 9999, by: 'reset'}},
    ),
    'when the server goes silent after the finish reason': rawBody(
      'openai',
      deltaEvent('Hi') + finishEvent('stop'),
      {
        cut: {at: 9999, by: 'stall'},
      },
    ),
    'when the server goes silent after [DONE]': rawBody('token', tokenEvent('Hi') + DONE, {
      cut: {at: 9999, by: 'stall'},
    }),
    'when the server goes silent before the blank line after [DONE]': rawBody(
      'token',
      `${tokenEvent('Hi')}data: [DONE]`,
      {cut: {at: 9999, by: 'stall'}},
    ),
    'when [DONE] alone ends a server that never sent a finish reason': rawBody(
      'openai',
      deltaEvent('Hi') + DONE,
    ),
    'when an unknown finish reason is given': rawBody(
      'openai',
      deltaEvent('Hi') + finishEvent('eos_token') + DONE,
    ),
    'when frames come after the end': rawBody(
      'token',
      `${tokenEvent('Hi') + DONE + tokenEvent('!')}data: {"error":"late"}\n\n`,
    ),
    'when text comes after an openai end': rawBody(
      'openai',
      deltaEvent('Hi') + finishEvent('stop') + DONE + deltaEvent('!'),
    ),
    'when the last text comes with the finish reason': rawBody(
      'openai',
      'data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\n',
    ),
  };
  for (const [title, scenario] of Object.entries(complete)) {
    it(title, async () => {
      const {reading, ledger} = await read(scenario);
      assert.equal(reading.end.status, 'complete', reading.end.error?.message);
      assert.equal(reading.text, 'Hi');
      assert.equal(ledger.requests.length, 1);
    });
  }
});

describe('what only looks like an end is none', () => {
  for (const data of [
    '[DONE]x',
    '[DONE] ',
    '[DONE]\t',
    ' [DONE]',
    '[DONE]\ndata: more',
    '[done]',
    'DONE',
    '"[DONE]"',
  ]) {
    for (const dialect of ['token', 'openai'] as const) {
      it(`${JSON.stringify(data)} in a ${dialect} stream`, async () => {
        const text = dialect === 'token' ? tokenEvent('Hi') : deltaEvent('Hi');
        const scenario = rawBody(dialect, `${text}data: ${data}\n\n`);
        const {reading, ledger} = await readScenario(scenario, {continuation: 'off'});
        assert.equal(reading.end.status, 'interrupted');
        assert.equal(reading.text, 'Hi');
        assert.equal(ledger.requests.length, 1);
      });
    }
  }

  it('[DONE] inside the text is text', async () => {
    const {reading} = await read(rawBody('token', tokenEvent('[DONE]') + tokenEvent(' no') + DONE));
    assert.equal(reading.text, '[DONE] no');
    assert.equal(reading.end.status, 'complete');
  });

  it('[DONE] from a server that has sent finish reasons is no end, and nothing is asked by itself', async () => {
    const endpoint = 'http://127.0.0.1:9/finisher/v1/chat/completions';
    await readScenario(rawBody('openai', deltaEvent('Hi') + finishEvent('stop') + DONE), {endpoint});
    const {reading, ledger} = await readScenario(rawBody('openai', deltaEvent('Hi') + DONE), {endpoint});
    assert.equal(reading.end.status, 'interrupted');
    assert.equal(ledger.requests.length, 1);
  });

  it('servers that have sent finish reasons are not remembered for ever, nor what a transport holds', async () => {
    const events = [deltaEvent('Hi'), finishEvent('stop'), DONE].map(event => ({
      data: event.slice('data: '.length).trim(),
    }));
    const answerOf = (transport: Transport) =>
      streamCompletion({transport, messages: [{role: 'user', content: 'Hi'}], continuation: 'off'}).result();
    const ask = async (): Promise<WeakRef<object>> => {
      const transport = {open: () => ({events: plain(events)})};
      assert.equal((await answerOf(transport)).finishReason, 'stop');
      return new WeakRef(transport);
    };
    const first = await ask();
    let body = events;
    const used = {open: () => ({events: plain(body)})};
    for (let more = 0; more < 200; more++) {
      await ask();
      if (more % 60 === 0) await answerOf(used);
    }
    body = events.filter((_, at) => at !== 1);
    assert.equal((await answerOf(used)).status, 'interrupted'); // It is known still, since it is in use.
    await new Promise(setImmediate); // What was made or looked at in this task lives as long.
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
    assert.equal(first.deref(), undefined);
  });
});

describe('an end that is no success says so', () => {
  it('an empty answer with [DONE] is the error "empty", after one request', async () => {
    for (const dialect of ['token', 'openai'] as const) {
      const {reading, ledger} = await read(rawBody(dialect, DONE));
      assert.equal(reading.end.status, 'error');
      assert.equal(reading.thrown?.kind, 'empty');
      assert.equal(ledger.requests.length, 1);
    }
  });

  it('an empty answer with a finish reason is the error "empty"', async () => {
    const {reading} = await read(rawBody('openai', deltaEvent('') + finishEvent('stop') + DONE));
    assert.equal(reading.end.status, 'error');
    assert.equal(reading.thrown?.kind, 'empty');
  });

  it('the length limit is "length", and filtering is "filtered", both after one request', async () => {
    for (const [reason, status, finishReason] of [
      ['length', 'length', 'length'],
      ['content_filter', 'filtered', 'content-filter'],
    ] as const) {
      const {reading, ledger} = await read(rawBody('openai', deltaEvent('Hi') + finishEvent(reason) + DONE));
      assert.equal(reading.end.status, status);
      assert.equal(reading.result.finishReason, finishReason);
      assert.equal(reading.text, 'Hi');
      assert.equal(ledger.requests.length, 1);
    }
  });

  it('a call of tools without text is complete', async () => {
    const {reading} = await read(rawBody('openai', finishEvent('tool_calls') + DONE));
    assert.equal(reading.end.status, 'complete');
    assert.equal(reading.result.finishReason, 'tool-calls');
  });
});

describe('an error inside the stream ends it as "error", with the text so far, after one request', () => {
  const wrong: Record<string, [Scenario['dialect'], string]> = {
    'an error object': ['openai', 'data: {"error":{"message":"Overheated","type":"server_error"}}\n\n'],
    'an error object and then [DONE] (vLLM)': [
      'openai',
      `data: {"error":{"message":"Overheated"}}\n\n${DONE}`,
    ],
    'an event named error': ['openai', 'event: error\ndata: {"error":{"message":"Overheated"}}\n\n'],
    'an event named error with a flat body': ['openai', 'event: error\ndata: {"message":"Overheated"}\n\n'],
    'an event named error with a bare string': ['openai', 'event: error\ndata: "Overheated"\n\n'],
    'an event named error with plain words': ['token', 'event: error\ndata: Overheated\n\n'],
    'an error of x_groq': ['openai', 'data: {"choices":[],"x_groq":{"error":"Overheated"}}\n\n'],
    'an error beside a choice (OpenRouter)': [
      'openai',
      'data: {"error":{"code":"server_error","message":"Overheated"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}\n\n',
    ],
    'a field named error (llama.cpp)': ['openai', 'error: {"code":500,"message":"Overheated"}\n\n'],
    'an error field of a plain server': ['token', 'data: {"error": "Overheated"}\n\n'],
    'a type "error" of a plain server': ['token', 'data: {"type": "error", "message": "Overheated"}\n\n'],
  };
  for (const [title, [dialect, error]] of Object.entries(wrong)) {
    it(title, async () => {
      const text = dialect === 'token' ? tokenEvent('Half') : deltaEvent('Half');
      const {reading, ledger} = await read(rawBody(dialect, text + error));
      assert.equal(reading.end.status, 'error');
      assert.equal(reading.text, 'Half');
      assert.equal(reading.thrown?.kind, 'server');
      assert.match(reading.thrown?.message ?? '', /Overheated/);
      assert.equal(ledger.requests.length, 1);
    });
  }

  it('the finish reason "error" without a word', async () => {
    const {reading} = await read(rawBody('openai', deltaEvent('Half') + finishEvent('error') + DONE));
    assert.equal(reading.end.status, 'error');
    assert.equal(reading.text, 'Half');
  });

  it('and never shows a key that stood in it', async () => {
    const {reading} = await read(
      rawBody('token', 'data: {"error": "Bad key sk-live1234567890abcdef given"}\n\n'),
    );
    assert.equal(reading.end.status, 'error');
    assert.doesNotMatch(JSON.stringify(reading.end.error), /1234567890/);
    assert.doesNotMatch(reading.thrown?.message ?? '', /1234567890/);
  });
});

describe('payloads that cannot be read', () => {
  it('are counted, never shown, and two of them do not end the answer', async () => {
    const body = `${tokenEvent('a')}data: {"token": "br\n\n${tokenEvent('b')}data: nonsense\n\n${tokenEvent('c')}${DONE}`;
    const {reading} = await read(rawBody('token', body));
    assert.equal(reading.text, 'abc');
    assert.equal(reading.end.status, 'complete');
    assert.equal(reading.result.metrics.malformed, 2);
  });

  it('do not reach the error either', async () => {
    const body = tokenEvent('a') + 'data: {"secret-payload\n\n'.repeat(9);
    const {reading} = await readScenario(rawBody('token', body), {continuation: 'off'});
    assert.equal(reading.end.status, 'interrupted');
    assert.equal(reading.text, 'a');
    assert.doesNotMatch(`${reading.thrown?.message}`, /secret-payload/);
  });

  it('with prototype keys are inert', async () => {
    const body = `data: {"__proto__": {"token": "evil", "done": true}, "token": "ok"}\n\ndata: {"constructor": {"x": 1}}\n\n${DONE}`;
    const {reading} = await read(rawBody('token', body));
    assert.equal(reading.text, 'ok');
    assert.equal(reading.end.status, 'complete');
    assert.equal(({} as Record<string, unknown>)['token'], undefined);
  });
});
