import {writeFileSync, writeSync} from 'node:fs';
import {inspect} from 'node:util';
import {type Reporter, SESSION_STATUS, type TestSession, type TestSuiteResult} from '@web/test-runner-core';
import {addTally, emptyTally, type Tally} from './tally.ts';

/**
 * A reporter for @web/test-runner that writes a `Tally` as JSON to `path`, and prints one for each browser. If the
 * runner ends before its tests do, because it or a browser threw, the reporter writes what had passed until then.
 */
export function browserTally(path: string | undefined): Reporter {
  let isWritten = path === undefined;
  return {
    start({sessions}) {
      // The runner logs why it ends, but exits before the log is printed.
      process.once('uncaughtException', error => writeSync(process.stderr.fd, `${inspect(error)}\n`));
      process.once('exit', () => {
        if (!isWritten) writeFileSync(path!, JSON.stringify(tallyOfBroken([...sessions.all()])));
      });
    },

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
      isWritten = true;
    },
  };
}

/** What is known about a run that broke off: which files passed in every browser; all others are `unfinished`. */
export function tallyOfBroken(sessions: readonly TestSession[]): Tally {
  const total = emptyTally();
  const unfinished: string[] = [];
  for (const file of new Set(sessions.map(({testFile}) => testFile))) {
    const ofFile = sessions.filter(({testFile}) => testFile === file);
    const tallies = ofFile.map(tallyOf);
    const isWell = ofFile.every(({status}, at) => status === SESSION_STATUS.FINISHED && !tallies[at]!.failed);
    if (!isWell) unfinished.push(file);
    else for (const tally of tallies) addTally(total, tally);
  }
  return {...total, unfinished};
}

function tallyOf(session: TestSession): Tally {
  const tally = emptyTally();
  if (session.testResults) count(session.testResults, tally);
  const ranNothing = tally.passed + tally.failed + tally.skipped === 0;
  // A file that could not be loaded, or that never ended, has errors but no failed test.
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
