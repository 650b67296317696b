import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Browser} from 'playwright-core';
import {LAST, tokensOf} from '../../scripts/bench-render/documents.ts';
import {type Site, startSite} from '../embed/site.ts';
import {launchChromium} from '../support/launch-chromium.ts';

// Against the built `dist/`: `npm run build` comes first.

const TOKENS = 100_000;
const BEGINNING = 3000;

let browser: Browser;
let site: Site;

before(async () => {
  browser = await launchChromium();
  site = await startSite({
    '/': '<!doctype html><html lang="en"><title>t</title><script type="module" src="/dist/sse-chat.js"></script><body style="margin:0"><sse-chat endpoint="/chat" style="display:block;height:100vh"></sse-chat>',
  });
});
after(async () => {
  await browser.close();
  await site.close();
});

test('an answer of 100,000 tokens can be selected and scrolled, while it comes and after', async t => {
  const tokens = tokensOf('answer', TOKENS);
  const page = await browser.newPage({viewport: {width: 800, height: 600}});
  page.setDefaultTimeout(120_000);
  await page.goto(`${site.origin}/`);
  const composer = page.getByRole('textbox', {name: 'Message', exact: true});
  await composer.fill('Tell me everything');
  await composer.press('Enter');
  const answer = await site.nextAnswer();
  for (const token of tokens.slice(0, BEGINNING)) answer.token(token);

  const message = page.locator('[data-role=assistant]');
  await message.getByRole('heading').nth(5).waitFor();
  const heading = (await message.getByRole('heading').first().elementHandle())!; // That element, not one that is found again.
  const transcript = page.locator('.transcript');
  const box = (await transcript.boundingBox())!;
  /** Turns the wheel, and waits until the list has come to where that leads. */
  const wheel = async (by: number, where: (list: Element) => boolean) => {
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.wheel(0, by);
    await page.waitForFunction(where, await transcript.elementHandle());
  };
  await wheel(-100_000, list => list.scrollTop === 0);
  const first = message.locator('p').first();
  const place = (await first.boundingBox())!;
  await page.mouse.move(place.x + 2, place.y + 8);
  await page.mouse.down();
  await page.mouse.move(place.x + place.width - 4, place.y + place.height - 6, {steps: 8});
  await page.mouse.up();
  /** What is selected, where it stands, and how far the list is scrolled. */
  const view = () =>
    transcript.evaluate(element => {
      const root = element.getRootNode() as unknown as {getSelection(): Selection};
      const selection = root.getSelection();
      const text = `${selection}`;
      return {text, top: selection.rangeCount && element.scrollTop, height: element.scrollHeight};
    });
  const {text: selected, top, height} = await view();
  assert.ok(selected.length > 40 && (await first.textContent())!.includes(selected.trim()), selected);

  for (let sent = BEGINNING; sent < TOKENS; sent += 1000) {
    for (const token of tokens.slice(sent, sent + 1000)) answer.token(token);
    await sleep(10);
    if (sent % 20_000 === 0) {
      const now = await view();
      assert.deepEqual([now.text, now.top], [selected, top]);
    }
  }
  answer.done();
  await page.locator('[data-role=assistant][data-status=complete]').waitFor();
  await message.getByText(LAST).waitFor();
  const whole = await view();
  assert.deepEqual([whole.text, whole.top], [selected, top]);
  assert.ok(whole.height > height * 20, `${height} px, then ${whole.height} px`);
  assert.equal(await heading.evaluate(element => element.isConnected), true);
  assert.equal(
    await page.evaluate(() => {
      const chat = document.querySelector('sse-chat') as unknown as {messages: {text: string}[]};
      return chat.messages.at(-1)!.text;
    }),
    tokens.join(''),
  );

  const start = performance.now();
  await wheel(whole.height / 2, list => list.scrollTop > list.scrollHeight / 4);
  await wheel(whole.height, list => list.scrollHeight - list.clientHeight - list.scrollTop < 1);
  assert.equal(await message.getByText(LAST).isVisible(), true);
  await message.getByText(LAST).dblclick({position: {x: 10, y: 10}});
  assert.equal((await view()).text.trim(), LAST);
  t.diagnostic(`scrolled and selected in ${(performance.now() - start).toFixed(0)} ms`);
});
