import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Meter, Tracer} from '@opentelemetry/api';
import type {Message} from '../../src/protocol/message.ts';
import {answerRecorder, observe} from '../../src/telemetry/otel.ts';

type Attributes = Readonly<Record<string, unknown>>;

const METRICS = {
  timeToFirstToken: 250,
  duration: 2000,
  tokens: 7,
  characters: 30,
  bytes: 400,
  requests: 2,
  retries: 1,
  resumes: 0,
  continuations: 0,
  fallbacks: 0,
  rateLimits: 0,
  stalls: 0,
  malformed: 0,
  ignored: 0,
};

const ANSWER: Message = {
  id: 'm1',
  role: 'assistant',
  text: 'a secret',
  parts: [{type: 'text', text: 'a secret'}],
  status: 'complete',
  createdAt: 0,
  finishReason: 'stop',
  usage: {inputTokens: 12, outputTokens: 7},
  metrics: METRICS,
  requestIds: ['req_1'],
};

/** Collects what is recorded, in the shapes of the API. */
function collector() {
  const records: [name: string, value: number, attributes: Attributes][] = [];
  const spans: {name: string; options: Attributes; status?: unknown; end?: number}[] = [];
  const meter = {
    createHistogram: (name: string) => ({
      record: (value: number, attributes: Attributes) => void records.push([name, value, attributes]),
    }),
  } as unknown as Meter;
  const tracer = {
    startSpan(name: string, options: Attributes) {
      const span: (typeof spans)[number] = {name, options};
      spans.push(span);
      return {
        setStatus: (status: unknown) => {
          span.status = status;
        },
        end: (time: number) => {
          span.end = time;
        },
      };
    },
  } as unknown as Tracer;
  return {records, spans, meter, tracer};
}

function messageEvent(message: Message): Event {
  return Object.assign(new Event('chat-message', {bubbles: true}), {message});
}

const COMMON = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'groq',
  'gen_ai.request.model': 'm-1',
  'server.address': 'chat.example',
  'server.port': 443,
};

test('records an answer by the semantic conventions, in seconds and tokens', () => {
  const {records, spans, meter, tracer} = collector();
  const target = Object.assign(new EventTarget(), {model: 'm-1', endpoint: 'https://chat.example/v1'});
  observe(target, {meter, tracer, provider: 'groq', now: () => 10_000});
  target.dispatchEvent(messageEvent(ANSWER));

  assert.deepEqual(records, [
    ['gen_ai.client.operation.duration', 2, COMMON],
    ['gen_ai.client.operation.time_to_first_chunk', 0.25, COMMON],
    ['gen_ai.client.token.usage', 12, {...COMMON, 'gen_ai.token.type': 'input'}],
    ['gen_ai.client.token.usage', 7, {...COMMON, 'gen_ai.token.type': 'output'}],
  ]);
  assert.equal(spans.length, 1);
  const [span] = spans;
  assert.equal(span?.name, 'chat m-1');
  assert.equal(span?.options['kind'], 2);
  assert.equal(span?.options['startTime'], 8000);
  assert.equal(span?.end, 10_000);
  assert.equal(span?.status, undefined);
  const attributes = span?.options['attributes'] as Attributes;
  assert.deepEqual(attributes['gen_ai.response.finish_reasons'], ['stop']);
  assert.equal(attributes['sse_chat.retries'], 1);
});

test('an answer that failed carries the kind of its error', () => {
  const {records, spans, meter, tracer} = collector();
  const {usage: _, ...failed} = ANSWER;
  answerRecorder({meter, tracer})({
    ...failed,
    status: 'interrupted',
    error: {kind: 'incomplete', message: 'The stream ended early.'},
  });
  assert.equal(records[0]?.[2]['error.type'], 'incomplete');
  assert.ok(!records.some(([name]) => name === 'gen_ai.client.token.usage'), 'nothing is guessed');
  assert.deepEqual(spans[0]?.status, {code: 2, message: 'The stream ended early.'});
});

test('never reports the text of a message', () => {
  const {records, spans, meter, tracer} = collector();
  answerRecorder({meter, tracer})(ANSWER);
  assert.doesNotMatch(JSON.stringify([records, spans]), /secret/);
});

test('its undo ends it', () => {
  const {records, meter} = collector();
  const target = new EventTarget();
  const undo = observe(target, {meter});
  undo();
  target.dispatchEvent(messageEvent(ANSWER));
  assert.deepEqual(records, []);
});
