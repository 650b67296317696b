import assert from 'node:assert/strict';
import {after, describe, it} from 'node:test';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import {chunkedFetch} from '../support/chunked-fetch.ts';
import {byteAtATime, type Chunking, randomChunks, whole} from '../support/chunkings.ts';
import {exists} from '../support/known-dialects.ts';
import {readStream} from '../support/read-stream.ts';
import {toolCallsIn} from '../support/readings/tool-calls.ts';
import {type WireSample, wireSamples} from '../support/samples/index.ts';
import {newSeed} from '../support/seeded-random.ts';
import {table} from '../support/table.ts';

const seed = newSeed();
const chunkings = [whole, byteAtATime, ...[2, 7, 40].map(largest => randomChunks(seed, largest))];
const rows: Record<string, string | number>[] = [];

async function said({body, contentType, says}: WireSample, chunking: Chunking) {
  const stream = streamCompletion({
    endpoint: 'http://127.0.0.1:9/chat', // Says nothing about the dialect: it is told by what comes.
    messages: [{role: 'user', content: 'Hi'}],
    fetch: chunkedFetch({
      chunks: chunking.chunks(new TextEncoder().encode(body)),
      headers: {'content-type': contentType},
    }),
    maxRetries: 0,
    continuation: 'off',
  });
  const {events, text, end, result} = await readStream(stream);
  let reasoning = '';
  for (const event of events) {
    if (event.type === 'reasoning') reasoning += event.text;
    else if (event.type === 'replace') reasoning = '';
  }
  return {
    dialect: stream.dialect,
    says: {
      status: end.status,
      ...(text && {text}),
      ...(reasoning && {reasoning}),
      ...(says.finish && {finish: end.finishReason}),
      ...(toolCallsIn(events).length > 0 && {
        tools: toolCallsIn(events).map(({name, arguments: args}) => [name, args]),
      }),
      ...(result.usage && {usage: result.usage}),
      ...(says.error && {error: end.error?.message.includes(says.error) ? says.error : end.error?.message}),
    },
  };
}

describe(`a sample of what a kind of server sends is known, and read, with nothing set (seed ${seed})`, () => {
  for (const sample of wireSamples) {
    it(`${sample.dialect}: ${sample.name}`, async () => {
      const row: Record<string, string | number> = {
        sample: sample.name,
        dialect: `${sample.dialect}`,
        detected: '-',
        status: '-',
        wrong: chunkings.length,
      };
      rows.push(row);
      if (!exists(sample.dialect)) {
        row['wrong'] = 'no dialect yet';
        return;
      }
      for (const chunking of chunkings) {
        const is = await said(sample, chunking);
        Object.assign(row, {detected: is.dialect, status: is.says.status});
        assert.deepEqual(is, {dialect: sample.dialect, says: sample.says}, chunking.name);
        row['wrong'] = Number(row['wrong']) - 1;
      }
    });
  }

  after(() => {
    console.log(table(rows));
    const missing = rows.filter(({wrong}) => wrong === 'no dialect yet').length;
    const right = rows.filter(({dialect, detected}) => dialect === detected).length;
    console.log(`detected ${right} of ${rows.length}, no dialect yet ${missing}, seed ${seed}`);
  });
});
