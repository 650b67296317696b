import assert from 'node:assert/strict';
import {after, before, describe, it} from 'node:test';
import type {Browser, BrowserContext, Page} from 'playwright-core';
import {answerTo} from '../../demo/scripted-model.ts';
import {type Demo, startDemo} from '../../demo/server.ts';
import type {Message} from '../../src/client.ts';
import {answerOf} from '../demo/inline-chat.ts';
import {requestsOf, setFaults} from '../demo/servers.ts';
import {launchChromium} from '../support/launch-chromium.ts';

const PROMPT = 'Write a long essay';
const ESSAY = answerTo([{role: 'user', content: PROMPT}]);

type ChatElement = HTMLElementTagNameMap['sse-chat'];

const messagesOf = (page: Page): Promise<readonly Message[]> =>
  page.evaluate(() => document.querySelector<ChatElement>('#inline')?.messages ?? []);
const chat = (page: Page) => page.locator('#inline');

describe('two tabs of Chromium with one conversation', {timeout: 300_000}, () => {
  let browser: Browser;
  let demo: Demo;
  before(async () => {
    demo = await startDemo({port: 0, quiet: true, built: true});
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await demo?.close();
  });

  /** Two tabs that show a conversation with one answer. */
  async function openTabs(): Promise<{context: BrowserContext; one: Page; two: Page}> {
    await setFaults(demo.url, {tokensPerSecond: 1_000});
    const context = await browser.newContext();
    context.setDefaultTimeout(60_000);
    const open = async () => {
      const page = await context.newPage();
      await page.goto(demo.url);
      await chat(page).getByRole('textbox').waitFor();
      return page;
    };
    const one = await open();
    await chat(one).getByRole('textbox').fill('Hello');
    await chat(one).getByRole('textbox').press('Enter');
    await answerOf(one, 'complete');
    const two = await open();
    await answerOf(two, 'complete');
    await setFaults(demo.url, {tokensPerSecond: 300});
    return {context, one, two};
  }

  const requests = async () => (await requestsOf(demo.url)).length;

  it('that send at once make one request; the words of the other stay in its composer', async () => {
    const {context, one, two} = await openTabs();
    const before = await requests();
    for (const page of [one, two]) await chat(page).getByRole('textbox').fill(PROMPT);
    await Promise.all([one, two].map(page => chat(page).getByRole('textbox').press('Enter')));
    await Promise.all([one, two].map(page => answerOf(page, 'streaming')));
    const drafts = await Promise.all([one, two].map(page => chat(page).getByRole('textbox').inputValue()));
    assert.deepEqual(drafts.sort(), ['', PROMPT]);
    assert.equal((await requests()) - before, 1);
    await Promise.all([one, two].map(page => answerOf(page, 'complete', ESSAY.length)));
    assert.deepEqual(await messagesOf(one), await messagesOf(two));
    assert.equal((await requests()) - before, 1);
    await context.close();
  });

  it('show the same live text, and the other goes on when the asking one is closed', async () => {
    const {context, one, two} = await openTabs();
    const before = await requests();
    await chat(one).getByRole('textbox').fill(PROMPT);
    await chat(one).getByRole('textbox').press('Enter');
    const live = await answerOf(two, 'streaming', 100);
    assert.ok(ESSAY.startsWith(live.text));
    const drawn = chat(two).locator('article[data-role="assistant"]').last();
    await two.waitForFunction(
      element => (element?.textContent?.length ?? 0) > 100,
      await drawn.elementHandle(),
    );
    const shown = (await messagesOf(two)).at(-1)!.text;
    await one.close();
    const whole = await answerOf(two, 'complete', shown.length);
    assert.equal(whole.text, ESSAY, 'nothing is lost, nothing is doubled');
    assert.equal((await requests()) - before, 2);
    await two.reload();
    assert.equal((await answerOf(two, 'complete', ESSAY.length)).text, ESSAY);
    await context.close();
  });

  it('are empty once one of them forgets all, in mid-answer too', async () => {
    const {context, one, two} = await openTabs();
    await chat(one).getByRole('textbox').fill(PROMPT);
    await chat(one).getByRole('textbox').press('Enter');
    await answerOf(two, 'streaming', 100);
    await two.evaluate(() => document.querySelector<ChatElement>('#inline')?.clear());
    await one.waitForFunction(() => document.querySelector<ChatElement>('#inline')?.messages.length === 0);
    assert.deepEqual(await messagesOf(two), []);
    await one.reload();
    await chat(one).getByRole('textbox').waitFor();
    const kept = await one.evaluate(() => document.querySelector<ChatElement>('#inline')?.exportHistory());
    assert.deepEqual(kept?.conversations, []);
    await context.close();
  });
});
