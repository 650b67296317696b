import assert from 'node:assert/strict';
import {once} from 'node:events';
import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {after, before, describe, it} from 'node:test';
import type {Browser} from 'playwright-core';
import {conversationFiles, staticClosure} from '../../scripts/bundle.ts';
import {launchChromium} from '../support/launch-chromium.ts';
import {dist, distFiles, readDist} from './support/package.ts';

/** Markdown of every common kind, so that whatever it takes to draw it is loaded. */
const answer = [
  '# A title\n\nSome *emphasis*, `code` and a [link](https://example.com/).\n\n',
  '| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n- two\n\n> A quotation.\n\n',
  'So $x^2$.\n',
];

const page = `<!doctype html><html lang="en"><title>A page</title>
<script type="module" src="/dist/sse-chat.js"></script><sse-chat endpoint="/api/chat"></sse-chat></html>`;

/** What their element has besides. */
const pages: Readonly<Record<string, string>> = {
  '/': '',
  '/math': 'math',
  '/files': 'attachments',
};

describe('a conversation in a browser', () => {
  let server: Server;
  let browser: Browser;
  const requested: string[] = [];

  before(async () => {
    server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
      if (request.method === 'POST') {
        request.resume();
        response.writeHead(200, {'content-type': 'text/event-stream'});
        for (const token of answer) response.write(`data: ${JSON.stringify({token})}\n\n`);
        response.end('data: [DONE]\n\n');
      } else if (path in pages) {
        const body = page
          .replace('endpoint', `${pages[path]} endpoint`)
          .replace(
            '</html>',
            "<script>document.querySelector('sse-chat').suggestions = ['Begin']</script></html>",
          );
        response.writeHead(200, {'content-type': 'text/html'}).end(body);
      } else if (path.startsWith('/dist/') && distFiles().includes(path.slice(6))) {
        requested.push(path.slice(6));
        response.writeHead(200, {'content-type': 'text/javascript'}).end(readDist(path.slice(6)));
      } else {
        response.writeHead(404).end();
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    browser = await launchChromium();
  });

  after(async () => {
    await browser?.close();
    server.close();
    server.closeAllConnections();
  });

  it('loads no more than what the size budget counts', async () => {
    const tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await tab.getByRole('textbox').fill('Show me Markdown');
    await tab.getByRole('textbox').press('Enter');
    await tab.locator('article[data-role="assistant"][data-status="complete"]').waitFor();
    await tab.getByRole('article').getByText('A quotation.').waitFor(); // It is also announced.
    await tab.waitForLoadState('networkidle');
    assert.ok(requested.includes('sse-chat.js'));
    const counted = conversationFiles(dist, distFiles());
    // The table's buttons come when it stands there, as those of code and its colours do. Nothing waits for them.
    const extras = distFiles().filter(file => /^chunks\/message-extras-[^.]+\.js$/.test(file));
    assert.equal(extras.length, 1);
    const buttons = extras.flatMap(file => staticClosure(dist, file));
    assert.deepEqual(
      [...new Set(requested)].filter(file => !counted.includes(file) && !buttons.includes(file)),
      [],
    );
  });

  it('draws formulas where it is told to, and goes on without where it cannot load what that takes', async () => {
    for (const loads of [true, false]) {
      const tab = await browser.newPage();
      const errors: string[] = [];
      tab.on('pageerror', error => errors.push(String(error)));
      if (!loads) await tab.route('**/chunks/math-*', route => route.abort());
      await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/math`);
      await tab.getByRole('textbox').fill('Show me Markdown');
      await tab.getByRole('textbox').press('Enter');
      await tab.locator('article[data-role="assistant"][data-status="complete"]').waitFor();
      await tab
        .locator(loads ? 'msup' : ':text("So $x^2$.")')
        .first()
        .waitFor();
      assert.deepEqual(errors, []);
      await tab.close();
    }
  });

  it('offers what begins a conversation in no other, however late what it has besides is loaded', async () => {
    const tab = await browser.newPage();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/files`;
    const articles = tab.getByRole('article');
    await tab.goto(url);
    await tab.getByRole('button', {name: 'Begin'}).click();
    await articles.nth(1).and(tab.locator('[data-status="complete"]')).waitFor();
    await tab.route('**/chunks/extras-*', async route => {
      await articles.nth(1).waitFor();
      await route.continue();
    });
    await tab.reload();
    await tab.getByRole('button', {name: /attach/i}).waitFor();
    await tab.waitForLoadState('networkidle');
    assert.equal(await tab.getByRole('button', {name: 'Begin'}).count(), 0);
    await tab.close();
  });

  it('goes on when the module is loaded a second time from elsewhere', async () => {
    const tab = await browser.newPage();
    const errors: string[] = [];
    tab.on('pageerror', error => errors.push(String(error)));
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await tab.evaluate("import('/dist/sse-chat.js?another').then(() => true)");
    await tab.getByRole('textbox').waitFor();
    assert.deepEqual(errors, []);
  });
});
