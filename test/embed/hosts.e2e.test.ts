import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Page} from 'playwright-core';
import {beforeEachTest} from './fresh-page.ts';
import type {Site} from './site.ts';

// Against the built `dist/`: `npm run build` comes first. Pages that change what a chat stands on, and mean no harm.

const HEAD = '<html lang="en"><title>t</title><link rel="icon" href="data:,">';
const SCRIPT = '<script src="/dist/embed.js" data-endpoint="/chat" defer></script>';

let site: Site;
let page: Page;

beforeEachTest(fresh => {
  ({site, page} = fresh);
});

async function open(html: string): Promise<void> {
  site.pages.set('/', {body: html});
  await page.goto(`${site.origin}/`);
  await page.getByRole('button', {name: 'Open chat'}).click();
}

async function ask(text: string): Promise<void> {
  const composer = page.getByRole('textbox', {name: 'Message', exact: true});
  await composer.fill(text);
  await composer.press('Enter');
}

const articles = () => page.getByRole('article');
const statusIs = (status: string) => page.locator(`article[data-status=${status}]`).nth(-1).waitFor();

/** As Prototype.js 1.7.3, of Magento 1, MooTools 1.4.5, of Joomla 3, and MDN's first polyfill of `CustomEvent` do it. */
const OLD_LIBRARIES = `<script>
  delete Array.prototype.entries;
  Array.from = function (iterable) {
    if (!iterable) return [];
    if ('toArray' in Object(iterable)) return iterable.toArray();
    var length = iterable.length || 0, results = new Array(length);
    while (length--) results[length] = iterable[length];
    return results;
  };
  HTMLElement.prototype.remove = function () {
    this.parentNode.removeChild(this);
    return this;
  };
  window.CustomEvent = function (type, {detail}) {
    const event = document.createEvent('CustomEvent');
    event.initCustomEvent(type, false, false, detail);
    return event;
  };
  CustomEvent.prototype = Event.prototype;
  window.Event = function (event) {
    if (event.type.indexOf('key') === 0) this.key = event.key;
    this.event = event;
  };
</script>`;

test('old libraries that replace what is built in change nothing', async () => {
  await open(`<!doctype html>${HEAD}${OLD_LIBRARIES}<body>${SCRIPT}`);
  site.tokens = ['One &amp; **two**.\n\n```js\nlet x;\n```\n'];
  await ask('First');
  const text = page.locator('article [part=text]').nth(1);
  await page.locator('article[data-role=assistant][data-status=complete]').waitFor();
  assert.match((await text.textContent())!, /One & two\./);

  site.tokens = undefined;
  await ask('Second');
  const answer = await site.nextAnswer();
  assert.deepEqual((answer.request['messages'] as unknown[]).length, 3);
  answer.token('Three');
  await page.getByText('Three').waitFor();
  await page.getByRole('button', {name: 'Stop'}).click();
  await answer.closed;
  await statusIs('stopped');

  await page.reload();
  await statusIs('stopped');
  assert.equal(await articles().count(), 4);
});

test('old libraries let a chat with a bubble be opened, and a conversation be drawn from its beginning', async () => {
  site.tokens = ['Fine.'];
  const greeted = SCRIPT.replace('data-', 'data-greeting-bubble="Hello" data-');
  await open(`<!doctype html>${HEAD}${OLD_LIBRARIES}<body>${greeted}`);
  await page.evaluate(async () => {
    await customElements.whenDefined('sse-chat');
    const chat = document.querySelector('sse-chat')!;
    await chat.importHistory({messages: Array(60).fill({role: 'user', text: 'Before'})});
    await chat.loadEarlier();
  });
  await ask('And now?');
  await page.getByText('Fine.').waitFor();
  assert.equal(await articles().count(), 62);
  await page.evaluate(() => document.body.replaceChildren());
});

test('a table has the colour and the lines of its answer in a page without a doctype', async () => {
  site.tokens = ['Text\n\n| a |\n|---|\n| b |\n'];
  await open(`${HEAD}<body text="#fe0000">${SCRIPT}`);
  await ask('A table');
  await page.locator('article td').waitFor();
  const [text, cell] = await page.locator('article :is(p, td)').evaluateAll(nodes =>
    nodes.map(node => {
      const {color, lineHeight, fontSize} = getComputedStyle(node);
      return {color, lines: (Number.parseFloat(lineHeight) / Number.parseFloat(fontSize)).toFixed(2)};
    }),
  );
  assert.deepEqual(cell, text);
});

test('an answer that comes while its page is translated is shown as a whole, and translated then', async () => {
  await open(`<!doctype html>${HEAD}<body>${SCRIPT}<script>
    function translate(root) {
      for (const node of [...root.childNodes]) {
        if (node.nodeType === 3 && node.data.trim()) {
          const inner = document.createElement('font');
          inner.textContent = node.data.toUpperCase();
          const outer = document.createElement('font');
          outer.append(inner);
          node.replaceWith(outer);
        } else if (node.nodeType === 1 && !node.matches('.notranslate, [translate=no], font, script, textarea')) {
          translate(node.shadowRoot || node);
        }
      }
    }
  </script>`);
  await ask('Something');
  const answer = await site.nextAnswer();
  const text = page.locator('article [part=text]').nth(1);
  for (const token of ['The qui', 'ck brown **f', 'ox ju', 'mps**.\n\n- ov', 'er the la', 'zy dog']) {
    const {length} = (await text.textContent())!;
    answer.token(token);
    await page.waitForFunction(
      before =>
        document.querySelector('sse-chat')!.shadowRoot!.querySelector('article:last-child [part=text]')!
          .textContent!.length > before,
      length,
    );
    await page.evaluate('translate(document.body)');
  }
  answer.done();
  await page.locator('article[data-role=assistant][data-status=complete]').waitFor();
  await text.getByText('over the lazy dog', {exact: true}).waitFor();
  assert.match((await text.textContent())!, /^The quick brown fox jumps\.\s*over the lazy dog/);
  await page.evaluate('translate(document.body)');
  assert.match((await text.textContent())!, /^THE QUICK BROWN FOX JUMPS\.\s*OVER THE LAZY DOG/);
});
