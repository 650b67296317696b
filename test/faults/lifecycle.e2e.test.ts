import assert from 'node:assert/strict';
import {after, afterEach, before, describe, it} from 'node:test';
import {pickedEngines} from '../../scripts/engines.ts';
import type {LedgerEntry, Scenario} from '../support/scenario.ts';
import {type ScriptedServer, startScriptedServer} from '../support/scripted-server.ts';
import {type DrivenBrowser, launch, type PageUrl, servePage, type Tab, until} from './support/driven.ts';
import type {Report} from './support/page.ts';

// What real browsers do to a page: hide it, freeze it, keep it for going back. README.md says which does what.

/** Half a second long at `slow`. */
const tokens = Array.from({length: 100}, (_, index) => ` word${index}`);
const text = tokens.join('');
const slow = {pause: 5} as const;
/** Milliseconds that an answer may be silent. */
const IDLE = 2500;

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));
const hasText = ({messages}: Report) => messages.length === 2 && messages.at(-1)?.text !== '';
const isWhole = ({messages, status}: Report) => messages.at(-1)?.status === 'complete' && status === 'ready';
const isOffline = ({status}: Report) => status === 'offline';
const isHidden = ({heard}: Report) => heard.findLast(word => /^(hidden|visible)$/.test(word)) === 'hidden';
const modes = (requests: readonly LedgerEntry[]) => requests.map(({mode}) => mode);

// The engines side by side: each waits more than it works.
describe('an answer in a real browser', {concurrency: true}, () => {
  for (const name of pickedEngines()) {
    describe(`in ${name}, an answer under way`, {concurrency: 1, timeout: 300_000}, () => {
      let server: ScriptedServer;
      let urlOf: PageUrl;
      let browser: DrivenBrowser;
      let tab: Tab;
      const others: Tab[] = [];
      before(async () => {
        server = await startScriptedServer();
        urlOf = await servePage(server);
        browser = await launch(name);
        tab = await browser.newTab();
      });
      after(async () => {
        await browser?.close();
        await server?.close();
      });
      afterEach(async () => {
        for (const other of others.splice(0)) await other.close();
      });

      /** Opens a chat that has asked nothing. */
      async function open(scenario: Partial<Scenario> = {}, where = tab) {
        const {endpoint, ledger} = server.serve({dialect: 'token', tokens, responses: [slow], ...scenario});
        if (where === tab) await tab.show();
        await where.open(urlOf({endpoint, 'idle-timeout': `${IDLE}`}));
        await where.evaluate('chat.newConversation()');
        return ledger.requests;
      }

      async function ask(scenario: Partial<Scenario> = {}, where = tab) {
        const requests = await open(scenario, where);
        await where.evaluate('void chat.send("Count.")');
        return requests;
      }

      async function assertWhole(where = tab): Promise<Report> {
        const report = await until(where, 'the whole answer', isWhole);
        assert.deepEqual(
          report.messages.map(each => each.text),
          ['Count.', text],
        );
        return report;
      }

      it('comes while its page is hidden, by the one request', async () => {
        const requests = await ask();
        await until(tab, 'some text', hasText);
        await tab.hide();
        await until(tab, 'being hidden', isHidden);
        await assertWhole();
        await tab.show();
        await until(tab, 'being seen', report => !isHidden(report));
        assert.deepEqual(modes(requests), ['send']);
      });

      it('that is cut in a page behind others goes on by one request, once that is seen', async () => {
        await tab.open('about:blank');
        const behind = await browser.newTab(true);
        others.push(behind);
        const gap = {before: 15, ms: 1000}; // A reset throws away what a busy page has not read yet.
        const requests = await ask({responses: [{...slow, gap, cut: {at: 500, by: 'reset'}}]}, behind);
        const {heard} = await until(behind, 'the cut', isOffline);
        assert.equal(heard[0], 'hidden');
        assert.deepEqual(modes(requests), ['send']);
        if (name === 'webkit') {
          // Its driver can bring a tab to the front only by closing what is before it.
          await tab.close();
          tab = behind;
          others.pop();
        } else await behind.show();
        await assertWhole(behind);
        assert.deepEqual(modes(requests), ['send', 'continue-turn']);
      });

      it('that ends while its page is frozen is whole when it is thawed: nothing timed out meanwhile', async () => {
        const requests = await ask();
        await until(tab, 'some text', hasText);
        await tab.freeze();
        await pause(IDLE + 1000);
        await tab.thaw();
        await assertWhole();
        assert.deepEqual(modes(requests), ['send']);
      });

      it('that is still coming when its page is thawed is not asked for twice at once', async () => {
        const requests = await ask({resume: 'offered', responses: [{pause: 50}]});
        await until(tab, 'some text', hasText);
        await tab.freeze();
        await pause(500);
        await tab.thaw();
        await assertWhole();
        // Chromium hands nothing more over after a freeze until the whole body is there: that is taken for a stall.
        const [first, ...rest] = requests;
        assert.equal(first?.mode, 'send');
        assert.deepEqual(modes(rest), name === 'chromium' ? ['resume'] : []);
        assert.ok(!rest[0] || rest[0].at >= (first.closedAt ?? Number.POSITIVE_INFINITY) - 100);
      });

      it('that went silent while its page was frozen is noticed, and gone on with once', async () => {
        const requests = await ask({responses: [{...slow, cut: {at: 500, by: 'stall'}}]});
        await until(tab, 'some text', hasText);
        await tab.freeze();
        await pause(IDLE + 1000);
        await tab.thaw();
        await assertWhole();
        assert.deepEqual(modes(requests), ['send', 'continue-turn']);
      });

      // WebKitGTK's driver has no word for the network; test/faults/network.test.ts tells the page in its place.
      if (name !== 'webkit') {
        it('that is asked for without a network is asked for once, when that is back', async () => {
          const requests = await open();
          await tab.setOffline!(true);
          await tab.evaluate('void chat.send("Count.")');
          await until(tab, 'the wait', isOffline);
          await pause(500);
          assert.deepEqual(modes(requests), []);
          await tab.setOffline!(false);
          await assertWhole();
          assert.deepEqual(modes(requests), ['send']);
        });

        it('that loses the network is gone on with once, if at all', async t => {
          const requests = await ask({responses: [{pause: 20}]});
          await until(tab, 'some text', hasText);
          await tab.setOffline!(true);
          await until(tab, 'the news', ({heard}) => heard.includes('offline'));
          await pause(500);
          assert.deepEqual(modes(requests), ['send']);
          await tab.setOffline!(false);
          await assertWhole();
          t.diagnostic(`${name}: ${modes(requests).join(', ')}`);
          // A driver's network is gone for what is new; what is under way may come all the same.
          assert.deepEqual(modes(requests), requests.length > 1 ? ['send', 'continue-turn'] : ['send']);
        });
      }

      it('is not asked for anew by a page that is being left over a slow network', async () => {
        const requests = await ask({responses: [{pause: 20}]});
        await until(tab, 'some text', hasText);
        // Firefox breaks the streams now, and runs the page until the next one comes.
        await tab.open(urlOf({endpoint: '/none', history: 'none', delay: '1500'}));
        assert.deepEqual(modes(requests), ['send']);
        await tab.back();
        await assertWhole();
        assert.ok(requests.length <= 2);
      });

      it('is whole after its page was left for another and gone back to', async t => {
        const requests = await ask({responses: [{pause: 30}]});
        await until(tab, 'some text', hasText);
        await tab.open(urlOf({endpoint: '/none', history: 'none'}));
        await tab.back();
        const {heard} = await assertWhole();
        const wasKept = heard.includes('pageshow persisted');
        t.diagnostic(`${name}: ${wasKept ? 'kept' : 'loaded anew'}, ${modes(requests).join(', ')}`);
        assert.deepEqual(modes(requests), name === 'chromium' ? ['send'] : ['send', 'continue-turn']);
        assert.equal(wasKept, name !== 'firefox');
        const answer = await tab.evaluate<{status: string; text: string}>('chat.send("And now?")');
        assert.deepEqual([answer.status, answer.text], ['complete', text]);
      });
    });
  }
});
