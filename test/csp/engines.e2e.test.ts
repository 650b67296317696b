import assert from 'node:assert/strict';
import {after, before, describe, it} from 'node:test';
import {pickedEngines} from '../../scripts/engines.ts';
import {PATIENCE, type Site, startSite} from '../embed/site.ts';
import {type DrivenBrowser, launch, type Tab} from '../faults/support/driven.ts';
import {MARKDOWN, POLICIES} from './policies.ts';

// csp.e2e looks closer, in Chromium; here the other engines say what they would not do.

const WATCH = `
  globalThis.problems = [];
  addEventListener('securitypolicyviolation', event =>
    problems.push('violation: ' + event.effectiveDirective + ' ' + event.blockedURI));
  addEventListener('error', event => problems.push('error: ' + event.message));
  addEventListener('unhandledrejection', event => problems.push('rejection: ' + event.reason));
  globalThis.chat = () => document.querySelector('sse-chat');
  globalThis.launcher = () => document.querySelector('sse-chat')?.shadowRoot?.querySelector('[aria-haspopup=dialog]');
  globalThis.inside = selector => chat()?.shadowRoot?.querySelector(selector);
`;

const PAGES = {
  'the script tag': ['<script src="/dist/embed.js" data-endpoint="/chat" defer></script>', 'fixed'],
  'the element': [
    '<script type="module" src="/dist/sse-chat.js"></script><sse-chat endpoint="/chat" math></sse-chat>',
    'static',
  ],
} as const;

describe('in each engine, under a strict policy', {concurrency: true}, () => {
  for (const name of pickedEngines().filter(each => each !== 'chromium')) {
    describe(name, {concurrency: 1, timeout: 300_000}, () => {
      let site: Site;
      let browser: DrivenBrowser;
      let tab: Tab;
      before(async () => {
        site = await startSite({'/watch.js': {body: WATCH, type: 'text/javascript'}});
        site.tokens = MARKDOWN;
        browser = await launch(name);
        tab = await browser.newTab();
      });
      after(async () => {
        await browser?.close();
        await site?.close();
      });

      async function open(policy: string, body: string): Promise<void> {
        site.pages.set('/', {
          body: `<!doctype html><html lang="en"><title>t</title><link rel="icon" href="/watch.js"><script src="/watch.js"></script><body>${body}`,
          headers: {'content-security-policy': `${policy}; img-src 'self'`},
        });
        await tab.open(`${site.origin}/`);
      }

      async function until(expression: string): Promise<void> {
        const deadline = Date.now() + PATIENCE;
        while (!(await tab.evaluate<boolean>(`Boolean(${expression})`)))
          assert.ok(Date.now() < deadline, `${expression}: ${await tab.evaluate('problems')}`);
      }

      for (const [title, policy] of Object.entries(POLICIES)) {
        for (const [way, [body, position]] of Object.entries(PAGES)) {
          // What the strictest of them allows, the others do; the element shows that they do.
          if (way === 'the script tag' && policy !== Object.values(POLICIES).at(-1)) continue;
          it(`${title}: ${way} sends and streams, styled, with no violation`, async () => {
            await open(policy, body);
            if (position === 'fixed') {
              await until('launcher()');
              assert.equal(await tab.evaluate('getComputedStyle(launcher()).width'), '56px');
              await tab.evaluate('launcher().ariaExpanded === "true" || launcher().click()');
            }
            await until('chat()?.newConversation && inside("[role=log]")');
            await tab.evaluate('chat().newConversation()');
            await tab.evaluate('void chat().send("Hello")');
            await until('inside("[data-role=assistant][data-status=complete] strong")');
            await until('inside("pre")?.textContent.includes("let x = 1;")');
            assert.equal(await tab.evaluate('getComputedStyle(inside("[role=log]")).overflowY'), 'auto');
            assert.equal(
              await tab.evaluate('getComputedStyle(inside(".panel")).position'),
              position,
              'the panel has its styles',
            );
            if (position === 'static') await until('inside("msqrt")');
            assert.deepEqual(await tab.evaluate('problems'), []);
          });
        }
      }

      it('would have said so, had there been a violation', async () => {
        await open(Object.values(POLICIES)[0]!, '<p style="color: red">Styled by an attribute</p>');
        await until('problems.some(problem => /^violation: style-src/.test(problem))');
      });
    });
  }
});
