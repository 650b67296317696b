import assert from 'node:assert/strict';
import {after, before, describe, it} from 'node:test';
import type {Browser, Page} from 'playwright-core';
import {answerTo} from '../../demo/scripted-model.ts';
import {type Demo, startDemo} from '../../demo/server.ts';
import {SAVED_AFTER} from '../faults/support/break-off.ts';
import {launchChromium} from '../support/launch-chromium.ts';
import {newSeed, seededRandom} from '../support/seeded-random.ts';
import {answerOf, stateOf} from './inline-chat.ts';
import {setFaults} from './servers.ts';

const POINTS = Number(process.env['RELOADS'] ?? 2);
const PROMPT = 'Write a long essay';
const ANSWER = answerTo([{role: 'user', content: PROMPT}]);

type ChatElement = HTMLElementTagNameMap['sse-chat'];

/** Notes, frame by frame, how much of the answer is shown, and keeps that over the reload. */
function watch(): void {
  const seen: [time: number, length: number][] = [];
  const look = () => {
    const last = document.querySelector<ChatElement>('#inline')?.messages?.at(-1);
    if (last?.role === 'assistant') seen.push([performance.now(), last.text.length]);
    requestAnimationFrame(look);
  };
  look();
  addEventListener('pagehide', () => {
    look();
    sessionStorage.setItem('seen', JSON.stringify({now: performance.now(), seen}));
  });
}

/** Sets the policy of the inline chat before it is one. */
function continueByHand(): void {
  new MutationObserver((_, observer) => {
    const chat = document.querySelector('#inline');
    chat?.setAttribute('continuation', 'manual');
    if (chat) observer.disconnect();
  }).observe(document, {childList: true, subtree: true});
}

/** How much was shown so long before the page went away. */
function shownBefore(page: Page, ms: number): Promise<number> {
  return page.evaluate(wait => {
    const {now, seen} = JSON.parse(sessionStorage.getItem('seen') ?? '') as {
      now: number;
      seen: [number, number][];
    };
    return seen.findLast(([time]) => time <= now - wait)?.[1] ?? 0;
  }, ms);
}

/** Where the prompt is after a reload, once it is anywhere. */
async function placeOf(page: Page): Promise<string> {
  const found = page.waitForFunction(words => {
    const chat = document.querySelector<ChatElement>('#inline');
    const box = chat?.shadowRoot?.querySelector('textarea');
    const places = [];
    if (chat?.messages?.[0]?.text === words) places.push('history');
    if (box?.value === words) places.push('box');
    return places.join(' and ');
  }, PROMPT);
  const place = await found.catch(async error => {
    throw new Error(`waited in vain for the prompt: ${await stateOf(page)}`, {cause: error});
  });
  return String(await place.jsonValue());
}

describe(`an answer of ${ANSWER.length} characters, the page reloaded in the middle`, {
  timeout: 300_000,
}, () => {
  const seed = newSeed();
  const random = seededRandom(seed);
  let browser: Browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser?.close());

  /** Reloads once, by a policy, and says how much of what was shown at the last moment was not yet kept. */
  async function reload(demo: Demo, point: number, manual: boolean): Promise<number> {
    const context = await browser.newContext();
    const page = await context.newPage();
    // What compiles this file names each function by a helper that pages do not have.
    await page.addInitScript({content: 'globalThis.__name ??= f => f'});
    await page.addInitScript(watch);
    if (manual) await page.addInitScript(continueByHand);
    await page.goto(demo.url);
    await page.locator('#inline').getByRole('textbox').fill(PROMPT);
    await page.locator('#inline').getByRole('button', {name: 'Send'}).click();
    await page.waitForTimeout(100 + Math.floor(random() * 2500));
    await page.reload();
    const button = (name: string | RegExp) => page.locator('#inline').getByRole('button', {name});
    const shown = await shownBefore(page, SAVED_AFTER);
    let unsaved = 0;
    if ((await placeOf(page)) === 'box') {
      // A busy machine had not got round to it: the words are still to be sent.
      await button('Send').click();
    } else if (manual && shown > 0) {
      const kept = await Promise.any([answerOf(page, 'interrupted', 0), answerOf(page, 'complete')]).catch(
        ({errors}: AggregateError) => {
          throw errors[0];
        },
      );
      assert.ok(kept.text.length >= shown, `point ${point}: ${shown} shown, ${kept.text.length} kept`);
      assert.ok(ANSWER.startsWith(kept.text), `point ${point}: what was kept is a prefix`);
      const atEnd = await shownBefore(page, 0);
      unsaved = atEnd - kept.text.length;
      // A busy machine may have been so late with the reload that nothing was left to ask for.
      if (kept.status === 'interrupted') await button('Continue').click();
      else assert.equal(atEnd, ANSWER.length, `point ${point}: nothing goes on by itself`);
    } else if (manual) {
      await button(/^(Continue|Retry)$/)
        .first()
        .click();
    }
    const whole = await answerOf(page, 'complete');
    assert.equal(whole.text, ANSWER, `point ${point}: nothing is lost, nothing is doubled`);
    await context.close();
    return unsaved;
  }

  it(`keeps what was shown for ${SAVED_AFTER} ms at ${POINTS} random points, and becomes whole (seed ${seed})`, async t => {
    // Half of them are taken up by the server's offer, half have to be asked for anew: two servers, side by side.
    const halves = [true, false].map(async resume => {
      const demo = await startDemo({port: 0, quiet: true, built: true});
      try {
        await setFaults(demo.url, {resume, tokensPerSecond: 500});
        const unsaved: number[] = [];
        for (let point = 0; point < POINTS / 2; point++) {
          unsaved.push(await reload(demo, point, (point + seed + Number(resume)) % 2 === 1));
        }
        return unsaved;
      } finally {
        await demo.close();
      }
    });
    const unsaved = (await Promise.all(halves)).flat();
    t.diagnostic(
      `reloads ${unsaved.length}, wrong 0; at most ${Math.max(...unsaved)} characters shown at the last moment were not yet kept (seed ${seed})`,
    );
  });

  it('has every word that was sent a moment before, in the history or still to be sent', async t => {
    const demo = await startDemo({port: 0, quiet: true, built: true});
    const found: string[] = [];
    try {
      const moments = [
        [6, 0],
        [1, 30],
        [6, 60],
        [6, 120],
      ];
      // A machine that is quick to save is reloaded at once some more times.
      for (let at = 0; at < moments.length || (at < 12 && !found.includes('box')); at++) {
        const [slower = 6, ms = 0] = moments[at] ?? [];
        const context = await browser.newContext();
        const page = await context.newPage();
        await page.goto(demo.url);
        const chat = page.locator('#inline');
        await chat.getByRole('textbox').fill(PROMPT);
        const session = await context.newCDPSession(page);
        await session.send('Emulation.setCPUThrottlingRate', {rate: slower});
        const again = page.waitForEvent('domcontentloaded');
        await chat.getByRole('button', {name: 'Send'}).evaluate((button, wait) => {
          (button as HTMLElement).click();
          setTimeout(() => location.reload(), wait);
        }, ms);
        await again;
        await session.send('Emulation.setCPUThrottlingRate', {rate: 1});
        found.push(await placeOf(page));
        await context.close();
      }
    } finally {
      await demo.close();
    }
    assert.ok(
      found.every(place => place === 'history' || place === 'box'),
      found.join(', '),
    );
    assert.ok(found.includes('box'), 'a reload came before the history had them');
    t.diagnostic(`found in: ${found.join(', ')}`);
  });
});
