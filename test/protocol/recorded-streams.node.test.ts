import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {Usage} from '../../src/protocol/message.ts';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import {byteAtATime, type Chunking, everySplit, randomChunks, whole} from '../support/chunkings.ts';
import {FakeClock} from '../support/fake-clock.ts';
import {type EventFraming, fixture, toEventStream} from '../support/fixtures.ts';
import {type Reading, readStream} from '../support/read-stream.ts';
import {newSeed} from '../support/seeded-random.ts';

const seed = newSeed();

const names = [
  'alibaba/alibaba-reasoning',
  'deepseek/deepseek-reasoning',
  'groq/groq-reasoning',
  'groq/groq-text',
  'groq/groq-tool-call',
  'mistral/mistral-text',
  'moonshotai/moonshotai-stream',
  'openai/azure-model-router.1',
  'openai/openai-text',
  'perplexity/perplexity-citations',
  'xai/xai-text',
  'xai/xai-tool-call',
];

const framings: Record<string, EventFraming> = {
  LF: {newline: '\n'},
  'CRLF and a BOM': {newline: '\r\n', bom: true},
  'CR, comments, no space after the colon': {newline: '\r', comments: true, tight: true},
};

/** The fields as they stand in the payloads, read without any code of ours. */
interface Plain {
  readonly text: string;
  readonly reasoning: string;
  readonly finish: string;
}

function readPlainly(payloads: readonly string[]): Plain {
  let [text, reasoning, finish] = ['', '', ''];
  for (const payload of payloads) {
    const choice = JSON.parse(payload).choices?.[0];
    text += choice?.delta?.content ?? '';
    reasoning += choice?.delta?.reasoning ?? choice?.delta?.reasoning_content ?? '';
    finish = choice?.finish_reason ?? finish;
  }
  return {text, reasoning, finish};
}

async function read(bytes: Uint8Array, chunking: Chunking): Promise<Reading & {requests: number}> {
  const clock = new FakeClock();
  const chunks = chunking.chunks(bytes);
  let requests = 0;
  const fetch = async () => {
    requests++;
    let next = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          const chunk = chunks[next++];
          if (chunk) controller.enqueue(chunk);
          else controller.close();
        },
      },
      {highWaterMark: 0},
    );
    return new Response(body, {headers: {'content-type': 'text/event-stream'}});
  };
  const endpoint = 'http://127.0.0.1:9/chat'; // Says nothing about the dialect: it is told by what comes.
  const stream = streamCompletion({endpoint, messages: [{role: 'user', content: 'Hi'}], fetch, clock});
  return {...(await clock.runUntil(readStream(stream))), requests};
}

function check(
  {text, events, end, result, requests}: Reading & {requests: number},
  plain: Plain,
  how: string,
) {
  const reasoning = events.map(event => (event.type === 'reasoning' ? event.text : '')).join('');
  assert.equal(text, plain.text, how);
  assert.equal(reasoning, plain.reasoning, how);
  assert.equal(end.status, 'complete', how);
  assert.equal(result.finishReason, plain.finish === 'tool_calls' ? 'tool-calls' : 'stop', how);
  assert.equal(result.metrics.malformed, 0, how);
  assert.equal(requests, 1, how);
}

describe(`a recorded stream gives the text, the reasoning and the end that stand in it (seed ${seed})`, () => {
  for (const name of names) {
    it(name, async () => {
      const payloads = fixture(name);
      const plain = readPlainly(payloads);
      assert.ok(plain.text !== '' || plain.finish === 'tool_calls');
      for (const [framingName, framing] of Object.entries(framings)) {
        for (const done of [true, false]) {
          const bytes = toEventStream(done ? [...payloads, '[DONE]'] : payloads, framing);
          const small = bytes.length < 8000;
          const chunkings = [
            whole,
            randomChunks(seed),
            ...(small ? [byteAtATime, randomChunks(seed + 1, 5)] : []),
          ];
          for (const chunking of chunkings) {
            check(
              await read(bytes, chunking),
              plain,
              `${framingName}, ${done ? '' : 'no '}[DONE], ${chunking.name}`,
            );
          }
        }
      }
    });
  }

  it('a byte at a time, the long ones too', async () => {
    for (const name of ['groq/groq-text', 'openai/openai-text']) {
      const payloads = fixture(name);
      const bytes = toEventStream([...payloads, '[DONE]'], {newline: '\r\n'});
      check(await read(bytes, byteAtATime), readPlainly(payloads), name);
    }
  });

  it('in two pieces, at every byte', async () => {
    const payloads = fixture('moonshotai/moonshotai-stream');
    const bytes = toEventStream([...payloads, '[DONE]'], {newline: '\r\n', bom: true});
    for (const chunking of everySplit(bytes.length)) {
      check(await read(bytes, chunking), readPlainly(payloads), chunking.name);
    }
  });
});

describe('what a provider tells beside the text', () => {
  const readFixture = (name: string) =>
    read(toEventStream([...fixture(name), '[DONE]'], {newline: '\n'}), whole);

  it('usage and times of x_groq are read', async () => {
    const {result} = await readFixture('groq/groq-text');
    const said = JSON.parse(fixture('groq/groq-text').at(-1) ?? '').x_groq.usage;
    const expected: Usage = {
      inputTokens: said.prompt_tokens,
      outputTokens: said.completion_tokens,
      totalTokens: said.total_tokens,
      queueTime: said.queue_time,
      promptTime: said.prompt_time,
      completionTime: said.completion_time,
    };
    for (const [key, value] of Object.entries(expected)) {
      assert.equal(typeof value, 'number');
      assert.equal(result.usage?.[key as keyof Usage], value, key);
    }
  });

  it('the request id of x_groq is read, and told as soon as it comes', async () => {
    const {result, events} = await readFixture('groq/groq-text');
    const {id} = JSON.parse(fixture('groq/groq-text')[0] ?? '').x_groq;
    assert.match(id, /^req_/);
    assert.ok(result.requestIds.includes(id));
    const told = events.findIndex(event => event.type === 'request-id' && event.id === id);
    assert.ok(told >= 0 && told < events.findIndex(event => event.type === 'text'));
  });

  it('usage after the finish reason is read too', async () => {
    const {result} = await readFixture('openai/openai-text');
    assert.equal(result.usage?.inputTokens, 16);
    assert.equal(result.usage?.outputTokens, 300);
  });

  it('usage that comes on every chunk counts as the last one says', async () => {
    const {result} = await readFixture('perplexity/perplexity-citations');
    assert.equal(result.usage?.totalTokens, 346);
  });
});

describe('each event keeps its payload', () => {
  it('typed as a ChatCompletionChunk where the dialect is named', async () => {
    const payloads = fixture('groq/groq-text');
    const bytes = toEventStream([...payloads, '[DONE]'], {newline: '\n'});
    const stream = streamCompletion({
      endpoint: 'http://127.0.0.1:9/chat',
      dialect: 'openai',
      messages: [{role: 'user', content: 'Hi'}],
      fetch: async () => new Response(bytes.slice(), {headers: {'content-type': 'text/event-stream'}}),
    });
    const seen: unknown[] = [];
    let text = '';
    for await (const event of stream) {
      if (event.type !== 'text') continue;
      text += event.raw.choices[0]?.delta.content ?? ''; // Compiles only if `raw` has its type.
      seen.push(event.raw);
    }
    assert.equal(text, stream.text);
    const withText = payloads
      .map(payload => JSON.parse(payload))
      .filter(chunk => chunk.choices[0]?.delta.content);
    assert.deepEqual(seen, withText);
  });
});
