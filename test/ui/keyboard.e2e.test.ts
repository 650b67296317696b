import assert from 'node:assert/strict';
import {after, before, describe, it} from 'node:test';
import {pickedEngines} from '../../scripts/engines.ts';
import {type DrivenBrowser, launch, servePage, type Tab, until} from '../faults/support/driven.ts';
import {type ScriptedServer, startScriptedServer} from '../support/scripted-server.ts';

/** The name of what has the focus in the chat; empty where the focus is not in it. */
const FOCUSED = `(() => {
  const active = document.activeElement === chat ? chat.shadowRoot.activeElement : undefined;
  return active?.getAttribute('aria-label') ?? active?.textContent?.trim() ?? '';
})()`;
/** A page with a button before the chat, and a router that listens. */
const OUTSIDE = `(() => {
  globalThis.outside = document.createElement('button');
  document.body.prepend(outside);
  history.replaceState({page: 7}, '');
  globalThis.told = 0;
  addEventListener('popstate', () => told++);
})()`;
const OPENED = [
  'Conversations',
  'New chat',
  'Close chat',
  'Messages',
  'Copy',
  'Edit',
  'Copy',
  'Regenerate',
  'Message',
  'Send',
];

describe('a popup without a mouse', {concurrency: true}, () => {
  for (const name of pickedEngines()) {
    describe(`in ${name}`, {timeout: 120_000, concurrency: false}, () => {
      let server: ScriptedServer;
      let browser: DrivenBrowser;
      let tab: Tab;
      before(async () => {
        server = await startScriptedServer();
        browser = await launch(name);
        tab = await browser.newTab();
      });
      after(async () => {
        await browser?.close();
        await server?.close();
      });

      /** Waits for what is drawn a frame after the state that it shows. */
      async function drawn(): Promise<void> {
        await tab.evaluate('new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve, 0)))');
        await tab.evaluate('chat.updateComplete');
      }

      async function focuses(what: string): Promise<void> {
        const deadline = Date.now() + 30_000;
        let now = '';
        while (now !== what && Date.now() < deadline) now = await tab.evaluate<string>(FOCUSED);
        assert.equal(now, what);
      }

      it('is not left by Tab where it covers the page, but by Escape and by Back', async () => {
        const urlOf = await servePage(server);
        const {endpoint} = server.serve({dialect: 'token', tokens: ['One.'], responses: [{}]});
        await tab.open(urlOf({endpoint, mode: 'fullscreen', history: 'none'}));
        await until(tab, 'the chat', ({status}) => status === 'ready');
        await tab.evaluate(OUTSIDE);
        const isModal = () =>
          tab.evaluate<boolean>(
            'chat.shadowRoot.querySelector(".root").shadowRoot?.querySelector("dialog").open ?? false',
          );
        const becomes = async (wanted: boolean) => {
          const deadline = Date.now() + 30_000;
          while ((await isModal()) !== wanted && Date.now() < deadline);
          assert.equal(await isModal(), wanted);
        };
        const open = async () => {
          await tab.evaluate('chat.shadowRoot.querySelector(".launcher").focus()');
          await tab.press('Enter');
          await becomes(true);
          await focuses('Message');
        };
        const entries = await tab.evaluate<number>('history.length');
        await open();
        const seen = new Set<string>();
        for (let at = 0; at < 12; at++) {
          await tab.press('Tab');
          assert.notEqual(await tab.evaluate('document.activeElement === outside'), true);
          seen.add(await tab.evaluate<string>(FOCUSED));
        }
        for (const each of ['New chat', 'Close chat', 'Messages', 'Message']) assert.ok(seen.has(each), each);
        await tab.evaluate('chat.focus()');
        await tab.press('Escape');
        await becomes(false);
        await focuses('Open chat');

        await open();
        const hasWatcher = await tab.evaluate<boolean>('"CloseWatcher" in window');
        // Where Back asks the dialog itself, the history of the page stays as it is.
        assert.equal((await tab.evaluate<number>('history.length')) - entries, hasWatcher ? 0 : 1);
        if (hasWatcher) await tab.press('Escape');
        else await tab.back();
        await becomes(false);
        await focuses('Open chat');
        assert.deepEqual(await tab.evaluate('[history.state, told]'), [{page: 7}, 0]);
      });

      it('is opened, asked, walked through, searched and closed', async () => {
        const urlOf = await servePage(server);
        const {endpoint} = server.serve({dialect: 'token', tokens: ['One', ' two.'], responses: [{}, {}]});
        await tab.open(urlOf({endpoint, mode: 'popup', history: 'memory'}));
        await until(tab, 'the chat', ({status}) => status === 'ready');
        await tab.press('Tab');
        await focuses('Open chat');
        await tab.press('Enter');
        await focuses('Message');
        await tab.press('H', 'i', 'Enter');
        const isWhole = async (count: number) => {
          const report = await until(tab, 'the answer', ({messages, status}) => {
            return messages.length === count && messages.at(-1)?.status === 'complete' && status === 'ready';
          });
          await drawn();
          return report;
        };
        await isWhole(2);

        // Tab goes in the order of the screen, and leads out of what is not modal, to the launcher.
        for (const before of OPENED.slice(0, 8).reverse()) {
          await tab.press('Shift+Tab');
          await focuses(before);
        }
        for (const next of [...OPENED.slice(1), 'Open chat']) {
          await tab.press('Tab');
          await focuses(next);
        }

        await tab.evaluate('chat.focus()');
        await focuses('Message');
        await tab.press(...Array<string>(8).fill('Shift+Tab'));
        await focuses('Conversations');
        await tab.press('Enter');
        await focuses('Search conversations');
        await tab.press('Escape');
        await focuses('Conversations');

        await tab.evaluate('chat.focus()');
        await focuses('Message');
        await tab.press('ArrowUp');
        await focuses('Edit your message');
        await tab.press('Escape'); // Leaves the editor, and nothing else.
        assert.match(await tab.evaluate<string>(FOCUSED), /^You/);
        assert.equal(await tab.evaluate('chat.open'), true);
        await tab.evaluate('chat.focus()');
        await tab.press('ArrowUp');
        await focuses('Edit your message');
        await tab.press('!', 'Enter');
        const {messages} = await isWhole(2);
        assert.equal(messages[0]?.text, 'Hi!');

        await tab.evaluate('chat.shadowRoot.querySelector("[part=transcript]").focus()');
        await tab.press('ArrowUp');
        assert.match(await tab.evaluate<string>(FOCUSED), /^Assistant/);
        await tab.press('Home');
        assert.match(await tab.evaluate<string>(FOCUSED), /^You/);
        await tab.press('Escape');
        await focuses('Message');
        await tab.press('Escape');
        await focuses('Open chat');
        await tab.press('Tab'); // Last: a window of Firefox without the focus makes no clicks of keys.
        await focuses('');
      });
    });
  }
});
