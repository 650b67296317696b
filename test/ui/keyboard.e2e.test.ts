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
  'Edit',
  'Copy',
  'Copy',
  'Regenerate',
  'Message',
  'Send',
];

/** Answers by what stands in `bodies`: a text, the calls of a tool, a refusal, or one that waits for `release`. */
const SCRIPTED = `(() => {
  globalThis.bodies = [];
  const line = (delta, finish_reason = null) =>
    'data: ' + JSON.stringify({choices: [{index: 0, delta, finish_reason}]}) + '\\n\\n';
  chat.fetch = async () => {
    const body = bodies.shift();
    if (body === 400) return new Response('{}', {status: 400});
    if (body === 'wait') await new Promise(resolve => (globalThis.release = resolve));
    const call = {tool_calls: [{index: 0, id: 'c' + bodies.length, function: {name: 'weather', arguments: '{}'}}]};
    const text = body === 'call' ? line(call) + line({}, 'tool_calls') : line({content: body}) + line({}, 'stop');
    return new Response(text + 'data: [DONE]\\n\\n', {headers: {'content-type': 'text/event-stream'}});
  };
  chat.tools = [{name: 'weather', description: 'Tells it.', parameters: {type: 'object'}, needsApproval: true, run: () => 21}];
  globalThis.webkitSpeechRecognition = class { start() {} stop() { this.onend(); } abort() {} };
  globalThis.SpeechRecognition = undefined;
  Object.assign(chat, {feedback: true, attachments: '', voice: true});
})()`;
const FILE = `(() => {
  const files = new DataTransfer();
  files.items.add(new File(['a'], 'a.txt', {type: 'text/plain'}));
  const input = chat.shadowRoot.querySelector('input[type=file]');
  input.files = files.files;
  input.dispatchEvent(new Event('change', {bubbles: true}));
})()`;
const SELECTED = `(() => {
  const root = chat.shadowRoot;
  const text = [...root.querySelectorAll('.assistant > .body')].at(-1);
  text.dispatchEvent(new Event('selectstart', {bubbles: true}));
  (root.getSelection?.() ?? document.getSelection()).setBaseAndExtent(text, 0, text, text.childNodes.length);
})()`;

describe('a popup without a mouse', {concurrency: true}, () => {
  for (const name of pickedEngines()) {
    describe(`in ${name}`, {timeout: 300_000, concurrency: false}, () => {
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

      async function becomes(expression: string, wanted: unknown): Promise<void> {
        const deadline = Date.now() + 30_000;
        let now: unknown;
        do now = await tab.evaluate(expression);
        while (now !== wanted && Date.now() < deadline);
        assert.equal(now, wanted, expression);
      }

      const focuses = (what: string) => becomes(FOCUSED, what);

      it('is not left by Tab where it covers the page, but by Escape and by Back', async () => {
        const urlOf = await servePage(server);
        const {endpoint} = server.serve({dialect: 'token', tokens: ['One.'], responses: [{}]});
        await tab.open(urlOf({endpoint, mode: 'fullscreen', history: 'none'}));
        await until(tab, 'the chat', ({status}) => status === 'ready');
        await tab.evaluate(OUTSIDE);
        const isModal =
          'chat.shadowRoot.querySelector(".root").shadowRoot?.querySelector("dialog").open ?? false';
        const open = async () => {
          await tab.evaluate('chat.shadowRoot.querySelector(".launcher").focus()');
          await tab.press('Enter');
          await becomes(isModal, true);
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
        await becomes(isModal, false);
        await focuses('Open chat');

        await open();
        const hasWatcher = await tab.evaluate<boolean>('"CloseWatcher" in window');
        // Where Back asks the dialog itself, the history of the page stays as it is.
        assert.equal((await tab.evaluate<number>('history.length')) - entries, hasWatcher ? 0 : 1);
        if (hasWatcher) await tab.press('Escape');
        else await tab.back();
        await becomes(isModal, false);
        await focuses('Open chat');
        assert.deepEqual(await tab.evaluate('[history.state, told]'), [{page: 7}, 0]);
      });

      it('has its other functions on the way of Tab', async () => {
        const urlOf = await servePage(server);
        await tab.open(urlOf({endpoint: '/v1/chat/completions', history: 'memory', 'max-retries': '0'}));
        await until(tab, 'the chat', ({status}) => status === 'ready');
        await tab.evaluate(SCRIPTED);
        /** There by one key, pressed until it has the focus, from the text box. */
        const to = async (name: string, key: 'Tab' | 'Shift+Tab' = 'Shift+Tab') => {
          const seen: string[] = [];
          await drawn();
          for (let at = 0; at < 40; at++) {
            const now = await tab.evaluate<string>(FOCUSED);
            if (now === name) return;
            seen.push(now);
            await tab.press(key);
          }
          assert.fail(`${name} is not among ${seen.join(' | ')}`);
        };
        const answers = async (...bodies: unknown[]) =>
          tab.evaluate(`bodies.push(...${JSON.stringify(bodies)})`);
        const lastIs = (text: string) =>
          until(tab, text, ({messages, status}) => messages.at(-1)?.text === text && status === 'ready');
        const box = 'chat.shadowRoot.querySelector(".composer textarea").value';
        const isThere = (name: string) => `Boolean(chat.shadowRoot.querySelector('[aria-label="${name}"]'))`;
        await becomes(isThere('Dictate'), true);
        await becomes(isThere('Attach files'), true);

        await answers(400, 'One.', 'Two.');
        await tab.evaluate('chat.focus()');
        await tab.press('H', 'i', 'Enter');
        await until(tab, 'the error', ({status}) => status === 'error');
        await to('Retry');
        await tab.press('Enter');
        await lastIs('One.');
        await tab.evaluate('chat.focus()');
        await to('Regenerate');
        await tab.press('Enter');
        await lastIs('Two.');
        await becomes(isThere('Previous version'), true);
        await tab.evaluate('chat.focus()');
        await to('Previous version');
        await tab.press('Enter');
        await lastIs('One.');

        await tab.evaluate('chat.focus()');
        await to('Good answer');
        await tab.press('Enter');
        await to('Tell us more (optional)', 'Tab');
        await tab.press('o', 'k', 'Enter');
        await until(tab, 'the note', ({messages}) => messages.at(-1)?.feedback?.note === 'ok');
        await to('Next version', 'Tab');
        await tab.evaluate(SELECTED);
        await becomes(isThere('Quote'), true);
        await tab.press('Tab'); // WebKit keeps a selection for one step.
        await focuses('Quote');
        await tab.press('Enter');
        await focuses('Message');
        assert.match(await tab.evaluate<string>(box), /^> One\./);

        await answers('wait');
        await tab.press('Enter');
        await until(tab, 'a request', ({status}) => status === 'submitted');
        await tab.press('N', 'o', 'Enter');
        await becomes(isThere('Queued message'), true);
        await to('Cancel');
        await tab.press('Enter');
        await becomes(isThere('Queued message'), false);
        await tab.evaluate('release()');
        await lastIs('wait');

        await tab.evaluate(FILE);
        await becomes(isThere('Remove a.txt'), true);
        await tab.evaluate('chat.focus()');
        await to('Remove a.txt');
        await tab.press('Enter');
        await focuses('Attach files');
        await to('Dictate', 'Tab');
        await tab.press('Enter');
        await becomes('chat.shadowRoot.activeElement.ariaPressed', 'true');
        await tab.press('Escape');
        await becomes('chat.shadowRoot.activeElement.ariaPressed', 'false');

        for (const name of ['Allow', 'Deny']) {
          await answers('call', name);
          await tab.evaluate('chat.focus()');
          await tab.press('W', 'Enter');
          await becomes(
            `[...chat.shadowRoot.querySelectorAll('button')].some(each => each.textContent === '${name}' && each.ariaDisabled !== 'true')`,
            true,
          );
          await to(name);
          await tab.press('Enter');
          await lastIs(name);
        }

        await tab.evaluate('chat.focus()');
        await to('Conversations');
        await tab.press('Enter');
        await focuses('Search conversations');
        await to('Rename: Hi', 'Tab');
        await tab.press('Enter', 'Z', 'Enter');
        await becomes(isThere('Delete: Z'), true);
        await to('Delete: Z', 'Tab');
        await tab.press('Enter');
        await focuses('Undo');
        await tab.press('Enter');
        await until(tab, 'the conversation', ({messages}) => messages.length > 0);
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
        await focuses('Message');

        await tab.evaluate('chat.shadowRoot.querySelector("[part=transcript]").focus()');
        await tab.press('ArrowUp');
        assert.match(await tab.evaluate<string>(FOCUSED), /^Assistant/);
        await tab.press('Home');
        assert.match(await tab.evaluate<string>(FOCUSED), /^You/);
        await tab.press('Escape');
        await focuses('Message');
        await tab.press('Escape');
        await focuses('Open chat');
        // Nothing of the chat holds the focus: the page has what comes next, and what came before.
        await tab.evaluate(OUTSIDE);
        await tab.press('Shift+Tab');
        await becomes('document.activeElement === outside', true);
      });
    });
  }
});
