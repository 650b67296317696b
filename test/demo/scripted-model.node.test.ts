import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {Turn} from '../../demo/backend.ts';
import {answerTo, scriptedModel, tokenise, tokensFrom} from '../../demo/scripted-model.ts';

const asked = (...prompts: string[]): Turn[] => prompts.map(content => ({role: 'user', content}));

const prompts = [
  'Hello',
  'Tell me a joke',
  'احكِ لي نكتة',
  'ما هو التدفق؟',
  'Explain how a stream works',
  'Write a long essay',
  'Write a function',
  'Some Python, please',
  'A database query',
  'Compare the three',
  'A recipe for dinner',
  'Show me Markdown',
  'What did I ask before?',
  'Nothing in particular',
];

describe('the scripted model', () => {
  for (const prompt of prompts) {
    it(`gives the whole answer from every position on: ${prompt}`, () => {
      const answer = answerTo(asked(prompt));
      assert.ok(answer.length > 50);
      for (let at = 0; at <= answer.length; at++) {
        assert.equal(answer.slice(0, at) + tokensFrom(answer, at).join(''), answer, `at ${at}`);
      }
    });
  }

  it('answers differently to different prompts', () => {
    assert.equal(new Set(prompts.map(prompt => answerTo(asked(prompt)))).size, prompts.length);
  });

  it('answers the same conversation the same, and a repeated question with another variant', () => {
    assert.equal(answerTo(asked('Hi', 'A joke')), answerTo(asked('Hi', 'A joke')));
    assert.notEqual(answerTo(asked('A joke')), answerTo(asked('A joke', 'A joke')));
  });

  it('answers in Arabic when asked in Arabic', () => {
    const letters = answerTo(asked('ما هو التدفق؟')).match(/\p{Script=Arabic}/gu) ?? [];
    assert.ok(letters.length > 100);
  });

  it('remembers what was asked, and a name, over the conversation', () => {
    const answer = answerTo(asked('My name is Ada.', 'Tell me a joke', 'What did I ask before?'));
    assert.match(answer, /1\. My name is Ada\.\n2\. Tell me a joke/);
    assert.match(answerTo(asked('My name is Ada.', 'A joke', 'What is my name?')), /\*\*Ada\*\*/);
    assert.match(answerTo(asked('What is my name?')), /not told me/);
  });

  it('puts a prompt into its answer as it is, templates and replacement patterns included', () => {
    assert.match(answerTo(asked('say {{count}} and $& now')), /^> say \{\{count\}\} and \$& now$/m);
  });

  it('writes a long essay of about 2,000 tokens, at about four characters each', () => {
    const essay = answerTo(asked('Write a long essay'));
    const tokens = tokenise(essay);
    assert.ok(tokens.length > 1800 && tokens.length < 2200, `${tokens.length} tokens`);
    assert.ok(essay.length / tokens.length > 3.5);
    assert.equal(tokens.join(''), essay);
  });

  it('has answers with headings, lists, tables, quotes, links, emoji and code in several languages', () => {
    const all = prompts.map(prompt => answerTo(asked(prompt))).join('\n');
    for (const pattern of [
      /^# /m,
      /^- /m,
      /^1\. /m,
      /^\| /m,
      /^> /m,
      /\]\(https:/,
      /\p{Emoji_Presentation}/u,
    ]) {
      assert.match(all, pattern);
    }
    assert.ok(new Set(all.match(/^```\w+$/gm)).size >= 6);
  });

  it('refuses to go on with a text that is not the beginning of its answer', async () => {
    const open = scriptedModel.open(
      {turns: asked('Hello'), partial: 'Good evening'},
      {tokensPerSecond: 0, firstTokenDelay: 0},
      new AbortController().signal,
    );
    await assert.rejects(open, {status: 422, code: 'continuation_mismatch'});
  });

  it('stops making the answer when it is aborted', async () => {
    const abort = new AbortController();
    const pace = {tokensPerSecond: 1, firstTokenDelay: 0};
    const {chunks} = await scriptedModel.open({turns: asked('Hello')}, pace, abort.signal);
    await assert.rejects(
      async () => {
        for await (const chunk of chunks) if (chunk.choices[0]?.delta.content) abort.abort();
      },
      {name: 'AbortError'},
    );
  });
});
