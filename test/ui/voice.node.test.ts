import assert from 'node:assert/strict';
import {test} from 'node:test';
import {dictatedText} from '../../src/ui/dictated-text.ts';
import {languageOf, utterancesOf, voiceFor} from '../../src/ui/utterances.ts';

test('what is heard stands where the caret was, and changes until it is certain', () => {
  const text = dictatedText('Dear Ada, Yours', 9, 9);
  let box = text.hear(['I right'], 'Dear Ada, Yours', 9);
  assert.deepEqual(box, {value: 'Dear Ada, I right Yours', caret: 17});
  box = text.hear(['I write'], box.value, box.caret);
  box = text.hear(['I write', ' to you.'], box.value, box.caret);
  assert.deepEqual(box, {value: 'Dear Ada, I write to you. Yours', caret: 25});
});

test('what was selected makes room, and nothing heard changes nothing', () => {
  const text = dictatedText('an old word', 3, 6);
  assert.equal(text.hear([], 'an old word', 6).value, 'an old word');
  assert.equal(text.hear(['new'], 'an old word', 6).value, 'an new word');
});

test('what is written meanwhile stays, with what was heard until then, and the next words come at the caret', () => {
  const text = dictatedText('', 0, 0);
  assert.equal(text.hear(['one to'], '', 0).value, 'one to');
  assert.deepEqual(text.hear(['one two'], 'ONE to!', 7), {value: 'ONE to!', caret: 7});
  assert.deepEqual(text.hear(['one two', 'three'], 'ONE to!', 7), {value: 'ONE to! three', caret: 13});
  assert.equal(text.hear(['one two', 'three', 'four'], '', 0).value, 'four', 'into a box that was emptied');
});

test('words of languages without spaces get none, and marks stand at their words', () => {
  const hear = (before: string, ...heard: string[]) =>
    dictatedText(before, before.length, before.length).hear(heard, before, before.length).value;
  assert.equal(hear('你好', '世界'), '你好世界');
  assert.equal(hear('สวัสดี', 'ครับ'), 'สวัสดีครับ');
  assert.equal(hear('Hello', ', world', '!'), 'Hello, world!');
  assert.equal(hear('Line\n', 'two'), 'Line\ntwo');
});

test('a text is spoken in sentences, none of them long, and nothing of it is lost', () => {
  assert.deepEqual(utterancesOf('One two. Three?\n— \nFour\n\n'), ['One two.', 'Three?', 'Four']);
  const long = `${'A clause with some words, '.repeat(30)}and an end.`;
  for (const text of [long, 'word '.repeat(200), 'x'.repeat(500), '😀a'.repeat(300), '语言，'.repeat(200)]) {
    const pieces = utterancesOf(text);
    assert.ok(pieces.length > 1);
    for (const piece of pieces) assert.ok(piece.length <= 180 && !/\p{Cs}/u.test(piece), piece);
    assert.equal(pieces.join('').replaceAll(' ', ''), text.replaceAll(' ', ''));
  }
  assert.ok(
    utterancesOf(long).every(piece => /[,.]$/.test(piece)),
    'cut where one would breathe',
  );
});

test('the language is that of the page, unless the letters are not', () => {
  for (const [text, tag, lang] of [
    ['Hello', 'en-GB', 'en-GB'],
    ['Guten Tag', 'en', 'en'],
    ['مرحبا، ما هو SSE؟', 'en', 'ar'],
    ['سلام', 'fa', 'fa'],
    ['Привіт', 'uk', 'uk'],
    ['Привет', 'de', 'ru'],
    ['こんにちは世界', 'zh', 'ja'],
    ['世界', 'ja', 'ja'],
    ['世界', 'en', 'zh'],
    ['1 + 1 = 2', 'de', 'de'],
  ] as const)
    assert.equal(languageOf(text, tag), lang, text);
});

test('a voice of the language is found: of the region, of the device, the chosen one, in this order', () => {
  const voice = (lang: string, localService = false, isDefault = false) => ({
    lang,
    localService,
    default: isDefault,
  });
  const voices = [
    voice('en-US', true, true),
    voice('de-DE'),
    voice('en_GB'),
    voice('de-AT', true),
    voice('de-DE', true),
  ];
  assert.equal(voiceFor(voices, 'en-GB'), voices[2]);
  assert.equal(voiceFor(voices, 'en'), voices[0]);
  assert.equal(voiceFor(voices, 'de-DE'), voices[4]);
  assert.equal(voiceFor(voices, 'de-CH'), voices[3]);
  assert.equal(voiceFor(voices, 'fr'), undefined);
});
