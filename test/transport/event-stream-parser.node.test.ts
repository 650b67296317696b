import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {after, describe, it} from 'node:test';
import {streamCompletion} from '../../src/client.ts';
import {ChatError, type ChatErrorKind} from '../../src/protocol/chat-error.ts';
import type {ServerSentEvent} from '../../src/protocol/dialect.ts';
import {createEventStreamParser} from '../../src/transport/event-stream-parser.ts';
import {chunkedFetch} from '../support/chunked-fetch.ts';
import {byteAndNothing, byteAtATime, type Chunking, everySplit, randomChunks} from '../support/chunkings.ts';
import {readScenario} from '../support/cut-matrix.ts';
import {rawBody, tokenEvent} from '../support/raw-body.ts';
import {readStream} from '../support/read-stream.ts';
import {
  type AnswerCase,
  clientAnswers,
  lenientAnswers,
  platformAnswers,
  SECRET,
} from './event-stream-parser-answers.ts';
import {
  clientCases,
  type ExpectedEvent,
  lenientCases,
  type ParserCase,
  parserCases,
  platformCases,
  standardCases,
} from './event-stream-parser-cases.ts';

/** What came out of the parser, as a case says it. */
interface Outcome {
  readonly events: readonly ExpectedEvent[];
  readonly tail: readonly string[];
  readonly comments: number;
  readonly error?: ChatErrorKind;
}

function parse(chunks: readonly Uint8Array[], maxEvent = 1024 * 1024): Outcome {
  const events: ServerSentEvent[] = [];
  let comments = 0;
  const parser = createEventStreamParser({
    isPlain: false,
    maxEvent,
    onEvent: event => events.push(event),
    onComment: () => comments++,
  });
  const read = () => ({
    events: events.map(
      ({data, event, id}): ExpectedEvent => (id === undefined ? [data, event] : [data, event, id]),
    ),
    comments,
  });
  try {
    for (const chunk of chunks) parser.push(chunk);
    return {tail: parser.end().map(({data}) => data), ...read()};
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return {tail: [], error: error.kind, ...read()};
  }
}

/** The case in full, as `parse` gives it. */
function expectation({events, tail = [], comments, error}: ParserCase, found: Outcome): Outcome {
  return {
    tail,
    events: events.map(([data, event = 'message', id]) =>
      id === undefined ? [data, event] : [data, event, id],
    ),
    // Where reading ends early it is no matter how many comments were met.
    comments: comments ?? found.comments,
    ...(error !== undefined && {error}),
  };
}

const tally = {cases: 0, right: 0, splits: 0, wrong: 0};
after(() => {
  const {cases, right, splits, wrong} = tally;
  console.log(`conformance: ${right} of ${cases} cases, ${splits} splits, ${wrong} wrong`);
});

/** Whole, at every split in two, a byte at a time, with empty pieces among them, and in two random ways. */
function chunkingsOf(bytes: Uint8Array): Chunking[] {
  return [...everySplit(bytes.length), byteAtATime, byteAndNothing, randomChunks(7, 50), randomChunks(8, 5)];
}

/** Runs a case in every chunking and counts; `compare` throws for a wrong result. */
async function inEveryChunking(
  bytes: Uint8Array,
  compare: (chunks: readonly Uint8Array[]) => void | Promise<void>,
): Promise<void> {
  tally.cases++;
  const wrong: string[] = [];
  for (const chunking of chunkingsOf(bytes)) {
    tally.splits++;
    try {
      await compare(chunking.chunks(bytes));
    } catch (error) {
      tally.wrong++;
      wrong.push(`${chunking.name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (wrong.length === 0) tally.right++;
  assert.equal(
    wrong.length,
    0,
    `${wrong.length} chunkings are read wrongly:\n${wrong.slice(0, 3).join('\n')}`,
  );
}

const formats = {
  'web-platform-tests': platformCases,
  'the standard': standardCases,
  'eventsource-parser': parserCases,
  'openai-node and groq-python': clientCases,
  leniencies: lenientCases,
};

for (const [source, cases] of Object.entries(formats)) {
  describe(`the event-stream format by ${source}, whole, at every split, a byte at a time`, () => {
    for (const [title, one] of Object.entries(cases)) {
      it(title, async () => {
        const bytes = typeof one.stream === 'string' ? new TextEncoder().encode(one.stream) : one.stream;
        await inEveryChunking(bytes, chunks => {
          const found = parse(chunks, one.maxEvent);
          assert.deepEqual(found, expectation(one, found));
        });
      });
    }
  });
}

describe('the checklist of web-platform-tests', () => {
  it('has a case for each of P01 to P23', () => {
    const ids = [...Object.keys(platformCases), ...Object.keys(platformAnswers)].map(title =>
      title.slice(0, 3),
    );
    const wanted = Array.from({length: 23}, (_, at) => `P${`${at + 1}`.padStart(2, '0')}`);
    assert.deepEqual([...new Set(ids)].sort(), wanted);
  });
});

async function read({dialect, headers, reset}: AnswerCase, chunks: readonly Uint8Array[], server: string) {
  const path = dialect === 'openai' ? 'v1/chat/completions' : 'api/chat';
  const fetch = chunkedFetch({chunks, end: reset ? 'reset' : 'eof', ...(headers && {headers})});
  const stream = streamCompletion({
    endpoint: `http://127.0.0.1:9/${encodeURIComponent(server)}/${path}`,
    messages: [{role: 'user', content: 'Hi'}],
    continuation: 'off',
    maxRetries: 0,
    fetch,
  });
  const reading = await readStream(stream);
  return {reading, requests: fetch.requests.length};
}

const answers = {
  'web-platform-tests': platformAnswers,
  'openai-node': clientAnswers,
  leniencies: lenientAnswers,
};

for (const [source, cases] of Object.entries(answers)) {
  describe(`a whole answer by ${source}, at every split, a byte at a time, after one request`, () => {
    for (const [title, one] of Object.entries(cases)) {
      it(title, async () => {
        await inEveryChunking(new TextEncoder().encode(one.body), async chunks => {
          const {reading, requests} = await read(one, chunks, title);
          const {text, end, thrown} = reading;
          assert.deepEqual([text, end.status, thrown?.kind, requests], [one.text, one.status, one.error, 1]);
          assert.ok(thrown?.message.includes(one.says ?? '') ?? true, thrown?.message);
          const told = `${thrown?.message} ${thrown?.stack} ${JSON.stringify(thrown)} ${JSON.stringify(thrown?.cause)}`;
          assert.ok(!told.includes(SECRET), 'the payload is in the error');
        });
      });
    }
  });
}

describe('an event of 10 MB', () => {
  it('comes out as it went in, in pieces of any size', () => {
    const data = 'abcdefghij-\u{1f642}-'.repeat(700_000);
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    const bytes = new TextEncoder().encode(`data: ${data}\n\ndata: ${hash(data)}\n\n`);
    for (const size of [bytes.length, 65_536, 1000, 37]) {
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      const {events} = parse(chunks, 20_000_000);
      assert.equal(events.length, 2);
      assert.equal(hash(events[0]?.[0] ?? ''), events[1]?.[0]);
    }
  });
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
