import type {CutSuite} from '../support/cut-matrix.ts';
import {cutEverywhere, cutHereAndThere, cutTwice, cutWithoutRecovery} from '../support/cut-suite.ts';
import {newSeed} from '../support/seeded-random.ts';
import {describe, it, run} from '../support/unwatched.ts';

const seed = newSeed();

const turn: CutSuite = {
  scenario: {dialect: 'openai', declare: 'event'},
  mode: 'continue-turn',
  options: {model: 'some-model-nobody-knows'},
};
const prefill: CutSuite = {
  scenario: {dialect: 'openai'},
  mode: 'prefill',
  options: {model: 'llama-3.3-70b-versatile'},
};
const resume: CutSuite = {
  scenario: {dialect: 'openai', resume: 'offered'},
  mode: 'resume',
  options: {model: 'llama-3.3-70b-versatile'},
};
const off: CutSuite = {scenario: {dialect: 'openai'}, mode: 'send', options: {continuation: 'off'}};

describe('an openai answer cut at event boundaries and at random bytes', () => {
  it('is whole and exact after a user turn, for a model that nobody knows, by EOF or by reset', () =>
    cutEverywhere(turn, seed));
  it('is whole and exact after a prefill, for a model known to take it, at some of these places', () =>
    cutHereAndThere(prefill, seed, 60));
  it('is whole and exact after a resume by event id, at some of these places', () =>
    cutHereAndThere(resume, seed, 60));
  it('is an exact prefix, interrupted after one request, where continuation is off', () =>
    cutWithoutRecovery(off, seed));
});

describe('an openai answer cut again while it goes on', () => {
  it('is whole and exact after two user turns', () => cutTwice(turn, seed, 40));
  it('is whole and exact after two prefills', () => cutTwice(prefill, seed, 40));
  it('is whole and exact after two resumes', () => cutTwice(resume, seed, 40));
});

await run();
