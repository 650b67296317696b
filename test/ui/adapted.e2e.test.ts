import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import type {Browser, Page} from 'playwright-core';
import {PATIENCE, type Site, startSite} from '../embed/site.ts';
import {launchChromium} from '../support/launch-chromium.ts';

// Against the built `dist/`: `npm run build` comes first.

let browser: Browser;
let site: Site;
let page: Page;

before(async () => {
  browser = await launchChromium();
  site = await startSite({
    '/': '<!doctype html><html lang="en"><title>t</title><script type="module" src="/dist/sse-chat.js"></script><sse-chat endpoint="/chat"></sse-chat>',
  });
  page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(`${site.origin}/`);
  await page.getByRole('textbox', {name: 'Message'}).fill('Hi');
  await page.getByRole('button', {name: 'Send'}).click();
});
after(async () => {
  await browser.close();
  await site.close();
});

test('the dots before an answer are seen in forced colours', async () => {
  const answer = await site.nextAnswer();
  const dot = page.locator('[part=thinking] i').first();
  await dot.waitFor();
  await page.emulateMedia({forcedColors: 'active'});
  const [colour, behind] = await dot.evaluate(each => {
    const canvas = document.createElement('p');
    canvas.style.background = 'Canvas';
    document.body.append(canvas);
    return [each, canvas].map(element => getComputedStyle(element).backgroundColor);
  });
  assert.notEqual(colour, behind);
  answer.token('Yes.\n\n```js\nlet x;\n```\n\n[See](https://x.example/)\n');
  answer.done();
  await page.emulateMedia({forcedColors: null});
});

test('code has no colours of its own in forced colours', async () => {
  const painted = () => [...CSS.highlights.values()].reduce((sum, {size}) => sum + size, 0);
  await page.waitForFunction(`(${painted})() > 0`);
  await page.emulateMedia({forcedColors: 'active'});
  await page.waitForFunction(`(${painted})() === 0`);
  await page.emulateMedia({forcedColors: null});
  await page.waitForFunction(`(${painted})() > 0`);
});

test('a link says that it opens a new tab, and keeps its name', async () => {
  await page.locator('[data-role=assistant] a').waitFor();
  const client = await page.context().newCDPSession(page);
  const {nodes} = await client.send('Accessibility.getFullAXTree');
  const links = nodes.filter(({role}) => role?.value === 'link');
  assert.deepEqual(
    links.map(({name, description}) => [name?.value, description?.value]),
    [['See', 'Opens in a new tab']],
  );
});

test('a conversation is printed without what only works on a screen', async () => {
  await page.locator('[data-role=assistant][data-status=complete]').waitFor();
  assert.notEqual(await page.locator('[part=tools]').count(), 0);
  await page.emulateMedia({media: 'print'});
  assert.equal(await page.getByRole('log').getByText('Yes.').isVisible(), true);
  for (const part of await page.locator('[part=tools], [part=composer]').all()) {
    assert.equal(await part.isVisible(), false);
  }
});
