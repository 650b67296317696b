import puppeteer, {type Page} from 'puppeteer-core';
import {type EngineName, enginePath} from '../../../scripts/engines.ts';
import {bundle} from '../../support/bundle.ts';
import type {ScriptedServer} from '../../support/scripted-server.ts';
import type {Report} from './page.ts';

/** Milliseconds that a test waits for what it expects. */
const PATIENCE = 20_000;

/** A tab of a real browser, as a user has it. */
export interface Tab {
  open(url: string): Promise<void>;
  /** The value of an expression in the page, as JSON; of a promise, what it comes to. */
  evaluate<Value>(expression: string): Promise<Value>;
  reload(): Promise<void>;
  back(): Promise<void>;
  /** What a user does by a click on the tab. */
  show(): Promise<void>;
  close(): Promise<void>;
}

export interface DrivenBrowser {
  readonly name: EngineName;
  newTab(): Promise<Tab>;
  /** SIGKILL for the browser and all of its processes, at once. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** Starts Chromium or Firefox. With a `profile`, a directory, that is used and kept. */
export async function launch(name: 'chromium' | 'firefox', profile?: string): Promise<DrivenBrowser> {
  const browser = await puppeteer.launch({
    browser: name === 'firefox' ? 'firefox' : 'chrome',
    executablePath: enginePath(name),
    ...(profile && {userDataDir: profile}),
    ...(name === 'chromium' && {args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking']}),
    defaultViewport: null,
  });
  const child = browser.process()!;
  return {
    name,
    newTab: async () => pageTab(await browser.newPage()),
    kill: async () => {
      process.kill(-child.pid!, 'SIGKILL'); // The launcher makes each browser a process group of its own.
      await browser.close(); // Waits until the launcher has tidied the profile, too.
    },
    close: () => browser.close(),
  };
}

function pageTab(page: Page): Tab {
  return {
    open: async url => void (await page.goto(url)),
    evaluate: async expression => {
      const value = await page.evaluate(
        `Promise.resolve(${expression}).then(value => JSON.stringify(value))`,
      );
      return typeof value === 'string' ? JSON.parse(value) : undefined;
    },
    reload: async () => void (await page.reload()),
    back: async () => void (await page.goBack()),
    show: () => page.bringToFront(),
    close: () => page.close(),
  };
}

/** The URL of a page with a chat that has these attributes. */
export type PageUrl = (attributes: Readonly<Record<string, string>>) => string;

export async function servePage(server: ScriptedServer): Promise<PageUrl> {
  server.page('page.js', 'text/javascript', await bundle('test/faults/support/page.ts'));
  const url = server.page(
    'chat.html',
    'text/html',
    '<!doctype html><html lang="en"><title>t</title><link rel="icon" href="data:,"><body><script type="module" src="page.js"></script>',
  );
  return attributes => `${url}?${new URLSearchParams(attributes)}`;
}

/** Asks the page, as often as it answers, until that holds. Asked from here, since a hidden page's timers sleep. */
export async function until(tab: Tab, what: string, holds: (report: Report) => boolean): Promise<Report> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const report = await tab.evaluate<Report | undefined>('globalThis.report?.()');
    if (report && holds(report)) return report;
    if (Date.now() > deadline)
      throw new Error(`Waited in vain for ${what}: ${JSON.stringify(brief(report))}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

function brief(report: Report | undefined): object {
  const {status, heard, messages = []} = report ?? {};
  const last = messages.at(-1);
  return {
    status,
    heard,
    messages: messages.length,
    last: {...last, text: last?.text.length, parts: undefined},
  };
}
