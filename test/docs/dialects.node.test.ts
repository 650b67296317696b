import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {Dialect} from '../../src/protocol/dialect.ts';
import {dialectFor} from '../../src/protocol/dialects/index.ts';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import {chunkedFetch} from '../support/chunked-fetch.ts';
import {fixture, fixtureNames, toEventStream} from '../support/fixtures.ts';
import {dialectNames} from '../support/known-dialects.ts';
import {type WireSample, wireSamples} from '../support/samples/index.ts';
import {codeIn, examplesOf, read, tableOf} from './support/pages.ts';

const BLANK = new URL('https://example.com/');

const names: Readonly<Record<string, string>> = {
  data: 'data',
  file: 'files',
  reasoning: 'reasoning',
  refusal: 'refusals',
  source: 'sources',
  'tool-call': 'tool calls',
  usage: 'usage',
};

/** What a stream gave beside text, and the dialect that it was told as. */
async function besideTextOf(body: Uint8Array, type: string) {
  const stream = streamCompletion({
    endpoint: 'http://127.0.0.1:9/chat',
    messages: [{role: 'user', content: 'Hi'}],
    fetch: chunkedFetch({chunks: [body], headers: {'content-type': type}}),
    maxRetries: 0,
    continuation: 'off',
  });
  const types = new Set<string>();
  try {
    for await (const event of stream) types.add(event.type);
  } catch {
    // How it ends is another test's.
  }
  return {dialect: stream.dialect, types: [...types].flatMap(type => names[type] ?? [])};
}

const readRecorded = (name: string) =>
  besideTextOf(toEventStream(fixture(name), {newline: '\n'}), 'text/event-stream');
const readWritten = ({body, contentType}: WireSample) =>
  besideTextOf(new TextEncoder().encode(body), contentType);

/** What each dialect gave beside text, of all that is recorded or written down of it. */
async function besideText(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, Set<string>>();
  for (const reading of [...wireSamples.map(readWritten), ...fixtureNames().map(readRecorded)]) {
    const {dialect, types} = await reading;
    found.set(dialect, new Set([...(found.get(dialect) ?? []), ...types]));
  }
  return found;
}

/** What a page writes in a row of a table, and the dialect in which that asks. */
async function exampleIn(row: readonly string[]) {
  const example = codeIn(row.at(-1)!)[0] ?? '';
  const [, said = ''] = /^<sse-chat ((?:[\w-]+="[^"]+" ?)+)><\/sse-chat>$/.exec(example) ?? [];
  const attributes = new Map(
    [...said.matchAll(/([\w-]+)="([^"]+)"/g)].map(([, name, value]) => [name, value]),
  );
  const endpoint = new URL(attributes.get('endpoint') ?? '', BLANK);
  const {name} = await dialectFor(attributes.get('dialect') ?? 'auto', endpoint);
  return {example, endpoint, name};
}

/** Where streams of a server's were recorded; a server that is in two rows is told by its endpoint. */
const RECORDED: Readonly<Record<string, RegExp>> = {
  'Groq, openai': /^groq\//,
  'Azure, openai': /^openai\/azure-/,
  'Azure, openai-responses': /^azure\//,
  'DeepSeek, openai': /^deepseek\//,
  'xAI, openai': /^xai\//,
  'Moonshot, openai': /^moonshotai\//,
  'Perplexity, openai': /^perplexity\//,
  'Alibaba, openai': /^alibaba\//,
  'Mistral, mistral': /^mistral\//,
  'LM Studio, openai-responses': /^open-responses\/lmstudio-/,
};

it('a dialect of one’s own, as it is written there, asks and reads, and a cut answer is not complete', async () => {
  const {code = ''} = examplesOf(read('docs/dialects.md')).find(each => each.language === 'js') ?? {};
  const {own} = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const said = 'data: {"word": "Hel"}\n\n: ping\n\ndata: {"word": "lo"}\n\n';
  for (const [end, status] of [
    ['event: end\ndata: {}\n\n', 'complete'],
    ['', 'interrupted'],
  ]) {
    const fetch = chunkedFetch({chunks: [new TextEncoder().encode(said + end)]});
    const stream = streamCompletion({
      endpoint: 'http://127.0.0.1:9/chat',
      messages: [{role: 'user', content: 'Hi'}],
      dialect: own,
      fetch,
    });
    const result = await stream.result();
    assert.deepEqual([result.status, result.text, stream.dialect], [status, 'Hello', 'own']);
    assert.deepEqual(
      fetch.requests.map(({init}) => init.body),
      ['{"question":"Hi"}'],
    );
  }
});

describe('the page about dialects', () => {
  const rows = tableOf(read('docs/dialects.md'), 'Dialect');
  const nameOf = (row: readonly string[]) => codeIn(row[0]!)[0]!;
  const dialectOf = async (name: string) => (await dialectFor(name, BLANK)) as Dialect;

  it('has every one that can be named, and no other', () => {
    const known = [...dialectNames];
    assert.deepEqual(rows.map(nameOf).sort(), known.sort());
  });

  it('says at which URL a server is asked so, and where that has to be named', async () => {
    for (const row of rows) {
      const [said = ''] = codeIn(row[1]!);
      const name = nameOf(row);
      if (said.startsWith('dialect=')) assert.equal(said, `dialect="${name}"`);
      else assert.equal((await dialectFor('auto', new URL(said)))?.name, name, said);
    }
  });

  it('says what is read beside the text', async () => {
    const found = await besideText();
    for (const row of rows) {
      const [, , cell = ''] = row;
      const same = /^as `(.+)`$/.exec(cell)?.[1];
      if (same) {
        assert.ok(rows.some(row => nameOf(row) === same)); // Their events are told as those.
      } else {
        const said = cell === '–' ? [] : cell.split(', ');
        assert.deepEqual(said.sort(), [...(found.get(nameOf(row)) ?? [])].sort(), nameOf(row));
      }
    }
  });

  it('says how a cut answer goes on', async () => {
    for (const row of rows) {
      assert.deepEqual(codeIn(row[3]!), (await dialectOf(nameOf(row))).continuations, nameOf(row));
    }
  });

  it('has an example for each that asks in it', async () => {
    for (const row of rows) assert.equal((await exampleIn(row)).name, nameOf(row), row.at(-1));
  });
});

describe('the servers that speak OpenAI’s', () => {
  const rows = tableOf(read('docs/dialects.md'), 'Server');
  const dialectOf = async (row: readonly string[]) =>
    (await dialectFor('auto', new URL(codeIn(row[1]!)[0]!))).name;

  it('are all that this package says it knows', () => {
    const all =
      'Groq Azure DeepSeek xAI Moonshot Perplexity Alibaba Mistral OpenRouter Together vLLM llama.cpp';
    const found = new Set(rows.map(([name]) => name));
    assert.deepEqual([...found].sort(), [...all.split(' '), 'LM Studio'].sort());
  });

  it('have an example that asks in the dialect of their endpoint, and none that sends a key from a page', async () => {
    for (const row of rows) {
      const {name, endpoint, example} = await exampleIn(row);
      assert.equal(name, await dialectOf(row), example);
      const {hostname} = new URL(codeIn(row[1]!)[0]!);
      assert.equal(endpoint.hostname, hostname === '127.0.0.1' ? hostname : BLANK.hostname, example);
    }
  });

  it('are said to give what was seen of them', async () => {
    for (const row of rows) {
      const [server = '', , cell = '', seen = ''] = row;
      const said = cell === '–' ? [] : cell.split(', ');
      const key = `${server}, ${await dialectOf(row)}`;
      const recorded = fixtureNames().filter(name => RECORDED[key]?.test(name));
      const written = wireSamples.filter(({name}) => name.startsWith(`${server}: `));
      if (cell.startsWith('as ')) {
        assert.deepEqual([seen, recorded], [cell, []], key);
        continue;
      }
      assert.equal(seen, recorded.length > 0 ? 'recorded' : 'written', key);
      const readings = await Promise.all(
        recorded.length > 0 ? recorded.map(readRecorded) : written.map(readWritten),
      );
      const found = new Set(readings.flatMap(({types}) => types));
      assert.deepEqual(said.sort(), [...found].sort(), key);
    }
  });
});
