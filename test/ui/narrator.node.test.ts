import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it, mock} from 'node:test';
import type {ConversationState, ConversationStatus} from '../../src/conversation/state.ts';
import type {FinalStatus, Message} from '../../src/protocol/message.ts';
import {type AnnounceMode, createNarrator, type Narrator} from '../../src/ui/narrator.ts';
import {english} from '../../src/ui/strings.ts';

/** Milliseconds between two announcements at least, and between two tokens. */
const PACE = 400;
const TOKEN = 20;

interface Timer {
  due: number;
  readonly run: () => void;
  readonly every: number | false;
}

interface Said {
  readonly at: number;
  readonly role: string;
  readonly text: string;
}

/** 2,000 tokens, which end within words: each is three letters of a text in sentences of different lengths. */
const WHOLE = Array.from({length: 1_500}, (_, at) => {
  const word = [at % 11 ? 'stream' : 'Streams', 'of', 'events', 'arrive', 'whole'][at % 11 ? at % 5 : 0]!;
  return at % 11 === 10 ? `${word}.` : word;
})
  .join(' ')
  .slice(0, 6_000);
const TOKENS = Array.from({length: 2_000}, (_, at) => WHOLE.slice(at * 3, at * 3 + 3));
assert.equal(TOKENS.at(-1)?.length, 3);

describe('the narrator over an answer of 2,000 tokens', () => {
  let now = 0;
  let said: Said[] = [];
  const timers = new Set<Timer>();

  beforeEach(() => {
    now = 0;
    said = [];
    timers.clear();
    const arm = (callback: (...args: unknown[]) => void, ms: number, args: unknown[], every = false) => {
      const timer = {due: now + Math.max(0, ms), run: () => callback(...args), every: every && ms};
      timers.add(timer);
      return timer;
    };
    const replaced: object = {
      setTimeout: (callback: () => void, ms: number, ...args: unknown[]) => arm(callback, ms, args),
      setInterval: (callback: () => void, ms: number) => arm(callback, ms, [], true),
      clearTimeout: (timer: Timer) => timers.delete(timer),
      clearInterval: (timer: Timer) => timers.delete(timer),
    };
    for (const [name, value] of Object.entries(replaced))
      mock.method(globalThis, name as 'setTimeout', value);
    mock.method(performance, 'now', () => now);
    // What the narrator uses of a page.
    const createElement = () => ({
      role: '',
      dataset: {},
      style: {},
      set textContent(text: string) {
        if (text) said.push({at: now, role: this.role, text: text.replace('\u200B', '')});
      },
    });
    Object.assign(globalThis, {document: {createElement}});
  });
  afterEach(() => {
    mock.restoreAll();
    Reflect.deleteProperty(globalThis, 'document');
  });

  function pass(ms: number): void {
    for (const end = now + ms; now < end; ) {
      now += 10;
      for (const timer of timers) {
        if (timer.due > now) continue;
        if (timer.every) timer.due += timer.every;
        else timers.delete(timer);
        timer.run();
      }
    }
  }

  /** Streams the tokens, the last `dropped` of them excepted, and ends the answer as it says. */
  function tell(mode: AnnounceMode, status: FinalStatus, dropped = 0): readonly string[] {
    let text = '';
    const message = (status: Message['status']): Message => ({
      ...{id: 'a', role: 'assistant', text, parts: [], status, createdAt: 0, requestIds: []},
      ...(status === 'error' && {error: {kind: 'network', message: 'It failed.'}}),
    });
    const narrator: Narrator = createNarrator(
      () => mode,
      () => english,
      (_, enough) => text.slice(0, enough),
    );
    const be = (status: ConversationStatus) => narrator.onStatus({status} as ConversationState, undefined);
    be('submitted');
    be('streaming');
    for (const token of TOKENS.slice(0, TOKENS.length - dropped)) {
      text += token;
      narrator.onText(message('streaming'));
      pass(TOKEN);
    }
    narrator.onAnswer(message(status));
    be(status === 'error' ? 'error' : 'ready');
    pass(20_000);
    const polite = said.filter(({role}) => role === 'status');
    for (const [at, each] of polite.entries()) {
      const apart = each.at - (polite[at - 1]?.at ?? Number.NEGATIVE_INFINITY);
      assert.ok(apart >= PACE, `${apart} ms before "${each.text}"`);
    }
    return said.map(each => each.text);
  }

  const count = (texts: readonly string[], wanted: string) =>
    texts.filter(text => text.includes(wanted)).length;

  it('says the start, that it goes on, and the end, once each', () => {
    const texts = tell('complete', 'complete');
    const [first, ...rest] = texts;
    assert.equal(first, english.answering);
    assert.deepEqual(rest.slice(0, -1), Array(5).fill(english.stillAnswering)); // 40 s, every 7 s.
    const [, two] = /^((?:[^.]+\.){2})/.exec(WHOLE)!;
    assert.equal(rest.at(-1), `${two} ${english.moreToRead}`);
  });

  it('says whole sentences, each word once, by the setting `sentences`', () => {
    const texts = tell('sentences', 'complete', 7);
    assert.equal(count(texts, english.answering), 1);
    const sentences = texts
      .map(text => text.replace(english.answering, '').replaceAll(english.stillAnswering, '').trim())
      .filter(Boolean);
    assert.ok(sentences.length > 20);
    for (const each of sentences.slice(0, -1)) assert.match(each, /\.$/);
    assert.equal(sentences.join(' '), WHOLE.slice(0, -21).trim());
  });

  it('says once that it was stopped, and once what went wrong', () => {
    const stopped = tell('status-only', 'stopped', 1_000);
    assert.equal(count(stopped, english.stopped), 1);
    assert.equal(stopped.at(-1), english.stopped);
    said = [];
    const failed = tell('status-only', 'error', 1_000);
    assert.equal(count(failed, english.errors.network), 1);
    assert.equal(said.find(({text}) => text === english.errors.network)?.role, 'alert');
  });

  it('says together what comes together, and what comes sooner than it can be spoken later', () => {
    const narrator = createNarrator(
      () => 'complete',
      () => english,
      () => '',
    );
    const heard = () => said.map(({at, text}) => [at, text]);
    narrator.say('One.');
    narrator.say('Two.');
    pass(100);
    narrator.say('Three.');
    pass(1_000);
    const [[first = 0] = []] = heard() as [number, string][];
    assert.deepEqual(heard(), [
      [first, 'One. Two.'],
      [first + PACE, 'Three.'],
    ]);
  });
});
