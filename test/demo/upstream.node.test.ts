import assert from 'node:assert/strict';
import {once} from 'node:events';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {after, before, beforeEach, describe, it} from 'node:test';
import {scriptedModel} from '../../demo/scripted-model.ts';
import {type Demo, startDemo} from '../../demo/server.ts';
import {backendFromEnvironment, compatibleBackend} from '../../demo/upstream.ts';
import {eventsOf, postJson, setFaults, textOf} from './servers.ts';

const key = 'sk-never-to-be-seen-1234567890';
const question = {role: 'user', content: 'Hello'};

const chunk = (content: string, finish: string | null = null) =>
  `data: ${JSON.stringify({
    id: 'up-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{index: 0, delta: {content}, finish_reason: finish}],
    x_provider: 'kept',
  })}\n\n`;

/** A provider on loopback: each test says how it answers, and reads what it was asked. */
class Provider {
  answer: (request: IncomingMessage, response: ServerResponse) => void = () => {};
  asked: {body: Record<string, unknown>; authorization: string | undefined}[] = [];
  readonly #server: Server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const {authorization} = request.headers;
    this.asked.push({body: JSON.parse(Buffer.concat(parts).toString()), authorization});
    this.answer(request, response);
  });

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const sse = (response: ServerResponse) => response.writeHead(200, {'content-type': 'text/event-stream'});

describe('a server behind the demo', {timeout: 300_000}, () => {
  const provider = new Provider();
  let demo: Demo;
  before(async () => {
    const url = await provider.start();
    demo = await startDemo({
      port: 0,
      quiet: true,
      page: false,
      backend: compatibleBackend(`${url}/v1`, key, 'big-model'),
    });
  });
  after(async () => {
    await demo.close();
    provider.close();
  });
  beforeEach(async () => {
    provider.asked = [];
    await setFaults(demo.url, {});
  });

  const complete = (body: object = {}) =>
    postJson(`${demo.url}/v1/chat/completions`, {messages: [question], stream: true, ...body});
  const chat = (body: object = {}) => postJson(`${demo.url}/api/chat`, {prompt: 'Hello', ...body});

  it('is asked with the key and in the page’s words, and its chunks are passed on with all their fields', async () => {
    provider.answer = (_, response) =>
      sse(response).end(`${chunk('Hi')}${chunk('', 'stop')}data: [DONE]\n\n`);
    const events = eventsOf(await (await complete({temperature: 0.5})).text());
    assert.equal(provider.asked[0]?.authorization, `Bearer ${key}`);
    assert.deepEqual(provider.asked[0]?.body, {
      messages: [question],
      stream: true,
      temperature: 0.5,
      model: 'big-model',
    });
    assert.equal(JSON.parse(events[0]!.data).x_provider, 'kept');
    assert.equal(events.at(-1)?.data, '[DONE]');
  });

  it('answers /api/chat in tokens, and is asked to go on where an answer broke off', async () => {
    provider.answer = (_, response) =>
      sse(response).end(`${chunk(' world')}${chunk('', 'stop')}data: [DONE]\n\n`);
    const response = await chat({continuation: {message_id: 'm', text: 'Hello', last_token: '', attempt: 1}});
    // What a model goes on with is its own affair, so no position is promised.
    assert.equal(response.headers.get('x-continue-from'), null);
    assert.equal(textOf(eventsOf(await response.text())), ' world');
    const messages = provider.asked[0]?.body['messages'] as {role: string; content: string}[];
    assert.deepEqual(messages.slice(0, 2), [question, {role: 'assistant', content: 'Hello'}]);
    assert.match(messages[2]?.content ?? '', /^Continue exactly where/);
  });

  it('never lets the key through, whatever the provider says', async () => {
    const seen: string[] = [];
    const see = async (response: Response) => {
      seen.push(await response.text(), JSON.stringify([...response.headers]));
    };
    const leak = JSON.stringify({error: {message: `Incorrect API key provided: ${key}`}});
    for (const status of [400, 401, 403, 429, 500]) {
      provider.answer = (_, response) => response.writeHead(status, {'x-key': key}).end(leak);
      await see(await complete());
      await see(await complete({stream: false}));
      await see(await chat());
    }
    provider.answer = (_, response) => sse(response).end(`${chunk('Hi')}data: ${leak}\n\n`);
    await see(await complete());
    await see(await chat());
    await see(await fetch(`${demo.url}/v1/models`));
    await see(await fetch(`${demo.url}/demo/faults`));
    assert.ok(seen.length >= 30);
    for (const text of seen) assert.ok(!text.includes(key), text);
  });

  it('passes on a 429 with its wait, and calls its own lack of rights no fault of the page', async () => {
    provider.answer = (_, response) => response.writeHead(429, {'retry-after': '7'}).end('{}');
    const limited = await complete();
    assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '7']);
    provider.answer = (_, response) => response.writeHead(401).end('{}');
    assert.equal((await complete()).status, 502);
  });

  it('tells the page of no [DONE] when the provider broke off', async () => {
    provider.answer = (_, response) => sse(response).end(chunk('Hi'));
    const events = eventsOf(await (await complete()).text());
    assert.notEqual(events.at(-1)?.data, '[DONE]');
    assert.match(events.at(-1)?.data ?? '', /"error"/);
  });

  it('is let go of when the client leaves an answer that cannot be resumed', async () => {
    await setFaults(demo.url, {resume: false});
    const leave = new AbortController();
    const closed = new Promise<void>(resolve => {
      provider.answer = (_, response) => {
        sse(response).write(chunk('Hi'));
        response.on('close', resolve);
      };
    });
    const body = {messages: [question], stream: true};
    const response = await postJson(`${demo.url}/v1/chat/completions`, body, {}, leave.signal);
    await response.body!.getReader().read();
    leave.abort();
    await closed;
  });

  it('is let go of when the client leaves before the first byte', async () => {
    const leave = new AbortController();
    const asked = new Promise<ServerResponse>(resolve => {
      provider.answer = (_, response) => resolve(response);
    });
    const response = postJson(`${demo.url}/api/chat`, {prompt: 'Hello'}, {}, leave.signal);
    const waiting = await asked;
    leave.abort();
    await assert.rejects(response, {name: 'AbortError'});
    if (!waiting.closed) await once(waiting, 'close');
  });

  it('is chosen by the environment', () => {
    const names = [{}, {GROQ_API_KEY: key}, {OPENAI_BASE_URL: 'http://127.0.0.1:1/v1'}].map(
      env => backendFromEnvironment(env, scriptedModel).name,
    );
    assert.deepEqual(names, ['scripted', 'groq', 'openai-compatible']);
  });
});

describe('Groq behind the demo', {timeout: 300_000}, () => {
  it('is asked by its SDK, once, with a trailing assistant message for the rest', async () => {
    const provider = new Provider();
    const url = await provider.start();
    process.env['GROQ_BASE_URL'] = url; // Read by groq-sdk.
    const backend = backendFromEnvironment({GROQ_API_KEY: key}, scriptedModel);
    delete process.env['GROQ_BASE_URL'];
    const demo = await startDemo({port: 0, quiet: true, page: false, backend});
    try {
      provider.answer = (_, response) =>
        sse(response).end(`${chunk(' world')}${chunk('', 'stop')}data: [DONE]\n\n`);
      const continuation = {message_id: 'm', text: 'Hello', last_token: '', attempt: 1};
      const response = await postJson(`${demo.url}/api/chat`, {prompt: 'Hello', continuation});
      const events = eventsOf(await response.text());
      assert.equal(textOf(events), ' world');
      assert.equal(events.at(-1)?.data, '[DONE]');
      assert.equal(provider.asked[0]?.authorization, `Bearer ${key}`);
      assert.deepEqual(provider.asked[0]?.body['messages'], [
        question,
        {role: 'assistant', content: 'Hello'},
      ]);

      provider.answer = (_, response) =>
        response
          .writeHead(429, {'retry-after': '3', 'content-type': 'application/json'})
          .end(`{"error":{"message":"${key}"}}`);
      const limited = await postJson(`${demo.url}/api/chat`, {prompt: 'Hello'});
      assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '3']);
      assert.ok(!(await limited.text()).includes(key));
      assert.equal(provider.asked.length, 2);
    } finally {
      await demo.close();
      provider.close();
    }
  });
});
