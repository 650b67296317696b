import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {after, before, describe, it} from 'node:test';
import type {Browser} from 'playwright-core';
import {bundlePage} from '../../scripts/bundle-page.ts';
import {launchChromium} from '../support/launch-chromium.ts';
import type {AttackPage} from './support/attack-page.ts';
import {ATTACKS, attacksOf} from './support/fixtures.ts';

/** Attacks of one page; each page is judged for itself. */
const AT_ONCE = 50;

const attacks = attacksOf(
  ATTACKS.flatMap(
    path => JSON.parse(readFileSync(new URL(`../fixtures/${path}.json`, import.meta.url), 'utf8')).items,
  ),
);

describe('attacks in a page', () => {
  let browser: Browser;
  let script: string;
  before(async () => {
    script = await bundlePage('test/markdown/support/attack-page.ts');
    browser = await launchChromium();
  });
  after(() => browser.close());

  it('run nothing, ask for nothing and lead nowhere, at every prefix', async () => {
    const asked: string[] = [];
    const problems: string[] = [];
    let prefixes = 0;
    for (let from = 0; from < attacks.length; from += AT_ONCE) {
      const page = await browser.newPage();
      await page.route('**/*', route => {
        asked.push(route.request().url());
        return route.fulfill({contentType: 'text/html', body: '<!doctype html><title>A page</title>'});
      });
      page.on('dialog', dialog => {
        problems.push(`a dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('popup', popup => problems.push(`a window: ${popup.url()}`));
      await page.goto('http://page.localhost/');
      await page.addScriptTag({content: script});
      const found = await page.evaluate(
        texts => (globalThis as unknown as AttackPage).attack(texts),
        attacks.slice(from, from + AT_ONCE),
      );
      prefixes += found.prefixes;
      problems.push(...found.problems);
      if (page.url() !== 'http://page.localhost/') problems.push(`the page went to ${page.url()}`);
      await page.close();
    }
    console.log(`${attacks.length} attacks, ${prefixes} prefixes, ${problems.length} problems`);
    assert.deepEqual(problems, []);
    assert.deepEqual([...new Set(asked)], ['http://page.localhost/']);
  });
});
