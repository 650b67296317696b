import assert from 'node:assert/strict';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {after, afterEach, before, beforeEach, describe, test} from 'node:test';
import {svelte} from '@sveltejs/vite-plugin-svelte';
import vue from '@vitejs/plugin-vue';
import express from 'express';
import type {Browser, Page} from 'playwright-core';
import {build, type PluginOption} from 'vite';
import {createApi} from '../../demo/api.ts';
import {scriptedModel} from '../../demo/scripted-model.ts';
import {PATIENCE} from '../embed/site.ts';
import {launchChromium} from '../support/launch-chromium.ts';
import {examplesOf, read, root} from './support/pages.ts';

// Against the built `dist/` and the demo's own API, so that `/api/chat` is what the README says it is.

const examples = examplesOf(read('README.md'));
const inLanguage = (language: string) =>
  examples.filter(each => each.language === language).map(({code}) => code);
const [policy = ''] = inLanguage('http').map(code => code.trim().replace(/^Content-Security-Policy: /, ''));
const html = inLanguage('html');

interface Served {
  readonly body: string;
  readonly policy?: string;
}

let server: Server;
let stop: () => void;
let origin: string;
let browser: Browser;
let page: Page;
let folder: string;
const pages = new Map<string, Served>();
/** Headers of the questions asked, in order. */
const asked: express.Request['headers'][] = [];
/** What was said of answers, as it was sent. */
const rated: string[] = [];
/** What was handed over to a person, as it was sent. */
const handed: string[] = [];
const problems: string[] = [];
const logged: string[] = [];

before(async () => {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, {recursive: true});
  folder = mkdtempSync(join(cache, 'readme-'));
  const api = createApi(scriptedModel);
  stop = api.stop;
  const app = express();
  app.use('/dist', express.static(join(root, 'dist')));
  app.use('/app', express.static(join(folder, 'built')));
  app.get('/favicon.ico', (_request, response) => void response.sendStatus(204));
  app.get('/page/:name', (request, response) => {
    const found = pages.get(request.params.name);
    if (found?.policy) response.set('Content-Security-Policy', found.policy);
    response.send(`<!doctype html><html lang="en"><title>A page</title><body>${found?.body}`);
  });
  app.post('/api/chat', (request, _response, next) => {
    asked.push(request.headers);
    next();
  });
  app.post(['/api/feedback', '/api/handover'], express.text(), (request, response) => {
    (request.path.endsWith('feedback') ? rated : handed).push(request.body);
    response.sendStatus(204);
  });
  app.use(api.app);
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  stop?.();
  server?.close();
  server?.closeAllConnections();
  rmSync(folder, {recursive: true, force: true});
});

beforeEach(async () => {
  const context = await browser.newContext({reducedMotion: 'reduce'});
  page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  for (const list of [problems, logged, asked, rated, handed]) list.length = 0;
  page.on('pageerror', error => problems.push(`error: ${error}`));
  page.on('console', message => (message.type() === 'error' ? problems : logged).push(message.text()));
  await page.exposeFunction('report', (violation: string) => void problems.push(`violation: ${violation}`));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', event => {
      const {report} = globalThis as unknown as {report: (violation: string) => void};
      report(`${event.effectiveDirective} ${event.blockedURI}`);
    });
  });
});
afterEach(() => page.context().close());

async function open(body: string, policy?: string): Promise<void> {
  pages.set('example', policy === undefined ? {body} : {body, policy});
  await page.goto(`${origin}/page/example`);
}

async function ask(): Promise<void> {
  await page.getByRole('textbox', {name: 'Message'}).fill('Tell me a joke');
  await page.getByRole('button', {name: 'Send', exact: true}).click();
}

/** Waits for the answer, and returns its text as the element has it. */
async function answer(): Promise<string> {
  await page.locator('[data-role=assistant][data-status=complete]').waitFor();
  return page
    .locator('sse-chat')
    .evaluate(chat => (chat as HTMLElementTagNameMap['sse-chat']).messages[1]!.text);
}

describe('the examples in HTML', () => {
  test('are seven', () => assert.equal(html.length, 7));

  test('the script tag draws a button, and answers under the policy of the README', async () => {
    await open(html[0]!, policy);
    await page.getByRole('button', {name: 'Open chat'}).click();
    await ask();
    assert.notEqual(await answer(), '');
    assert.deepEqual(problems, []);
  });

  test('the element answers under the policy of the README', async () => {
    await open(html[1]!, policy);
    await ask();
    assert.notEqual(await answer(), '');
    assert.deepEqual(problems, []);
  });

  test('what is set as a property is offered and sent, and what is heard is true', async () => {
    await open(html[2]!);
    await page.getByRole('region', {name: 'Support'}).waitFor();
    await page.getByRole('button', {name: 'Tell me a joke'}).click();
    const text = await answer();
    assert.deepEqual(
      asked.map(headers => headers['x-session']),
      ['none'],
    );
    assert.deepEqual(logged, [`complete ${text.length}`]);
    assert.deepEqual(problems, []);
  });

  test('what is unread stands in the title until the popup is opened', async () => {
    await open(html[3]!);
    await page.getByRole('button', {name: 'Open chat'}).waitFor();
    // By the page, so that the popup is closed when the answer is whole, however quick that is.
    await page
      .locator('sse-chat')
      .evaluate(chat => (chat as HTMLElementTagNameMap['sse-chat']).send('Tell me a joke'));
    await page.waitForFunction(() => document.title === '(1) A page');
    await page.getByRole('button', {name: 'Open chat, new messages: 1'}).click();
    await page.waitForFunction(() => document.title === 'A page');
    assert.deepEqual(problems, []);
  });

  test('a button below the text box hands what was said over to a person', async () => {
    await open(html[4]!);
    await ask();
    const text = await answer();
    const sent = page.waitForResponse(`${origin}/api/handover`);
    await page.getByRole('button', {name: 'Talk to a person'}).click();
    await sent;
    assert.deepEqual(JSON.parse(handed[0]!), [
      {role: 'user', text: 'Tell me a joke'},
      {role: 'assistant', text},
    ]);
    assert.deepEqual(problems, []);
  });

  test('the element takes files of the kinds that are named, under the policy of the README', async () => {
    await open(`${html[1]!.split('\n')[0]}${html[5]!}`, policy);
    const picked = page.waitForEvent('filechooser');
    await page.getByRole('button', {name: 'Attach files'}).click();
    await (await picked).setFiles({name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('One.')});
    await page.getByRole('listitem').getByText('notes.txt').waitFor();
    assert.equal(
      await page.locator('sse-chat input[type=file]').first().getAttribute('accept'),
      'image/*,.pdf,text/*',
    );
    assert.deepEqual(problems, []);
  });

  test('what is said of an answer is told to the page, which sends it', async () => {
    await open(html[6]!);
    await ask();
    await answer();
    await page.getByRole('button', {name: 'Good answer'}).click();
    await page.getByRole('textbox', {name: 'Tell us more'}).fill('Funny.');
    const sent = page.waitForResponse(
      async response => response.request().postData()?.includes('Funny.') === true,
    );
    await page.getByRole('button', {name: 'Send note'}).click();
    await sent;
    assert.deepEqual(
      rated.map(each => JSON.parse(each)).map(({rating, note}) => [rating, note]),
      [
        ['up', undefined],
        ['up', 'Funny.'],
      ],
    );
    assert.deepEqual(problems, []);
  });

  test('a page that breaks the policy would be noticed', async () => {
    await open(`${html[1]!}<p style="color: red">Styled</p>`, policy);
    await page.getByText('Styled').waitFor();
    await ask();
    await answer();
    assert.match(problems.join('\n'), /violation: style-src-attr/);
  });
});

describe('the examples for bundlers', {timeout: 300_000}, () => {
  const entries: readonly (readonly [name: string, file: string, language: string, main: string])[] = [
    [
      'React',
      'Support.tsx',
      'tsx',
      `import {createElement} from 'react';
       import {createRoot} from 'react-dom/client';
       import {Support} from './Support.tsx';
       createRoot(document.getElementById('app')).render(createElement(Support));`,
    ],
    [
      'Vue',
      'Support.vue',
      'vue',
      `import {createApp} from 'vue';
       import Support from './Support.vue';
       createApp(Support).mount('#app');`,
    ],
    [
      'Svelte',
      'Support.svelte',
      'svelte',
      `import {mount} from 'svelte';
       import Support from './Support.svelte';
       mount(Support, {target: document.getElementById('app')});`,
    ],
  ];

  /** Builds a page whose `#app` is what `main` makes of it, and opens it. */
  async function bundle(name: string, files: Readonly<Record<string, string>>, inside = ''): Promise<void> {
    const source = join(folder, name);
    const outDir = join(folder, 'built', name);
    mkdirSync(source);
    const index = `<!doctype html><html lang="en"><title>A page</title>
      <div id="app">${inside}</div><script type="module" src="./main.ts"></script></html>`;
    for (const [file, code] of Object.entries({...files, 'index.html': index}))
      writeFileSync(join(source, file), code);
    const isCustomElement = (tag: string) => tag === 'sse-chat';
    const plugins: PluginOption[] = [
      vue({template: {compilerOptions: {isCustomElement}}}),
      svelte({configFile: false, compilerOptions: {runes: true}}),
    ];
    const npm = join(root, 'dist/npm');
    await build({
      root: source,
      configFile: false,
      logLevel: 'error',
      base: './',
      plugins,
      resolve: {
        // The package by its built files, as its `exports` name them.
        alias: [
          {find: /^sse-chat$/, replacement: join(npm, 'index.js')},
          {find: /^sse-chat\/(.+)$/, replacement: `${npm}/$1.js`},
        ],
      },
      build: {outDir, target: 'es2022', emptyOutDir: true},
    });
    await page.goto(`${origin}/app/${name}/`);
  }

  for (const [name, file, language, main] of entries) {
    test(`the one for ${name} answers, and hears that the answer is complete`, async () => {
      const [code = '', ...others] = inLanguage(language);
      assert.equal(others.length, 0);
      await bundle(name.toLowerCase(), {[file]: code, 'main.ts': main});
      await ask();
      await answer();
      assert.deepEqual(logged, ['complete']);
      assert.deepEqual(problems, []);
    });
  }

  test('the one for another language and colour changes both', async () => {
    const [code = ''] = inLanguage('ts').filter(each => each.includes("chat.lang = 'de'"));
    await bundle('locale', {'main.ts': code}, '<sse-chat endpoint="/api/chat"></sse-chat>');
    await page.getByRole('region', {name: 'Hilfe'}).waitFor();
    const button = page.getByRole('button', {name: 'Senden', exact: true});
    await page.getByRole('textbox', {name: 'Nachricht'}).fill('Hallo');
    const colour = await button.evaluate(each => getComputedStyle(each).backgroundColor);
    assert.equal(colour, 'rgb(102, 51, 153)');
    assert.deepEqual(problems, []);
  });

  test('the one for tools gives the model a function that works', async () => {
    const [code = ''] = inLanguage('ts').filter(each => each.includes('chat.tools'));
    await bundle('tools', {'main.ts': code}, '<sse-chat endpoint="/api/chat"></sse-chat>');
    await page.waitForFunction(() => document.querySelector('sse-chat')?.tools?.length === 1);
    const request = page.waitForRequest(each => each.method() === 'POST');
    await ask();
    const {tools} = (await request).postDataJSON();
    assert.equal(tools[0].function.name, 'add_to_cart');
    assert.notEqual(await answer(), '');
    const run = () => document.querySelector('sse-chat')?.tools?.[0]?.run({article: 'tea'}, {} as never);
    assert.deepEqual(await page.evaluate(run), ['tea']);
    assert.deepEqual(problems, []);
  });

  test('the one for Markdown alone draws it', async () => {
    const [code = ''] = inLanguage('ts').filter(each => each.includes('sse-chat/markdown'));
    await bundle('markdown', {'main.ts': code}, '<div id="answer"></div>');
    await page.getByRole('heading', {name: 'Title'}).waitFor();
    assert.equal(
      await page.locator('#answer > p').innerHTML(),
      'Some <strong>bold</strong> text and <code>code</code>.',
    );
    assert.deepEqual(problems, []);
  });
});
