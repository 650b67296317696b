import assert from 'node:assert/strict';
import {it} from 'node:test';
import {newSeed} from '../support/seeded-random.ts';
import {soakMany} from './soak.ts';

const RUNS = 300;
const seed = newSeed();

it(`holds every invariant in ${RUNS} runs with faults drawn at random, and leaves nothing behind (seed ${seed})`, async () => {
  const lines: string[] = [];
  const {violations, left} = await soakMany({runs: RUNS, seed, log: line => lines.push(line)});
  console.log(lines.join('\n'));
  assert.equal(violations, 0, lines.join('\n'));
  assert.equal(left, 0, lines.join('\n'));
});
