import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {ServerSentEvent} from '../../src/protocol/dialect.ts';
import {EventStreamParser} from '../../src/transport/event-stream-parser.ts';
import {byteAtATime, type Chunking, everySplit, randomChunks} from '../support/chunkings.ts';
import {readScenario} from '../support/cut-matrix.ts';
import {rawBody, tokenEvent} from '../support/raw-body.ts';

const BOM = '\uFEFF';
const X = 'x'.repeat(2048);

type Expected = readonly [data: string, event?: string, id?: string];

function parse(bytes: Uint8Array, chunking: Chunking) {
  const events: ServerSentEvent[] = [];
  const parser = new EventStreamParser({
    maxEvent: 1024 * 1024,
    onEvent: event => events.push(event),
    onComment: () => {},
  });
  for (const chunk of chunking.chunks(bytes)) parser.push(chunk);
  const tail = parser.end();
  return {events, tail};
}

function chunkingsFor(bytes: Uint8Array): Chunking[] {
  const splits = bytes.length < 2500 ? everySplit(bytes.length) : [];
  return [...splits, byteAtATime, randomChunks(7, 50), randomChunks(8, 5)];
}

/** Ids are those of the cases of web-platform-tests' `eventsource/`, as the reference of this project lists them. */
const cases: Record<string, [bytes: string, expected: readonly Expected[]]> = {
  'P01 event-data': [
    'data:msg\ndata:msg\n\n:\nfalsefield:msg\n\nfalsefield:msg\nData:data\n\ndata\n\ndata:end\n\n',
    [['msg\nmsg'], [''], ['end']],
  ],
  'P02 format-bom': [`${BOM}data:1\n\n${BOM}data:2\n\ndata:3\n\n`, [['1'], ['3']]],
  'P03 format-bom-2': [`${BOM}${BOM}data:1\n\ndata:2\n\ndata:3\n\n`, [['2'], ['3']]],
  'P04 format-comments': [
    `data:1\r:\0\n:\r\ndata:2\n:${X}\rdata:3\n:data:fail\r:${X}\ndata:4\n\n`,
    [['1\n2\n3\n4']],
  ],
  'P05 format-data-before-final-empty-line': ['retry:1000\ndata:test1\n\nid:test\ndata:test2', [['test1']]],
  'P06 format-field-data': ['data:\n\ndata\ndata\n\ndata:test\n\n', [[''], ['\n'], ['test']]],
  'P07 format-field-event': ['event:test\ndata:x\n\ndata:x\n\n', [['x', 'test'], ['x']]],
  'P08 format-field-event-empty': ['event: \ndata:data\n\n', [['data']]],
  'P09 format-field-id': ['id: …\ndata:hello\n\n', [['hello', 'message', '…']]],
  'P10 format-field-id-3, an id of its own for each': [
    'id: 1\ndata:a\n\ndata:b\n\nid\ndata:c\n\n',
    [['a', 'message', '1'], ['b'], ['c', 'message', '']],
  ],
  'P11 format-field-id-null': ['id:\0\0\ndata:hello\n\n', [['hello']]],
  'P12 format-field-parsing': [
    'data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\n\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n',
    [['\0\n 2\n1\n3\n\n4']],
  ],
  'P13 format-field-retry': ['retry:3000\ndata:x\n\n', [['x']]],
  'P14 format-field-retry-bogus': ['retry:3000\nretry:1000x\ndata:x\n\n', [['x']]],
  'P15 format-field-retry-empty': ['retry\ndata:test\n\n', [['test']]],
  'P16 format-field-unknown': [
    'data:test\n data\ndata\nfoobar:xxx\njustsometext\n:comment\ndata:test\n\n',
    [['test\n\ntest']],
  ],
  'P17 format-leading-space': ['data:\ttest\rdata: \ndata:test\n\n', [['\ttest\n\ntest']]],
  'P18 format-newlines': ['data:test\r\ndata\ndata:test\r\n\r', [['test\n\ntest']]],
  'P19 format-null-character': ['data:\0\n\n\n\n', [['\0']]],
  'P20 format-utf-8': ['data:ok…🙂𝕏é\n\n', [['ok…🙂𝕏é']]],
  'P23 from-readable-stream': [
    'data: hello\n\ndata: cr\r\rdata: lf\n\ndata: crlf\r\n\r\n',
    [['hello'], ['cr'], ['lf'], ['crlf']],
  ],
  'tokens of line breaks alone': ['data:\ndata:\n\ndata:\ndata:more\n\n', [['\n'], ['\nmore']]],
  'blank lines and named events without data are no events': [
    '\n\nevent: ping\n\n\n: keep-alive\n\ndata:x\n\n',
    [['x']],
  ],
  "an event's name does not outlive its block": ['event: a\n\ndata:x\n\n', [['x']]],
  'only one space goes after the colon': ['data:  two\n\n', [[' two']]],
  'a colon in the data stays': ['data: a: b\n\ndata::c\n\n', [['a: b'], [':c']]],
  'an id that is repeated': ['id: 1\nid: 2\ndata:x\n\n', [['x', 'message', '2']]],
  'a raw U+FEFF inside a value stays': [`data:${BOM}x\n\n`, [[`${BOM}x`]]],
  'U+2028 and U+0085 end no line': ['data: a\u2028b\u0085c\n\n', [['a\u2028b\u0085c']]],
  'a BOM after a comment is not first, so its line is unknown': [
    `: hello\n${BOM}data:1\n\ndata:2\n\n`,
    [['2']],
  ],
  'mixed line ends': ['data:a\r\n\rdata:b\n\r\ndata:c\r\r\n', [['a'], ['b'], ['c']]],
  'nothing at all': ['', []],
};

describe('the event-stream format, whole, at every split, and a byte at a time', () => {
  for (const [title, [text, expected]] of Object.entries(cases)) {
    it(title, () => {
      const bytes = new TextEncoder().encode(text);
      const wanted = expected.map(([data, event = 'message', id]) =>
        id === undefined ? {event, data} : {event, data, id},
      );
      for (const chunking of chunkingsFor(bytes)) {
        assert.deepEqual(parse(bytes, chunking).events, wanted, chunking.name);
      }
    });
  }

  it('invalid UTF-8 becomes U+FFFD and harms nothing else', () => {
    const bytes = Uint8Array.of(...Buffer.from('data:a'), 0xff, 0xc3, ...Buffer.from('b\n\ndata:c\n\n'));
    for (const chunking of chunkingsFor(bytes)) {
      assert.deepEqual(
        parse(bytes, chunking).events.map(event => event.data),
        ['a\uFFFD\uFFFDb', 'c'],
      );
    }
  });
});

describe('what stands unfinished at the end', () => {
  const tails: Record<string, [bytes: string, tail: readonly string[]]> = {
    'an event without its blank line': ['data:a\n\ndata:b', ['b']],
    'an event without its blank line, its own line ended': ['data:a\n\ndata:b\n', ['b']],
    'nothing, when the last event is whole': ['data:a\n\n', []],
    'nothing but a comment': ['data:a\n\n: bye', []],
    'an event of lines without data:': ['{"a":1}\n{"b":2}', ['{"b":2}']],
    'nothing, when the last line is half a value': ['{"a":1}\n{"b":', []],
  };
  for (const [title, [text, tail]] of Object.entries(tails)) {
    it(`is ${title}`, () => {
      const bytes = new TextEncoder().encode(text);
      for (const chunking of chunkingsFor(bytes)) {
        assert.deepEqual(
          parse(bytes, chunking).tail.map(event => event.data),
          tail,
          chunking.name,
        );
      }
    });
  }
});

describe('lines without data:', () => {
  const lines: Record<string, [bytes: string, expected: readonly string[]]> = {
    'with any line end': ['{"a":1}\r\n{"a":2}\r{"a":3}\n', ['{"a":1}', '{"a":2}', '{"a":3}']],
    'with blank lines and comments between them': [
      '\n{"a":1}\n\n\n: ping\n{"a":2}\n',
      ['{"a":1}', '{"a":2}'],
    ],
    'after a BOM': [`${BOM}{"a":1}\n`, ['{"a":1}']],
    'after a comment': [': hi\n\n{"a":1}\n', ['{"a":1}']],
    'with [DONE] in either way': ['{"a":1}\n[DONE]\n', ['{"a":1}', '[DONE]']],
    'with data: here and there': [
      '{"a":1}\ndata: {"a":2}\n\ndata: [DONE]\n\n',
      ['{"a":1}', '{"a":2}', '[DONE]'],
    ],
    'with text of several bytes a character': ['{"a":"größer 🙂"}\n', ['{"a":"größer 🙂"}']],
  };
  for (const [title, [text, expected]] of Object.entries(lines)) {
    it(`are read ${title}`, () => {
      const bytes = new TextEncoder().encode(text);
      for (const chunking of chunkingsFor(bytes)) {
        assert.deepEqual(
          parse(bytes, chunking).events.map(event => event.data),
          expected,
          chunking.name,
        );
      }
    });
  }
});

describe('the last event id', () => {
  /** What a resume asks with, after a stream of these bytes that was cut. */
  async function lastEventId(body: string): Promise<string | undefined> {
    const scenario = {
      ...rawBody('token', body),
      resume: 'offered' as const,
      responses: [{body, headers: {'x-stream-id': 's'}, cut: {at: 99_999, by: 'reset' as const}}],
      last: {status: 404},
    };
    const {ledger} = await readScenario(scenario, {continuation: 'resume'});
    return ledger.requests[1]?.lastEventId;
  }

  it('is that of the last event that was whole', async () => {
    assert.equal(
      await lastEventId(`id: 1\n${tokenEvent('a')}id: 2\n${tokenEvent('b')}id: 3\ndata: {"tok`),
      '2',
    );
  });

  it('stays where later events have none', async () => {
    assert.equal(await lastEventId(`id: 1\n${tokenEvent('a')}${tokenEvent('b')}`), '1');
  });

  it('travels as UTF-8', async () => {
    const id = await lastEventId(`id: …7\n${tokenEvent('a')}`);
    assert.equal(Buffer.from(id ?? '', 'latin1').toString('utf8'), '…7');
  });
});
