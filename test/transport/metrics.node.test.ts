import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {CompletionMetrics, MessageStatus} from '../../src/protocol/message.ts';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import {createMetricsSummary} from '../../src/transport/metrics-summary.ts';

const answered = (duration: number, timeToFirstToken?: number, status: MessageStatus = 'complete') => ({
  status,
  metrics: {
    duration,
    ...(timeToFirstToken !== undefined && {timeToFirstToken}),
  } as CompletionMetrics,
});

describe('the summary of the last answers', () => {
  it('is empty before the first', () => {
    assert.deepEqual(createMetricsSummary().current, {count: 0, errorRate: 0});
  });

  it('has the median and the 95th percentile, each of them seen', () => {
    const summary = createMetricsSummary();
    for (let i = 20; i > 0; i--) summary.add(answered(i * 100, i * 10));
    assert.deepEqual(summary.current, {
      count: 20,
      errorRate: 0,
      timeToFirstToken: {p50: 100, p95: 190},
      duration: {p50: 1000, p95: 1900},
    });
  });

  it('counts what failed and what was cut, not what was stopped, and no time that there was not', () => {
    const summary = createMetricsSummary();
    summary.add(answered(10, undefined, 'error'));
    summary.add(answered(20, 5, 'interrupted'));
    summary.add(answered(30, 6, 'stopped'));
    summary.add(answered(40, 7));
    summary.add({status: 'complete'}); // The user's own.
    assert.equal(summary.current.count, 4);
    assert.equal(summary.current.errorRate, 0.5);
    assert.deepEqual(summary.current.timeToFirstToken, {p50: 6, p95: 7});
  });

  it('rolls', () => {
    const summary = createMetricsSummary(3);
    for (const ms of [1, 2, 3, 4]) summary.add(answered(ms, undefined, ms < 2 ? 'error' : 'complete'));
    assert.deepEqual(summary.current, {count: 3, errorRate: 0, duration: {p50: 3, p95: 4}});
    for (const size of [0, 1.5, Number.NaN]) assert.throws(() => createMetricsSummary(size), RangeError);
  });
});

describe('what an answer cost', () => {
  /** A body of OpenAI's with all that providers tell. */
  const body = [
    {id: 'chatcmpl-1', choices: [{index: 0, delta: {content: 'Hello'}}], x_groq: {id: 'req_1'}},
    {choices: [{index: 0, delta: {content: ' there.'}, finish_reason: 'stop'}]},
    {
      choices: [],
      x_groq: {
        id: 'req_1',
        usage: {prompt_tokens: 7, completion_tokens: 2, total_tokens: 9, queue_time: 0.5, prompt_time: 0.25},
      },
    },
  ]
    .map(chunk => `data: ${JSON.stringify(chunk)}\n\n`)
    .concat('data: [DONE]\n\n')
    .join('');
  const ask = () =>
    streamCompletion({
      endpoint: 'http://127.0.0.1:9/v1/chat/completions',
      messages: [{role: 'user', content: 'Hello?'}],
      fetch: async () =>
        new Response(body, {
          headers: {'content-type': 'text/event-stream', 'x-request-id': 'head_1', 'x-extra': 'yes'},
        }),
    });

  it('is in its result: times, counts, what the provider says, the response, the ids', async () => {
    const stream = ask();
    const {metrics, usage, requestIds} = await stream.result();
    assert.equal(metrics.characters, 12);
    assert.equal(metrics.tokens, 2);
    assert.equal(metrics.bytes, body.length);
    assert.equal(metrics.requests, 1);
    assert.ok(metrics.duration >= (metrics.timeToFirstToken ?? Number.NaN));
    assert.deepEqual(
      [metrics.retries, metrics.resumes, metrics.continuations, metrics.rateLimits, metrics.stalls],
      [0, 0, 0, 0, 0],
    );
    assert.equal(usage?.outputTokens, 2);
    assert.match(JSON.stringify(usage), /queue/i);
    assert.equal(stream.response?.status, 200);
    assert.equal(stream.response?.headers.get('x-extra'), 'yes');
    assert.ok(requestIds.includes('head_1') && requestIds.includes('req_1'), String(requestIds));
  });

  it('is in the performance timeline of a page, and in no other, which would grow for ever on a server', async () => {
    performance.clearMeasures();
    await ask().result();
    assert.deepEqual(performance.getEntriesByType('measure'), []);
    Object.assign(globalThis, {document: {}});
    const {metrics} = await ask().result();
    Reflect.deleteProperty(globalThis, 'document');
    const [first] = performance.getEntriesByName('sse-chat:first-token');
    const [whole] = performance.getEntriesByName('sse-chat:answer');
    assert.equal(first?.duration, metrics.timeToFirstToken);
    assert.equal(whole?.duration, metrics.duration);
  });
});
