import assert from 'node:assert/strict';
import type {CompletionEvent} from '../../src/protocol/completion.ts';
import type {MessagePart} from '../../src/protocol/message.ts';
import {CompletionStream} from '../../src/transport/completion-stream.ts';
import type {StreamCompletionOptions} from '../../src/transport/options.ts';
import {readScenario} from '../support/cut-matrix.ts';
import {FakeClock} from '../support/fake-clock.ts';
import {deltaEvent, finishEvent, rawBody, tokenEvent} from '../support/raw-body.ts';
import type {Reading} from '../support/read-stream.ts';
import type {Scenario} from '../support/scenario.ts';
import {frames, measure, terminalAt} from '../support/scripted-answer.ts';
import {scriptedFetch} from '../support/scripted-fetch.ts';
import {describe, it, run} from '../support/unwatched.ts';

/** What a reader sees of the thoughts: those of an answer that was asked for anew are void. */
function thoughtOf(events: readonly CompletionEvent[]): string {
  let thought = '';
  for (const event of events) {
    if (event.type === 'reasoning') thought += event.text;
    else if (event.type === 'replace') thought = '';
    else if (event.type === 'progress' && event.mode === 'retry') thought = '';
  }
  return thought;
}

async function drain(stream: CompletionStream, into: CompletionEvent[]): Promise<void> {
  for await (const events of stream.batches()) into.push(...events);
}

const seen = ({events, text, end}: Reading) => ({thought: thoughtOf(events), text, status: end.status});

const servers: Record<string, (pieces: readonly string[]) => Scenario> = {
  openai: pieces => rawBody('openai', pieces.map(deltaEvent).join('') + finishEvent('stop')),
  token: pieces => rawBody('token', `${pieces.map(tokenEvent).join('')}data: [DONE]\n\n`),
  'lines of Ollama': pieces =>
    rawBody(
      'token',
      [...pieces.map(content => ({message: {content}, done: false})), {message: {}, done: true}]
        .map(line => `${JSON.stringify(line).replaceAll('<', '\\u003c')}\n`)
        .join(''),
      {headers: {'content-type': 'application/x-ndjson'}},
    ),
  'a bare text': pieces =>
    rawBody('token', pieces.join(''), {headers: {'content-type': 'text/plain'}, chunks: 'byte'}),
  'the whole text each time': pieces =>
    rawBody(
      'token',
      `${pieces.map((_, at) => tokenEvent(pieces.slice(0, at + 1).join(''))).join('')}data: [DONE]\n\n`,
    ),
};

interface Case {
  readonly raw: string;
  readonly thought?: string;
  readonly text: string;
}

const cases: Record<string, Case> = {
  'a thought': {raw: '<think>Let me see.</think>Four.', thought: 'Let me see.', text: 'Four.'},
  'blank lines in and behind it': {
    raw: '\n<think>\nLet me\n\n see. \n</think>\n\nFour.\n',
    thought: 'Let me\n\n see.',
    text: 'Four.\n',
  },
  'the longer tag': {raw: '<thinking>a < b</think></thinking> Yes.', thought: 'a < b</think>', text: 'Yes.'},
  'an empty thought': {raw: '<think>\n\n</think>\n\nFour.', text: 'Four.'},
  'two thoughts': {
    raw: '<think>One.</think>\n<think>Two.</think>\nThree.',
    thought: 'One.Two.',
    text: 'Three.',
  },
  'a closing tag that is quoted': {
    raw: '<think>It ends with `</think>`, I think.</think>Yes.',
    thought: 'It ends with `</think>`, I think.',
    text: 'Yes.',
  },
  'code behind it': {raw: '<think>Hm.</think>\n\n    code\n', thought: 'Hm.', text: '    code\n'},
  'a tag in the text behind it': {
    raw: '<think>Hm.</think>Say <think>so</think>.',
    thought: 'Hm.',
    text: 'Say <think>so</think>.',
  },
  'a tag in the middle': {raw: 'Say <think>so</think>.', text: 'Say <think>so</think>.'},
  'a tag in code': {raw: '`<think>` begins it.', text: '`<think>` begins it.'},
  'a tag in a code block': {raw: '```\n<think>x</think>\n```', text: '```\n<think>x</think>\n```'},
  'a tag in a code block by its indent': {raw: '\n    <think>x</think>\n', text: '\n    <think>x</think>\n'},
  'another tag': {raw: '<thinker>x</thinker>', text: '<thinker>x</thinker>'},
  'half a tag': {raw: '<thin', text: '<thin'},
};

describe('tags at the beginning of an answer are a thought, however they are split', () => {
  for (const [server, scenario] of Object.entries(servers)) {
    for (const [title, {raw, thought = '', text}] of Object.entries(cases)) {
      it(`${title}, by ${server}`, async () => {
        const halves = Array.from({length: raw.length - 1}, (_, at) => [
          raw.slice(0, at + 1),
          raw.slice(at + 1),
        ]);
        for (const pieces of [[raw], [...raw], ...(server === 'token' ? halves : [])]) {
          const {reading} = await readScenario(scenario(pieces));
          assert.deepEqual(seen(reading), {thought, text, status: 'complete'}, JSON.stringify(pieces));
        }
      });
    }
  }

  it('and text where the server has other ways to tell a thought', async () => {
    const text = '<think>x</think>y';
    const block = {type: 'content_block_delta', index: 0, delta: {type: 'text_delta', text}};
    const stop = {type: 'message_delta', delta: {stop_reason: 'end_turn'}};
    const body = [block, stop, {type: 'message_stop'}]
      .map(each => `data: ${JSON.stringify(each)}\n\n`)
      .join('');
    const {reading} = await readScenario(rawBody('token', body));
    assert.deepEqual(seen(reading), {thought: '', text, status: 'complete'});
  });

  it('beside calls of tools, which are read by another dialect', async () => {
    const call = {index: 0, id: 'c', function: {name: 'f', arguments: '{}'}};
    const chunk = {object: 'chat.completion.chunk', choices: [{index: 0, delta: {tool_calls: [call]}}]};
    const body = `${deltaEvent('<think>a')}${deltaEvent('b</th')}data: ${JSON.stringify(chunk)}\n\n${deltaEvent('ink>c')}${finishEvent('tool_calls')}`;
    const {reading} = await readScenario(rawBody('openai', body));
    assert.deepEqual(seen(reading), {thought: 'ab', text: 'c', status: 'complete'});
    assert.deepEqual(
      reading.events.filter(({type}) => type === 'tool-call').map(event => 'state' in event && event.state),
      ['streaming', 'called'],
    );
  });
});

describe('a thought that is not closed', () => {
  it('is one at a clean end, and an answer without text is empty', async () => {
    for (const [end, status] of [
      ['stop', 'error'],
      ['length', 'length'],
    ] as const) {
      const {reading} = await readScenario(
        rawBody('openai', deltaEvent('<think>Let me') + deltaEvent(' see</thi') + finishEvent(end)),
      );
      assert.deepEqual(seen(reading), {thought: 'Let me see</thi', text: '', status});
      if (status === 'error') assert.equal(reading.thrown?.kind, 'empty');
    }
  });

  it('is kept where nobody may ask again, and no part of it is text', async () => {
    const body = tokenEvent('<think>Let me') + tokenEvent(' see</thi');
    const {reading} = await readScenario(rawBody('token', body), {maxRetries: 0});
    assert.deepEqual(seen(reading), {thought: 'Let me see', text: '', status: 'error'});
    assert.equal(reading.thrown?.kind, 'incomplete');
  });
});

// No 24 characters of the text stand in it twice; the thought says some of it.
const WORDS = [
  'A',
  ' stream',
  ' is',
  ' *just',
  ' bytes*',
  ' —',
  ' but',
  ' the',
  ' reader',
  ' wants',
  ' 🙂',
  ' words.',
];
const TEXT = WORDS.join('');
const THOUGHT = 'Bytes? < 5, </thin.\n\nA stream is *just bytes*.';
const RAW = ['<thi', 'nk>', '\n', ...(THOUGHT.match(/ ?[^ ]{1,9}/gu) ?? []), '\n</', 'think', '>\n', '\n'];
const tokens = [...RAW, ...WORDS];

describe('an answer with a thought that is cut anywhere is that answer, with that thought, once', () => {
  const llama = {model: 'llama-3.3-70b-versatile'};
  const suites: [string, Omit<Scenario, 'tokens'>, Partial<StreamCompletionOptions>?][] = [
    ['a plain server that goes on', {dialect: 'token'}],
    ['one that says so in the stream', {dialect: 'token', declare: 'event'}],
    ['one that begins anew', {dialect: 'token', back: 'all'}],
    ['one that begins anew and does not say so', {dialect: 'token', back: 'all', declare: 'none'}],
    ['one that goes back a bit', {dialect: 'token', back: 9}],
    ['a prefill', {dialect: 'openai', declare: 'none'}, llama],
    ['a prefill that is echoed', {dialect: 'openai', declare: 'none', back: 'all'}, llama],
    ['a stream that is taken up', {dialect: 'token', resume: 'offered'}],
  ];
  for (const [title, scenario, options] of suites) {
    it(title, async () => {
      const whole: Scenario = {...scenario, tokens};
      const list = frames(whole);
      const wrong: string[] = [];
      for (const [index, {end}] of measure(list).entries()) {
        if (end >= terminalAt(list)) break;
        // So short a beginning may be said again by chance.
        const sure = RAW.length + (scenario.dialect === 'openai' ? 7 : 1);
        if (scenario.declare === 'none' && index >= RAW.length && index < sure) continue;
        const by = index % 2 ? 'eof' : 'reset';
        const {reading, ledger} = await readScenario({...whole, responses: [{cut: {at: end, by}}]}, options);
        const now = JSON.stringify(seen(reading));
        const should = JSON.stringify({thought: THOUGHT, text: TEXT, status: 'complete'});
        if (now !== should) wrong.push(`${by} at ${end}: ${now}`);
        if (ledger.requests.length !== 2) wrong.push(`${by} at ${end}: ${ledger.requests.length} requests`);
        if (!ledger.requests.every(({exact}) => exact))
          wrong.push(`${by} at ${end}: not what the server said`);
      }
      assert.deepEqual(wrong.slice(0, 3), []);
    });
  }

  it('is interrupted where the server goes on in a thought that it did not have', async () => {
    const whole: Scenario = {dialect: 'token', tokens};
    const at = measure(frames(whole))[RAW.length + 5]?.end ?? 0;
    const responses = [{cut: {at, by: 'eof' as const}}, {headers: {'x-continue-from': '20'}}];
    const {reading} = await readScenario({...whole, responses});
    assert.equal(reading.end.status, 'interrupted');
    assert.equal(reading.thrown?.kind, 'gap');
    assert.ok(TEXT.startsWith(reading.text));
  });
});

describe('a model that is asked to go on', () => {
  const begun = deltaEvent('<think>One.</think>') + deltaEvent('The text of the answer that was');
  const goOn = async (first: string, second: string) => {
    const scenario = rawBody('openai', second + finishEvent('stop'));
    const responses = [{...scenario.last, body: first}];
    return seen((await readScenario({...scenario, responses, turns: 1})).reading);
  };

  it('may think anew before it does', async () => {
    const second =
      deltaEvent('<think>Go on where it') + deltaEvent(' ended.</think>\n\n') + deltaEvent(' cut.');
    assert.deepEqual(await goOn(begun, second), {
      thought: 'One.Go on where it ended.',
      text: 'The text of the answer that was cut.',
      status: 'complete',
    });
  });

  it('says no thought in the middle of code, and none where there was none', async () => {
    for (const text of ['<think>One.</think>So it is: `', '<think>One.</think>```\nab\n', 'Write a']) {
      const {text: whole} = await goOn(deltaEvent(text), deltaEvent('<think>x</think>'));
      assert.equal(whole, `${text.replace('<think>One.</think>', '')}<think>x</think>`);
    }
  });
});

describe('after a reload', () => {
  const whole: Scenario = {dialect: 'token', tokens, resume: 'offered'};
  const parts: MessagePart[] = [{type: 'reasoning', text: 'some of it'}];

  it('a stream is taken up within a thought, wherever there is a cursor', async () => {
    for (let count = 1; count < RAW.length + 3; count++) {
      const clock = new FakeClock();
      const at = measure(frames(whole))[count - 1]?.end ?? 0;
      const {fetch} = scriptedFetch({...whole, responses: [{cut: {at, by: 'stall'}}]}, clock);
      const options = {endpoint: 'http://127.0.0.1:9/api/chat', messages: [], fetch, clock};
      const stream = new CompletionStream(options);
      const events: CompletionEvent[] = [];
      const reading = drain(stream, events);
      await clock.advance(10);
      const {resumePoint, text} = stream;
      await stream.close();
      await reading;
      if (!resumePoint) continue;
      const later = new CompletionStream({
        ...options,
        partial: {
          text,
          parts: thoughtOf(events) ? parts : [],
          resume: resumePoint,
          attempt: 1,
          continuations: 0,
        },
      });
      const rest: CompletionEvent[] = [];
      await clock.runUntil(drain(later, rest));
      assert.equal(thoughtOf(events) + thoughtOf(rest), THOUGHT, `after ${count} events`);
      assert.equal(later.text, TEXT);
    }
  });

  it('a position that counts the thought is not gone by', async () => {
    const text = TEXT.slice(0, -8);
    for (const declare of ['header', 'event'] as const) {
      const {reading, ledger} = await readScenario(
        {dialect: 'token', tokens: [TEXT], declare, back: 26},
        {partial: {text, parts, attempt: 1, continuations: 0}},
      );
      assert.equal(ledger.requests.length, 1);
      assert.equal(reading.text, TEXT);
      assert.equal(reading.result.segments.at(-1)?.join, 'overlap');
    }
  });
});

await run();
