import type {ChatErrorKind} from '../../src/protocol/chat-error.ts';

// What a reader of event streams must make of bytes. The cases of others are named after theirs and written anew.

/** An event by its data, its name (default `message`), and its own id. */
export type ExpectedEvent = readonly [data: string, event?: string, id?: string];

export interface ParserCase {
  /** Characters stand for their UTF-8. */
  readonly stream: string | Uint8Array;
  readonly events: readonly ExpectedEvent[];
  /** What stands unfinished at the end. Default: nothing. */
  readonly tail?: readonly string[];
  /** Comments that are signs of life. Not compared without it. */
  readonly comments?: number;
  /** Why reading ends, with the events before that. */
  readonly error?: ChatErrorKind;
  /** Default 1 MiB. */
  readonly maxEvent?: number;
}

type Cases = Readonly<Record<string, ParserCase>>;

const BOM = '\uFEFF';
const LONG = 'x'.repeat(2048);

function bytes(...parts: readonly (string | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap(part => [...(typeof part === 'string' ? Buffer.from(part) : part)]));
}

/**
 * web-platform-tests' `eventsource/`, by the numbers of this project's checklist. Those that are about a response's
 * headers (P09, P20 to P22) and about a second request are among the cases of whole answers.
 */
export const platformCases: Cases = {
  'P01 event-data': {
    stream: 'data:msg\ndata:msg\n\n:\nfalsefield:msg\n\nfalsefield:msg\nData:data\n\ndata\n\ndata:end\n\n',
    events: [['msg\nmsg'], [''], ['end']],
    comments: 1,
  },
  'P02 format-bom': {stream: `${BOM}data:1\n\n${BOM}data:2\n\ndata:3\n\n`, events: [['1'], ['3']]},
  'P03 format-bom-2': {stream: `${BOM}${BOM}data:1\n\ndata:2\n\ndata:3\n\n`, events: [['2'], ['3']]},
  'P04 format-comments': {
    stream: `data:1\r:\0\n:\r\ndata:2\n:${LONG}\rdata:3\n:data:fail\r:${LONG}\ndata:4\n\n`,
    events: [['1\n2\n3\n4']],
    comments: 5,
  },
  'P05 format-data-before-final-empty-line': {
    stream: 'retry:1000\ndata:test1\n\nid:test\ndata:test2',
    events: [['test1']],
    tail: ['test2'],
  },
  'P06 format-field-data': {stream: 'data:\n\ndata\ndata\n\ndata:test\n\n', events: [[''], ['\n'], ['test']]},
  'P07 format-field-event': {stream: 'event:test\ndata:x\n\ndata:x\n\n', events: [['x', 'test'], ['x']]},
  'P08 format-field-event-empty': {stream: 'event: \ndata:data\n\n', events: [['data']]},
  'P09 format-field-id': {stream: 'id: …\ndata:hello\n\n', events: [['hello', 'message', '…']]},
  'P10 format-field-id-3': {
    stream: 'id: 1\ndata:a\n\ndata:b\n\nid: 2\ndata:c\n\nid\ndata:d\n\n',
    events: [['a', 'message', '1'], ['b'], ['c', 'message', '2'], ['d', 'message', '']],
  },
  'P11 format-field-id-null': {stream: 'id:\0\0\ndata:hello\n\n', events: [['hello']]},
  'P12 format-field-parsing': {
    stream:
      'data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\n\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n',
    events: [['\0\n 2\n1\n3\n\n4']],
  },
  'P13 format-field-retry': {stream: 'retry:3000\ndata:x\n\n', events: [['x']]},
  'P14 format-field-retry-bogus': {stream: 'retry:3000\nretry:1000x\ndata:x\n\n', events: [['x']]},
  'P15 format-field-retry-empty': {stream: 'retry\ndata:test\n\n', events: [['test']]},
  'P16 format-field-unknown': {
    stream: 'data:test\n data\ndata\nfoobar:xxx\njustsometext\n:comment\ndata:test\n\n',
    events: [['test\n\ntest']],
    comments: 1,
  },
  'P17 format-leading-space': {stream: 'data:\ttest\rdata: \ndata:test\n\n', events: [['\ttest\n\ntest']]},
  'P18 format-newlines': {stream: 'data:test\r\ndata\ndata:test\r\n\r', events: [['test\n\ntest']]},
  'P19 format-null-character': {stream: 'data:\0\n\n\n\n', events: [['\0']]},
  'P20 format-utf-8': {stream: 'data:ok…🙂𝕏é\n\n', events: [['ok…🙂𝕏é']]},
  'P23 from-readable-stream, a field over three chunks': {stream: 'data: hello\n\n', events: [['hello']]},
  'P23 from-readable-stream, all line ends': {
    stream: 'data: cr\r\rdata: lf\n\ndata: crlf\r\n\r\n',
    events: [['cr'], ['lf'], ['crlf']],
  },
  'P23 from-readable-stream, a byte order mark': {stream: `${BOM}data: x\n\n`, events: [['x']]},
  'P23 from-readable-stream, id and retry': {
    stream: 'id: 7\nretry: 10\ndata: x\n\n',
    events: [['x', 'message', '7']],
  },
  'P23 from-readable-stream, nothing': {stream: '', events: [], comments: 0},
};

/** What the standard says and web-platform-tests have no file for. */
export const standardCases: Cases = {
  'tokens of line breaks alone': {
    stream: 'data:\ndata:\n\ndata:\ndata:more\n\n',
    events: [['\n'], ['\nmore']],
  },
  'blank lines are no events': {
    stream: '\n\n\r\n\r\r: keep-alive\n\ndata:x\n\n\n\n',
    events: [['x']],
    comments: 1,
  },
  "an event's name does not outlive its block": {
    stream: 'event: a\ndata:x\n\ndata:y\n\n',
    events: [['x', 'a'], ['y']],
  },
  'the last name of a block counts': {stream: 'event: a\nevent: b\ndata:x\n\n', events: [['x', 'b']]},
  'the last id of a block counts': {stream: 'id: 1\nid: 2\ndata:x\n\n', events: [['x', 'message', '2']]},
  'the order of fields in a block means nothing': {
    stream: 'data:x\nid: 1\nevent: e\n\n',
    events: [['x', 'e', '1']],
  },
  'only one space goes after the colon': {stream: 'data:  two\n\n', events: [[' two']]},
  'a space before the colon makes another field': {stream: 'data :x\ndata:y\n\n', events: [['y']]},
  'a colon in the data stays': {stream: 'data: a: b\n\ndata::c\n\n', events: [['a: b'], [':c']]},
  'a raw U+FEFF inside a value stays': {stream: `data:${BOM}x\n\n`, events: [[`${BOM}x`]]},
  'U+2028, U+2029, U+0085, VT and FF end no line': {
    stream: 'data: a\u2028b\u2029c\u0085d\ve\ff\n\n',
    events: [['a\u2028b\u2029c\u0085d\ve\ff']],
  },
  'a byte order mark after a comment is not first, so its line is unknown': {
    stream: `: hello\n${BOM}data:1\n\ndata:2\n\n`,
    events: [['2']],
    comments: 1,
  },
  'line ends may be mixed': {stream: 'data:a\r\n\rdata:b\n\r\ndata:c\r\r\n', events: [['a'], ['b'], ['c']]},
  'field names are compared as they stand': {stream: 'DATA:x\nData:x\ndata:y\n\n', events: [['y']]},
  'invalid UTF-8 becomes U+FFFD and harms nothing else': {
    stream: bytes('data:a', [0xff, 0xc3], 'b\n\ndata:c\n\n'),
    events: [['a\uFFFD\uFFFDb'], ['c']],
  },
  'a surrogate in UTF-8 is invalid': {
    stream: bytes('data:a', [0xed, 0xa0, 0x80], 'b\n\n'),
    events: [['a\uFFFD\uFFFD\uFFFDb']],
  },
  'a character that the end cuts off is U+FFFD in the tail': {
    stream: bytes('data:a\n\ndata:b', [0xf0, 0x9f]),
    events: [['a']],
    tail: ['b\uFFFD'],
  },
  'an event without its blank line is the tail': {
    stream: 'data:a\n\ndata:b',
    events: [['a']],
    tail: ['b'],
  },
  'an event whose own line is ended is the tail too': {
    stream: 'data:a\n\ndata:b\n',
    events: [['a']],
    tail: ['b'],
  },
  'a whole event leaves no tail': {stream: 'data:a\n\n', events: [['a']]},
  'a comment leaves no tail': {stream: 'data:a\n\n: bye', events: [['a']]},
};

/** eventsource-parser's `test/parse.test.ts`. What it tests of its own interface has no counterpart here. */
export const parserCases: Cases = {
  'events without a name, and one with': {
    stream: 'data: 0\n\ndata: 1\n\ndata: 2\n\nevent: done\ndata: ✔\n\n',
    events: [['0'], ['1'], ['2'], ['✔', 'done']],
  },
  'events of one name': {
    stream: 'event: time\ndata: 2026-01-15T12:00:00.000Z\n\nevent: time\ndata: 2026-01-15T12:00:01.000Z\n\n',
    events: [
      ['2026-01-15T12:00:00.000Z', 'time'],
      ['2026-01-15T12:00:01.000Z', 'time'],
    ],
  },
  'ids with a retry interval': {
    stream: 'id: 10\nevent: tick\nretry: 50\ndata: 10\n\nid: 11\nevent: tick\nretry: 50\ndata: 11\n\n',
    events: [
      ['10', 'tick', '10'],
      ['11', 'tick', '11'],
    ],
  },
  'heartbeats between events': {
    stream: ': ♥\n\ndata: A\n\n: ♥\n\ndata: B\n\n: ♥\n\nevent: done\ndata: ✔\n\n',
    events: [['A'], ['B'], ['✔', 'done']],
    comments: 3,
  },
  'data of several lines': {
    stream: 'event: stock\ndata: YHOO\ndata: +2\ndata: 10\n\nevent: stock\ndata: GOOG\ndata: -8\n\n',
    events: [
      ['YHOO\n+2\n10', 'stock'],
      ['GOOG\n-8', 'stock'],
    ],
  },
  'characters of several bytes': {
    stream: 'id: 1\ndata: 我現在都看實況不玩遊戲\n\nid: 2\ndata: こんにちは👩‍👩‍👧‍👦\n\n',
    events: [
      ['我現在都看實況不玩遊戲', 'message', '1'],
      ['こんにちは👩‍👩‍👧‍👦', 'message', '2'],
    ],
  },
  'characters of several bytes with blank lines around them': {
    stream: '\n\n\n\ndata: 我現在都看\n\n\n\nevent: done\ndata: ✔\n\n\n',
    events: [['我現在都看'], ['✔', 'done']],
  },
  'one byte order mark before the first line': {
    stream: bytes([0xef, 0xbb, 0xbf], 'data: with\n\ndata: without\n\n'),
    events: [['with'], ['without']],
  },
  'byte order marks in several places': {
    stream: bytes([0xef, 0xbb, 0xbf], 'data: 1\n\n', [0xef, 0xbb, 0xbf], 'data: 2\n\ndata: 3\n\n'),
    events: [['1'], ['3']],
  },
  'half a byte order mark is text': {
    stream: bytes([0xef, 0xbb], 'data: 1\n\ndata: 2\n\n'),
    events: [['2']],
  },
  'a byte order mark before a line that goes on': {
    stream: `${BOM}data: first\ndata: second\n\n`,
    events: [['first\nsecond']],
  },
  'carriage returns': {
    stream: 'data: dog\rdata: bark\r\rdata: cat\rdata: meow\r\r',
    events: [['dog\nbark'], ['cat\nmeow']],
  },
  'line feeds': {
    stream: 'data: cow\ndata: moo\n\ndata: horse\ndata: neigh\n\n',
    events: [['cow\nmoo'], ['horse\nneigh']],
  },
  'carriage returns with line feeds': {
    stream: 'data: sheep\r\ndata: bleat\r\n\r\ndata: pig\r\ndata: oink\r\n\r\n',
    events: [['sheep\nbleat'], ['pig\noink']],
  },
  'comments in odd places': {
    stream: ':before\ndata: First\n\n:\n\n:: two\ndata: Second\n:inside\n\ndata: Third\n\n:data: none\n\n',
    events: [['First'], ['Second'], ['Third']],
    comments: 5,
  },
  'comments in odder places': {
    stream: 'data: 1\n:c\n\n:c\r:c\r\ndata: 2\r\n:c\r\n\r\n:\ndata: 3\n\ndata: 4\n:',
    events: [['1'], ['2'], ['3']],
    tail: ['4'],
  },
  'an empty event field': {
    stream: 'event:\ndata: Hello 1\n\nevent: done\ndata: ✔\n\n',
    events: [['Hello 1'], ['✔', 'done']],
  },
  'an empty retry field': {
    stream: 'retry:500\nid:1\ndata: 🥌\n\nretry:\nid:2\ndata: 🧹\n\nretry\nid:3\ndata: ✅\n\n',
    events: [
      ['🥌', 'message', '1'],
      ['🧹', 'message', '2'],
      ['✅', 'message', '3'],
    ],
  },
  'a CR at the end of a chunk and its LF in the next': {
    stream: 'data: A\r\ndata: B\r\ndata: C\r\n\r\n',
    events: [['A\nB\nC']],
  },
  'retry fields that are no numbers': {
    stream: 'retry:1000\nretry:2000x\nretry:-5\nretry:0x10\nretry:1e3\ndata:x\n\n',
    events: [['x']],
  },
  'an id with a NUL leaves the one before it': {
    stream: 'id: 123\nid: bad\0id\ndata: hello\n\n',
    events: [['hello', 'message', '123']],
  },
  'an id alone is no event': {
    stream: 'id: 42\n\nid: 43\r\rid: 44\r\n\r\ndata: x\n\n',
    events: [['x']],
  },
  'unknown fields': {
    stream: 'data: abc\nfoo: bar\ndata\nnothing here\n data: x\ndata: 123\n\n',
    events: [['abc\n\n123']],
  },
  'words that are no stream': {stream: 'Well, this is not what I expected\n', events: []},
  'lines that only begin like a field': {
    stream: 'datax: no\ndat: no\neventual: no\nidx: no\nretrying: no\ndata: ok\n\n',
    events: [['ok']],
  },
  'a field without a colon at the end of a chunk': {
    stream: 'data: one\ndata\r\ndata: two\n\n',
    events: [['one\n\ntwo']],
  },
  'a comment that is ended by a lone CR': {
    stream: 'data: one\n:ignored\rdata: two\n\n',
    events: [['one\ntwo']],
    comments: 1,
  },
  'a comment that is ended by CR and LF': {
    stream: 'data: one\n:ignored\r\ndata: two\n\n',
    events: [['one\ntwo']],
    comments: 1,
  },
  'an unknown line that is ended by a lone CR': {
    stream: 'garbage\rdata: one\ngarbage: x\r\ndata: two\n\n',
    events: [['one\ntwo']],
  },
  'a blank line of a lone CR before one of CR and LF': {stream: 'data: one\r\r\r\n', events: [['one']]},
  'an unknown field beyond the limit': {
    stream: `data: a\n\nunknown-field: ${LONG}\ndata: b\n\n`,
    events: [['a']],
    error: 'too-large',
    maxEvent: 64,
  },
  'a line beyond the limit that cannot become a field': {
    stream: `datax${LONG}\ndata: b\n\n`,
    events: [],
    error: 'too-large',
    maxEvent: 64,
  },
  'a line beyond the limit': {stream: `data: ${LONG}`, events: [], error: 'too-large', maxEvent: 64},
  'a line beyond the limit, ended': {
    stream: `data: a\n\ndata: ${LONG}\n\n`,
    events: [['a']],
    error: 'too-large',
    maxEvent: 64,
  },
  'many lines without a blank one, beyond the limit': {
    stream: 'data: 0123456789abcdef\n'.repeat(8),
    events: [],
    error: 'too-large',
    maxEvent: 64,
  },
  'a comment without end, beyond the limit': {
    stream: `: ${LONG}`,
    events: [],
    error: 'too-large',
    maxEvent: 64,
  },
  'a comment beyond the limit, ended': {
    stream: `data: a\n\n: ${LONG}\ndata: b\n\n`,
    events: [['a']],
    error: 'too-large',
    maxEvent: 64,
  },
  'a first comment beyond the limit, ended': {
    stream: `: ${LONG}\ndata: b\n\n`,
    events: [],
    error: 'too-large',
    maxEvent: 64,
  },
  'a line as long as the limit, and one longer': {
    stream: `data: ${'x'.repeat(58)}\n\ndata: ${'x'.repeat(59)}\n\n`,
    events: [['x'.repeat(58)]],
    error: 'too-large',
    maxEvent: 64,
  },
  'lines without data: beyond the limit': {
    stream: `{"a":1}\n{"a":"${LONG}"}\n{"a":2}\n`,
    events: [['{"a":1}']],
    error: 'too-large',
    maxEvent: 64,
  },
  'many events within the limit': {
    stream: 'data: 0123456789abcdef\n\n'.repeat(20),
    events: Array.from({length: 20}, () => ['0123456789abcdef'] as const),
    maxEvent: 64,
  },
};

const SEPARATORS = ['\n\n', '\n\r\n', '\n\r', '\r\r', '\r\r\n', '\r\n\n', '\r\n\r', '\r\n\r\n'];

/**
 * The streaming tests of openai-node (`tests/streaming.test.ts`, `internal/decoders/line.test.ts`,
 * `lib/streaming-core.test.ts`) and of groq-python (`tests/test_streaming.py`), as far as they are about framing.
 */
export const clientCases: Cases = {
  'a name without data': {stream: 'event: foo\n\n', events: [['', 'foo']]},
  'several names without data': {
    stream: 'event: foo\n\nevent: ping\r\n\r\n',
    events: [
      ['', 'foo'],
      ['', 'ping'],
    ],
  },
  'a name, JSON and a blank line': {
    stream: 'event: completion\ndata: {"foo":true}\n\n',
    events: [['{"foo":true}', 'completion']],
  },
  'data without a name': {stream: 'data: {"foo":true}\n\n', events: [['{"foo":true}']]},
  'several events with data': {
    stream: 'event: ping\ndata: {"foo":true}\n\nevent: completion\ndata: {"bar":false}\n\n',
    events: [
      ['{"foo":true}', 'ping'],
      ['{"bar":false}', 'completion'],
    ],
  },
  'JSON over several data lines': {
    stream: 'event: ping\ndata: {\ndata: "foo":\ndata: true}\n\n',
    events: [['{\n"foo":\ntrue}', 'ping']],
  },
  'JSON over several data lines, empty ones among them': {
    stream: 'event: ping\ndata: {\ndata: "foo":\ndata: \ndata:\ndata: true}\n\n\n',
    events: [['{\n"foo":\n\n\ntrue}', 'ping']],
  },
  'line breaks escaped in JSON': {
    stream: 'event: ping\ndata: {"foo": "my long\\n\\ncontent"}\n\n',
    events: [['{"foo": "my long\\n\\ncontent"}', 'ping']],
  },
  'U+2028 in JSON': {
    stream: 'data: {"content": "culpa"}\n\ndata: {"content": "\u2028"}\n\ndata: {"content": "foo"}\n\n',
    events: [['{"content": "culpa"}'], ['{"content": "\u2028"}'], ['{"content": "foo"}']],
  },
  'characters of two bytes over chunks': {
    stream: 'event: completion\ndata: {"content": "известни"}\n\n',
    events: [['{"content": "известни"}', 'completion']],
  },
  'comments and CRLF': {
    stream: ': keepalive\r\nevent: update\r\ndata: first\r\ndata: second\r\n\r\n',
    events: [['first\nsecond', 'update']],
    comments: 1,
  },
  ...Object.fromEntries(
    SEPARATORS.map(separator => [
      `events separated by ${JSON.stringify(separator)}`,
      {
        stream: `data: first${separator}data: second${separator}data: third${separator}`,
        events: [['first'], ['second'], ['third']],
      } satisfies ParserCase,
    ]),
  ),
  'no event of a CRLF that was split after a CR': {
    stream: 'data: first\r\r\ndata: second\r\r\n',
    events: [['first'], ['second']],
  },
  'data lines that end in different ways': {
    stream: 'data: a\rdata: b\n\rdata: c\r\ndata: d\r\r\ndata: e\ndata: f\r\n\r',
    events: [['a\nb'], ['c\nd'], ['e\nf']],
  },
  'a long event, a piece at a time': {
    stream: `data: first\n\ndata: ${LONG}\n\n`,
    events: [['first'], [LONG]],
  },
  ...Object.fromEntries(
    ['\n', '\r', '\r\n'].map(end => [
      `an event that ends in one ${JSON.stringify(end)} is the tail`,
      {stream: `data: {"a":1}${end}`, events: [], tail: ['{"a":1}']} satisfies ParserCase,
    ]),
  ),
};

/** What servers send that is no event stream by the letter, and what is made of it. */
export const lenientCases: Cases = {
  'L1 a name without data is an event (LangServe ends so)': {
    stream: 'event: data\ndata: "Hi"\n\nevent: end\n\n',
    events: [
      ['"Hi"', 'data'],
      ['', 'end'],
    ],
  },
  'L1 with its id': {stream: 'id: 3\nevent: end\n\n', events: [['', 'end', '3']]},
  'L1 an empty name is none': {stream: 'event:\n\nevent: \n\n', events: []},
  'L2 a field named error is an event named error (llama.cpp)': {
    stream: 'data: a\n\nerror: {"code":500}\n\n',
    events: [['a'], ['{"code":500}', 'error']],
  },
  'L2 over several lines, and in the tail': {
    stream: 'error: {\ndata: "code":500}\n\nerror: {"code":503}',
    events: [['{\n"code":500}', 'error']],
    tail: ['{"code":503}'],
  },
  'L3 lines without data:, with any line end': {
    stream: '{"a":1}\r\n{"a":2}\r{"a":3}\n',
    events: [['{"a":1}'], ['{"a":2}'], ['{"a":3}']],
  },
  'L3 with blank lines and comments between them': {
    stream: '\n{"a":1}\n\n\n: ping\n{"a":2}\n',
    events: [['{"a":1}'], ['{"a":2}']],
    comments: 1,
  },
  'L3 after a byte order mark': {stream: `${BOM}{"a":1}\n`, events: [['{"a":1}']]},
  'L3 after a comment': {stream: ': hi\n\n{"a":1}\n', events: [['{"a":1}']], comments: 1},
  'L3 with [DONE]': {stream: '{"a":1}\n[DONE]\n', events: [['{"a":1}'], ['[DONE]']]},
  'L3 with data: here and there': {
    stream: '{"a":1}\ndata: {"a":2}\n\ndata: [DONE]\n\n',
    events: [['{"a":1}'], ['{"a":2}'], ['[DONE]']],
  },
  'L3 with characters of several bytes': {
    stream: '{"a":"größer 🙂"}\n',
    events: [['{"a":"größer 🙂"}']],
  },
  'L3 arrays': {stream: '[1]\n[2]\n', events: [['[1]'], ['[2]']]},
  'L4 a last line that is whole is the tail': {
    stream: '{"a":1}\n{"b":2}',
    events: [['{"a":1}']],
    tail: ['{"b":2}'],
  },
  'L4 half a last line is nothing': {stream: '{"a":1}\n{"b":', events: [['{"a":1}']]},
  'L4 one value printed over many lines': {
    stream: '{\n  "error": {\n    "message": "x"\n  }\n}\n',
    events: [],
    tail: ['{\n  "error": {\n    "message": "x"\n  }\n}\n'],
  },
  'L5 one space goes after data:, no other': {
    stream: 'data:  {"a":1} \n\ndata:\t{"a":1}\n\n',
    events: [[' {"a":1} '], ['\t{"a":1}']],
  },
  'L6 a page is refused': {stream: '<!doctype html><p>data: x</p>\n\n', events: [], error: 'content'},
  'L6 a page in capitals, after blank lines': {
    stream: '\n\n  <HTML><body>data: x\n\n',
    events: [],
    error: 'content',
  },
};
