import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import {basename, join} from 'node:path';
import {test} from 'node:test';
import type {ChatStrings} from '../../src/element.ts';
import {launcherWords} from '../../src/embed/words.ts';
import {english as attachments} from '../../src/ui/attachment-strings.ts';
import {english as blocks} from '../../src/ui/block-strings.ts';
import {english as branches} from '../../src/ui/branch-strings.ts';
import {english as list} from '../../src/ui/conversation-list-strings.ts';
import {english as editor} from '../../src/ui/editor-strings.ts';
import {english as feedback} from '../../src/ui/feedback-strings.ts';
import {findLocale} from '../../src/ui/find-locale.ts';
import {english as bubble} from '../../src/ui/greeting-bubble-strings.ts';
import {english as launcher} from '../../src/ui/launcher-strings.ts';
import {english as omitted} from '../../src/ui/omitted-strings.ts';
import {english as parts} from '../../src/ui/parts-strings.ts';
import {english as queue} from '../../src/ui/queue-strings.ts';
import {english as quote} from '../../src/ui/quote-strings.ts';
import {english as chat} from '../../src/ui/strings.ts';
import {english as tools} from '../../src/ui/tool-strings.ts';
import {english as voice} from '../../src/ui/voice-strings.ts';
import {english as waiting} from '../../src/ui/waiting-strings.ts';

const english: ChatStrings = {
  ...chat,
  ...blocks,
  ...bubble,
  ...omitted,
  ...quote,
  ...waiting,
  list,
  parts,
  tools,
  attachments,
  editor,
  branches,
  feedback,
  launcher,
  queue,
  voice,
};

const FOLDER = join(import.meta.dirname, '../../src/locales');
const names = readdirSync(FOLDER).map(file => basename(file, '.ts'));

/** Texts that are the same in English and in the language. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  cs: ['Chat'],
  de: ['Chat', 'Code, {language}', 'Details'],
  es: ['Chat'],
  fr: [
    'Chat',
    'Assistant',
    'Code, {language}',
    'Conversations',
    'Message',
    'Messages',
    'Sources',
    'Suggestions',
    'Image',
  ],
  id: ['Edit', 'File'],
  it: ['Chat', 'File'],
  nl: ['Chat', 'Code, {language}', 'Details'],
  'pt-BR': ['Chat'],
};
/** Names that are written in Latin letters everywhere. */
const NAMES = /\{\w+\}|HTTP|Markdown/g;

async function stringsOf(name: string): Promise<ChatStrings> {
  return ((await import(join(FOLDER, `${name}.ts`))) as {strings: ChatStrings}).strings;
}

/** Every text with its place, a plural one as one. */
function texts(strings: object, path = ''): [path: string, forms: Readonly<Record<string, string>>][] {
  return Object.entries(strings).flatMap(([key, value]): ReturnType<typeof texts> => {
    if (key === 'lang' || key === 'dir') return [];
    if (typeof value === 'string') return [[path + key, {'': value}]];
    return 'other' in value ? [[path + key, value]] : texts(value as object, `${path}${key}.`);
  });
}

/** `{when}` is `{count}` in words. */
const placeholders = (text: string) => (text.replace('{when}', '{count}').match(/\{\w+\}/g) ?? []).sort();

/** A form for one number alone may say it in words: "two new messages". */
function isOfOneNumber(category: string, lang: string): boolean {
  const rules = new Intl.PluralRules(lang);
  return Array.from({length: 200}, (_, n) => rules.select(n)).filter(each => each === category).length === 1;
}

for (const name of names) {
  test(`${name} has each text, translated, with the same placeholders`, async () => {
    const strings = await stringsOf(name);
    const translated = new Map(texts(strings));
    assert.deepEqual(
      [...translated.keys()].sort(),
      texts(english)
        .map(([path]) => path)
        .sort(),
    );
    for (const [path, forms] of texts(english)) {
      for (const [category, text] of Object.entries(translated.get(path)!)) {
        if (!isOfOneNumber(category, name)) {
          assert.deepEqual(placeholders(text), placeholders(Object.values(forms)[0]!), path);
        }
        const words = text.replace(NAMES, '');
        if (name === 'en' || !/\p{L}/u.test(words)) continue;
        const isEnglish = Object.values(forms).includes(text) && !SAME[name]?.includes(text);
        assert.ok(!isEnglish, `${path} is still English: ${text}`);
        assert.ok(usesScriptOf(name, words), `${path} is in another script: ${text}`);
      }
    }
  });

  test(`${name} has a form for each plural category of its language, and no other`, async () => {
    const strings = await stringsOf(name);
    const {pluralCategories} = new Intl.PluralRules(name).resolvedOptions();
    for (const [path, forms] of texts(strings)) {
      if (!('' in forms)) assert.deepEqual(Object.keys(forms).sort(), [...pluralCategories].sort(), path);
    }
    assert.equal(typeof strings.openUnread, name === 'en' ? 'string' : 'object');
  });

  test(`${name} names its language and direction, and is found by that name`, async () => {
    const strings = await stringsOf(name);
    const {script = ''} = new Intl.Locale(name).maximize();
    assert.equal(strings.lang, name);
    assert.equal(strings.dir ?? 'ltr', ['Arab', 'Hebr'].includes(script) ? 'rtl' : 'ltr');
    if (name !== 'en') assert.deepEqual(await findLocale(name), strings);
  });

  test(`${name} names the launcher as the script tag does before the chat is loaded`, async () => {
    assert.equal(launcherWords(name).label, (await stringsOf(name)).open);
  });
}

/** Whether a text has letters of the language's own script alone. */
function usesScriptOf(name: string, text: string): boolean {
  const {script = ''} = new Intl.Locale(name).maximize();
  const scripts = {Jpan: ['Hani', 'Hira', 'Kana'], Kore: ['Hang'], Hans: ['Hani'], Hant: ['Hani']}[
    script
  ] ?? [script];
  const own = scripts.map(each => `\\p{Script_Extensions=${each}}`).join('');
  return !new RegExp(`(?![${own}\\p{Script=Common}\\p{Script=Inherited}])\\p{L}`, 'u').test(text);
}

/** A language that is asked for, and the file that is found. */
const LOOKUPS: readonly (readonly [tag: string, name: string | undefined])[] = [
  ['de-AT', 'de'],
  ['DE', 'de'],
  ['de-Latn-CH-1996', 'de'],
  ['ar-EG-u-nu-latn', 'ar'],
  ['es-419', 'es'],
  ['pt', 'pt-BR'],
  ['pt-PT', 'pt-BR'],
  ['pt_BR', 'pt-BR'],
  ['zh', 'zh-Hans'],
  ['zh-CN', 'zh-Hans'],
  ['zh-Hans-HK', 'zh-Hans'],
  ['zh-SG', 'zh-Hans'],
  ['zh-TW', 'zh-Hant'],
  ['zh-HK', 'zh-Hant'],
  ['zh-Hant', 'zh-Hant'],
  ['iw', 'he'],
  ['in', 'id'],
  ['zz', undefined],
  ['fil', undefined],
  ['x-klingon', undefined],
  ['not a tag', undefined],
  ['constructor', undefined],
];

for (const [tag, name] of LOOKUPS) {
  test(`"${tag}" finds ${name ?? 'nothing'}`, async () => {
    assert.equal((await findLocale(tag)).send, name ? (await stringsOf(name)).send : english.send);
  });
}

test('numbers are written as in the region that was asked for', async () => {
  assert.equal((await findLocale('de-AT')).lang, 'de-AT');
  assert.equal((await findLocale('zh_tw')).lang, 'zh-TW');
  assert.equal((await findLocale('zz')).lang, 'en');
});

test('the texts of a page in a language that is not here have its numbers and plurals', async () => {
  assert.equal((await findLocale('el-gr', {})).lang, 'el-GR');
  assert.equal((await findLocale('not a tag', {})).lang, 'en');
});

test('the script tag tells the scripts of Chinese apart, and speaks English where it does not know the language', () => {
  assert.equal(launcherWords('zh-TW').label, launcherWords('zh-Hant').label);
  assert.notEqual(launcherWords('zh-TW').label, launcherWords('zh-CN').label);
  assert.equal(launcherWords('DE-at').label, launcherWords('de').label);
  for (const language of ['zz', '', 'den']) {
    assert.deepEqual(launcherWords(language), {
      label: english.open,
      failed: 'The chat could not be loaded.',
      retry: 'Try again',
    });
  }
});
