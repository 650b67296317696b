import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {ChatError} from '../../src/protocol/chat-error.ts';
import type {CompletionRequest} from '../../src/protocol/completion.ts';
import type {WireEvent} from '../../src/protocol/dialect.ts';
import {detectDialect, dialectFor, openai, token} from '../../src/protocol/dialects/index.ts';
import {type EndSignals, judgeEnd} from '../../src/protocol/end-of-stream.ts';
import {errorMessage, safeMessage, wireError} from '../../src/protocol/wire-error.ts';
import {wholeRequest as request} from '../support/whole-request.ts';

function wire(json: unknown, event = 'message'): WireEvent {
  return {event, data: JSON.stringify(json), json};
}

describe('the dialect', () => {
  it('is asked for as the URL suggests', () => {
    for (const path of [
      '/v1/chat/completions',
      '/openai/v1/chat/completions/',
      '/v1/chat/completions?key=1',
    ]) {
      assert.equal(dialectFor('auto', new URL(path, 'https://example.org')), openai);
    }
    for (const path of ['/api/chat', '/', '/chat/completions/x', '/v1/responses/x', '/message', '/stream']) {
      assert.equal(dialectFor('auto', new URL(path, 'https://example.org')), token);
    }
  });

  it('is told by what alone can be of it, and by nothing that could be of any', () => {
    assert.equal(detectDialect(wire({choices: []})), openai);
    assert.equal(detectDialect(wire({object: 'chat.completion.chunk'})), openai);
    assert.equal(detectDialect(wire({x_groq: {id: 'r'}})), openai);
    for (const field of ['token', 'text', 'content', 'delta', 'answer', 'response', 'output_text']) {
      assert.equal(detectDialect(wire({[field]: 'x'})), token, field);
    }
    assert.equal(detectDialect(wire({done: true})), token);
    for (const json of [{}, {id: 1}]) assert.equal(detectDialect(wire(json)), undefined);
    for (const json of [
      {type: 'ping'},
      {type: 'text-delta', delta: 'x'},
      [],
      'x',
      {event: 'message', answer: 'x'},
    ])
      assert.equal(detectDialect(wire(json)), 'rare');
  });
});

/** The body as it is on the wire. */
const sent = ({body}: {readonly body: unknown}): unknown => JSON.parse(JSON.stringify(body));

describe('a request', () => {
  it('to openai has its words, and none of ours', () => {
    assert.deepEqual(sent(openai.encode(request)), {
      model: 'm',
      messages: [{role: 'system', content: 'Be brief.'}, ...request.messages],
      stream: true,
      temperature: 0,
      max_completion_tokens: 9,
      stop: ['END'],
      stream_options: {include_usage: true},
    });
  });

  it('to a plain server has the prompt and the conversation under both names', () => {
    assert.deepEqual(sent(token.encode(request)), {
      prompt: 'Three?',
      conversation_id: 'c',
      conversationId: 'c',
      messages: request.messages,
      stream: true,
      model: 'm',
      temperature: 0,
      max_tokens: 9,
      stop: ['END'],
      instructions: 'Be brief.',
    });
  });

  it('has nothing that was not set', () => {
    const bare = {messages: [{role: 'user', content: 'Hi'}]} as const;
    assert.deepEqual(sent(openai.encode(bare)), {messages: bare.messages, stream: true});
    assert.deepEqual(sent(token.encode(bare)), {prompt: 'Hi', messages: bare.messages, stream: true});
  });

  it('that goes on ends with the answer, or with a user turn behind it', () => {
    const continuation = {messageId: 'a', text: 'Fou', lastToken: 'u', attempt: 2, prompt: 'Go on.'} as const;
    const turns = (mode: 'prefill' | 'continue-turn') =>
      (
        openai.encode({...request, continuation: {...continuation, mode}}).body as CompletionRequest
      ).messages.slice(4);
    assert.deepEqual(turns('prefill'), [{role: 'assistant', content: 'Fou'}]);
    assert.deepEqual(turns('continue-turn'), [
      {role: 'assistant', content: 'Fou'},
      {role: 'user', content: 'Go on.'},
    ]);
  });
});

describe('an end', () => {
  const nothing: EndSignals = {
    finishReason: undefined,
    done: false,
    doneIsEnough: false,
    error: undefined,
    hasText: true,
  };
  const error = new ChatError('server', 'Overheated.');
  const table: [string, Partial<EndSignals>, string][] = [
    ['nothing but a closed connection', {}, 'interrupted, recoverable'],
    ['a closed connection without text', {hasText: false}, 'interrupted, recoverable'],
    ['a finish reason', {finishReason: 'stop'}, 'complete'],
    ['a finish reason and [DONE]', {finishReason: 'stop', done: true}, 'complete'],
    ['a call of tools without text', {finishReason: 'tool-calls', hasText: false}, 'complete'],
    ['a finish reason without text', {finishReason: 'stop', hasText: false}, 'error empty'],
    ['the length limit', {finishReason: 'length'}, 'length'],
    ['the filter', {finishReason: 'content-filter', hasText: false}, 'filtered'],
    ['[DONE], where it has to do', {done: true, doneIsEnough: true}, 'complete'],
    ['[DONE], where more was to be said', {done: true}, 'interrupted'],
    ['[DONE] without text', {done: true, doneIsEnough: true, hasText: false}, 'error empty'],
    ['an error', {error}, 'error server'],
    ['an error and then [DONE]', {error, done: true, doneIsEnough: true}, 'error server'],
    ['the finish reason "error"', {finishReason: 'error', error}, 'error server'],
    ['an error after the finish reason', {finishReason: 'stop', error}, 'complete'],
  ];
  for (const [title, signals, expected] of table) {
    it(`with ${title} is ${expected}`, () => {
      const verdict = judgeEnd({...nothing, ...signals});
      const said =
        verdict.status === 'interrupted'
          ? `interrupted${verdict.recoverable ? ', recoverable' : ''}`
          : `${verdict.status}${verdict.status === 'error' ? ` ${verdict.error.kind}` : ''}`;
      assert.equal(said, expected);
    });
  }
});

describe('a sentence of a server', () => {
  it('has no keys, no controls, no bidi tricks, and an end', () => {
    const said = safeMessage(
      `Key sk-abcdefgh12345678 and Bearer eyJhbGciOi.x\u202e are\nbad\x1b[31m ${'x'.repeat(9000)}`,
    );
    assert.doesNotMatch(said, /abcdefgh|eyJhb/);
    assert.doesNotMatch(said, /[\p{Cc}\u202e]/u);
    assert.ok(said.length <= 301);
  });

  it('is found in every usual shape, and nowhere else', () => {
    for (const body of [
      {error: {message: 'No.'}},
      {error: 'No.'},
      {message: 'No.'},
      {detail: 'No.'},
      {type: 'error', errorText: 'No.'},
      'No.',
    ]) {
      assert.equal(errorMessage(body), 'No.');
    }
    for (const body of [{}, [], null, 1, {error: {}}]) assert.equal(errorMessage(body), undefined);
  });

  it('that speaks of errors inside an ordinary payload is no error', () => {
    for (const json of [
      {token: 'error'},
      {error: null},
      {error: false},
      {error: 0},
      {error: ''},
      {choices: [], error: null},
    ]) {
      assert.equal(wireError(wire(json)), undefined, JSON.stringify(json));
    }
  });

  it('about too many requests is a rate limit, even inside a stream', () => {
    for (const type of ['rate_limit_exceeded', 'overloaded_error']) {
      assert.equal(wireError(wire({error: {type, message: 'x'}}))?.kind, 'rate-limit');
    }
  });
});
