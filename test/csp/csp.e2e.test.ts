import assert from 'node:assert/strict';
import {after, afterEach, before, beforeEach, describe, test} from 'node:test';
import type {Browser, Page} from 'playwright-core';
import {PATIENCE, type Site, startSite} from '../embed/site.ts';
import {launchChromium} from '../support/launch-chromium.ts';
import {MARKDOWN, POLICIES} from './policies.ts';

// Against the built `dist/`: `npm run build` comes first. Chromium alone, which playwright drives; engines.e2e is shorter, and in all.

const PICTURE = {
  name: 'dot.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
};

let browser: Browser;
let site: Site;
let page: Page;
const problems: string[] = [];

before(async () => {
  browser = await launchChromium();
});
after(() => browser.close());
beforeEach(async () => {
  site = await startSite({});
  site.tokens = MARKDOWN;
  page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  problems.length = 0;
  page.on('pageerror', error => problems.push(`error: ${error}`));
  page.on('console', message => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  await page.exposeFunction('report', (violation: string) => void problems.push(`violation: ${violation}`));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', event => {
      const {report} = globalThis as unknown as {report: (violation: string) => void};
      report(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
});
afterEach(async () => {
  await page.close();
  await site.close();
});

async function open(policy: string, body: string): Promise<void> {
  const headers = {'content-security-policy': policy};
  site.pages.set('/', {body: `<!doctype html><html lang="en"><title>t</title><body>${body}`, headers});
  await page.goto(`${site.origin}/`);
}

async function chat(): Promise<void> {
  await page.getByRole('textbox', {name: 'Message'}).fill('Hello');
  await page.getByRole('button', {name: 'Send'}).click();
  const answer = page.locator('[data-role=assistant][data-status=complete]');
  await answer.getByText('Some bold and code.').waitFor();
  await answer.locator('strong').getByText('bold').waitFor();
  await answer.locator('pre').getByText('let x = 1;').waitFor();
  await page.waitForFunction(() => (CSS.highlights.get('sse-chat-code-keyword')?.size ?? 0) > 0);
}

const styleOf = (element: ReturnType<Page['locator']>, name: string) =>
  element.evaluate((each, property) => getComputedStyle(each).getPropertyValue(property), name);

for (const [title, policy] of Object.entries(POLICIES)) {
  describe(`under a strict policy: ${title}`, () => {
    test('the script tag draws its launcher, opens, sends and streams, styled, with no violation', async () => {
      await open(policy, '<script src="/dist/embed.js" data-endpoint="/chat" defer></script>');
      const launcher = page.getByRole('button', {name: 'Open chat'});
      const drawn = {position: await styleOf(launcher, 'position'), width: await styleOf(launcher, 'width')};
      assert.deepEqual(drawn, {position: 'fixed', width: '56px'});
      await launcher.click();
      await page.getByRole('dialog').waitFor();
      await chat();
      assert.equal(await styleOf(page.getByRole('dialog'), 'position'), 'fixed');
      assert.deepEqual(problems, []);
    });

    test('the module element sends and streams, styled, with no violation', async () => {
      await open(
        policy,
        '<script type="module" src="/dist/sse-chat.js"></script><sse-chat endpoint="/chat" math attachments></sse-chat>',
      );
      await page.locator('input[type=file]').first().setInputFiles(PICTURE);
      await page.locator('[part=attachment] canvas').waitFor();
      await chat();
      const picture = page.locator('[data-role=user] [part=files] canvas[width="1"]');
      await picture.waitFor();
      await page.locator('msqrt').waitFor();
      assert.notEqual(await styleOf(page.locator('sse-chat'), 'display'), 'inline');
      assert.equal(await styleOf(page.getByRole('log'), 'overflow-y'), 'auto');
      await page.reload();
      await picture.waitFor();
      assert.deepEqual(problems, []);
    });

    test('a violation would have been seen', async () => {
      await open(policy, '<p style="color: red">Styled by an attribute</p>');
      const isSeen = () => problems.some(problem => problem.startsWith('violation: style-src-attr'));
      const deadline = Date.now() + PATIENCE;
      while (!isSeen()) {
        assert.ok(Date.now() < deadline, problems.join('\n'));
        await page.evaluate(() => new Promise(requestAnimationFrame));
      }
    });
  });
}
