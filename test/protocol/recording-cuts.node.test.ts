import assert from 'node:assert/strict';
import {after, describe, it} from 'node:test';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import {chunkedFetch} from '../support/chunked-fetch.ts';
import {toEventStream} from '../support/fixtures.ts';
import {exists} from '../support/known-dialects.ts';
import {readStream} from '../support/read-stream.ts';
import {type Recording, recordings} from '../support/readings/index.ts';
import {integer, newSeed, seededRandom} from '../support/seeded-random.ts';
import {table} from '../support/table.ts';

// Those of Chat Completions are cut by test/rig, at every byte.

const MOST = 60; // places of one stream; of a longer one that many are drawn
const seed = newSeed();
const rows: Record<string, string | number>[] = [];

function places({payloads}: Recording): number[] {
  const every = payloads.map((_, index) => index + 1);
  if (every.length <= MOST) return every;
  const random = seededRandom(seed);
  const drawn = Array.from({length: MOST}, () => integer(random, 1, every.length + 1));
  return [...new Set([...drawn, every.length - 1, every.length])];
}

/** The answer to a stream of so many of its events; the server begins anew when it is asked to go on, and says so. */
async function cut({payloads, eventOf}: Recording, count: number, end: 'eof' | 'reset', goesOn: boolean) {
  const body = (some: readonly string[]) => [toEventStream(some, {newline: '\n', eventOf})];
  const headers = {'content-type': 'text/event-stream', 'x-continue-from': '0'};
  const fetch = chunkedFetch(
    {chunks: body(payloads.slice(0, count)), end},
    {chunks: body(payloads), headers},
  );
  const stream = streamCompletion({
    endpoint: 'http://127.0.0.1:9/chat',
    messages: [{role: 'user', content: 'Hi'}],
    continuation: goesOn ? 'continue-turn' : 'off',
    maxRetries: 0,
    fetch,
    // The delay before a continuation passes at once; nothing else waits, since every body ends.
    clock: {now: () => 0, epoch: () => 0, after: (ms, act) => (ms <= 100 ? soon(act) : () => {})},
  });
  return {...(await readStream(stream)), requests: fetch.requests.length};
}

function soon(act: () => void): () => void {
  const immediate = setImmediate(act);
  return () => clearImmediate(immediate);
}

describe(`a recorded stream that is cut between two events (seed ${seed})`, () => {
  for (const recording of recordings().filter(({done, dialect}) => !done && exists(dialect))) {
    const {name, read} = recording;
    it(`${name}: has what stood in the part that came, with an honest status`, async () => {
      const row = {fixture: name, dialect: recording.dialect, cuts: 0, 'went on': 0, wrong: 1};
      rows.push(row);
      for (const count of places(recording)) {
        const so = read(count);
        for (const by of ['eof', 'reset'] as const) {
          const how = `${by} behind ${count} events`;
          row.cuts++;
          const is = await cut(recording, count, by, false);
          assert.equal(is.text, so.text, how);
          if (so.error) assert.equal(is.end.status, 'error', how);
          else if (so.finish === 'content-filter') assert.equal(is.end.status, 'filtered', how);
          else if (so.finish) assert.equal(is.end.status, 'complete', how);
          else assert.match(is.end.status, is.text ? /^interrupted$/ : /^(error|interrupted)$/, how);
          // Nobody goes on with a call of tools.
          if (so.finish || so.error || so.text === '' || so.tools.length > 0) continue;
          const on = await cut(recording, count, by, true);
          assert.deepEqual([on.text, on.requests], [recording.reading.text, 2], how);
          row['went on']++;
        }
      }
      row.wrong = 0;
    });
  }

  after(() => console.log(table(rows)));
});
