import type {CutSuite} from '../support/cut-matrix.ts';
import {cutEverywhere, cutHereAndThere, cutTwice, cutWithoutRecovery} from '../support/cut-suite.ts';
import {newSeed} from '../support/seeded-random.ts';
import {describe, it, run} from '../support/unwatched.ts';

const seed = newSeed();

const turn: CutSuite = {scenario: {dialect: 'token'}, mode: 'continue-turn'};
const turnDeclaredByEvent: CutSuite = {
  scenario: {dialect: 'token', declare: 'event', framing: {bare: true, newline: '\r\n'}},
  mode: 'continue-turn',
};
const resume: CutSuite = {scenario: {dialect: 'token', resume: 'offered'}, mode: 'resume'};
const off: CutSuite = {scenario: {dialect: 'token'}, mode: 'send', options: {continuation: 'off'}};

describe('a token answer cut at event boundaries and at random bytes', () => {
  it('is whole and exact after a user turn that asks for the rest, by EOF or by reset', () =>
    cutEverywhere(turn, seed));
  it('is whole and exact after a resume by event id, at some of these places', () =>
    cutHereAndThere(resume, seed, 60));
  it('is an exact prefix, interrupted after one request, where continuation is off', () =>
    cutWithoutRecovery(off, seed));
});

describe('a token answer cut again while it goes on', () => {
  it('is whole and exact after two user turns', () => cutTwice(turn, seed, 40));
  it('is whole and exact after two user turns whose position is an event of lines without data:', () =>
    cutTwice(turnDeclaredByEvent, seed, 40));
  it('is whole and exact after two resumes', () => cutTwice(resume, seed, 40));
});

await run();
