/**
 * `npm run cuts`: cuts every recorded stream at every byte, by a clean end and by a reset, and prints what went wrong.
 * Recovery after a cut is tried at every byte of the small streams; in the large ones at every event boundary, on both
 * sides of it, and at 1,000 random bytes. A resume is tried only in Chat Completions.
 * `-- groq/groq-text xai/xai-text` cuts only these. `SEED` repeats the random bytes. Uses the whole machine for half an
 * hour.
 */
import {type ChildProcess, fork} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import {parseOnce} from '../test/rig/parse-once.ts';
import {
  boundaries,
  cutRecorded,
  type RecordedCut,
  type Recovery,
  recordedNames,
  recordedStream,
} from '../test/rig/recorded-cuts.ts';
import {canGoOn, cutRecording, cutRecordings} from '../test/rig/recording-cuts.ts';
import {integer, newSeed, seededRandom} from '../test/support/seeded-random.ts';

const SMALL = 20_000; // bytes
const RANDOM = 1000;
const SHARE = 4000; // cuts given to one process at a time

interface Share {
  readonly name: string;
  readonly recovery: Recovery;
  readonly places: readonly number[];
}

interface Result {
  readonly cuts: number;
  readonly wrong: readonly string[];
}

const ofOtherDialects = new Map(cutRecordings().map(recording => [recording.name, recording]));

/** Returns the function that cuts the named stream, and says what was wrong with the result. */
function cutter(name: string, recovery: Recovery): (cut: RecordedCut) => Promise<string | undefined> {
  const other = ofOtherDialects.get(name);
  if (other) return cut => cutRecording(other, cut, recovery === 'continue');
  const stream = recordedStream(name, recovery === 'resume');
  return cut => cutRecorded(stream, cut, recovery);
}

async function cut({name, recovery, places}: Share): Promise<Result> {
  const cutAt = cutter(name, recovery);
  const wrong: string[] = [];
  for (const at of places) {
    for (const by of ['eof', 'reset'] as const) {
      const found = await cutAt({at, by});
      if (found) wrong.push(`${name}, ${recovery}, ${by} at ${at}: ${found}`);
    }
  }
  return {cuts: 2 * places.length, wrong};
}

function placesOf(name: string, recovery: Recovery, seed: number): number[] {
  const other = ofOtherDialects.get(name);
  const stream = other ?? recordedStream(name, recovery === 'resume');
  const {length} = stream.bytes;
  const every = Array.from({length: length + 1}, (_, at) => at);
  if (recovery === 'alone') return every;
  if (other) return every.filter(at => canGoOn(other, {at, by: 'reset'}));
  if (length < SMALL) return every;
  const random = seededRandom(seed);
  const between = Array.from({length: RANDOM}, () => integer(random, 0, length + 1));
  return [...new Set([...boundaries(stream), ...between])];
}

function recoveriesOf(name: string): Recovery[] {
  const other = ofOtherDialects.get(name);
  if (other) return other.reading.text === '' ? ['alone'] : ['alone', 'continue'];
  return recordedStream(name).text === '' ? ['alone'] : ['alone', 'resume', 'continue'];
}

function shares(names: readonly string[], seed: number): Share[] {
  return names.flatMap(name => {
    return recoveriesOf(name).flatMap(recovery => {
      const places = placesOf(name, recovery, seed);
      return Array.from({length: Math.ceil(places.length / SHARE)}, (_, at) => ({
        name,
        recovery,
        places: places.slice(at * SHARE, (at + 1) * SHARE),
      }));
    });
  });
}

function run(child: ChildProcess, share: Share): Promise<Result> {
  return new Promise((resolve, reject) => {
    const fail = (code: number | null) => reject(new Error(`A process ended with ${code}.`));
    child.once('exit', fail);
    child.once('message', (result: Result) => {
      child.off('exit', fail);
      resolve(result);
    });
    child.send(share);
  });
}

/** Compiles this file once: compiling TypeScript at run time makes each function several times slower. */
async function compile(outDir: string): Promise<string> {
  const {build} = await import('vite');
  await build({
    root: join(import.meta.dirname, '..'),
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: import.meta.filename,
      outDir,
      minify: false,
      target: 'node20',
      rolldownOptions: {output: {entryFileNames: 'cuts.mjs', chunkFileNames: '[name]-[hash].mjs'}},
    },
  });
  return join(outDir, 'cuts.mjs');
}

async function main(names: readonly string[]): Promise<void> {
  // Beside the other folders of test/, since the recorded streams are found relative to it.
  const outDir = mkdtempSync(join(import.meta.dirname, '../test/compiled-'));
  try {
    await cutAll(names, await compile(outDir));
  } finally {
    rmSync(outDir, {recursive: true});
  }
}

async function cutAll(names: readonly string[], script: string): Promise<void> {
  const seed = newSeed();
  console.log(`seed ${seed}`);
  const open = shares(names, seed);
  const left = new Map<string, number>();
  for (const {name, recovery} of open) {
    const key = `${name}, ${recovery}`;
    left.set(key, (left.get(key) ?? 0) + 1);
  }
  const sums = new Map<string, {cuts: number; wrong: number}>();
  const total = {cuts: 0, wrong: 0};
  const work = async () => {
    const child = fork(script, ['--share'], {execArgv: []});
    for (let share = open.shift(); share; share = open.shift()) {
      const {cuts, wrong} = await run(child, share);
      const key = `${share.name}, ${share.recovery}`;
      const sum = sums.get(key) ?? {cuts: 0, wrong: 0};
      sums.set(key, {cuts: sum.cuts + cuts, wrong: sum.wrong + wrong.length});
      total.cuts += cuts;
      total.wrong += wrong.length;
      for (const line of wrong.slice(0, 5)) console.log(line);
      left.set(key, (left.get(key) ?? 0) - 1);
      const {cuts: all, wrong: bad} = sums.get(key)!;
      if (left.get(key) === 0) console.log(`${key}: cuts ${all}, wrong ${bad}`);
    }
    child.kill();
  };
  await Promise.all(Array.from({length: availableParallelism()}, work));
  console.log(`cuts ${total.cuts}, wrong ${total.wrong}`);
  process.exitCode = total.wrong > 0 ? 1 : 0;
}

const args = process.argv.slice(2);
if (args[0] === '--share') {
  parseOnce();
  process.on('message', (share: Share) => {
    cut(share).then(result => process.send?.(result));
  });
} else {
  await main(args.length > 0 ? args : [...ofOtherDialects.keys(), ...recordedNames()]);
}
