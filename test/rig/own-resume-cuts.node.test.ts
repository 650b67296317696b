import assert from 'node:assert/strict';
import {integer, newSeed, seededRandom} from '../support/seeded-random.ts';
import {table} from '../support/table.ts';
import {after, describe, it, run} from '../support/unwatched.ts';
import {
  askedWith,
  askFor,
  type KeptRecording,
  keptFetch,
  keptRecordings,
  saidBy,
  saidWhole,
} from './own-resume-cuts.ts';
import {boundaries, cutBody} from './recorded-cuts.ts';

const DRAWN = 60; // places in a longer stream; `CUTS=all` takes every one
const seed = newSeed();
const rows: Record<string, string | number>[] = [];

function places(recording: KeptRecording): number[] {
  const all = boundaries(recording);
  if (process.env['CUTS'] === 'all' || all.length <= DRAWN) return all;
  const random = seededRandom(seed);
  return Array.from({length: DRAWN}, () => all[integer(random, 0, all.length)]!);
}

describe(`a stream that its provider keeps, cut at event boundaries and on both sides of them (seed ${seed})`, () => {
  for (const recording of keptRecordings()) {
    const {name} = recording;
    it(`${name}: is taken up behind the last event, and says the same as if it had not been cut`, async () => {
      const row = {fixture: name, cuts: 0, 'taken up': 0, wrong: 1};
      rows.push(row);
      const whole = await saidWhole(recording);
      for (const [index, at] of places(recording).entries()) {
        const cut = {at, by: (index + seed) % 2 === 0 ? 'eof' : 'reset'} as const;
        const how = `${cut.by} at ${at}`;
        const fetch = keptFetch(recording, cutBody(recording, cut));
        const said = await saidBy(askFor(recording, fetch));
        row.cuts++;
        assert.deepEqual(said, whole, how);
        assert.deepEqual(fetch.asked, askedWith(recording, cut), how);
        if (fetch.asked[1]?.startsWith('GET')) row['taken up']++;
      }
      row.wrong = 0;
    });
  }

  after(() => console.log(table(rows)));
});

await run();
