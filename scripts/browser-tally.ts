import {writeFileSync} from 'node:fs';
import type {Reporter, TestSession, TestSuiteResult} from '@web/test-runner-core';
import {addTally, emptyTally, type Tally} from './tally.ts';

/** A reporter of @web/test-runner that writes a `Tally` as JSON to `path`, and prints one for each browser. */
export function browserTally(path: string | undefined): Reporter {
  return {
    onTestRunFinished({sessions}) {
      const browsers = new Map<string, Tally>();
      for (const session of sessions) {
        const tally = browsers.get(session.browser.name) ?? emptyTally();
        browsers.set(session.browser.name, tally);
        addTally(tally, tallyOf(session));
      }
      const total = emptyTally();
      console.log('');
      for (const [name, tally] of browsers) {
        if (tally.passed + tally.failed === 0) {
          tally.failed = 1; // A browser in which nothing ran proves nothing.
          tally.failures = ['nothing ran'];
        }
        tally.failures = tally.failures.map(failure => `${failure} (${name})`);
        console.log(`${name}: ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
        addTally(total, tally);
      }
      if (path) writeFileSync(path, JSON.stringify(total));
    },
  };
}

function tallyOf(session: TestSession): Tally {
  const tally = emptyTally();
  if (session.testResults) count(session.testResults, tally);
  const ranNothing = tally.passed + tally.failed + tally.skipped === 0;
  // A file that could not be loaded, or that never ended, has errors and no failed test.
  if (tally.failed === 0 && (!session.passed || session.errors.length > 0 || ranNothing)) {
    tally.failed++;
    tally.failures = [session.testFile];
  }
  if (tally.failed > 0) tally.failedFiles = [session.testFile];
  return tally;
}

function count(suite: TestSuiteResult, tally: Tally): void {
  for (const test of suite.tests) {
    if (test.skipped) tally.skipped++;
    else if (test.passed) tally.passed++;
    else {
      tally.failed++;
      tally.failures = [...tally.failures, `${suite.name}: ${test.name}`];
    }
  }
  for (const inner of suite.suites) count(inner, tally);
}
