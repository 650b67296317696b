import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {svelte} from '@sveltejs/vite-plugin-svelte';
import vue from '@vitejs/plugin-vue';
import type {Browser, Page} from 'playwright-core';
import {renderToString} from 'react-dom/server';
import {build, type PluginOption} from 'vite';
import {PATIENCE, type Site, startSite} from '../embed/site.ts';
import {launchChromium} from '../support/launch-chromium.ts';
import {app} from './react-server/app.ts';

// Each page imports `sse-chat` by the package's own `exports`, so `npm run build` comes first.

const isCustomElement = (tag: string) => tag === 'sse-chat';
const PLUGINS: Readonly<Record<string, readonly PluginOption[]>> = {
  React: [], // Vite's own transform has the automatic JSX runtime.
  Vue: [vue({template: {compilerOptions: {isCustomElement}}})],
  Svelte: [svelte({configFile: false, compilerOptions: {runes: true}})],
};

let browser: Browser;
let built: string;

before(async () => {
  browser = await launchChromium();
  built = await mkdtemp(join(tmpdir(), 'sse-chat-frameworks-'));
});
after(async () => {
  await browser.close();
  await rm(built, {recursive: true});
});

for (const [name, plugins] of Object.entries(PLUGINS)) {
  const folder = name.toLowerCase();

  describe(`a page in ${name}, built by Vite`, () => {
    let site: Site;
    let page: Page;
    const failures: string[] = [];

    before(async () => {
      const outDir = join(built, folder);
      await build({
        root: join(import.meta.dirname, folder),
        configFile: false,
        logLevel: 'error',
        base: './',
        plugins: [...plugins],
        build: {outDir, target: 'es2022', emptyOutDir: true},
      });
      site = await startSite({}, {'/app/': outDir});
      page = await browser.newPage();
      page.setDefaultTimeout(PATIENCE);
      page.on('pageerror', error => failures.push(String(error)));
      page.on('console', message => message.type() === 'error' && failures.push(message.text()));
      await page.goto(`${site.origin}/app/`);
    });
    after(async () => {
      await page?.close();
      await site?.close();
    });

    test('shows the element, and follows its properties', async () => {
      await page.getByRole('textbox', {name: 'Message'}).waitFor();
      await page.getByText(`Ask ${name}`, {exact: true}).waitFor();
      await page.getByRole('button', {name: 'Rename'}).click();
      await page.getByText(`Ask ${name} again`, {exact: true}).waitFor();
    });

    test('sets a property that is a function, and hears an event', async () => {
      await page.getByRole('textbox', {name: 'Message'}).fill(`Hello from ${name}`);
      await page.getByRole('button', {name: 'Send'}).click();
      const answer = await site.nextAnswer();
      assert.equal(answer.headers['x-page'], folder);
      await page.locator('output').getByText(`Hello from ${name}`, {exact: true}).waitFor();
      answer.token('Streamed');
      await page.locator('[data-role=assistant]').getByText('Streamed').waitFor();
      answer.token(' whole.');
      answer.done();
      await page
        .locator('[data-role=assistant][data-status=complete]')
        .getByText('Streamed whole.')
        .waitFor();
    });

    test('closes its stream when the framework removes it', async () => {
      await page.getByRole('textbox', {name: 'Message'}).fill('And now?');
      await page.getByRole('button', {name: 'Send'}).click();
      const answer = await site.nextAnswer();
      answer.token('First');
      await page.locator('[data-role=assistant]').getByText('First').waitFor();
      await page.getByRole('button', {name: 'Remove'}).click();
      await answer.closed;
      assert.deepEqual(failures, [], 'no error escapes into the page');
    });
  });
}

describe('a page in React that a server rendered', () => {
  test('shows nothing of a chat before it is told which one', async () => {
    const outDir = join(built, 'react-server');
    await build({
      root: join(import.meta.dirname, 'react-server'),
      configFile: false,
      logLevel: 'error',
      base: './',
      build: {outDir, target: 'es2022', emptyOutDir: true},
    });
    const html = await readFile(join(outDir, 'index.html'), 'utf8');
    const rendered = html.replace('<div id="app">', tag => tag + renderToString(app));
    assert.match(rendered, /<sse-chat/);
    const site = await startSite({'/app/': rendered}, {'/app/': outDir});
    const page = await browser.newPage();
    try {
      page.setDefaultTimeout(PATIENCE);
      const failures: string[] = [];
      page.on('pageerror', error => failures.push(String(error)));
      page.on('console', message => message.type() === 'error' && failures.push(message.text()));
      await page.goto(`${site.origin}/app/`);
      await page.waitForFunction('globalThis.hydrate');
      assert.equal(await page.locator('sse-chat:not(:defined)').count(), 1);
      await page.evaluate('hydrate()');
      await page.getByText('Ask React', {exact: true}).waitFor();
      await page.getByRole('textbox', {name: 'Message'}).fill('Hello');
      await page.waitForFunction(async () => (await indexedDB.databases()).length > 0);
      const databases = await page.evaluate(async () => (await indexedDB.databases()).map(({name}) => name));
      assert.deepEqual(databases, ['sse-chat:ann']);
      await page.goto(`${site.origin}/app/index.html`);
      await page.waitForFunction('globalThis.aside');
      assert.equal(await page.evaluate('aside()'), 'function', 'its methods, before it is in a page');
      assert.deepEqual(failures, []);
    } finally {
      await page.close();
      await site.close();
    }
  });
});

test('the page in React is well typed by the published declarations, events included', () => {
  const project = join(import.meta.dirname, 'react');
  const {stdout, status} = spawnSync('npx', ['--no-install', 'tsc', '-p', project], {encoding: 'utf8'});
  assert.equal(stdout, '');
  assert.equal(status, 0);
});
