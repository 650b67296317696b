import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import type {Browser} from 'playwright-core';
import {PATIENCE, type Site, startSite} from '../embed/site.ts';
import {launchChromium} from '../support/launch-chromium.ts';

// Against the built `dist/`: `npm run build` comes first.

let browser: Browser;
let site: Site;

before(async () => {
  browser = await launchChromium();
  site = await startSite({
    '/': '<!doctype html><html lang="en"><title>t</title><script type="module" src="/dist/sse-chat.js"></script><sse-chat endpoint="/chat"></sse-chat>',
  });
  site.tokens = ['Yes.'];
});
after(async () => {
  await browser.close();
  await site.close();
});

/** The addresses of what is loaded later under that name. */
function chunksOf(name: string): string[] {
  const chunks = readdirSync(join(import.meta.dirname, '../../dist/chunks'));
  const own = new RegExp(`^${name}-.*\\.js$`);
  return chunks.filter(each => own.test(each)).map(each => `/dist/chunks/${each}`);
}

/** A chat in a page of its own, in which an answer has begun. */
async function answering(path = '/') {
  site.tokens = undefined;
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(`${site.origin}${path}`);
  const composer = page.getByRole('textbox', {name: 'Message', exact: true});
  await composer.fill('First');
  await composer.press('Enter');
  const answer = await site.nextAnswer();
  answer.token('Wait');
  await page.locator('[data-role=assistant]').getByText('Wait').waitFor();
  return {page, composer, answer};
}

test('an editor that cannot be loaded is said, loses nothing, and can be asked for again', async () => {
  const [chunk = ''] = chunksOf('message-extras');
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(`${site.origin}/`);
  const composer = page.getByRole('textbox', {name: 'Message', exact: true});
  await composer.fill('Frist');
  await composer.press('Enter');
  await page.locator('[data-role=assistant][data-status=complete]').waitFor();
  await composer.fill('A draft');

  site.broken.add(chunk);
  const edit = page.getByRole('button', {name: 'Edit'});
  await edit.click();
  await page.locator('[part=notice]').getByText('The server cannot be reached.').waitFor();
  assert.equal(await composer.inputValue(), 'A draft');
  assert.equal(await page.getByText('Frist').isVisible(), true);

  site.broken.delete(chunk);
  await edit.click();
  const editor = page.getByRole('textbox', {name: 'Edit your message'});
  await editor.fill('First');
  await editor.press('Enter');
  await page.locator('[data-role=user]').getByText('First', {exact: true}).waitFor();
  await page.locator('[data-role=assistant][data-status=complete]').waitFor();
  assert.equal(await page.locator('[part=notice]').count(), 0);
  assert.equal(await composer.inputValue(), 'A draft');
});

for (const name of ['queued-message', 'extras'])
  test(`a message that cannot wait, since ${name} cannot be loaded, stays in the box, and that is said`, async () => {
    const [chunk = ''] = chunksOf(name);
    const {page, composer, answer} = await answering();

    site.broken.add(chunk);
    await composer.fill('Second');
    await composer.press('Enter');
    await page.locator('[part=notice]').getByText('The server cannot be reached.').waitFor();
    assert.equal(await composer.inputValue(), 'Second');

    site.broken.delete(chunk);
    await composer.press('Enter');
    await page.locator('[part=queued]').getByText('Second').waitFor();
    assert.equal(await composer.inputValue(), '');
    answer.token(' no more.');
    answer.done();
    const next = await site.nextAnswer();
    assert.equal(next.request['prompt'], 'Second');
    next.token('Yes.');
    next.done();
    await page.locator('[data-role=assistant][data-status=complete]').getByText('Yes.').waitFor();
  });

test('a message that waits is no failure where something else cannot be loaded', async () => {
  const [chunk = ''] = chunksOf('feedback');
  site.pages.set('/thumbs', {
    body: site.pages.get('/')!.body.replace('endpoint', 'feedback history="none" endpoint'),
  });
  site.broken.add(chunk);
  const {page, composer, answer} = await answering('/thumbs');
  const errors = await page.evaluateHandle(() => {
    const found: string[] = [];
    document
      .querySelector('sse-chat')!
      .addEventListener('chat-error', ({error}) => found.push(error.message));
    return found;
  });
  const failed = page.waitForEvent('requestfailed', request => request.url().endsWith(chunk));
  await composer.fill('Second');
  await composer.press('Enter');
  await failed;
  await page.locator('[part=queued]').getByText('Second').waitFor();
  answer.done();
  (await site.nextAnswer()).done();
  await page.locator('[data-role=assistant][data-status=error]').waitFor();
  assert.deepEqual(await errors.evaluate(found => found.filter(each => /part of the chat/i.test(each))), []);
  site.broken.delete(chunk);
});

test('a history that cannot be exported, since what that takes cannot be loaded, is said as an error of the chat', async () => {
  const [chunk = ''] = chunksOf('conversation-list');
  site.broken.add(chunk);
  const page = await browser.newPage();
  await page.goto(`${site.origin}/`);
  const kind = await page.evaluate(async () => {
    await customElements.whenDefined('sse-chat');
    return document
      .querySelector('sse-chat')!
      .exportHistory()
      .catch(error => error.kind);
  });
  assert.equal(kind, 'network');
  site.broken.delete(chunk);
});

test('a chat that forgets what is old goes on where what that takes cannot be loaded', async () => {
  const seldom = chunksOf('seldom');
  for (const chunk of seldom) site.broken.add(chunk);
  site.pages.set('/forgetful', {
    body: site.pages.get('/')!.body.replace('endpoint', 'retention-days="9" endpoint'),
  });
  site.tokens = ['Yes.'];
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  const errors: Error[] = [];
  page.on('pageerror', error => errors.push(error));
  await page.goto(`${site.origin}/forgetful`);
  const composer = page.getByRole('textbox', {name: 'Message', exact: true});
  await composer.fill('Hello?');
  await composer.press('Enter');
  await page.locator('[data-role=assistant][data-status=complete]').getByText('Yes.').waitFor();
  assert.ok(seldom.some(chunk => site.requests.includes(chunk)));
  assert.deepEqual(errors, []);
  for (const chunk of seldom) site.broken.delete(chunk);
});
