import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {Usage} from '../../src/protocol/message.ts';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import {type Chunking, everySplit, whole} from '../support/chunkings.ts';
import {FakeClock} from '../support/fake-clock.ts';
import {fixture, toEventStream} from '../support/fixtures.ts';
import {type Reading, readStream} from '../support/read-stream.ts';
import {recordings} from '../support/readings/index.ts';

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

describe('a recorded stream in two pieces', () => {
  it('says the same wherever they meet', async () => {
    const {payloads, reading} = recordings().find(({name}) => name === 'moonshotai/moonshotai-stream')!;
    const bytes = toEventStream([...payloads, '[DONE]'], {newline: '\r\n', bom: true});
    for (const chunking of everySplit(bytes.length)) {
      const {text, end, requests} = await read(bytes, chunking);
      assert.deepEqual([text, end.status, requests], [reading.text, 'complete', 1], chunking.name);
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
