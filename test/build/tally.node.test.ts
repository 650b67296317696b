import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {TestSession} from '@web/test-runner-core';
import {tallyOfBroken} from '../../scripts/browser-tally.ts';
import nodeTally from '../../scripts/node-tally-reporter.mjs';
import {afterSecondRun, emptyTally, judge} from '../../scripts/tally.ts';

const failedFiles: string[] = [];
const failures: string[] = [];

describe('what a runner says in the end', () => {
  it('is taken as it is when it ran to its end', () => {
    assert.deepEqual(judge({passed: 3, failed: 0, skipped: 1, failedFiles, failures}, 0), {
      passed: 3,
      failed: 0,
      skipped: 1,
      failedFiles,
      failures,
    });
    assert.deepEqual(judge({passed: 3, failed: 2, skipped: 0, failedFiles, failures}, 1), {
      passed: 3,
      failed: 2,
      skipped: 0,
      failedFiles,
      failures,
    });
  });

  for (const [title, report, exitCode] of [
    ['crashed before it reported', undefined, 1],
    ['was killed', undefined, null],
    ['reported success and then failed', {passed: 3, failed: 0, skipped: 0, failedFiles, failures}, 1],
    ['ran nothing', {passed: 0, failed: 0, skipped: 0, failedFiles, failures}, 0],
    ['skipped everything', {passed: 0, failed: 0, skipped: 5, failedFiles, failures}, 0],
  ] as const) {
    it(`is a failure when it ${title}`, () => {
      const tally = judge(report, exitCode);
      assert.equal(tally.failed, 1);
      assert.match(tally.failures.join(), /^a runner that (ended with|ran nothing)/);
    });
  }
});

describe('what holds after the failed files were run once more', () => {
  const first = {passed: 10, failed: 2, skipped: 1, failedFiles: ['/a.ts', '/b.ts'], failures: ['a', 'b']};

  it('is how their tests ended then', () => {
    const second = {passed: 4, failed: 1, skipped: 0, failedFiles: ['/b.ts'], failures: ['b']};
    assert.deepEqual(afterSecondRun(first, second), {
      passed: 11,
      failed: 1,
      skipped: 1,
      failedFiles: ['/b.ts'],
      failures: ['b'],
    });
  });

  it('is a failure where the second run crashed', () => {
    assert.equal(afterSecondRun(first, judge(undefined, 1)).failed, 1);
  });

  it('is what was well at first, and all of the rest, where the first run was broken off', () => {
    const broken = judge({...emptyTally(), passed: 10, skipped: 1, unfinished: ['/a.ts']}, 1, 'It threw.\n');
    assert.deepEqual(broken.failures, ['a runner that ended with 1: It threw.']);
    const second = {passed: 4, failed: 1, skipped: 2, failedFiles: ['/a.ts'], failures: ['a']};
    assert.deepEqual(afterSecondRun(broken, second), {...second, passed: 14, skipped: 3});
  });
});

describe('what is known of a browser run that was broken off', () => {
  const session = (testFile: string, status: string, ...tests: readonly boolean[]): TestSession => {
    const testResults = {
      name: '',
      suites: [],
      tests: tests.map(passed => ({name: '', passed, skipped: false})),
    };
    return {testFile, status, testResults, passed: !tests.includes(false), errors: []} as never;
  };

  it('are the files that were well in every browser; of the others nothing is', () => {
    const sessions = [
      session('/well.ts', 'FINISHED', true, true),
      session('/well.ts', 'FINISHED', true, true),
      session('/failed.ts', 'FINISHED', true, true),
      session('/failed.ts', 'FINISHED', true, false),
      session('/half.ts', 'FINISHED', true),
      session('/half.ts', 'TEST_STARTED'),
      session('/not.ts', 'SCHEDULED'),
      session('/not.ts', 'SCHEDULED'),
    ];
    const unfinished = ['/failed.ts', '/half.ts', '/not.ts'];
    assert.deepEqual(tallyOfBroken(sessions), {...emptyTally(), passed: 4, unfinished});
  });
});

describe("the tally of Node's runner", () => {
  async function tallyOf(events: readonly object[]): Promise<unknown> {
    let text = '';
    for await (const part of nodeTally(events)) text += part;
    return JSON.parse(text);
  }
  const test = {nesting: 1, name: 'a test', file: '/a.ts', details: {}};

  it('counts tests, not suites and not files', async () => {
    const events = [
      {type: 'test:pass', data: test},
      {type: 'test:pass', data: {...test, nesting: 0, name: 'a suite', details: {type: 'suite'}}},
      {type: 'test:pass', data: {...test, nesting: 0, name: '/a.ts'}},
      {type: 'test:diagnostic', data: {}},
    ];
    assert.deepEqual(await tallyOf(events), {passed: 1, failed: 0, skipped: 0, failedFiles, failures});
  });

  it('counts a file that fails as a whole, but not a suite beside its failed test', async () => {
    const events = [
      {type: 'test:fail', data: {...test, nesting: 0, name: '/a.ts'}},
      {type: 'test:fail', data: test},
      {type: 'test:fail', data: {...test, nesting: 0, details: {type: 'suite'}}},
    ];
    assert.deepEqual(await tallyOf(events), {
      passed: 0,
      failed: 2,
      skipped: 0,
      failedFiles: ['/a.ts'],
      failures: ['/a.ts', 'a test'],
    });
  });

  it('counts what is skipped or to do as neither', async () => {
    const events = [
      {type: 'test:pass', data: {...test, skip: true}},
      {type: 'test:pass', data: {...test, todo: 'later'}},
    ];
    assert.deepEqual(await tallyOf(events), {passed: 0, failed: 0, skipped: 2, failedFiles, failures});
  });
});
