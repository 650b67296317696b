import assert from 'node:assert/strict';
import {after, before, describe, it} from 'node:test';
import type {Browser} from 'playwright-core';
import {PATIENCE, type Site, startSite} from '../embed/site.ts';
import {launchChromium} from '../support/launch-chromium.ts';
import {ANSWER, echo, libraries, THOUGHT} from './servers/index.ts';
import type {LibraryServer} from './servers/serve.ts';

// Against the built `dist/`: `npm run build` comes first. test/libraries/client.node.test.ts asks the other endpoints.

const PAGE =
  '<!doctype html><html lang="en"><title>t</title><script type="module" src="/dist/sse-chat.js"></script><body>';

describe('a server of a library, by the element in Chromium', {timeout: 300_000}, () => {
  let browser: Browser;
  let site: Site;
  before(async () => {
    browser = await launchChromium();
    site = await startSite({});
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  for (const {name, endpoints, start} of libraries) {
    it(`${name}: the answer is drawn, and the second question is answered as well`, async () => {
      const {path, dialect, speaks, thinks} = endpoints[0]!;
      const server: LibraryServer = await start();
      const page = await browser.newPage();
      const problems: string[] = [];
      page.on('pageerror', error => problems.push(`${error}`));
      page.setDefaultTimeout(PATIENCE);
      try {
        site.pages.set('/', {
          body: `${PAGE}<sse-chat endpoint="${server.url}${path}" dialect="${dialect ?? 'auto'}" history="none"></sse-chat>`,
        });
        site.requests.length = 0;
        await page.goto(`${site.origin}/`);
        for (const [index, prompt] of ['Hi there', 'And again'].entries()) {
          await page.getByRole('textbox', {name: 'Message'}).fill(prompt);
          await page.getByRole('button', {name: 'Send'}).click();
          const answer = page.locator('[data-role=assistant][data-status=complete]').nth(index);
          await answer.getByText(`You said: ${prompt}`).waitFor();
          await answer.locator('strong').getByText('real').waitFor();
          const messages = await page.evaluate(() => document.querySelector('sse-chat')!.messages);
          const last = messages.at(-1);
          assert.equal(last?.text, [...ANSWER, echo(prompt)].join(''));
          assert.equal(last?.status, 'complete');
          const thought = last?.parts.find(part => part.type === 'reasoning');
          assert.equal(thought?.type === 'reasoning' ? thought.text : '', thinks ? THOUGHT.join('') : '');
        }
        assert.deepEqual(problems, []);
        const loaded = site.requests.filter(asked => asked.includes(`/chunks/${speaks}`));
        assert.equal(loaded.length, ['token', 'openai'].includes(speaks) ? 0 : 1, site.requests.join(' '));
      } finally {
        await page.close();
        await server.close();
      }
    });
  }
});
