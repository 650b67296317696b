import assert from 'node:assert/strict';
import type {WireEvent} from '../../src/protocol/dialect.ts';
import {detectDialect, rareDialect} from '../../src/protocol/dialects/index.ts';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import {chunkedFetch} from '../support/chunked-fetch.ts';
import {byteAtATime, type Chunking, randomChunks} from '../support/chunkings.ts';
import {type EventFraming, toEventStream} from '../support/fixtures.ts';
import {exists} from '../support/known-dialects.ts';
import {readStream} from '../support/read-stream.ts';
import {type Recording, recordings} from '../support/readings/index.ts';
import type {PlainToolCall} from '../support/readings/plain-reading.ts';
import {integer, newSeed, seededRandom} from '../support/seeded-random.ts';
import {table} from '../support/table.ts';
import {after, describe, it, run} from '../support/unwatched.ts';

const CHUNKINGS = Number(process.env['CHUNKINGS'] ?? 8);
const NEWLINES = ['\n', '\r\n', '\r'] as const;
const SMALL = 20_000; // bytes; a larger stream comes a byte at a time in one framing
const seed = newSeed();

const FIELDS = ['text', 'reasoning', 'tools', 'finish', 'usage'] as const;
type Said = Readonly<Record<(typeof FIELDS)[number], unknown>>;

const rows: Record<string, string | number>[] = [];

/** What a stream says by way of the client, nothing set but an endpoint that tells nothing. */
async function said(bytes: Uint8Array, chunking: Chunking): Promise<Said> {
  const stream = streamCompletion({
    endpoint: 'http://127.0.0.1:9/chat',
    messages: [{role: 'user', content: 'Hi'}],
    fetch: chunkedFetch({chunks: chunking.chunks(bytes)}),
    maxRetries: 0,
  });
  const {events, text, end, result} = await readStream(stream);
  assert.equal(result.metrics.malformed, 0);
  let reasoning = '';
  const tools = new Map<string, {name: string; arguments: string}>();
  for (const event of events) {
    if (event.type === 'reasoning') reasoning += event.text;
    if (event.type === 'tool-call') tools.set(event.id, {name: event.name, arguments: event.arguments});
    if (event.type === 'replace') {
      reasoning = '';
      tools.clear();
    }
  }
  return {
    text,
    reasoning,
    tools: inOneForm([...tools.values()]),
    finish: end.error?.kind === 'server' ? end.error.message : end.finishReason,
    usage: {...result.usage},
  };
}

/** Arguments as values, however their JSON was written: some send none where others send `{}`. */
function inOneForm(calls: readonly PlainToolCall[]) {
  return calls.map(({name, arguments: said}) => ({name, arguments: JSON.parse(said || '{}')}));
}

/** The ways in which a stream comes: chunkings drawn by the seed, and a byte at a time, each in a framing. */
function* deliveries({payloads, done, eventOf}: Recording): Iterable<[Uint8Array, Chunking, EventFraming]> {
  const random = seededRandom(seed);
  const isOne = () => random() < 0.5;
  const deliver = (chunking: Chunking, newline: EventFraming['newline']) => {
    const framing = {newline, bom: isOne(), comments: isOne(), tight: isOne(), eventOf};
    return [
      toEventStream(done && isOne() ? [...payloads, '[DONE]'] : payloads, framing),
      chunking,
      framing,
    ] as const;
  };
  const {length} = payloads.join();
  const isSmall = length < SMALL;
  // At most some thousand pieces: a larger stream comes in larger ones.
  const sizes = [3, 40, 400, 4000].map(size => Math.ceil(size * Math.max(1, length / 2000)));
  for (let drawn = 0; drawn < CHUNKINGS; drawn++) {
    const largest = sizes[integer(random, 0, sizes.length)];
    yield [...deliver(randomChunks(seed + drawn, largest), NEWLINES[drawn % NEWLINES.length]!)];
  }
  const drawn = NEWLINES[integer(random, 0, NEWLINES.length)]!;
  for (const newline of isSmall ? NEWLINES : [drawn]) yield [...deliver(byteAtATime, newline)];
}

/** What stands in a reading, put as a stream says it. Of the counts those alone that the provider named. */
function expected({reading}: Recording, {usage}: Said): Said {
  const {text, reasoning, tools, finish, error} = reading;
  return {
    text,
    reasoning,
    tools: inOneForm(tools),
    finish: error ? `The server ended the answer with an error: ${error}` : finish,
    usage: {...(usage as object), ...reading.usage},
  };
}

async function detected({payloads, eventOf}: Recording): Promise<string> {
  const events: WireEvent[] = [];
  for (const data of payloads) {
    const event = {event: eventOf?.(data) ?? 'message', data, json: JSON.parse(data)};
    events.push(event);
    const detected = detectDialect(event);
    const found = detected === 'rare' ? await rareDialect(events) : detected;
    if (found) return found.name;
  }
  return '-';
}

describe(`a recorded stream says what stands in it, however it comes (seed ${seed})`, () => {
  for (const recording of recordings()) {
    const {name, dialect, reading} = recording;
    it(name, async () => {
      const row: Record<string, string | number> = {
        fixture: name,
        dialect,
        detected: await detected(recording),
        text: reading.text.length,
        reasoning: reading.reasoning.length,
        tools: reading.tools.length,
        finish: reading.finish ?? 'error',
        usage: Object.values(reading.usage).join('/') || '-',
        chunkings: 0,
        wrong: 0,
      };
      rows.push(row);
      if (!exists(dialect)) {
        row['wrong'] = 'no dialect yet';
        return;
      }
      const wrong: string[] = [];
      let chunkings = 0;
      for (const [bytes, chunking, {newline, ...framing}] of deliveries(recording)) {
        const how = `${chunking.name}, ${JSON.stringify({newline, ...framing})}`;
        chunkings++;
        try {
          const is = await said(bytes, chunking);
          assert.deepEqual(is, expected(recording, is));
        } catch (error) {
          wrong.push(`${how}: ${error}`);
        }
      }
      Object.assign(row, {chunkings, wrong: wrong.length});
      assert.equal(row['detected'], dialect);
      assert.equal(wrong.length, 0, `seed ${seed}\n${wrong.slice(0, 3).join('\n')}`);
    });
  }

  after(() => {
    console.log(table(rows));
    const missing = rows.filter(({wrong}) => wrong === 'no dialect yet').length;
    console.log(`fixtures ${rows.length}, no dialect yet ${missing}, seed ${seed}`);
  });
});

await run();
