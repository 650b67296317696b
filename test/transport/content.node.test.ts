import assert from 'node:assert/strict';
import {describe, it, mock} from 'node:test';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import {later} from '../../src/transport/later.ts';
import {readScenario} from '../support/cut-matrix.ts';
import {FakeClock} from '../support/fake-clock.ts';
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
    'a page': [rawBody('token', PAGE, {headers: html}), /a web page titled “Sign in”/],
    'a page that claims to be a stream': [rawBody('token', PAGE), /a web page\. Check the URL/],
    'a page without a title': [rawBody('token', '<html><body>x</body></html>'), /a web page\./],
    'a page that ends before it has a title': [rawBody('token', '<html>'), /a web page\./],
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
    'nothing new': [rawBody('token', '', {status: 304}), /HTTP 304, which has no content/],
    'a stream that is called a page': [
      rawBody('token', tokenEvent('x'), {headers: html, cut: {at: 19, by: 'stall'}}),
      /the body is not one.*text\/event-stream/,
    ],
  };
  for (const [title, [scenario, sentence]] of Object.entries(said)) {
    it(title, async () => {
      const {reading} = await readScenario(scenario);
      assert.equal(reading.thrown?.kind, 'content');
      assert.match(reading.thrown?.message ?? '', sentence);
    });
  }

  for (const [status, kind] of [
    [401, 'unauthorized'],
    [400, 'http'],
  ] as const) {
    it(`of a ${status} whose body does not end, as far as it came`, async () => {
      const clock = new FakeClock();
      let requests = 0;
      const stream = streamCompletion({
        endpoint: 'http://127.0.0.1:9/api/chat',
        messages: [{role: 'user', content: 'Hi'}],
        clock,
        fetch: async () => {
          requests++;
          const start = (body: ReadableStreamDefaultController) =>
            body.enqueue(new TextEncoder().encode('{"error": {"message": "No such key."}}'));
          return new Response(new ReadableStream({start}), {status});
        },
      });
      const {error} = await clock.runUntil(stream.result());
      assert.equal(error?.kind, kind);
      assert.match(error?.message ?? '', /No such key/);
      assert.deepEqual([requests, clock.now()], [1, 5000]);
    });
  }

  it('of a redirect, whose body is let go of, though the `fetch` is deaf to signals', async () => {
    const cancel = mock.fn();
    const stream = streamCompletion({
      endpoint: 'http://127.0.0.1:9/api/chat',
      messages: [{role: 'user', content: 'Hi'}],
      fetch: async () => new Response(new ReadableStream({cancel}), {status: 307}),
    });
    const {error} = await stream.result();
    assert.deepEqual([error?.kind, cancel.mock.callCount()], ['content', 1]);
  });

  it('of a field, with its name, as FastAPI and Zod say it', async () => {
    const said: [object, RegExp][] = [
      [
        {detail: [{loc: ['body', 'message'], msg: 'Field required', type: 'missing'}]},
        /: body\.message: Field required$/,
      ],
      [{detail: [{loc: [], msg: 'Field required'}]}, /422: Field required$/],
      [{detail: 'No.'}, /422: No\.$/],
      [
        {
          success: false,
          error: {issues: [{code: 'invalid_type', path: ['messages', 0, 'id'], message: 'Required'}]},
        },
        /: messages\.0\.id: Required$/,
      ],
    ];
    for (const [body, sentence] of said) {
      const {reading} = await readScenario(rawBody('token', JSON.stringify(body), {status: 422}));
      assert.match(reading.thrown?.message ?? '', sentence);
    }
  });

  it('a status alone where what would say more cannot be loaded', async () => {
    const {seldom} = later;
    later.seldom = () => Promise.reject(new TypeError('offline'));
    try {
      const {reading} = await readScenario(rawBody('token', '{}', {status: 403}));
      assert.equal(reading.thrown?.kind, 'http');
      assert.equal(reading.thrown?.status, 403);
    } finally {
      later.seldom = seldom;
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

  const usage = {prompt_tokens: 3, completion_tokens: 2};
  const said = 'Not streamed.';
  const blocks = [
    {type: 'text', text: 'Not '},
    {type: 'text', text: 'streamed.'},
  ];
  const choice = (message: object) => ({choices: [{index: 0, message, finish_reason: 'stop'}], usage});
  const whole: Record<string, unknown> = {
    'a chat completion': {object: 'chat.completion', ...choice({role: 'assistant', content: said})},
    'a chat completion of Mistral’s pieces': choice({content: blocks}),
    'a completion of old': {object: 'text_completion', choices: [{text: said, finish_reason: 'stop'}], usage},
    'a response': {
      object: 'response',
      status: 'completed',
      output: [{type: 'message', role: 'assistant', content: [{type: 'output_text', text: said}]}],
      usage: {input_tokens: 3, output_tokens: 2},
    },
    'a message of Anthropic’s': {
      type: 'message',
      role: 'assistant',
      content: blocks,
      stop_reason: 'end_turn',
      usage: {input_tokens: 3, output_tokens: 2},
    },
    'one of Gemini’s': {
      candidates: [{content: {parts: [{text: said}], role: 'model'}, finishReason: 'STOP', index: 0}],
      usageMetadata: {promptTokenCount: 3, candidatesTokenCount: 2},
    },
    'one of Ollama’s': {
      model: 'm',
      created_at: '2026-01-01T00:00:00Z',
      message: {role: 'assistant', content: said},
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 3,
      eval_count: 2,
    },
    'one of Cohere’s': {
      id: 'c',
      finish_reason: 'COMPLETE',
      message: {role: 'assistant', content: blocks},
      usage: {tokens: {input_tokens: 3, output_tokens: 2}},
    },
    'one of Dify’s': {event: 'message', task_id: 't', answer: said, metadata: {usage}},
    'one of Flowise’s': {text: said, question: 'q', chatId: 'c'},
    'one of LangServe’s': {output: {content: said, type: 'ai'}, metadata: {run_id: 'r'}},
    'one of LangGraph’s': {
      messages: [
        {type: 'human', content: 'Hi'},
        {type: 'ai', content: said},
      ],
    },
    'one of Workers AI’s': {result: {response: said, usage}, success: true},
    'a list of n8n’s': [{output: said}],
    'a list of Hugging Face’s': [{generated_text: said}],
    ...Object.fromEntries(
      ['token', 'text', 'content', 'answer', 'response', 'message', 'reply', 'output', 'result'].map(name => [
        `a text under ${name}`,
        {[name]: said, id: 7},
      ]),
    ),
    'a text within': {data: {id: 7, answer: said}},
    'a text and nothing else, as FastAPI returns one': said,
    'a list of such pieces with names': [{token: 'Not '}, {token: ''}, {token: 'streamed.'}],
    'a list of Hugging Face’s with another answer': [{generated_text: said}, {generated_text: 'No.'}],
  };

  for (const [title, json] of Object.entries(whole)) {
    it(`that holds a whole answer is that answer: ${title}`, async () => {
      for (const body of [JSON.stringify(json), JSON.stringify(json, null, 2)]) {
        for (const chunks of ['whole', 'byte'] as const) {
          const {reading, ledger} = await readScenario(rawBody('token', body, {headers, chunks}));
          assert.equal(reading.text, said);
          assert.equal(reading.end.status, 'complete');
          assert.equal(reading.result.finishReason, 'stop');
          assert.equal(ledger.requests.length, 1);
          const counts = reading.result.usage ?? {inputTokens: 3, outputTokens: 2};
          assert.deepEqual([counts.inputTokens, counts.outputTokens], [3, 2]);
        }
      }
    });
  }

  it('that holds pieces of text, as ASP.NET streams an `IAsyncEnumerable`, is all of them', async () => {
    for (const chunks of ['whole', 'byte'] as const) {
      const {reading} = await readScenario(rawBody('token', '["Not ","stream","ed."]', {headers, chunks}));
      assert.deepEqual([reading.end.status, reading.text], ['complete', 'Not streamed.']);
    }
  });

  it('that holds several messages, as Rasa’s, is all of them', async () => {
    const body = JSON.stringify([
      {recipient_id: 'u', text: 'Hi.'},
      {recipient_id: 'u', image: 'https://example.com/a.png'},
      {recipient_id: 'u', text: 'How are you?'},
    ]);
    const {reading} = await readScenario(rawBody('token', body, {headers}));
    assert.deepEqual([reading.end.status, reading.text], ['complete', 'Hi.\n\nHow are you?']);
  });

  it('with a line end is whole where its length was told, and not gone on with by itself where it was not', async () => {
    const body = `${JSON.stringify({answer: 'Not streamed.'})}\n`;
    const told = {...headers, 'content-length': `${body.length}`};
    const sure = await readScenario(rawBody('token', body, {headers: told}));
    assert.equal(sure.reading.end.status, 'complete');
    const unsure = await readScenario(rawBody('token', body, {headers}));
    assert.equal(unsure.reading.end.status, 'interrupted');
    assert.equal(unsure.reading.text, 'Not streamed.');
    assert.equal(unsure.ledger.requests.length, 1);
  });

  it('that is the first line of a stream is a cut answer', async () => {
    const lines = {headers: {'content-type': 'application/x-ndjson'}};
    const {reading, ledger} = await readScenario(rawBody('token', '{"token":"Not"}', lines));
    assert.equal(reading.end.status, 'interrupted');
    assert.ok(ledger.requests.length > 1);
  });

  it('that holds no answer is named by its fields, and nothing of it is shown', async () => {
    const wrong: [string, RegExp][] = [
      [
        '{"hello": "sk-12345678", "id": {"a": 1}}',
        /JSON that is not a chat answer \(its fields: hello, id\)/,
      ],
      ['{"success": false, "output": "No such key"}', /its fields: success, output/],
      ['{}', /an empty object/],
      ['[{"id": 1}]', /a JSON array/],
    ];
    for (const [body, sentence] of wrong) {
      const {reading, ledger} = await readScenario(rawBody('token', body, {headers}));
      assert.equal(reading.thrown?.kind, 'content');
      assert.match(reading.thrown?.message ?? '', sentence);
      assert.match(reading.thrown?.message ?? '', /URL.*`stream: true`/);
      assert.equal(reading.text, '');
      assert.equal(ledger.requests.length, 1);
    }
  });

  it('that holds an answer without a word is empty, after one request', async () => {
    for (const body of ['{"response": ""}', '{"message": "", "conversation_id": "1"}']) {
      const {reading, ledger} = await readScenario(rawBody('token', body, {headers}));
      assert.equal(reading.thrown?.kind, 'empty');
      assert.equal(ledger.requests.length, 1);
    }
  });

  it('of nothing at all is asked for again, and is called empty at last', async () => {
    for (const body of ['', ': ping\n\n']) {
      const {reading, ledger} = await readScenario(rawBody('token', body));
      assert.equal(reading.thrown?.kind, 'incomplete');
      assert.match(reading.thrown?.message ?? '', /empty body/);
      assert.equal(ledger.requests.length, 5);
    }
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
