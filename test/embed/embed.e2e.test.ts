import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import type {Browser, Page} from 'playwright-core';
import {beforeEachTest} from './fresh-page.ts';
import {PATIENCE, type Site} from './site.ts';

// Against the built `dist/`: `npm run build` comes first.

const SCRIPT = '<script src="/dist/embed.js" data-endpoint="/chat" defer></script>';
const ENTRY = '/dist/sse-chat.js';
const FILLER = '<p><button id="before">Before</button></p>';

let browser: Browser;
let site: Site;
let page: Page;

beforeEachTest(fresh => {
  ({browser, site, page} = fresh);
});

async function open(html: string): Promise<void> {
  site.pages.set('/', {
    body: `<!doctype html><html lang="en"><title>t</title><link rel="icon" href="data:,">${html}`,
  });
  await page.goto(`${site.origin}/`);
}

const launcher = () => page.getByRole('button', {name: 'Open chat'});
const composer = () => page.getByRole('textbox', {name: 'Message'});
/** What the page has asked for beside itself. */
const asked = () => site.requests.filter(path => path !== '/');
const settled = () => page.waitForLoadState('networkidle');

test('draws a named, closed launcher and asks for nothing else', async () => {
  await open(`<body>${FILLER}${SCRIPT}`);
  await launcher().waitFor();
  await settled();
  assert.deepEqual(asked(), ['/dist/embed.js']);
  assert.equal(await launcher().getAttribute('aria-expanded'), 'false');
  assert.equal(await launcher().getAttribute('aria-haspopup'), 'dialog');
  assert.equal(await page.locator('sse-chat').count(), 1);
});

test('draws the launcher without a long task', async () => {
  await page.addInitScript(() => {
    const seen: number[] = [];
    Object.assign(globalThis, {seen});
    new PerformanceObserver(list => seen.push(...list.getEntries().map(entry => entry.duration))).observe({
      type: 'longtask',
      buffered: true,
    });
  });
  const seen: number[][] = [];
  // A machine that is busy with other things makes any task long now and then, but not each time.
  while (seen.length < 20 && seen.at(-1)?.length !== 0) {
    await open(`<body>${SCRIPT}`);
    await launcher().waitFor();
    await settled();
    seen.push(await page.evaluate<number[]>('seen'));
  }
  assert.deepEqual(seen.at(-1), [], JSON.stringify(seen));
});

test('loads the chat when the launcher is pointed at, and keeps it closed', async () => {
  await open(`<body>${FILLER}${SCRIPT}`);
  const before = await launcher().boundingBox();
  await launcher().hover();
  await page.waitForFunction(() => !!customElements.get('sse-chat'));
  await page
    .locator('sse-chat')
    .evaluate(chat => (chat as HTMLElement & {updateComplete: unknown}).updateComplete);
  assert.ok(asked().includes(ENTRY));
  assert.equal(await launcher().count(), 1, 'one launcher took the place of the other');
  assert.deepEqual(await launcher().boundingBox(), before, 'in the same place');
  assert.equal(await page.getByRole('dialog').count(), 0);
});

test('loads the chat when the launcher has the focus, and the focus stays on it', async () => {
  await open(`<body>${FILLER}${SCRIPT}`);
  await page.locator('#before').focus();
  await page.keyboard.press('Tab');
  await handedOver();
  assert.equal(await launcher().evaluate(each => each.matches(':focus')), true);
  await page.keyboard.press('Enter');
  await composer().waitFor();
});

test('opens on a click, with the composer focused', async () => {
  await open(`<body>${FILLER}${SCRIPT}`);
  await launcher().click();
  await page.getByRole('dialog').waitFor();
  await page.waitForFunction(
    () =>
      document.querySelector('sse-chat')?.shadowRoot?.activeElement?.matches('textarea, [role=textbox]') ??
      false,
  );
});

test('opens by a finger without a keyboard on screen', async () => {
  const context = await browser.newContext({hasTouch: true, isMobile: true});
  page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await open(`<body>${FILLER}${SCRIPT}`);
  await launcher().tap();
  await page.waitForFunction(
    () => document.querySelector('sse-chat')?.shadowRoot?.activeElement?.matches('.panel') ?? false,
  );
  await context.close();
});

/** Holds what is asked for at that path back until it is let through. */
async function hold(path: string): Promise<() => void> {
  let arrive = () => {};
  const held = new Promise<void>(resolve => {
    arrive = resolve;
  });
  await page.route(`**${path}`, async route => {
    await held;
    await route.continue();
  });
  return arrive;
}

const handedOver = () =>
  page.waitForFunction(() => {
    const root = document.querySelector('sse-chat')?.shadowRoot;
    return customElements.get('sse-chat') && root && !root.querySelector('#embed-launcher');
  });

for (const [title, html] of [
  ['as it is', ''],
  ['from right to left', '<script>document.dir = "rtl"</script>'],
  [
    'with a colour and a place of its own',
    '<style>sse-chat {--sse-chat-accent: #0a7a4b; --sse-chat-offset: 40px}</style>',
  ],
] as const) {
  test(`nothing is seen of the change to the element's own launcher: ${title}`, async () => {
    const arrive = await hold(ENTRY);
    await open(`${html}<body>${SCRIPT}`);
    await launcher().hover();
    const before = await page.screenshot();
    arrive();
    await handedOver();
    assert.ok(before.equals(await page.screenshot()));
  });
}

test('a press that is under way when the chat arrives is still a click, also before that is drawn', async () => {
  const [arrive, speak] = [await hold(ENTRY), await hold('/dist/chunks/language-*.js')];
  await open(`<script>document.documentElement.lang = 'de'</script><body>${SCRIPT}`);
  const button = page.getByRole('button', {name: 'Chat öffnen'});
  await button.hover();
  const before = await button.boundingBox();
  await page.mouse.down();
  arrive();
  await page.waitForFunction(() => !!customElements.get('sse-chat'));
  assert.deepEqual(await button.boundingBox(), before);
  await page.mouse.up();
  speak();
  await page.getByRole('dialog').waitFor();
});

test('says so when the chat cannot be loaded, and tries again when asked', async () => {
  site.broken.add(ENTRY);
  await open(`<body>${SCRIPT}`);
  await launcher().click();
  await page.getByRole('alert').getByText('The chat could not be loaded.').waitFor();
  site.broken.delete(ENTRY);
  await page.getByRole('button', {name: 'Try again'}).click();
  await page.getByRole('dialog').waitFor();
  assert.equal(await page.getByText('The chat could not be loaded.').count(), 0);
});

test('says nothing about a preload that failed, since nobody asked', async () => {
  site.broken.add(ENTRY);
  await open(`<body>${SCRIPT}`);
  const failed = page.waitForEvent('requestfailed', request => request.url().endsWith(ENTRY));
  await launcher().hover();
  await failed;
  await settled();
  assert.equal(await page.getByRole('alert').count(), 0);
});

test('turns data-* into attributes, but not into handlers or styles', async () => {
  await open(
    `<body><script src="/dist/embed.js" data-endpoint="/chat" data-model="m-1" data-history-key="u7"
      data-onclick="alert(1)" data-style="color:red" data-heading="Ask us"></script>`,
  );
  const attributes = await page
    .locator('sse-chat')
    .evaluate(chat => Object.fromEntries([...chat.attributes].map(({name, value}) => [name, value])));
  assert.deepEqual(attributes, {
    endpoint: '/chat',
    model: 'm-1',
    'history-key': 'u7',
    heading: 'Ask us',
    mode: 'popup',
    'data-turbo-permanent': '', // What Turbo's morphing leaves where it is.
  });
});

test('properties and listeners set before the chat is loaded hold after it is', async () => {
  site.tokens = ['Hello', ' there'];
  await open(`<body>${SCRIPT}<script>
    addEventListener('DOMContentLoaded', () => {
      const chat = document.querySelector('sse-chat');
      chat.headers = () => ({'x-user': 'seven'});
      chat.addEventListener('chat-send', event => { document.title = event.text; });
    });
  </script>`);
  const request = page.waitForRequest('**/chat');
  await launcher().click();
  await composer().fill('Hi');
  await page.keyboard.press('Enter');
  assert.equal((await request).headers()['x-user'], 'seven');
  await page.locator('[data-role=assistant][data-status=complete]').getByText('Hello there').waitFor();
  assert.equal(await page.title(), 'Hi');
});

test('works in the head, before there is a body', async () => {
  await open(`<head><script src="/dist/embed.js" data-endpoint="/chat"></script></head><body>${FILLER}`);
  await launcher().waitFor();
});

test('the same tag twice is one chat; tags for other endpoints and places are others', async () => {
  await open(`<body><div id="here"></div>${SCRIPT}${SCRIPT}
    <script src="/dist/embed.js" data-endpoint="/chat" data-mode="inline" data-target="#here" defer></script>`);
  await settled();
  assert.equal(await page.locator('sse-chat[mode=popup]').count(), 1);
  assert.equal(await page.locator('#here > sse-chat[mode=inline]').count(), 1);
});

test('a copy of the chat that a page had kept, as Turbo does, gives way to one that works', async () => {
  await open(`<body>${SCRIPT.replace('defer', '')}`);
  await launcher().waitFor();
  await page.evaluate(() => {
    const copy = document.body.cloneNode(true) as HTMLElement;
    document.body.replaceWith(copy);
    const again = document.createElement('script'); // Which such a library runs anew.
    for (const {name, value} of copy.querySelector('script')!.attributes) again.setAttribute(name, value);
    copy.append(again);
  });
  await launcher().click();
  await composer().waitFor();
  assert.equal(await page.locator('sse-chat').count(), 1);
});

for (const kept of [false, true]) {
  test(`a chat of a script in the head stays when the page gets ${kept ? 'its old' : 'another'} body, with its answer`, async () => {
    await open(`<head>${SCRIPT}</head><body>${FILLER}`);
    await launcher().click();
    await composer().fill('Hi');
    await page.keyboard.press('Enter');
    const answer = await site.nextAnswer();
    answer.token('Hello');
    await page.getByText('Hello').waitFor();
    await page.evaluate(
      isKept =>
        document.body.replaceWith(isKept ? document.body.cloneNode(true) : document.createElement('body')),
      kept,
    );
    answer.token(' there');
    answer.done();
    await page.locator('[data-role=assistant][data-status=complete]').getByText('Hello there').waitFor();
    assert.equal(await page.locator('sse-chat').count(), 1);
    assert.deepEqual(
      asked().filter(path => path === '/chat'),
      ['/chat'],
    );
  });
}

test('a chat of a script in the head that the page takes away stays away', async () => {
  await open(`<head>${SCRIPT}</head><body>${FILLER}`);
  await launcher().waitFor();
  await page.evaluate(() => {
    document.querySelector('sse-chat')!.remove();
    document.body.replaceWith(document.createElement('body'));
  });
  await page.evaluate(() => new Promise(requestAnimationFrame));
  assert.equal(await page.locator('sse-chat').count(), 0);
});

test('an inline chat is loaded when it comes near the viewport', async () => {
  await open(`<body><div style="height:4000px"></div><div id="here" style="height:400px"></div>
    <script src="/dist/embed.js" data-endpoint="/chat" data-mode="inline" data-target="#here" defer></script>`);
  await page.locator('#here > sse-chat').waitFor({state: 'attached'});
  await settled();
  assert.deepEqual(asked(), ['/dist/embed.js']);
  assert.equal(await page.getByRole('button').count(), 0, 'it has no launcher');
  await page.locator('#here').scrollIntoViewIfNeeded();
  await composer().waitFor();
});

test('an inline chat that cannot be loaded says so in its place', async () => {
  site.broken.add(ENTRY);
  await open(`<body><div id="here"></div>
    <script src="/dist/embed.js" data-endpoint="/chat" data-mode="inline" data-target="#here" defer></script>`);
  await page.locator('#here').getByText('The chat could not be loaded.').waitFor();
  site.broken.delete(ENTRY);
  await page.getByRole('button', {name: 'Try again'}).click();
  await composer().waitFor();
});

test('a chat that was open is open again after a reload; one that was closed is not loaded', async () => {
  await open(`<body>${SCRIPT}`);
  await launcher().click();
  await page.getByRole('dialog').waitFor();
  await page.reload();
  await page.getByRole('dialog').waitFor();
  await page.getByRole('button', {name: 'Close chat'}).click();
  await page.getByRole('dialog').waitFor({state: 'hidden'});
  site.requests.length = 0;
  await page.reload();
  await launcher().waitFor();
  await settled();
  assert.deepEqual(asked(), ['/dist/embed.js']);
});

test('what stands beside the launcher is loaded at once, and opens the chat', async () => {
  await open(`<body>${SCRIPT.replace('defer', 'data-greeting-bubble="Questions?" defer')}`);
  await page.getByRole('button', {name: 'Hide greeting'}).waitFor();
  await handedOver();
  await page.getByRole('button', {name: 'Questions?'}).click();
  await composer().waitFor();
  await page.getByRole('button', {name: 'Close chat'}).click();
  await page.reload();
  await handedOver();
  await settled();
  assert.equal(await page.getByRole('button', {name: 'Questions?'}).count(), 0);
});

test('a launcher that can be moved is loaded at once, and stays where a mouse left it', async () => {
  await open(`<body>${SCRIPT.replace('defer', 'data-movable-launcher defer')}`);
  const isMoved = () =>
    page.waitForFunction(() => document.querySelector('sse-chat')?.shadowRoot?.querySelector('[data-place]'));
  await handedOver();
  await isMoved();
  const box = (await launcher().boundingBox())!;
  await page.mouse.move(box.x + 28, box.y + 28);
  await page.mouse.down();
  await page.mouse.move(300, 200, {steps: 4});
  await page.mouse.move(100, 60, {steps: 4});
  await page.mouse.up();
  const isOpen = () => page.locator('sse-chat').evaluate(chat => chat.hasAttribute('open'));
  assert.equal(await isOpen(), false, 'what ends a drag is no click');
  await page.reload();
  await handedOver();
  await isMoved();
  for (const size of [undefined, {width: 400, height: 300}]) {
    if (size) await page.setViewportSize(size);
    const {x, y} = (await launcher().boundingBox())!;
    assert.deepEqual([x, y], [20, 20]);
  }
  await launcher().click();
  await composer().waitFor();
});

test('in a sandbox that allows no forms the button sends and stops', async () => {
  site.pages.set('/', {
    body: `<!doctype html><html lang="en"><title>t</title><body>${SCRIPT}`,
    headers: {'content-security-policy': 'sandbox allow-scripts allow-same-origin'},
  });
  await page.goto(`${site.origin}/`);
  await launcher().click();
  await composer().fill('Hello');
  await page.getByRole('button', {name: 'Send', exact: true}).click();
  const answer = await site.nextAnswer();
  answer.token('Hi');
  await page.getByRole('button', {name: 'Stop', exact: true}).click();
  await answer.closed;
});

test('without an endpoint it draws nothing and says why on the console', async () => {
  const said = page.waitForEvent('console', message => message.type() === 'error');
  await open('<body><script src="/dist/embed.js"></script>');
  assert.match((await said).text(), /data-endpoint/);
  assert.equal(await page.locator('sse-chat').count(), 0);
});

for (const [where, tag] of [
  ['a place that there is not', `<body>${FILLER}<script data-target="#nowhere"`],
  ['the head', '<head><script'],
] as const) {
  test(`an inline chat in ${where} is not drawn, and the console says why`, async () => {
    const said = page.waitForEvent('console', message => message.type() === 'error');
    await open(`${tag} src="/dist/embed.js" data-endpoint="/chat" data-mode="inline" defer></script><p>Text`);
    assert.match((await said).text(), /data-target/);
    assert.equal(await page.locator('sse-chat').count(), 0);
  });
}

test('a mode that there is not is a popup, before and after the chat is loaded, and the console says so', async () => {
  const said = page.waitForEvent('console', message => message.type() === 'error');
  await open('<body><script src="/dist/embed.js" data-endpoint="/chat" data-mode="Sidebar" defer></script>');
  assert.match((await said).text(), /data-mode/);
  await launcher().click();
  await page.getByRole('dialog').waitFor();
  assert.equal(await page.locator('sse-chat[mode=popup]').count(), 1);
});

for (const [language, name] of [
  ['de-AT', 'Chat öffnen'],
  ['ar', 'فتح الدردشة'],
  ['zz', 'Open chat'],
] as const) {
  test(`names the launcher in the page's language: ${language}`, async () => {
    await open(`<script>document.documentElement.lang = '${language}'</script><body>${SCRIPT}`);
    await page.getByRole('button', {name}).waitFor();
  });
}

test('a language that cannot be loaded leaves English, and is no error', async () => {
  const [chunk] = readdirSync(join(import.meta.dirname, '../../dist/chunks')).filter(name =>
    /^language-.*\.js$/.test(name),
  );
  site.broken.add(`/dist/chunks/${chunk}`);
  await open(`<script>document.documentElement.lang = 'de'</script><body>${SCRIPT}`);
  await page.getByRole('button', {name: 'Chat öffnen'}).click();
  await composer().waitFor();
  assert.ok(asked().includes(`/dist/chunks/${chunk}`));
});

test('the chat that has come speaks the language of the page', async () => {
  await open(`<script>document.documentElement.lang = 'ru'</script><body>${SCRIPT}`);
  await page.getByRole('button', {name: 'Открыть чат'}).click();
  await page.getByRole('textbox', {name: 'Сообщение'}).waitFor();
});
