import assert from 'node:assert/strict';
import {after, before, beforeEach, describe, it} from 'node:test';
import type {Chunk} from '../../demo/backend.ts';
import {answerTo} from '../../demo/scripted-model.ts';
import {startDemo} from '../../demo/server.ts';
import {eventsOf, postJson, type RunningServer, setFaults} from './servers.ts';

const question = {role: 'user', content: 'Write a long essay'} as const;
const essay = answerTo([question]);

const chunksOf = (body: string): Chunk[] =>
  eventsOf(body)
    .filter(event => event.data !== '[DONE]')
    .map(event => JSON.parse(event.data) as Chunk);

const textOf = (chunks: readonly Chunk[]): string =>
  chunks.map(chunk => chunk.choices[0]?.delta.content ?? '').join('');

describe('POST /v1/chat/completions', {timeout: 300_000}, () => {
  let server: RunningServer;
  before(async () => {
    server = await startDemo({port: 0, quiet: true, page: false});
  });
  after(() => server.close());
  beforeEach(() => setFaults(server.url, {tokensPerSecond: 0, firstTokenDelay: 0}));

  const complete = (body: object) => postJson(`${server.url}/v1/chat/completions`, {stream: true, ...body});

  it('streams a role, the content, a finish reason and [DONE]', async () => {
    const body = await (await complete({messages: [question], model: 'any-name'})).text();
    const chunks = chunksOf(body);
    assert.equal(chunks[0]?.choices[0]?.delta.role, 'assistant');
    assert.equal(textOf(chunks), essay);
    assert.equal(chunks.at(-1)?.choices[0]?.finish_reason, 'stop');
    assert.equal(eventsOf(body).at(-1)?.data, '[DONE]');
    assert.deepEqual(new Set(chunks.map(chunk => chunk.model)), new Set(['any-name']));
    assert.equal(new Set(chunks.map(chunk => chunk.id)).size, 1);
  });

  it('sends the usage in a chunk of its own, when it is asked for', async () => {
    const asked = await complete({messages: [question], stream_options: {include_usage: true}});
    const last = chunksOf(await asked.text()).at(-1);
    assert.deepEqual(last?.choices, []);
    const usage = last?.usage as Record<string, number>;
    assert.equal(usage['total_tokens'], usage['prompt_tokens']! + usage['completion_tokens']!);
    assert.ok(usage['completion_tokens']! > 1800);
    const unasked = chunksOf(await (await complete({messages: [question]})).text());
    assert.ok(unasked.every(chunk => chunk.usage === undefined));
  });

  it('answers in one piece without `stream`', async () => {
    const answer = await (await complete({messages: [question], stream: false})).json();
    assert.equal(answer.object, 'chat.completion');
    assert.equal(answer.choices[0].message.content, essay);
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.ok(answer.usage.total_tokens > 0);
  });

  it('goes on exactly after a trailing assistant message, and after a turn that asks to continue', async () => {
    for (const at of [0, 1, 100, 5000, essay.length]) {
      const partial = {role: 'assistant', content: essay.slice(0, at)};
      const tail = essay.slice(Math.max(0, at - 60), at);
      const content = `Continue exactly where your previous message stopped. Its last characters were: "…${tail}"`;
      for (const messages of [
        [question, partial],
        [question, partial, {role: 'user', content}],
      ]) {
        const response = await complete({messages});
        assert.equal(response.headers.get('x-continue-from'), String(at));
        assert.equal(partial.content + textOf(chunksOf(await response.text())), essay);
      }
    }
  });

  it('takes an ordinary question after an answer for a new question', async () => {
    const again = {role: 'user', content: 'Tell me a joke'} as const;
    const response = await complete({messages: [question, {role: 'assistant', content: essay}, again]});
    assert.equal(response.headers.get('x-continue-from'), null);
    assert.equal(textOf(chunksOf(await response.text())), answerTo([question, again]));
  });

  it('ends with `length` at max_completion_tokens, and goes on from there', async () => {
    const first = chunksOf(await (await complete({messages: [question], max_completion_tokens: 50})).text());
    assert.equal(first.at(-1)?.choices[0]?.finish_reason, 'length');
    const partial = {role: 'assistant', content: textOf(first)};
    const rest = chunksOf(await (await complete({messages: [question, partial]})).text());
    assert.equal(partial.content + textOf(rest), essay);
  });

  it('takes content in parts', async () => {
    const content = [{type: 'text', text: question.content}];
    const body = await (await complete({messages: [{role: 'user', content}]})).text();
    assert.equal(textOf(chunksOf(body)), essay);
  });

  it('leaves out the finish reason when it is told to', async () => {
    await setFaults(server.url, {tokensPerSecond: 0, noFinishReason: true});
    const body = await (await complete({messages: [question]})).text();
    assert.ok(chunksOf(body).every(chunk => chunk.choices[0]?.finish_reason === null));
    assert.equal(eventsOf(body).at(-1)?.data, '[DONE]');
  });

  it('can be resumed by its ids', async () => {
    await setFaults(server.url, {tokensPerSecond: 0, cutAfterTokens: 100});
    const cut = await complete({messages: [question]});
    const events = eventsOf(await cut.text());
    const url = `${server.url}/v1/chat/completions/${cut.headers.get('x-stream-id')}`;
    const rest = await fetch(url, {headers: {'last-event-id': String(events.at(-1)?.id)}});
    const restBody = await rest.text();
    const first = events.map(event => JSON.parse(event.data) as Chunk);
    assert.equal(textOf(first) + textOf(chunksOf(restBody)), essay);
  });

  it('hits an answer once: its continuation is spared, and asked anew it is another answer', async () => {
    await setFaults(server.url, {tokensPerSecond: 0, cutAfterTokens: 100, resume: false});
    for (let time = 0; time < 2; time++) {
      const content = textOf(chunksOf(await (await complete({messages: [question]})).text()));
      assert.ok(content.length > 100 && content.length < essay.length);
      const rest = await complete({messages: [question, {role: 'assistant', content}]});
      assert.equal(content + textOf(chunksOf(await rest.text())), essay);
    }
  });

  it('names its models, and refuses what it cannot read', async () => {
    const models = await (await fetch(`${server.url}/v1/models`)).json();
    assert.equal(models.data[0].id, 'scripted-1');
    for (const messages of [undefined, [], [{role: 'nobody', content: 'x'}], [null]]) {
      assert.equal((await complete({messages})).status, 400);
    }
  });
});
