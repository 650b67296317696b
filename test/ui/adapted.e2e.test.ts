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
    '/phone':
      '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>t</title><script type="module" src="/dist/sse-chat.js"></script><sse-chat endpoint="/chat" mode="popup" feedback attachments></sse-chat>',
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
  const moving = () =>
    page.evaluate(() => document.querySelector('sse-chat')!.shadowRoot!.getAnimations().length);
  assert.notEqual(await moving(), 0);
  await page.emulateMedia({reducedMotion: 'reduce'});
  assert.equal(await moving(), 0, 'nothing moves for who does not want it');
  await page.emulateMedia({reducedMotion: null, forcedColors: 'active'});
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

test('what is said can be selected in a page that forbids it for itself', async () => {
  const own = await browser.newPage();
  own.setDefaultTimeout(PATIENCE);
  await own.goto(`${site.origin}/`);
  await own.addStyleTag({content: 'body { -webkit-user-select: none; user-select: none }'});
  await own.getByRole('textbox', {name: 'Message'}).fill('Hi');
  await own.getByRole('button', {name: 'Send'}).click();
  const answer = await site.nextAnswer();
  answer.token('Selectable');
  answer.done();
  await own
    .locator('article[data-role=assistant][data-status=complete] p', {hasText: 'Selectable'})
    .dblclick({position: {x: 10, y: 10}});
  assert.equal(
    await own.evaluate(() =>
      String(
        (
          document.querySelector('sse-chat')!.shadowRoot as unknown as {getSelection(): Selection}
        ).getSelection(),
      ).trim(),
    ),
    'Selectable',
  );
  await own.close();
});

test('what a finger presses has 44 px at least, and what opens by it brings no keyboard', async () => {
  const context = await browser.newContext({
    hasTouch: true,
    isMobile: true,
    viewport: {width: 390, height: 800},
  });
  const phone = await context.newPage();
  phone.setDefaultTimeout(PATIENCE);
  await phone.goto(`${site.origin}/phone`);
  await phone.getByRole('button', {name: 'Open chat'}).tap();
  await phone.locator('[part=panel]:focus').waitFor();
  await phone.getByRole('textbox', {name: 'Message'}).fill('Hi');
  await phone.getByRole('button', {name: 'Send'}).tap();
  const answer = await site.nextAnswer();
  answer.token('Yes.\n\n```js\nlet x;\n```\n\n| a |\n|---|\n| 1 |\n');
  answer.done();
  await phone.getByRole('button', {name: 'Good answer'}).tap();
  await phone.getByRole('button', {name: 'Send note'}).waitFor();
  const left = (selector: string) =>
    phone
      .locator(selector)
      .last()
      .evaluate(each => each.getBoundingClientRect().left);
  const edge = await left('article[data-role=assistant] p');
  for (const each of ['[data-role=assistant] > .tools > .tool:first-child svg', '.why'])
    assert.ok(Math.abs((await left(each)) - edge) < 2, `${each} stands at the edge of the text`);
  const small = () =>
    phone.evaluate(() =>
      [...document.querySelector('sse-chat')!.shadowRoot!.querySelectorAll('button, summary, input')]
        .map(each => ({name: each.ariaLabel ?? each.textContent, box: each.getBoundingClientRect()}))
        .filter(({box}) => box.width > 0 && Math.min(box.width, box.height) < 43.9)
        .map(({name, box}) => `${name}: ${box.width} × ${box.height}`),
    );
  assert.deepEqual(await small(), []);
  await phone.getByRole('button', {name: 'Conversations'}).tap();
  await phone
    .getByRole('button', {name: /^Rename/})
    .first()
    .waitFor();
  assert.deepEqual(await small(), []);
  await context.close();
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

test('a popup is a dialog of the page and no other landmark, is seen in forced colours, and stands still when asked to', async () => {
  const own = await browser.newPage({forcedColors: 'active', reducedMotion: 'reduce'});
  own.setDefaultTimeout(PATIENCE);
  await own.goto(`${site.origin}/phone`);
  await own.getByRole('button', {name: 'Open chat'}).click();
  await own.getByRole('textbox', {name: 'Message'}).fill('Hi');
  await own.getByRole('button', {name: 'Send'}).click();
  const answer = await site.nextAnswer();
  answer.token('Yes.\n\n```js\nlet x;\n```\n\n| a |\n|---|\n| 1 |\n');
  answer.done();
  await own.getByRole('button', {name: 'Good answer'}).waitFor();
  const client = await own.context().newCDPSession(own);
  const {nodes} = await client.send('Accessibility.getFullAXTree');
  const landmarks = /^(dialog|banner|complementary|contentinfo|main|navigation|region|search)$/;
  assert.deepEqual(
    nodes.map(({role}) => role?.value).filter(role => landmarks.test(role)),
    ['dialog'],
  );
  const looks = await own.evaluate(() => {
    const {shadowRoot} = document.querySelector('sse-chat')!;
    shadowRoot!.querySelector('textarea')!.focus();
    const {outlineStyle, outlineWidth} = getComputedStyle(shadowRoot!.querySelector('.field')!);
    const moving = [...shadowRoot!.querySelectorAll('.root *')].filter(each => {
      const {animationName, transitionDuration} = getComputedStyle(each);
      return animationName !== 'none' || /[1-9]/.test(transitionDuration);
    });
    return {
      bare: ['.launcher', '.send', '.user > .body', '.panel', '.field'].filter(
        each => getComputedStyle(shadowRoot!.querySelector(each)!).borderTopWidth === '0px',
      ),
      ring: [outlineStyle, outlineWidth],
      moving: moving.map(each => each.className),
    };
  });
  assert.deepEqual(looks, {bare: [], ring: ['solid', '2px'], moving: []});
  await own.close();
});

test('a conversation is printed without what only works on a screen', async () => {
  await page.locator('[data-role=assistant][data-status=complete]').waitFor();
  assert.notEqual(await page.locator('[part=tools]').count(), 0);
  await page.emulateMedia({media: 'print'});
  assert.equal(await page.getByRole('log').getByText('Yes.').isVisible(), true);
  for (const part of await page.locator('[part=tools], [part=composer]').all()) {
    assert.equal(await part.isVisible(), false);
  }
  const scheme = () => page.locator('.root').evaluate(each => getComputedStyle(each).colorScheme);
  await page.evaluate(() => document.querySelector('sse-chat')!.setAttribute('theme', 'dark'));
  await page.locator('[data-theme=dark]').waitFor();
  assert.equal(await scheme(), 'light', 'as paper is');
  await page.emulateMedia({media: null});
  assert.equal(await scheme(), 'dark');
  await page.evaluate(() => document.querySelector('sse-chat')!.removeAttribute('theme'));
});

test('the list of conversations is not printed in the place of what it lies over', async () => {
  const own = await browser.newPage();
  own.setDefaultTimeout(PATIENCE);
  await own.goto(`${site.origin}/`);
  await own.evaluate(() =>
    document.querySelector('sse-chat')!.importHistory({messages: [{role: 'user', text: 'What was asked.'}]}),
  );
  await own.getByRole('button', {name: 'Conversations'}).click();
  await own.getByRole('searchbox').waitFor();
  await own.emulateMedia({media: 'print'});
  assert.equal(await own.getByRole('searchbox').isVisible(), false);
  assert.equal(await own.getByText('What was asked.').first().isVisible(), true);
  await own.close();
});

for (const mode of ['popup', 'fullscreen']) {
  test(`a long draft leaves the header where it is in a low window, ${mode}`, async () => {
    // A large window has this at 400 %.
    const low = await browser.newPage({viewport: {width: mode === 'popup' ? 640 : 320, height: 256}});
    low.setDefaultTimeout(PATIENCE);
    await low.goto(`${site.origin}/`);
    await low.evaluate(async mode => {
      const chat = document.querySelector('sse-chat')!;
      Object.assign(chat, {mode});
      await chat.show();
    }, mode);
    await low.getByRole('textbox', {name: 'Message'}).fill('line\n'.repeat(20));
    // Both at once: it may still be moving into its place.
    const hidden = await low.evaluate(() => {
      const {shadowRoot} = document.querySelector('sse-chat')!;
      const [panel, header] = ['panel', 'header'].map(
        part => shadowRoot!.querySelector(`[part=${part}]`)!.getBoundingClientRect().top,
      );
      return panel! - header!;
    });
    assert(hidden < 1, `${hidden} px of the header`);
    await low.close();
  });
}

test('a popup has all the height of a low window, as that of a phone on its side', async () => {
  const low = await browser.newPage({viewport: {width: 740, height: 320}, reducedMotion: 'reduce'});
  low.setDefaultTimeout(PATIENCE);
  await low.goto(`${site.origin}/`);
  for (const place of ['', 'top-start', 'middle-end']) {
    if (place) await low.evaluate(place => localStorage.setItem('sse-chat:launcher', place), place);
    await low.reload();
    await low.evaluate(async place => {
      const chat = document.querySelector('sse-chat')!;
      Object.assign(chat, {mode: 'popup', movableLauncher: place !== ''});
      await chat.show();
    }, place);
    if (place) await low.locator(`.root[data-place=${place}]`).waitFor();
    const panel = await low.getByRole('dialog').boundingBox();
    const x = place.endsWith('start') ? 0 : 340;
    assert.deepEqual(panel, {x, y: 0, width: 400, height: 320}, place);
    assert((await low.getByRole('log').boundingBox())!.height > 180);
    await low.getByRole('button', {name: 'Close chat'}).click();
    assert.equal(await low.getByRole('button', {name: 'Open chat'}).isVisible(), true);
  }
  await low.close();
});

for (const look of ['inline', 'popup', 'fullscreen']) {
  test(`a conversation is printed as a whole, ${look}`, async () => {
    const own = await browser.newPage();
    own.setDefaultTimeout(PATIENCE);
    await own.goto(`${site.origin}/`);
    await own.evaluate(async mode => {
      const messages = Array.from({length: 48}, (_, at) => ({
        role: at % 2 ? 'assistant' : 'user',
        text: `Line ${at}.\n\nAnother line\n\nOne more`,
      }));
      const chat = document.querySelector('sse-chat')!;
      await chat.importHistory({messages});
      chat.style.blockSize = '400px';
      Object.assign(chat, {mode});
      if (mode !== 'inline') await chat.show();
      const log = chat.shadowRoot!.querySelector('[role=log]')!;
      while (log.scrollTop === 0) await new Promise(requestAnimationFrame);
      log.scrollTop -= 1000; // Where it is read, it is afterwards.
    }, look);
    const place = () =>
      own.evaluate(
        () => document.querySelector('sse-chat')!.shadowRoot!.querySelector('[role=log]')!.scrollTop,
      );
    const before = await place();
    const pages = (await own.pdf()).toString('latin1').match(/\/Type \/Page\b/g)!.length;
    assert(pages >= 5, `${pages} pages`);
    assert.equal(await place(), before);
    await own.close();
  });
}

for (const look of ['inline', 'popup', 'fullscreen']) {
  test(`on paper nothing is cut off, and nothing can be pressed, ${look}`, async () => {
    const own = await browser.newPage({viewport: {width: 700, height: 500}});
    own.setDefaultTimeout(PATIENCE);
    await own.goto(`${site.origin}/`);
    await own.evaluate(async mode => {
      const long = 'much that is said '.repeat(12);
      const text = `\`\`\`\n${long}\n\`\`\`\n\n| ${'A head that is long |'.repeat(9)}\n|${'-|'.repeat(9)}\n`;
      const chat = document.querySelector('sse-chat')!;
      await chat.importHistory({
        messages: [
          {role: 'user', text: 'Hi'},
          {role: 'assistant', text},
        ],
      });
      Object.assign(chat, {mode});
      if (mode !== 'inline') await chat.show();
    }, look);
    await own.getByRole('button', {name: 'Copy code'}).waitFor();
    await own.emulateMedia({media: 'print'});
    const cut = await own.evaluate(() =>
      ['.panel', 'pre', '[data-table]'].filter(which => {
        const {scrollWidth, clientWidth} = document
          .querySelector('sse-chat')!
          .shadowRoot!.querySelector(which)!;
        return scrollWidth > clientWidth || clientWidth < 500;
      }),
    );
    assert.deepEqual(cut, []);
    assert.equal(await own.getByRole('button').count(), 0);
    await own.close();
  });
}

test('a reload shows a conversation where it was read, and has the draft of each', async () => {
  const composer = page.getByRole('textbox', {name: 'Message'});
  const top = () =>
    page.evaluate(() => {
      const {shadowRoot} = document.querySelector('sse-chat')!;
      const message = [...shadowRoot!.querySelectorAll('article')].find(each =>
        each.textContent!.includes('Line 20.'),
      );
      const log = shadowRoot!.querySelector('[role=log]')!;
      return message && Math.round(message.getBoundingClientRect().top - log.getBoundingClientRect().top);
    });
  await composer.fill('One draft');
  const other = await page.evaluate(async () => {
    const messages = Array.from({length: 40}, (_, at) => ({
      role: at % 2 ? 'assistant' : 'user',
      text: `Line ${at}.`,
    }));
    const chat = document.querySelector('sse-chat')!;
    await chat.importHistory({messages});
    const log = chat.shadowRoot!.querySelector('[role=log]')!;
    // Who would scroll before the chat has gone to its end has not seen it yet.
    while (log.scrollTop === 0) await new Promise(requestAnimationFrame);
    chat.shadowRoot!.querySelectorAll('article')[20]!.scrollIntoView();
    return chat.conversations.at(-1)!.id;
  });
  await composer.fill('Another draft');
  await page.getByRole('button', {name: 'Jump to latest'}).waitFor();
  // What notes the place is loaded once there is one to note. A module that has come is not yet run.
  const placeOf = `performance.getEntriesByType('resource').find(({name}) => /reading-place/.test(name))`;
  await page.waitForFunction(`${placeOf} && import(${placeOf}.name)`);
  await page.evaluate(() => new Promise(resolve => setTimeout(resolve)));
  const before = await top();
  await page.reload();
  await page.getByRole('button', {name: 'Jump to latest'}).waitFor();
  assert.equal(await top(), before);
  assert.equal(await composer.inputValue(), 'Another draft');
  await page.evaluate(id => {
    document.querySelector('sse-chat')!.conversationId = id;
  }, other);
  await page.getByText('Hi', {exact: true}).waitFor();
  assert.equal(await composer.inputValue(), 'One draft');
});
