import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import {findLocale} from '../../src/ui/find-locale.ts';
import {english} from '../../src/ui/strings.ts';
import {codeIn, read, root, tableOf} from './support/pages.ts';

describe('the page about languages', () => {
  const rows = tableOf(read('docs/locales.md'), 'Import').map(([name = '', language = '', also = '']) => ({
    name: codeIn(name)[0]!.replace('sse-chat/locales/', ''),
    language,
    also: codeIn(also),
  }));

  it('has every locale, and no other', () => {
    const files = readdirSync(join(root, 'src/locales')).map(file => file.replace(/\.ts$/, ''));
    assert.deepEqual(rows.map(({name}) => name).sort(), files.sort());
  });

  it('says which are written from right to left, and what else finds them', async () => {
    for (const {name, language, also} of rows) {
      const {dir = 'ltr', send} = await findLocale(name);
      assert.equal(dir === 'rtl', language.includes('from right to left'), name);
      for (const tag of also) assert.equal((await findLocale(tag)).send, send, tag);
    }
  });

  it('names texts that there are', () => {
    const keys = [...read('docs/locales.md').matchAll(/^ {2}(\w+):/gm)].map(([, key]) => key as string);
    assert.ok(keys.length > 3);
    assert.deepEqual(
      keys.filter(key => !Object.hasOwn(english, key)),
      [],
    );
  });
});
