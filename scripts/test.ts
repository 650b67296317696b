/**
 * Runs the tests: `npm test` all of them, `npm test -- node browser` some kinds, and
 * `npm test -- test/ui/composer.test.ts` some files. `BROWSERS=chromium,firefox,webkit` picks the engines. The last
 * line is `N passed, N failed`, over all runners.
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {availableParallelism, tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {newSeed} from '../test/support/seeded-random.ts';
import {ensureInstalled, pickedEngines, type RequirementName} from './engines.ts';
import {addTally, afterSecondRun, emptyTally, judge, readTally, type Tally} from './tally.ts';

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'sse-chat-test-'));

/** Milliseconds after which a runner, or one file in Node's runner, is considered hung. */
const RUNNER_TIMEOUT = 15 * 60_000;
const FILE_TIMEOUT = 10 * 60_000;
/** Up to this many failed files are run a second time; if more failed, something is broken. */
const MAX_AGAIN = 4;
/** How many characters of a runner's last output are reported if it ended by itself. */
const LAST_WORDS = 1500;

type Kind = 'node' | 'browser' | 'e2e';
const kinds: readonly Kind[] = ['node', 'browser', 'e2e'];

function kindOf(file: string): Kind {
  if (file.endsWith('.node.test.ts')) return 'node';
  return file.endsWith('.e2e.test.ts') ? 'e2e' : 'browser';
}

interface Ended {
  /** Null if it was killed. */
  readonly code: number | null;
  /** The end of its standard error. */
  readonly said: string;
}

/** Runs a command in a process group of its own, so that none of its processes outlives it. */
function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'pipe'],
    env: {...process.env, ...env},
    detached: true,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    process.stderr.write(text);
    said = (said + text).slice(-LAST_WORDS);
  });
  const isRead = once(child.stderr, 'close').catch(() => {});
  const end = () => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // The group is empty.
    }
  };
  const interrupt = () => {
    end();
    process.exit(130);
  };
  const timer = setTimeout(() => {
    console.error(`This takes longer than ${RUNNER_TIMEOUT / 60_000} minutes and is ended.`);
    end();
  }, RUNNER_TIMEOUT);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  return new Promise(resolve => {
    child.once('error', error => resolve({code: 1, said: error.message}));
    child.once('exit', async code => {
      clearTimeout(timer);
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
      end();
      await Promise.race([isRead, sleep(1000, undefined, {ref: false})]);
      resolve({code, said});
    });
  });
}

/** An end-to-end test also runs a browser, or three. */
function sideBySideOf(kind: Kind): number {
  return Math.min(kind === 'e2e' ? 2 : 4, availableParallelism());
}

async function runNode(
  kind: Kind,
  files: readonly string[],
  sideBySide = sideBySideOf(kind),
): Promise<Tally> {
  const tally = join(scratch, `${kind}.json`);
  const reporters = [
    ['spec', 'stdout'],
    [join(root, 'scripts/node-tally-reporter.mjs'), tally],
  ].flatMap(([reporter, destination]) => [
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${destination}`,
  ]);
  const limits = [`--test-concurrency=${sideBySide}`, `--test-timeout=${FILE_TIMEOUT}`];
  const args = ['--import', 'tsx', '--test', ...limits, ...reporters, ...files];
  const {code, said} = await run(process.execPath, args);
  return judge(readTally(tally), code, said);
}

async function runBrowsers(files: readonly string[]): Promise<Tally> {
  const tally = join(scratch, 'browser.json');
  const bin = join(root, 'node_modules/@web/test-runner/dist/bin.js');
  rmSync(tally, {force: true});
  const {code, said} = await run(process.execPath, [bin, '--files', ...files], {TALLY_FILE: tally});
  const report = readTally(tally);
  const hasCrashed = code !== null && code !== 0 && !report;
  return judge(hasCrashed ? {...emptyTally(), unfinished: files} : report, code, said);
}

/**
 * On a small machine, browsers that run two or three at a time now and then take longer over something than a test
 * should have to wait. So a file that fails in a whole run is run once more, alone and with the same seed, and has
 * failed if it fails again. If a browser takes its runner down, another runner runs the unfinished files.
 */
async function runTwice(kind: Kind, files: readonly string[]): Promise<Tally> {
  const runs = (some: readonly string[], sideBySide?: number) =>
    kind === 'browser' ? runBrowsers(some) : runNode(kind, some, sideBySide);
  const first = await runs(files);
  const again = (first.unfinished ?? first.failedFiles).map(file => relative(root, file));
  const isMuch = !first.unfinished && (files.length <= MAX_AGAIN || again.length > MAX_AGAIN);
  if (kind === 'node' || again.length === 0 || isMuch) return first;
  if (first.unfinished) console.log(`\nNot finished:\n${listed(first.failures)}`);
  console.log(`\n# ${kind}, a second time: ${again.join(', ')}`);
  const tally = afterSecondRun(first, await runs(again, 1));
  const rest = again.filter(file => !tally.failedFiles.some(failed => relative(root, failed) === file));
  if (rest.length > 0 && !first.unfinished) {
    console.log(`\nFailed once, and not alone: ${rest.join(', ')}`);
    console.log(listed(first.failures));
  }
  return tally;
}

const listed = (failures: readonly string[]) => failures.map(failure => `  ✖ ${failure}`).join('\n');

function testFiles(): string[] {
  return readdirSync(join(root, 'test'), {recursive: true, encoding: 'utf8'})
    .filter(name => name.endsWith('.test.ts'))
    .map(name => `test/${name}`)
    .sort();
}

async function main(args: readonly string[]): Promise<Tally> {
  // One seed for everything random in a run, so that a second run of a file repeats the first.
  process.env['SEED'] = String(newSeed());
  const total = emptyTally();
  const named = args.filter(arg => arg.endsWith('.ts')).map(arg => relative(root, arg));
  const pickedKinds = kinds.filter(kind => args.includes(kind));
  const unknown = args.find(arg => !arg.endsWith('.ts') && !kinds.some(kind => kind === arg));
  if (unknown) throw new Error(`There is no kind of tests "${unknown}"; there are ${kinds.join(', ')}.`);
  for (const file of named) if (!existsSync(join(root, file))) throw new Error(`There is no ${file}.`);

  const files = (named.length > 0 ? named : testFiles()).filter(
    file => pickedKinds.length === 0 || pickedKinds.includes(kindOf(file)),
  );
  const of = (kind: Kind) => files.filter(file => kindOf(file) === kind);
  const needs = new Set<RequirementName>(of('browser').length > 0 ? pickedEngines() : []);
  if (of('e2e').length > 0) needs.add('chromium');
  if (of('e2e').some(file => file.startsWith('test/faults/')))
    for (const name of pickedEngines()) needs.add(name);
  if (files.some(file => kindOf(file) === 'e2e' || file.startsWith('test/demo/'))) needs.add('fastapi');
  ensureInstalled([...needs]);

  const needBuild = files.filter(file => file.startsWith('test/build/') || kindOf(file) === 'e2e');
  let isBuilt = true;
  if (needBuild.length > 0) {
    console.log('\n# build');
    isBuilt = (await run('npm', ['run', '--silent', 'build'])).code === 0;
    if (!isBuilt) {
      console.error(`The build failed, and so did these:\n${needBuild.join('\n')}`);
      total.failed += needBuild.length;
    }
  }
  for (const kind of kinds) {
    const runnable = files.filter(file => kindOf(file) === kind && (isBuilt || !needBuild.includes(file)));
    if (runnable.length === 0) continue;
    console.log(`\n# ${kind}`);
    addTally(total, await runTwice(kind, runnable));
  }
  return total;
}

const total = await main(process.argv.slice(2)).catch(error => {
  console.error(error instanceof Error ? error.message : error);
  return {...emptyTally(), failed: 1};
});
rmSync(scratch, {recursive: true, force: true});
if (total.skipped > 0) console.log(`\n${total.skipped} skipped`);
if (total.failures.length > 0) console.log(`\nFailed:\n${listed(total.failures)}`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
console.log(`\n${total.passed} passed, ${total.failed} failed`);
