import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {read, tableOf} from './support/pages.ts';

const page = read('docs/accessibility.md');

describe('the page about access and comfort', () => {
  for (const [heading, count] of [
    ['Check', 40],
    ['Comfort', 30],
  ] as const) {
    it(`has ${count} of ${heading.toLowerCase()}, each with its test or the word that there is none`, () => {
      const [, section = ''] = page.split(`| ${heading} `);
      const rows = tableOf(`| #${section && ` | ${heading} `}${section}`, '#');
      assert.deepEqual(
        rows.map(([number]) => Number(number)),
        Array.from({length: count}, (_, at) => at + 1),
      );
      const bare = rows.filter(
        ([, , shown = '']) => !/`test\/[\w./-]+\.test\.ts`|^(No test|Not there)/.test(shown),
      );
      assert.deepEqual(bare, []);
    });
  }
});
