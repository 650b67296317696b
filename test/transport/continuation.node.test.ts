import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {streamCompletion} from '../../src/transport/completion-stream.ts';
import type {AttemptInfo, PreparedRequest, StreamCompletionOptions} from '../../src/transport/options.ts';
import {chunkedFetch} from '../support/chunked-fetch.ts';
import {readScenario} from '../support/cut-matrix.ts';
import {FakeClock, settle} from '../support/fake-clock.ts';
import {rawBody} from '../support/raw-body.ts';
import {readStream} from '../support/read-stream.ts';
import type {ResponseScript, Scenario} from '../support/scenario.ts';
import {frames, measure} from '../support/scripted-answer.ts';
import {scriptedFetch} from '../support/scripted-fetch.ts';

// No 24 characters of it stand in it twice.
const TEXT =
  'The quick brown fox jumps over the lazy dog, while five boxing wizards keep watch. ' +
  'Sphinx of black quartz, judge my vow! How vexingly quick daft zebras jump across the frozen lake at dawn. ' +
  'Pack my box with sixty dozen liquor jugs, said Grandma; then she waltzed, nymph-like, for a bad quick jig. ' +
  'Jackdaws love my big crystal of quartz, and the moon (a pale one) rose above 𝔘nicode 🙂 hills.';
const tokens = TEXT.match(/ ?[^ ]{1,4}/gu) ?? [];
const llama: Partial<StreamCompletionOptions> = {model: 'llama-3.3-70b-versatile'};

/** The first response ends after as many events with text. */
function cutAfter(scenario: Scenario, texts: number, by: 'eof' | 'reset' = 'reset'): ResponseScript {
  const events = measure(frames(scenario)).filter(event => event.units > 0);
  return {cut: {at: events[texts - 1]?.end ?? 0, by}};
}

function cutOnce(scenario: Omit<Scenario, 'tokens'>, texts = 40): Scenario {
  const whole: Scenario = {...scenario, tokens};
  return {...whole, responses: [cutAfter(whole, texts)]};
}

async function modesOf(scenario: Scenario, options: Partial<StreamCompletionOptions> = {}) {
  const {reading, ledger} = await readScenario(scenario, options);
  return {reading, ledger, modes: ledger.requests.map(request => request.mode)};
}

describe('the ladder', () => {
  it('goes on by a user turn where the model is not known to take a prefill', async () => {
    const {reading, modes} = await modesOf(cutOnce({dialect: 'openai'}), {model: 'nobody-knows-it'});
    assert.deepEqual(modes, ['send', 'continue-turn']);
    assert.equal(reading.text, TEXT);
  });

  it('goes on by a prefill where the model is known to take it', async () => {
    const {reading, modes} = await modesOf(cutOnce({dialect: 'openai'}), llama);
    assert.deepEqual(modes, ['send', 'prefill']);
    assert.equal(reading.text, TEXT);
  });

  it('steps down once, from a prefill that is answered with 400 to a user turn', async () => {
    const {reading, modes} = await modesOf(cutOnce({dialect: 'openai', prefill: 'refused'}), llama);
    assert.deepEqual(modes, ['send', 'prefill', 'continue-turn']);
    assert.equal(reading.text, TEXT);
    assert.equal(reading.end.status, 'complete');
  });

  it('does not try a refused prefill again in the same answer, and the refusal costs no continuation', async () => {
    const whole: Scenario = {dialect: 'openai', prefill: 'refused', tokens};
    const scenario = {...whole, responses: [cutAfter(whole, 30), {}, {cut: {at: 900, by: 'eof' as const}}]};
    const {reading, modes} = await modesOf(scenario, llama);
    assert.deepEqual(modes, ['send', 'prefill', 'continue-turn', 'continue-turn']);
    assert.equal(reading.text, TEXT);
  });

  it('ends as interrupted, with the reason, where a continuation is refused for good', async () => {
    const scenario = {...cutOnce({dialect: 'token'}), last: {status: 403}};
    const {reading, modes} = await modesOf(scenario);
    assert.deepEqual(modes, ['send', 'continue-turn']);
    assert.equal(reading.end.status, 'interrupted');
    assert.ok(TEXT.startsWith(reading.text) && reading.text !== '');
    assert.equal(reading.thrown?.kind, 'unauthorized');
  });

  for (const status of [204, 404, 410]) {
    it(`steps down from a resume that is answered with ${status}`, async () => {
      const token = await modesOf(cutOnce({dialect: 'token', resume: status}));
      assert.deepEqual(token.modes, ['send', 'resume', 'continue-turn']);
      assert.equal(token.reading.text, TEXT);
      const openai = await modesOf(cutOnce({dialect: 'openai', resume: status}), llama);
      assert.deepEqual(openai.modes, ['send', 'resume', 'prefill']);
      assert.equal(openai.reading.text, TEXT);
    });
  }

  it('tries a resume before everything else, and a resume is no new generation', async () => {
    const {reading, modes, ledger} = await modesOf(cutOnce({dialect: 'openai', resume: 'offered'}), llama);
    assert.deepEqual(modes, ['send', 'resume']);
    assert.deepEqual(
      ledger.requests.map(request => request.method),
      ['POST', 'GET'],
    );
    assert.equal(reading.result.metrics.continuations, 0);
    assert.equal(reading.result.metrics.resumes, 1);
  });

  it('takes ids without X-Stream-Id for no promise of a resume', async () => {
    const scenario = cutOnce({dialect: 'token', resume: 'offered'});
    const responses = [{...scenario.responses?.[0], headers: {'x-stream-id': ''}}];
    const {modes, reading} = await modesOf({...scenario, responses});
    assert.deepEqual(modes, ['send', 'continue-turn']);
    assert.equal(reading.text, TEXT);
  });

  for (const policy of ['manual', 'off'] as const) {
    it(`is not entered where the policy is ${policy}`, async () => {
      const {reading, modes} = await modesOf(cutOnce({dialect: 'token', resume: 'offered'}), {
        continuation: policy,
      });
      assert.deepEqual(modes, ['send']);
      assert.equal(reading.end.status, 'interrupted');
      assert.equal(reading.thrown?.kind, 'network');
    });
  }

  it('has one rung alone where the policy names it', async () => {
    const resumeOnly = await modesOf(cutOnce({dialect: 'openai'}), {...llama, continuation: 'resume'});
    assert.deepEqual(resumeOnly.modes, ['send']);
    assert.equal(resumeOnly.reading.end.status, 'interrupted');
    const prefill = await modesOf(cutOnce({dialect: 'openai'}), {
      model: 'nobody-knows-it',
      continuation: 'prefill',
    });
    assert.deepEqual(prefill.modes, ['send', 'prefill']);
    const turn = await modesOf(cutOnce({dialect: 'openai', resume: 'offered'}), {
      ...llama,
      continuation: 'continue-turn',
    });
    assert.deepEqual(turn.modes, ['send', 'continue-turn']);
    for (const {reading} of [prefill, turn]) assert.equal(reading.text, TEXT);
  });
});

describe('the budget', () => {
  const segments = [{attempt: 3, mode: 'continue-turn', chars: 50, end: 'reset'}] as const;
  const whole: Scenario = {dialect: 'token', tokens};
  const alwaysCut: Scenario = {...whole, last: cutAfter(whole, 5)};

  it('is two continuations of an answer by default', async () => {
    const {reading, modes} = await modesOf(alwaysCut);
    assert.deepEqual(modes, ['send', 'continue-turn', 'continue-turn']);
    assert.equal(reading.end.status, 'interrupted');
    assert.ok(TEXT.startsWith(reading.text));
    assert.equal(reading.result.metrics.continuations, 2);
  });

  for (const maxContinuations of [0, 1, 4]) {
    it(`is ${maxContinuations} where the page says so`, async () => {
      const {reading, modes} = await modesOf(alwaysCut, {maxContinuations});
      assert.equal(modes.length, 1 + maxContinuations);
      assert.equal(reading.end.status, 'interrupted');
      assert.ok(TEXT.startsWith(reading.text));
    });
  }

  it('is not spent by resumes that bring something', async () => {
    const scenario: Scenario = {
      ...whole,
      resume: 'offered',
      last: cutAfter({...whole, resume: 'offered'}, 20),
    };
    const {reading, modes} = await modesOf(scenario);
    assert.deepEqual(new Set(modes.slice(1)), new Set(['resume']));
    assert.equal(reading.text, TEXT);
    assert.equal(reading.end.status, 'complete');
  });

  it('ends resumes that bring nothing', async () => {
    const scenario: Scenario = {
      ...whole,
      resume: 'offered',
      responses: [cutAfter({...whole, resume: 'offered'}, 20)],
      last: {cut: {at: 3, by: 'eof'}},
    };
    const {reading, modes} = await modesOf(scenario);
    assert.equal(reading.end.status, 'interrupted');
    assert.ok(modes.length <= 12, `${modes.length} requests`);
    assert.ok(modes.filter(mode => mode === 'continue-turn').length <= 2);
  });

  it('went on being counted over a reload', async () => {
    const partial = {text: TEXT.slice(0, 50), segments, attempt: 3, continuations: 2};
    const spent = await modesOf(whole, {partial});
    assert.deepEqual(spent.modes, []);
    assert.equal(spent.reading.end.status, 'interrupted');
    const left = await readScenario(whole, {partial: {...partial, continuations: 1}});
    assert.deepEqual(
      left.ledger.requests.map(request => request.mode),
      ['continue-turn'],
    );
  });

  it('is exceeded by one where the user asks', async () => {
    const partial = {text: TEXT.slice(0, 50), segments, attempt: 3, continuations: 2, byUser: true};
    for (const continuation of ['auto', 'manual', 'off'] as const) {
      const {modes} = await modesOf({...whole, last: cutAfter(whole, 3)}, {partial, continuation});
      assert.deepEqual(modes, ['continue-turn']);
    }
  });
});

describe('each request', () => {
  it('is told of before it leaves, with its number and its cost', async () => {
    const told: AttemptInfo[] = [];
    let leaving = 0;
    const {ledger} = await readScenario(cutOnce({dialect: 'token'}), {
      onAttempt: async info => {
        await settle(); // As a disk would take its time.
        told.push(info);
      },
      prepareRequest: () => {
        leaving++;
        assert.equal(told.length, leaving);
      },
    });
    assert.equal(ledger.requests.length, 2);
    assert.deepEqual(
      told.map(({mode, attempt, continuations}) => [mode, attempt, continuations]),
      [
        ['send', 1, 0],
        ['continue-turn', 2, 1],
      ],
    );
  });

  it('does not leave where the one who is told refuses', async () => {
    const {reading, modes} = await modesOf(
      {dialect: 'token', tokens},
      {onAttempt: () => Promise.reject(new Error('disk'))},
    );
    assert.deepEqual(modes, []);
    assert.equal(reading.end.status, 'error');
  });

  it('of the plain kind says all that a backend needs to go on', async () => {
    const scenario = cutOnce({dialect: 'token'});
    const {ledger} = await readScenario(scenario, {
      conversationId: 'c1',
      messageId: 'm1',
      messages: [{role: 'user', content: 'Tell me.'}],
    });
    const [first, second] = ledger.requests.map(request => request.body as Record<string, unknown>);
    const text = tokens.slice(0, 40).join('');
    assert.equal(first?.['prompt'], 'Tell me.');
    assert.equal(first?.['continuation'], undefined);
    for (const body of [first, second]) {
      assert.equal(body?.['conversation_id'], 'c1');
      assert.equal(body?.['conversationId'], 'c1');
    }
    assert.deepEqual(second?.['continuation'], {message_id: 'm1', text, last_token: tokens[39], attempt: 2});
    const turns = second?.['messages'] as {role: string; content: string}[];
    assert.deepEqual(turns.slice(0, 2), [
      {role: 'user', content: 'Tell me.'},
      {role: 'assistant', content: text},
    ]);
    assert.equal(turns[2]?.role, 'user');
    assert.ok(turns[2]?.content.includes(text.slice(-60)), 'the tail is quoted');
    assert.equal(second?.['prompt'], turns[2]?.content);
  });

  it('names the same message in all attempts', async () => {
    const whole: Scenario = {dialect: 'token', tokens};
    const {ledger} = await readScenario({...whole, last: cutAfter(whole, 5)});
    const ids = ledger.requests.slice(1).map(request => {
      return (request.body as {continuation: {message_id: string}}).continuation.message_id;
    });
    assert.equal(ids.length, 2);
    assert.equal(new Set(ids).size, 1);
  });
});

describe('a continuation', () => {
  it('whose server says an earlier position loses only what is there already', async () => {
    for (const declare of ['header', 'event'] as const) {
      for (const back of [1, 17, 120]) {
        const {reading} = await readScenario(cutOnce({dialect: 'token', declare, back}));
        assert.equal(reading.text, TEXT);
        assert.equal(reading.end.status, 'complete');
        assert.equal(reading.result.segments.at(-1)?.join, 'position');
      }
    }
  });

  it('whose server says that it starts again is not shown twice', async () => {
    const {reading, ledger} = await readScenario(cutOnce({dialect: 'token', declare: 'header', back: 'all'}));
    assert.equal(reading.text, TEXT);
    assert.equal(ledger.requests.length, 2);
  });

  it('that starts again without a word is recognised and not shown twice', async () => {
    for (const dialect of ['token', 'openai'] as const) {
      for (const texts of [10, 40, 90]) {
        const {reading, ledger} = await readScenario(cutOnce({dialect, declare: 'none', back: 'all'}, texts));
        assert.equal(reading.text, TEXT);
        assert.equal(reading.end.status, 'complete');
        assert.equal(ledger.requests.length, 2);
      }
    }
  });

  it('that repeats 24 characters and more without a word is joined where the repetition ends', async () => {
    for (const back of [24, 30, 40, 60, 100]) {
      const {reading} = await readScenario(cutOnce({dialect: 'token', declare: 'none', back}));
      assert.equal(reading.text, TEXT, `${back} characters back`);
      assert.match(`${reading.result.segments.at(-1)?.join}`, /^(overlap|anchor)$/);
    }
  });

  it('that goes on exactly, without a word, is joined as it stands', async () => {
    for (const dialect of ['token', 'openai'] as const) {
      const {reading} = await readScenario(cutOnce({dialect, declare: 'none'}));
      assert.equal(reading.text, TEXT);
      assert.equal(reading.result.segments.at(-1)?.join, 'raw');
    }
  });

  it('by a prefill that echoes all that was there is joined after the echo', async () => {
    const {reading} = await readScenario(cutOnce({dialect: 'openai', declare: 'none', back: 'all'}), llama);
    assert.equal(reading.text, TEXT);
    assert.equal(reading.result.segments.at(-1)?.join, 'echo');
  });

  it('that skips positions is refused as a gap, and nothing of it is shown', async () => {
    for (const declare of ['header', 'event'] as const) {
      const {reading, ledger} = await readScenario(cutOnce({dialect: 'token', declare, back: -5}));
      assert.equal(reading.end.status, 'interrupted');
      assert.equal(reading.thrown?.kind, 'gap');
      assert.equal(reading.text, tokens.slice(0, 40).join(''));
      assert.equal(ledger.requests.length, 2);
    }
  });

  it('in the middle of a character of two units loses neither half', async () => {
    const halves = [...'a🙂b🙂c'].flatMap(character => character.split(''));
    const options = [{dialect: 'token'}, {dialect: 'openai'}, {dialect: 'token', resume: 'offered'}] as const;
    for (const option of options) {
      for (let texts = 1; texts < halves.length; texts++) {
        const whole: Scenario = {...option, tokens: halves};
        const {reading, ledger} = await readScenario({...whole, responses: [cutAfter(whole, texts)]});
        assert.equal(reading.text, 'a🙂b🙂c', `${JSON.stringify(option)} cut after ${texts}`);
        for (const request of ledger.requests) assert.ok(!hasLoneSurrogate(JSON.stringify(request.body)));
      }
    }
  });

  it('keeps what it was made of', async () => {
    const {reading} = await readScenario(cutOnce({dialect: 'token'}));
    const first = tokens.slice(0, 40).join('').length;
    assert.deepEqual(reading.result.segments, [
      {attempt: 1, mode: 'send', chars: first, end: 'reset'},
      {attempt: 2, mode: 'continue-turn', chars: TEXT.length - first, end: 'complete', join: 'position'},
    ]);
  });
});

describe('a resume', () => {
  it('asks with the id of the last event that is in the text', async () => {
    const {ledger} = await readScenario(cutOnce({dialect: 'token', resume: 'offered'}, 40));
    assert.equal(ledger.requests[1]?.lastEventId, '40');
  });

  it('that replays from the start is not shown twice', async () => {
    const clock = new FakeClock();
    const scenario = cutOnce({dialect: 'token', resume: 'offered'});
    const {reading} = await readScenario(scenario, {prepareRequest: rewind}, clock);
    assert.equal(reading.text, TEXT);
    assert.equal(reading.end.status, 'complete');
  });

  it('that replays from the start under ids that are no numbers is not shown twice', async () => {
    const event = (index: number) => `id: 1754-${'abcdef'[index]}\ndata: {"token":"${index} "}\n\n`;
    const all = [0, 1, 2, 3, 4, 5].map(event).join('');
    const headers = {'x-stream-id': 's', 'content-type': 'text/event-stream'};
    const scenario: Scenario = {
      dialect: 'token',
      tokens: [],
      resume: 'offered',
      responses: [{headers, body: [0, 1, 2].map(event).join('')}],
      last: {headers, body: `${all}data: [DONE]\n\n`},
    };
    const {reading, ledger} = await readScenario(scenario);
    assert.equal(reading.text, '0 1 2 3 4 5 ');
    assert.equal(reading.end.status, 'complete');
    assert.deepEqual(
      ledger.requests.map(request => request.mode),
      ['send', 'resume'],
    );
  });

  it('that replays from the start after a reload is not shown twice', async () => {
    const shown = {text: tokens.slice(0, 40).join(''), attempt: 1, continuations: 0};
    const scenario: Scenario = {dialect: 'token', tokens, resume: 'offered', responses: [{}]};
    const {fetch} = scriptedFetch(scenario);
    await (await fetch('http://127.0.0.1:9/api/chat', {method: 'POST', body: '{}'})).text();
    const stream = streamCompletion({
      endpoint: 'http://127.0.0.1:9/api/chat',
      messages: [],
      fetch,
      prepareRequest: rewind,
      partial: {
        ...shown,
        segments: [{attempt: 1, mode: 'send', chars: shown.text.length, end: 'reset'}],
        resume: {streamId: 'stream-1', lastEventId: '40'},
      },
    });
    const reading = await readStream(stream, shown.text);
    assert.equal(reading.text, TEXT);
    assert.equal(reading.end.status, 'complete');
  });

  it('that leaves events out is not believed: the next rung goes on', async () => {
    const scenario = cutOnce({dialect: 'token', resume: 'offered'}, 40);
    const skip = (request: PreparedRequest) => {
      if (request.mode === 'resume') request.headers.set('last-event-id', '45');
    };
    const {reading, ledger} = await readScenario(scenario, {prepareRequest: skip});
    assert.equal(reading.text, TEXT);
    assert.equal(reading.end.status, 'complete');
    assert.equal(ledger.requests.at(-1)?.mode, 'continue-turn');
  });

  it('that brings an error ends with it: an error needs no id, and nothing more is asked', async () => {
    const headers = {'x-stream-id': 's', 'content-type': 'text/event-stream'};
    const scenario: Scenario = {
      dialect: 'token',
      tokens: [],
      resume: 'offered',
      responses: [{headers, body: 'id: 1\ndata: {"token":"Half"}\n\n'}],
      last: {headers, body: 'id: 2\ndata: {"token":" an"}\n\ndata: {"error":"Overheated."}\n\n'},
    };
    const {reading, modes} = await modesOf(scenario);
    assert.deepEqual(modes, ['send', 'resume']);
    assert.equal(reading.text, 'Half an');
    assert.equal(reading.end.status, 'error');
    assert.match(String(reading.end.error), /Overheated/);
  });

  it('that is refused before the first words, for days, is for the user to decide', async () => {
    const headers = {'x-stream-id': 's', 'content-type': 'text/event-stream'};
    const scenario: Scenario = {
      dialect: 'token',
      tokens: [],
      resume: 'offered',
      responses: [{headers, body: 'id: 1\ndata: {"token":""}\n\n'}],
      last: {status: 429, headers: {'retry-after': '1000000'}},
    };
    const {reading, modes} = await modesOf(scenario);
    assert.deepEqual(modes, ['send', 'resume']);
    assert.equal(reading.end.status, 'error');
    assert.equal(reading.end.error?.kind, 'rate-limit');
  });

  it('is not kept for after a reload under ids that are no numbers, for which a replay could not be told', async () => {
    const scenario = rawBody('token', 'id: 1754-a\ndata: {"token":"A"}\n\n', {
      headers: {'x-stream-id': 's', 'content-type': 'text/event-stream'},
      cut: {at: 10_000, by: 'stall'},
    });
    const clock = new FakeClock();
    const {fetch} = scriptedFetch(scenario, clock);
    const stream = streamCompletion({endpoint: 'http://127.0.0.1:9/api/chat', messages: [], fetch, clock});
    await clock.advance(10);
    assert.equal(stream.text, 'A');
    assert.equal(stream.resumePoint, undefined);
    await stream.close();
  });

  it('comes first after a reload that kept its id', async () => {
    const scenario: Scenario = {
      dialect: 'token',
      tokens,
      resume: 'offered',
      responses: [{cut: {at: 2000, by: 'stall'}}],
    };
    const clock = new FakeClock();
    const {fetch, ledger} = scriptedFetch(scenario, clock);
    const common = {endpoint: 'http://127.0.0.1:9/api/chat', messages: [], fetch, clock};
    const first = streamCompletion(common);
    await clock.advance(10);
    const {text, segments, resumePoint} = first;
    await first.close();
    assert.ok(resumePoint && text !== '');
    const partial = {text, segments, resume: resumePoint, attempt: 1, continuations: 0};
    const second = streamCompletion({...common, partial});
    const reading = await clock.runUntil(readStream(second, text));
    assert.equal(reading.end.status, 'complete');
    assert.equal(second.text, TEXT);
    assert.deepEqual(
      ledger.requests.map(request => request.mode),
      ['send', 'resume'],
    );
  });
});

function rewind(request: PreparedRequest): void {
  if (request.mode === 'resume') request.headers.delete('last-event-id');
}

function hasLoneSurrogate(json: string | undefined): boolean {
  return json !== undefined && /\\ud[89a-f][0-9a-f]{2}/i.test(json);
}

describe('a prefill that is sent without the white space at its end', () => {
  const event = (value: object) => `data: ${JSON.stringify(value)}\n\n`;
  const says = (text: string) =>
    event({type: 'content_block_delta', index: 0, delta: {type: 'text_delta', text}});
  const ends =
    event({type: 'message_delta', delta: {stop_reason: 'end_turn'}}) + event({type: 'message_stop'});
  const encoder = new TextEncoder();

  const cases: Record<string, [shown: string, more: readonly string[], whole: string]> = {
    'that comes again': ['One.\n\n', ['\n\nTwo.'], 'One.\n\nTwo.'],
    'that comes again in pieces': ['One.\n\n', ['\n', '\n', 'Two.'], 'One.\n\nTwo.'],
    'that does not come again': ['One.\n\n', ['Two.'], 'One.\n\nTwo.'],
    'that comes again with more of it': ['One.\n', ['\n\n', '- Two.'], 'One.\n\n- Two.'],
    'of which there was none': ['One', ['  ', 'two.'], 'One  two.'],
  };
  for (const [title, [shown, more, whole]] of Object.entries(cases)) {
    it(`${title} is joined exactly`, async () => {
      const start = event({type: 'message_start', message: {id: 'm', content: []}});
      const fetch = chunkedFetch(
        {chunks: [encoder.encode(start + says(shown))], end: 'reset'},
        {chunks: [encoder.encode(start + more.map(says).join('') + ends)]},
      );
      const clock = new FakeClock();
      const stream = streamCompletion({
        endpoint: 'http://127.0.0.1:9/v1/messages',
        model: 'claude-sonnet-4-5',
        messages: [{role: 'user', content: 'Count.'}],
        fetch,
        clock,
      });
      const reading = await clock.runUntil(readStream(stream));
      assert.equal(reading.text, whole);
      assert.equal(reading.end.status, 'complete');
      const {messages} = JSON.parse(`${fetch.requests[1]?.init.body}`);
      assert.deepEqual(messages.at(-1), {role: 'assistant', content: shown.trimEnd()});
    });
  }
});
