import * as runner from 'node:test';

type Work = () => void | Promise<void>;

interface Suite {
  readonly title: string;
  readonly tests: {readonly name: string; readonly work: Work; failure?: {readonly error: unknown}}[];
  readonly after: Work[];
}

const suites: Suite[] = [];
let isRun = false;
process.once('exit', () => {
  if (!isRun)
    throw new Error('These tests were never run: `await run()` is to be the last line of their file.');
});

/**
 * `describe`, `it` and `after` as in `node:test`, for files whose tests create millions of promises. Once the first
 * test is declared, the runner tracks every promise of the process (by `async_hooks`), which takes several times as
 * long as the work itself. These tests therefore run before they are declared: by `run`, the last line of their file.
 */
export function describe(title: string, declare: () => void): void {
  suites.push({title, tests: [], after: []});
  declare();
}

export function it(name: string, work: Work): void {
  suites.at(-1)!.tests.push({name, work});
}

export function after(work: Work): void {
  suites.at(-1)!.after.push(work);
}

/** Runs all tests, one after another, and then reports the results to the runner. */
export async function run(): Promise<void> {
  isRun = true;
  for (const {tests, after} of suites) {
    for (const test of tests) {
      try {
        await test.work();
      } catch (error) {
        test.failure = {error};
      }
    }
    for (const work of after) await work();
  }
  for (const {title, tests} of suites) {
    runner.describe(title, () => {
      for (const {name, failure} of tests) {
        runner.it(name, () => {
          if (failure) throw failure.error;
        });
      }
    });
  }
}
