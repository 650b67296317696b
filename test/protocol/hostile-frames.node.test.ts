import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, describe, it} from 'node:test';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import {type ChunkedBody, chunkedFetch} from '../support/chunked-fetch.ts';
import {byteAtATime, type Chunking, whole} from '../support/chunkings.ts';
import {readStream} from '../support/read-stream.ts';
import {table} from '../support/table.ts';

const FILE = join(import.meta.dirname, '../fixtures/security/hostile-sse-frames.json');
const {items}: {items: {name: string; frame: string}[]} = JSON.parse(readFileSync(FILE, 'utf8'));
const LARGE = 100_000; // bytes; beyond it a body comes in one piece

/** What is to come of a frame: the text, and why the answer ended, since none of them says that it is over. */
const SHOWN: Readonly<Record<string, readonly [text: string, error: string]>> = {
  '__proto__ in json': ['x', 'incomplete'],
  'role escalation': ['forged user turn', 'incomplete'], // A server's words are the answer's, whatever role they claim.
  'huge line': ['', 'too-large'],
  'never-ending line without newline': ['', 'too-large'],
  'id with NUL': ['x', 'incomplete'],
  'BOM first': ['x', 'incomplete'],
  'CR only line ends': ['a\nb', 'incomplete'],
  'mixed line ends': ['a\nb', 'incomplete'],
  'split inside UTF-8 sequence': ['😀', 'incomplete'],
  'redirect to other origin': ['', 'content'],
  'text/html body': ['', 'content'],
  'endpoint echoing key in error': ['', 'http'],
};
/** Nothing of the others is an answer. */
const NOTHING = ['', /^(content|incomplete)$/] as const;

const encode = (text: string) => new TextEncoder().encode(text);

/** The frame as it is on the wire: some are told in words, since they are too large, or no text. */
function bodyOf(frame: string, chunking: Chunking): ChunkedBody {
  const [, kind, rest = ''] = /^(HUGE|NONL|BYTES|DEEPJSON|HTTP302|HTTP500|CT):(.*)$/s.exec(frame) ?? [];
  const chunks = (bytes: Uint8Array) => (bytes.length > LARGE ? whole : chunking).chunks(bytes);
  switch (kind) {
    case 'HUGE':
      return {chunks: chunks(encode(`data: ${'x'.repeat(Number(rest))}\n\n`))};
    case 'NONL':
      return {chunks: chunks(encode(`data: ${'x'.repeat(Number(rest))}`))};
    case 'BYTES':
      return {
        chunks: rest
          .split('|')
          .map(part => Uint8Array.from(part.trim().split(' '), hex => Number.parseInt(hex, 16))),
      };
    case 'DEEPJSON':
      return {chunks: chunks(encode(`data: ${'['.repeat(Number(rest))}${']'.repeat(Number(rest))}\n\n`))};
    case 'HTTP302':
      return {chunks: [], status: 302, headers: {location: rest}};
    case 'HTTP500':
      return {chunks: chunks(encode(rest)), status: 500, headers: {'content-type': 'application/json'}};
    case 'CT': {
      const [type = '', ...body] = rest.split(' ');
      return {chunks: chunks(encode(body.join(' '))), headers: {'content-type': type}};
    }
  }
  return {chunks: chunks(encode(frame))};
}

const rows: {frame: string; text: string; ended: string; wrong: number}[] = [];

describe('a hostile frame', () => {
  assert.equal(items.length, 26);
  for (const {name, frame} of items) {
    it(`${name}: shows nothing that is not an answer, and breaks nothing`, async () => {
      const row = {frame: name, text: '-', ended: '-', wrong: 1};
      rows.push(row);
      const [text, kind] = SHOWN[name] ?? NOTHING;
      for (const chunking of [whole, byteAtATime]) {
        const fetch = chunkedFetch(bodyOf(frame, chunking));
        const stream = streamCompletion({
          endpoint: 'http://127.0.0.1:9/chat',
          messages: [{role: 'user', content: 'Hi'}],
          maxRetries: 0,
          continuation: 'off',
          fetch,
        });
        const {end, text: shown, events} = await readStream(stream);
        row.text = JSON.stringify(shown);
        row.ended = `${end.status} ${end.error?.kind}`;
        assert.equal(shown, text, chunking.name);
        assert.match(
          `${end.error?.kind}`,
          typeof kind === 'string' ? new RegExp(`^${kind}$`) : kind,
          chunking.name,
        );
        assert.equal(fetch.requests.length, 1);
        assert.doesNotMatch(`${end.error?.message}`, /sk-live|evil|alert|<|polluted/);
        assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
        assert.ok(events.every(({type}) => /^(progress|text|end)$/.test(type)));
      }
      row.wrong = 0;
    });
  }

  after(() => {
    console.log(table(rows));
    console.log(`frames ${rows.length}, wrong ${rows.filter(({wrong}) => wrong > 0).length}`);
  });
});
