import assert from 'node:assert/strict';
import {integer, newSeed, seededRandom} from '../support/seeded-random.ts';
import {describe, it, run} from '../support/unwatched.ts';
import {parseOnce} from './parse-once.ts';
import {boundaries, cutRecorded, type Recovery, recordedNames, recordedStream} from './recorded-cuts.ts';

const RANDOM = 200;
const RECOVERED = 80;
const seed = newSeed();

parseOnce();

/** Alternates between a clean end and a reset; `npm run cuts` makes both cuts at every place. */
async function cutAll(name: string, recovery: Recovery, places: (length: number) => readonly number[]) {
  const stream = recordedStream(name, recovery === 'resume');
  const wrong: string[] = [];
  const all = places(stream.bytes.length);
  for (const [index, at] of all.entries()) {
    const by = (index + seed) % 2 === 0 ? 'eof' : 'reset';
    const found = await cutRecorded(stream, {at, by}, recovery);
    if (found) wrong.push(`${by} at ${at}: ${found}`);
  }
  console.log(`${name}, ${recovery}: cuts ${all.length}, wrong ${wrong.length} (seed ${seed})`);
  assert.equal(wrong.length, 0, `seed ${seed}:\n${wrong.slice(0, 12).join('\n')}`);
}

function randomPlaces(count: number, length: number): number[] {
  const random = seededRandom(seed);
  return Array.from({length: count}, () => integer(random, 0, length + 1));
}

describe(`a recorded stream that is cut (seed ${seed})`, () => {
  for (const name of recordedNames()) {
    it(`${name} is what had come, with an honest status, at every event boundary and on both sides of it`, () =>
      cutAll(name, 'alone', length => [
        ...boundaries(recordedStream(name)),
        ...randomPlaces(RANDOM, length),
      ]));

    if (recordedStream(name).text === '') continue; // A tool call is not continued.

    it(`${name} is whole after a resume, and after a request that goes on, at ${RECOVERED} places each`, async () => {
      await cutAll(name, 'resume', length => randomPlaces(RECOVERED, length));
      await cutAll(name, 'continue', length => randomPlaces(RECOVERED, length));
    });
  }

  it('is whole where a provider sends something else before its first words', async () => {
    // Azure begins with the results of its content filters.
    const {events} = recordedStream('openai/azure-model-router.1');
    await cutAll('openai/azure-model-router.1', 'continue', () => [
      events[0]!.payloadEnd,
      events[0]!.end,
      events[0]!.end + 1,
      events[0]!.end + 2,
    ]);
  });
});

await run();
