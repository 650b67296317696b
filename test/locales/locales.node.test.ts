import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import {basename, join} from 'node:path';
import {test} from 'node:test';
import type {ChatStrings} from '../../src/element.ts';
import {launcherWords} from '../../src/embed/words.ts';
import {english as list} from '../../src/ui/conversation-list-strings.ts';
import {english as parts} from '../../src/ui/parts-strings.ts';
import {english as chat} from '../../src/ui/strings.ts';
import {english as tools} from '../../src/ui/tool-strings.ts';

const english: ChatStrings = {...chat, list, parts, tools};

const FOLDER = join(import.meta.dirname, '../../src/locales');
/** Words that are the same in English and in the language. */
const SAME = new Set([
  'Chat',
  'Details',
  'Code, {language}',
  '{author}, {time}',
  'Message',
  'Messages',
  'Suggestions',
  'Image',
  'Assistant',
  'Conversations',
  'Sources',
]);

function texts(strings: object, path = ''): [path: string, text: string][] {
  return Object.entries(strings).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[path + key, value] as [string, string]]
      : texts(value as object, `${path}${key}.`),
  );
}

const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

for (const file of readdirSync(FOLDER)) {
  test(`${file} has each text, translated, with the same placeholders`, async () => {
    const {strings} = (await import(join(FOLDER, file))) as {strings: ChatStrings};
    const translated = new Map(texts(strings));
    for (const [path, text] of texts(english)) {
      const translation = translated.get(path);
      assert.ok(translation, `${path} is missing`);
      assert.deepEqual(placeholders(translation), placeholders(text), path);
      assert.ok(
        file === 'en.ts' || translation !== text || SAME.has(text),
        `${path} is still English: ${text}`,
      );
    }
  });

  test(`${file} names the launcher as the script tag does before the chat is loaded`, async () => {
    const {strings} = (await import(join(FOLDER, file))) as {strings: ChatStrings};
    const {label} = launcherWords(basename(file, '.ts'));
    assert.equal(label, strings.open);
  });
}

test('the script tag speaks English where it does not know the language', () => {
  assert.equal(launcherWords('zz').label, english.open);
  assert.equal(launcherWords('').label, english.open);
});
