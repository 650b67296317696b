import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {type ContextOptions, firstSent, fitContext} from '../../src/conversation/context-window.ts';
import type {Message} from '../../src/protocol/message.ts';

let made = 0;
function message(role: Message['role'], text: string, status: Message['status'] = 'complete'): Message {
  return {id: `${++made}`, role, text, parts: [], status, createdAt: 0, requestIds: []};
}
const user = (text: string) => message('user', text);
const assistant = (text: string, status?: Message['status']) => message('assistant', text, status);
const fit = (messages: Message[], options: ContextOptions = {}) =>
  fitContext(messages, firstSent(messages, options)).map(({role, content}) => `${role}: ${content}`);

describe('what is sent along', () => {
  it('has no empty answers, which poison a conversation for good', () => {
    assert.deepEqual(fit([user('a'), assistant('', 'error'), user('b')]), ['user: a\n\nb']);
  });

  it('never has two turns of one role in a row', () => {
    const turns = fit([user('a'), user('b'), assistant('c', 'interrupted'), assistant('d'), user('e')]);
    assert.deepEqual(turns, ['user: a\n\nb', 'assistant: c\n\nd', 'user: e']);
  });

  it('never begins with an answer', () => {
    const long = 'x'.repeat(400);
    const history = [user(long), assistant(long), user(long), assistant(long), user('now')];
    for (let contextTokens = 0; contextTokens < 500; contextTokens += 7) {
      assert.match(fit(history, {contextTokens})[0] ?? '', /^user/);
    }
    for (let contextTurns = 0; contextTurns < 4; contextTurns++) {
      assert.match(fit(history, {context: 'window', contextTurns})[0] ?? '', /^user/);
    }
  });

  it('always has the last question, though it alone is over the budget', () => {
    const question = 'x'.repeat(100_000);
    assert.deepEqual(fit([user('a'), assistant('b'), user(question)]), [`user: ${question}`]);
  });

  it('is everything where the page wants it all', () => {
    const history = Array.from({length: 50}, (_, index) => [
      user(`q${index}`.repeat(500)),
      assistant('a'),
    ]).flat();
    assert.equal(fit([...history, user('now')], {context: 'full'}).length, 101);
  });

  it('has as many questions as the window says', () => {
    const history = Array.from({length: 20}, (_, index) => [
      user(`q${index}`),
      assistant(`a${index}`),
    ]).flat();
    const turns = fit([...history, user('now')], {context: 'window', contextTurns: 3});
    assert.deepEqual(turns, ['user: q18', 'assistant: a18', 'user: q19', 'assistant: a19', 'user: now']);
  });

  const poisons: Record<string, [history: Message[], turns: string[]]> = {
    'an answer of nothing': [[user('a'), assistant('', 'error'), user('b')], ['user: a\n\nb']],
    'an answer of white space': [[user('a'), assistant(' \n'), user('b')], ['user: a\n\nb']],
    'an answer that was stopped before its first word': [
      [user('a'), assistant('', 'stopped'), user('b'), assistant('c'), user('d')],
      ['user: a\n\nb', 'assistant: c', 'user: d'],
    ],
    'a tool call without its result': [
      [user('a'), {...assistant('Let me see.'), finishReason: 'tool-calls'}, user('b')],
      ['user: a', 'assistant: Let me see.', 'user: b'],
    ],
    'a tool call without a word': [
      [user('a'), {...assistant(''), finishReason: 'tool-calls'}, user('b')],
      ['user: a\n\nb'],
    ],
    'the result of a tool without its call': [
      [user('a'), message('tool', '42'), assistant('b'), user('c')],
      ['user: a', 'assistant: b', 'user: c'],
    ],
    'two answers in a row': [
      [user('a'), assistant('b', 'interrupted'), assistant('c'), user('d')],
      ['user: a', 'assistant: b\n\nc', 'user: d'],
    ],
    'an answer at the start': [[assistant('Welcome!'), user('a')], ['user: a']],
    'an answer at the start, behind a system message': [
      [message('system', 's'), assistant('Welcome!'), user('a')],
      ['system: s', 'user: a'],
    ],
    'two system messages': [
      [message('system', 's'), message('system', 't'), user('a')],
      ['system: s\n\nt', 'user: a'],
    ],
    'a question that is over the window by itself': [
      [user('a'), assistant('b'), user('x'.repeat(50_000))],
      [`user: ${'x'.repeat(50_000)}`],
    ],
    'an empty question': [
      [user('a'), assistant('b'), user(' ')],
      ['user: a', 'assistant: b'],
    ],
  };
  for (const [name, [history, turns]] of Object.entries(poisons)) {
    it(`is not poisoned by ${name}`, () => {
      assert.deepEqual(fit(history), turns);
    });
  }

  it('has the system messages in whatever little room, and the question', () => {
    const history = [message('system', 's'.repeat(400)), user('a'), assistant('b'), user('c')];
    for (const contextTokens of [0, 50, 101])
      assert.deepEqual(fit(history, {contextTokens}), [`system: ${'s'.repeat(400)}`, 'user: c']);
    assert.equal(fit(history, {contextTokens: 103}).length, 4);
    assert.equal(fit(history, {context: 'window', contextTurns: 1}).length, 2);
  });

  it('counts tokens as the page does', () => {
    const history = [user('one two three'), assistant('four'), user('five six')];
    const words = (text: string) => text.split(' ').length;
    for (const [contextTokens, turns] of [
      [2, 1],
      [5, 1],
      [6, 3],
    ] as const)
      assert.equal(fit(history, {contextTokens, estimateTokens: words}).length, turns);
  });

  it('stays within the budget', () => {
    const history = Array.from({length: 40}, () => [
      user('x'.repeat(400)),
      assistant('y'.repeat(400)),
    ]).flat();
    const turns = fit([...history, user('now')], {contextTokens: 1000});
    assert.ok(turns.length > 5 && turns.join('').length / 4 <= 1050);
  });
});
