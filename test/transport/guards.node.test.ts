import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {StreamCompletionOptions} from '../../src/transport/options.ts';
import {readScenario} from '../support/cut-matrix.ts';
import {FakeClock} from '../support/fake-clock.ts';
import {finishEvent} from '../support/raw-body.ts';
import type {ResponseScript, Scenario} from '../support/scenario.ts';
import {frames, measure} from '../support/scripted-answer.ts';

const tokens = Array.from({length: 60}, (_, index) => ` word${index}`);
const TEXT = tokens.join('');

/** The body ends after as many events with text. */
function cutAfter(scenario: Scenario, texts: number): ResponseScript {
  const events = measure(frames(scenario)).filter(event => event.units > 0);
  return {cut: {at: events[texts - 1]?.end ?? 0, by: 'reset'}};
}

/** Reads a scenario, and when each request left, in ms. */
async function readTimes(scenario: Scenario, options: Partial<StreamCompletionOptions> = {}) {
  const clock = new FakeClock();
  const times: number[] = [];
  const prepareRequest = () => {
    times.push(clock.now());
  };
  const {reading, ledger} = await readScenario(scenario, {prepareRequest, ...options}, clock);
  return {reading, times, modes: ledger.requests.map(request => request.mode)};
}

/** Chunks of OpenAI's, a delta each, and what comes at the end. */
function chunks(deltas: readonly object[], finish?: string): ResponseScript {
  const choices = [
    ...deltas.map(delta => ({index: 0, delta})),
    ...(finish ? [{index: 0, delta: {}, finish_reason: finish}] : []),
  ];
  return {
    headers: {'content-type': 'text/event-stream'},
    body: choices.map(choice => `data: ${JSON.stringify({choices: [choice]})}\n\n`).join(''),
  };
}

const openai = (
  responses: readonly ResponseScript[],
  last = chunks([{content: 'No.'}], 'stop'),
): Scenario => ({
  dialect: 'openai',
  tokens: [],
  responses,
  last,
});

describe('requests for the rest that are made by themselves', () => {
  const whole: Scenario = {dialect: 'token', tokens};

  it('are made at most once in ten seconds', async () => {
    const {times, reading} = await readTimes({...whole, last: cutAfter(whole, 5)}, {maxContinuations: 4});
    assert.equal(reading.end.status, 'interrupted');
    assert.deepEqual(times, [0, 100, 10_100, 20_100, 30_100]);
  });

  it('are told of with their time, so that a page can count down', async () => {
    const {reading} = await readTimes({...whole, last: cutAfter(whole, 5)});
    const waits = reading.events.filter(event => event.type === 'progress' && event.state === 'waiting');
    assert.equal(waits.length, 1);
  });

  it('do not wait behind one that was not billed', async () => {
    const refusing: Scenario = {...whole, dialect: 'openai', prefill: 'refused'};
    const scenario = {...refusing, responses: [cutAfter(refusing, 5)]};
    const {times, modes} = await readTimes(scenario, {model: 'llama-3.3-70b-versatile'});
    assert.deepEqual(modes, ['send', 'prefill', 'continue-turn']);
    assert.deepEqual(times, [0, 100, 100]);
  });

  it('leave resumes their pace, which generate nothing', async () => {
    const offered: Scenario = {...whole, resume: 'offered'};
    const {times, reading} = await readTimes({...offered, last: cutAfter(offered, 20)});
    assert.equal(reading.text, TEXT);
    assert.deepEqual(times, [0, 100, 200, 300]);
  });

  it('leave the user their own pace', async () => {
    const partial = {text: TEXT.slice(0, 50), attempt: 1, continuations: 2, byUser: true};
    const {times} = await readTimes(whole, {partial});
    assert.deepEqual(times, [0]);
  });
});

describe('an answer that broke off is not gone on with', () => {
  const call = {tool_calls: [{index: 0, id: 'c', function: {name: 'weather', arguments: '{"city":"Ber'}}]};
  const cases: Readonly<Record<string, readonly object[]>> = {
    'in a tool call': [{content: 'Let me see.'}, call],
    'in a function call of old': [
      {content: 'Let me see.'},
      {function_call: {name: 'weather', arguments: '{'}},
    ],
    'in a refusal': [{refusal: 'I am sorry, but'}],
  };
  for (const [where, deltas] of Object.entries(cases)) {
    it(where, async () => {
      const {reading, modes} = await readTimes(openai([chunks(deltas)]));
      assert.deepEqual(modes, ['send']);
      assert.equal(reading.end.status, 'interrupted');
      assert.notEqual(reading.text, '');
    });
  }

  it('behind the content filter', async () => {
    const {reading, modes} = await readTimes(openai([chunks([{content: 'Well'}], 'content_filter')]), {
      continueLength: true,
    });
    assert.deepEqual(modes, ['send']);
    assert.equal(reading.end.status, 'filtered');
  });

  it('but by a resume, which is the same answer', async () => {
    const headers = {'content-type': 'text/event-stream', 'x-stream-id': 's'};
    const events = [{content: 'Let me see.'}, call, {content: ' It rains.'}]
      .map(delta => `data: ${JSON.stringify({choices: [{index: 0, delta}]})}\n\n`)
      .concat(finishEvent('stop'))
      .map((event, id) => `id: ${id}\n${event}`);
    const body = (from: number, to: number) => ({headers, body: events.slice(from, to).join('')});
    const {reading, modes} = await readTimes({...openai([body(0, 2)], body(2, 4)), resume: 'offered'});
    assert.deepEqual(modes, ['send', 'resume']);
    assert.equal(reading.text, 'Let me see. It rains.');
    assert.equal(reading.end.status, 'complete');
  });

  it('and without a visible character it is asked for again', async () => {
    const {reading, modes} = await readTimes(openai([chunks([call])]), {random: () => 0});
    assert.deepEqual(modes, ['send', 'send']);
    assert.equal(reading.text, 'No.');
  });
});

describe('which models take a prefill', () => {
  it('is told by their version, of Claude up to 4.5', async () => {
    const whole: Scenario = {dialect: 'openai', tokens};
    const scenario = {...whole, responses: [cutAfter(whole, 5)]};
    const ask = async (model: string) => (await readTimes(scenario, {model})).modes.at(-1);
    for (const model of [
      'claude-3-5-sonnet-20241022',
      'claude-3-5-sonnet-latest',
      'claude-opus-4-20250514',
      'claude-opus-4@20250514',
      'claude-sonnet-4-5',
      'claude-sonnet-4-5-20250929',
      'anthropic/claude-opus-4.5',
    ])
      assert.equal(await ask(model), 'prefill', model);
    for (const model of [
      'claude-opus-4-6',
      'claude-sonnet-4-6-20260217',
      'anthropic/claude-opus-4.6',
      'claude-sonnet-5',
      'claude-5',
    ])
      assert.equal(await ask(model), 'continue-turn', model);
  });

  it('is for the page to say before it is for our table', async () => {
    const whole: Scenario = {dialect: 'openai', tokens};
    const scenario = {...whole, responses: [cutAfter(whole, 5)]};
    const ask = async (model: string, prefill: boolean) => {
      const prefillCapabilities = [{model: /^(ours|llama)/, prefill}];
      return (await readTimes(scenario, {model, prefillCapabilities})).modes.at(-1);
    };
    assert.equal(await ask('ours-7b', true), 'prefill');
    assert.equal(await ask('llama-3.3-70b-versatile', false), 'continue-turn');
    assert.equal(await ask('mixtral', false), 'prefill');
  });
});

describe('an answer at its length limit', () => {
  const long = [
    chunks([{content: 'One, two,'}], 'length'),
    chunks([{content: ' three, four,'}], 'length'),
    chunks([{content: ' five.'}], 'stop'),
  ];

  it('is left to the user by default', async () => {
    const {reading, modes} = await readTimes(openai(long));
    assert.deepEqual(modes, ['send']);
    assert.equal(reading.end.status, 'length');
  });

  it('is gone on with where the page wants that', async () => {
    const {reading, modes, times} = await readTimes(openai(long), {continueLength: true});
    assert.deepEqual(modes, ['send', 'continue-turn', 'continue-turn']);
    assert.equal(reading.text, 'One, two, three, four, five.');
    assert.equal(reading.end.status, 'complete');
    assert.equal(reading.end.finishReason, 'stop');
    assert.equal(reading.result.metrics.continuations, 2);
    assert.deepEqual(times, [0, 100, 10_100]);
  });

  it('has a budget of its own', async () => {
    const [first] = long;
    const {reading, modes} = await readTimes(openai([], first), {continueLength: true, maxContinuations: 1});
    assert.equal(modes.length, 2);
    assert.equal(reading.end.status, 'length');
    // A cut has its own, too: one continuation each.
    const cut = chunks([{content: 'Zero, '}]);
    const both = await readTimes(openai([cut], first), {continueLength: true, maxContinuations: 1});
    assert.equal(both.modes.length, 3);
    assert.equal(both.reading.end.status, 'length');
  });

  it('ends where going on brings nothing', async () => {
    const nothing = chunks([], 'length');
    const {reading, modes} = await readTimes(openai([long[0]!], nothing), {continueLength: true});
    assert.equal(modes.length, 2);
    assert.equal(reading.end.status, 'length');
    assert.equal(reading.text, 'One, two,');
  });

  it('is left to the user where the policy is manual', async () => {
    const {modes} = await readTimes(openai(long), {continueLength: true, continuation: 'manual'});
    assert.deepEqual(modes, ['send']);
  });
});
