import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Page} from 'playwright-core';
import {beforeEachTest} from './fresh-page.ts';
import type {Site} from './site.ts';

// Against the built `dist/`: `npm run build` comes first.

const MODULE = '<script type="module" src="/dist/sse-chat.js"></script>';

let site: Site;
let page: Page;

beforeEachTest(fresh => {
  ({site, page} = fresh);
});

async function open(body: string): Promise<void> {
  site.pages.set('/', {body: `<!doctype html><html lang="en"><title>t</title><body>${body}`});
  await page.goto(`${site.origin}/`);
}

async function send(text: string): Promise<void> {
  await page.getByRole('textbox', {name: 'Message'}).fill(text);
  await page.getByRole('button', {name: 'Send'}).click();
}

const assistant = () => page.locator('[data-role=assistant]');

test('properties set before the upgrade survive it', async () => {
  await open(`<sse-chat endpoint="/wrong" history="none"></sse-chat><script>
    const chat = document.querySelector('sse-chat');
    chat.endpoint = '/chat';
    chat.heading = 'Set early';
    chat.headers = async () => ({'x-early': 'yes'});
    chat.suggestions = ['A suggestion'];
  </script>${MODULE}`);
  await page.getByText('Set early').waitFor();
  await page.getByRole('button', {name: 'A suggestion'}).waitFor();
  await send('Hi');
  const answer = await site.nextAnswer();
  assert.equal(answer.headers['x-early'], 'yes');
  answer.done();
});

test('moving the element keeps its stream', async () => {
  await open(`<div id="a"><sse-chat endpoint="/chat"></sse-chat></div><div id="b"></div>${MODULE}`);
  await send('Hi');
  const answer = await site.nextAnswer();
  answer.token('Before, ');
  await assistant().getByText('Before,').waitFor();
  await page.evaluate(() => document.querySelector('#b')?.append(document.querySelector('sse-chat')!));
  answer.token('after.');
  await page.locator('#b [data-role=assistant]').getByText('Before, after.').waitFor();
  assert.equal(answer.isClosed, false);
  answer.done();
  await page.locator('#b [data-role=assistant][data-status=complete]').waitFor();
  assert.equal(site.requests.filter(path => path === '/chat').length, 1);
});

test('removing the element closes its stream, and no request follows', async () => {
  await page.clock.install();
  await open(`<sse-chat endpoint="/chat"></sse-chat>${MODULE}`);
  await send('Hi');
  const answer = await site.nextAnswer();
  answer.token('Before');
  await assistant().getByText('Before').waitFor();
  await page.evaluate(() => document.querySelector('sse-chat')?.remove());
  await answer.closed;
  await page.clock.runFor(120_000); // Longer than any retry waits.
  await page.evaluate(() => fetch('/marker')); // What was sent before it has arrived before it.
  assert.equal(site.requests.filter(path => path === '/chat').length, 1);
});

test('an element that is put back after it was removed shows its conversation and can be used', async () => {
  await open(`<sse-chat endpoint="/chat"></sse-chat>${MODULE}`);
  site.tokens = ['An answer.'];
  await send('Hi');
  await page.locator('[data-role=assistant][data-status=complete]').getByText('An answer.').waitFor();
  await page.evaluate(async () => {
    const chat = document.querySelector('sse-chat')!;
    chat.remove();
    await new Promise(resolve => setTimeout(resolve));
    document.body.append(chat);
  });
  await assistant().getByText('An answer.').waitFor();
  await send('Again');
  await page.locator('[data-role=assistant][data-status=complete]').nth(1).waitFor();
});

test('an element with no settings but its endpoint has its conversation again after a reload', async () => {
  await open(`<sse-chat endpoint="/chat"></sse-chat>${MODULE}`);
  site.tokens = ['An answer.'];
  await send('Hi');
  await page.locator('[data-role=assistant][data-status=complete]').getByText('An answer.').waitFor();
  await page.reload();
  await page.locator('[data-role=assistant][data-status=complete]').getByText('An answer.').waitFor();
});

test('importing the package twice is harmless', async () => {
  const failures: string[] = [];
  page.on('pageerror', error => failures.push(String(error)));
  await open(`<sse-chat endpoint="/chat"></sse-chat>${MODULE}
    <script type="module" src="/dist/sse-chat.js?again"></script>`);
  await page.getByRole('textbox', {name: 'Message'}).waitFor();
  await page.waitForLoadState('networkidle');
  assert.deepEqual(failures, []);
});
