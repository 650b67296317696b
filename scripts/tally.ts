import {existsSync, readFileSync} from 'node:fs';

/** How many tests ended how. A skipped test counts as neither passed nor failed: it has proved nothing. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** Paths of the files with a failed test, as far as the runner knows them. */
  failedFiles: readonly string[];
  /** The names of the failed tests, in the order in which they failed. */
  failures: readonly string[];
  /** Paths of the files that a runner had not finished when it ended. None of their tests are counted. */
  unfinished?: readonly string[];
}

export const emptyTally = (): Tally => ({passed: 0, failed: 0, skipped: 0, failedFiles: [], failures: []});

export function addTally(total: Tally, part: Tally): void {
  total.passed += part.passed;
  total.failed += part.failed;
  total.skipped += part.skipped;
  total.failedFiles = [...new Set([...total.failedFiles, ...part.failedFiles])];
  total.failures = [...total.failures, ...part.failures];
}

/** Combines a run with a second run of the files that failed or were not finished: for their tests the second run counts. */
export function afterSecondRun(first: Tally, second: Tally): Tally {
  if (first.unfinished) {
    const {passed, skipped} = first;
    return {...second, passed: passed + second.passed, skipped: skipped + second.skipped};
  }
  const tests = first.passed + first.failed;
  return {...second, passed: tests - second.failed, skipped: first.skipped};
}

/**
 * The tally of a runner that has ended. A runner that failed in any other way than by a failed test (it crashed, hung,
 * or ran nothing at all) counts as one failed test, named with the end of its standard error.
 */
export function judge(report: Tally | undefined, exitCode: number | null, said = ''): Tally {
  const tally = {...emptyTally(), ...report};
  const ranNothing = tally.passed + tally.failed === 0;
  if (tally.failed > 0 || (exitCode === 0 && !ranNothing)) return tally;
  const failure = exitCode === 0 ? 'a runner that ran nothing' : `a runner that ended with ${exitCode}`;
  return {...tally, failed: 1, failures: [said.trim() === '' ? failure : `${failure}: ${said.trim()}`]};
}

/** Reads what a reporter wrote to `path`; undefined if the runner ended before that. */
export function readTally(path: string): Tally | undefined {
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return text === '' ? undefined : (JSON.parse(text) as Tally);
}
