import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {Dialect} from '../../src/protocol/dialect.ts';
import {dialectFor} from '../../src/protocol/dialects/index.ts';
import {rareNames} from '../../src/protocol/dialects/rare.ts';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import {chunkedFetch} from '../support/chunked-fetch.ts';
import {fixture, fixtureNames, toEventStream} from '../support/fixtures.ts';
import {wireSamples} from '../support/samples/index.ts';
import {codeIn, read, tableOf} from './support/pages.ts';

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

/** What each dialect gave beside text, of all that is recorded or written down of it. */
async function besideText(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, Set<string>>();
  const add = async (body: Uint8Array, type: string) => {
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
    const all = found.get(stream.dialect) ?? new Set();
    found.set(stream.dialect, all);
    for (const type of types) if (names[type]) all.add(names[type]);
  };
  for (const {body, contentType} of wireSamples) await add(new TextEncoder().encode(body), contentType);
  for (const name of fixtureNames())
    await add(toEventStream(fixture(name), {newline: '\n'}), 'text/event-stream');
  return found;
}

describe('the page about dialects', () => {
  const rows = tableOf(read('docs/dialects.md'), 'Dialect');
  const nameOf = (row: readonly string[]) => codeIn(row[0]!)[0]!;
  const dialectOf = async (name: string) => (await dialectFor(name, BLANK)) as Dialect;

  it('has every one that can be named, and no other', () => {
    const known = [...rareNames()];
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
});
