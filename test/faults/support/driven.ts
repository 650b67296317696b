import {execFileSync} from 'node:child_process';
import puppeteer, {type CDPSession, type KeyInput, type Page} from 'puppeteer-core';
import {type EngineName, enginePath, START_TIMEOUT} from '../../../scripts/engines.ts';
import {bundle} from '../../support/bundle.ts';
import type {ScriptedServer} from '../../support/scripted-server.ts';
import type {Report} from './page.ts';
import {launchWebkit} from './webdriver.ts';

/** Milliseconds that a test waits for what it expects. */
const PATIENCE = 60_000;

/** A tab of a real browser, as a user has it. */
export interface Tab {
  open(url: string): Promise<void>;
  /** The value of an expression in the page, as JSON; of a promise, what it comes to. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Presses these keys one after the other, by their names: a letter, `Tab`, `Shift+Tab`, `Enter`, `ArrowUp`. */
  press(...keys: readonly string[]): Promise<void>;
  reload(): Promise<void>;
  back(): Promise<void>;
  /** Nobody sees the tab: another is in front, or the window is down. */
  hide(): Promise<void>;
  show(): Promise<void>;
  /** Nothing of the page runs until `thaw`. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Takes the network away from the tab, and gives it back; absent where no driver can. */
  setOffline?(isOffline: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface DrivenBrowser {
  readonly name: EngineName;
  /** @param background Behind the tab that is in front, as by a middle click on a link. */
  newTab(background?: boolean): Promise<Tab>;
  /** SIGKILL for the browser and all of its processes, at once. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a browser. With a `profile`, a directory, that is used and kept; WebKit has none while it is driven. */
export async function launch(name: EngineName, profile?: string): Promise<DrivenBrowser> {
  if (name === 'webkit') return launchWebkit();
  const browser = await puppeteer.launch({
    browser: name === 'firefox' ? 'firefox' : 'chrome',
    executablePath: enginePath(name),
    ...(profile && {userDataDir: profile}),
    ...(name === 'chromium' && {args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking']}),
    defaultViewport: null,
    timeout: START_TIMEOUT,
  });
  const {pid} = browser.process()!;
  return {
    name,
    newTab: async (background = false) => {
      const page = await browser.newPage({type: 'tab', background});
      const tab = pageTab(page);
      const freezing = name === 'chromium' ? lifecycle(await page.createCDPSession(), tab) : stopping(pid!);
      return {...tab, ...freezing};
    },
    kill: async () => {
      process.kill(-pid!, 'SIGKILL'); // The launcher makes each browser a process group of its own.
      await browser.close(); // Waits until the launcher has tidied the profile, too.
    },
    close: () => browser.close(),
  };
}

type Freezing = Pick<Tab, 'freeze' | 'thaw'>;

/** What a browser does by itself with a tab that has been behind others for long. */
function lifecycle(session: CDPSession, tab: Pick<Tab, 'hide' | 'show'>): Freezing {
  const set = (state: 'frozen' | 'active') => session.send('Page.setWebLifecycleState', {state});
  return {
    freeze: async () => {
      await tab.hide();
      await set('frozen');
    },
    thaw: async () => {
      await set('active');
      await tab.show();
    },
  };
}

/** Where no driver can do that: the processes of pages get no time, as on a machine that sleeps. */
export function stopping(browser: number): Freezing {
  const signal = async (name: 'SIGSTOP' | 'SIGCONT') => {
    for (const pid of pageProcesses(browser)) process.kill(pid, name);
  };
  return {freeze: () => signal('SIGSTOP'), thaw: () => signal('SIGCONT')};
}

/** Of Firefox and WebKit, below that process. */
function pageProcesses(root: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], {encoding: 'utf8'});
  const lines = table.split('\n').map(line => /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? []);
  const below = (parent: number): string[][] =>
    lines.filter(([, , ppid]) => Number(ppid) === parent).flatMap(line => [line, ...below(Number(line[1]))]);
  return below(root)
    .filter(([, , , args = '']) => /WebKitWebProcess| tab$/.test(args))
    .map(([, pid]) => Number(pid));
}

function pageTab(page: Page): Omit<Tab, keyof Freezing> {
  let before: Page | undefined;
  return {
    open: async url => void (await page.goto(url)),
    evaluate: async expression => {
      const value = await page.evaluate(
        `Promise.resolve(${expression}).then(value => JSON.stringify(value))`,
      );
      return typeof value === 'string' ? JSON.parse(value) : undefined;
    },
    press: async (...keys) => {
      for (const key of keys) {
        const shifted = key.startsWith('Shift+');
        if (shifted) await page.keyboard.down('Shift');
        await page.keyboard.press(key.replace('Shift+', '') as KeyInput);
        if (shifted) await page.keyboard.up('Shift');
      }
    },
    reload: async () => void (await page.reload()),
    back: async () => void (await page.goBack()),
    hide: async () => {
      before ??= await page.browser().newPage();
      await before.bringToFront();
    },
    show: () => page.bringToFront(),
    setOffline: isOffline => page.setOfflineMode(isOffline),
    close: async () => {
      await before?.close();
      await page.close();
    },
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
