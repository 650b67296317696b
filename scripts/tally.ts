import {existsSync, readFileSync} from 'node:fs';

/** How many tests ended how. A skipped test is neither: it has proved nothing. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export const emptyTally = (): Tally => ({passed: 0, failed: 0, skipped: 0});

export function addTally(total: Tally, part: Tally): void {
  total.passed += part.passed;
  total.failed += part.failed;
  total.skipped += part.skipped;
}

/**
 * What a runner that has ended really says. A runner that failed in any other way than by a failed test (it crashed,
 * hung, or ran nothing at all) counts as one failed test.
 */
export function judge(report: Tally | undefined, exitCode: number | null): Tally {
  const tally = {...emptyTally(), ...report};
  const ranNothing = tally.passed + tally.failed === 0;
  if (tally.failed === 0 && (exitCode !== 0 || ranNothing)) tally.failed = 1;
  return tally;
}

/** Reads what a reporter wrote to `path`; undefined when the runner ended before it wrote. */
export function readTally(path: string): Tally | undefined {
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return text === '' ? undefined : (JSON.parse(text) as Tally);
}
