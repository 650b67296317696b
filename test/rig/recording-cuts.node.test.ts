import assert from 'node:assert/strict';
import {integer, newSeed, seededRandom} from '../support/seeded-random.ts';
import {table} from '../support/table.ts';
import {after, describe, it, run} from '../support/unwatched.ts';
import {boundaries} from './recorded-cuts.ts';
import {type CutRecording, canGoOn, cutRecording, cutRecordings} from './recording-cuts.ts';

const BOUNDARIES = 25; // of one stream; of a longer one this many are drawn
const RANDOM = 200;
const seed = newSeed();
const rows: Record<string, string | number>[] = [];

/** Event boundaries and the byte on each side of them, and random bytes. `npm run cuts` takes every one. */
function places(recording: CutRecording): number[] {
  const random = seededRandom(seed);
  const {length} = recording.bytes;
  const all = boundaries(recording);
  const near =
    all.length <= 3 * BOUNDARIES
      ? all
      : Array.from({length: 3 * BOUNDARIES}, () => all[integer(random, 0, all.length)]!);
  return [...near, ...Array.from({length: RANDOM}, () => integer(random, 0, length + 1))];
}

describe(`a recorded stream of another dialect that is cut (seed ${seed})`, () => {
  for (const recording of cutRecordings()) {
    const {name, dialect} = recording;
    it(`${name}: has what stood in the part that came, with an honest status, and goes on from there`, async () => {
      const row = {fixture: name, dialect, cuts: 0, 'went on': 0, wrong: 1};
      rows.push(row);
      for (const [index, at] of places(recording).entries()) {
        const cut = {at, by: (index + seed) % 2 === 0 ? 'eof' : 'reset'} as const;
        const how = `${cut.by} at ${at}`;
        row.cuts++;
        assert.equal(await cutRecording(recording, cut, false), undefined, how);
        if (!canGoOn(recording, cut)) continue;
        assert.equal(await cutRecording(recording, cut, true), undefined, `${how}, going on`);
        row['went on']++;
      }
      row.wrong = 0;
    });
  }

  after(() => console.log(table(rows)));
});

await run();
