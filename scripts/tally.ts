import {existsSync, readFileSync} from 'node:fs';

/** How many tests ended how. A skipped test is neither: it has proved nothing. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** Paths of the files with a failed test, as far as the runner knows them. */
  failedFiles: readonly string[];
  /** What failed, by name, in the order in which it did. */
  failures: readonly string[];
}

export const emptyTally = (): Tally => ({passed: 0, failed: 0, skipped: 0, failedFiles: [], failures: []});

export function addTally(total: Tally, part: Tally): void {
  total.passed += part.passed;
  total.failed += part.failed;
  total.skipped += part.skipped;
  total.failedFiles = [...new Set([...total.failedFiles, ...part.failedFiles])];
  total.failures = [...total.failures, ...part.failures];
}

/** What holds where the failed files of a run were run a second time: of their tests, how those ended. */
export function afterSecondRun(first: Tally, second: Tally): Tally {
  const tests = first.passed + first.failed;
  return {...second, passed: tests - second.failed, skipped: first.skipped};
}

/**
 * What a runner that has ended really says. A runner that failed in any other way than by a failed test (it crashed,
 * hung, or ran nothing at all) counts as one failed test.
 */
export function judge(report: Tally | undefined, exitCode: number | null): Tally {
  const tally = {...emptyTally(), ...report};
  const ranNothing = tally.passed + tally.failed === 0;
  if (tally.failed > 0 || (exitCode === 0 && !ranNothing)) return tally;
  const failure = exitCode === 0 ? 'a runner that ran nothing' : `a runner that ended with ${exitCode}`;
  return {...tally, failed: 1, failures: [failure]};
}

/** Reads what a reporter wrote to `path`; undefined when the runner ended before it wrote. */
export function readTally(path: string): Tally | undefined {
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return text === '' ? undefined : (JSON.parse(text) as Tally);
}
