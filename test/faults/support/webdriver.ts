import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {enginePath} from '../../../scripts/engines.ts';
import {startWebkitDriver} from '../../../scripts/webkit-launcher.ts';
import {type DrivenBrowser, stopping, type Tab} from './driven.ts';

/** Milliseconds that a page may take to load. */
const PATIENCE = 60_000;

/** The characters that stand for keys in the protocol. */
const KEYS: Readonly<Record<string, string>> = {
  Tab: '\ue004',
  Enter: '\ue007',
  Shift: '\ue008',
  Escape: '\ue00c',
  End: '\ue010',
  Home: '\ue011',
  ArrowUp: '\ue013',
  ArrowDown: '\ue015',
};

/** What is pressed and let go of for a key with its modifiers. */
function strokesOf(key: string): readonly object[] {
  const values = key.split('+').map(name => KEYS[name] ?? name);
  const down = values.map(value => ({type: 'keyDown', value}));
  return [...down, ...values.reverse().map(value => ({type: 'keyUp', value}))];
}

/** WebKitGTK's MiniBrowser, by the few commands of the WebDriver protocol that the tests need. */
export async function launchWebkit(): Promise<DrivenBrowser> {
  const processes: ChildProcess[] = [];
  const end = () => {
    for (const child of processes.splice(0).reverse()) child.kill('SIGKILL');
  };
  process.once('exit', end);
  const port = await startWebkitDriver(processes);
  const command = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => {
    const response = await fetch(`http://127.0.0.1:${port}/session${path}`, {
      method,
      ...(body && {body: JSON.stringify(body)}),
    });
    const {value} = (await response.json()) as {value: unknown};
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value)}`);
    return value;
  };
  const browserOptions = {binary: enginePath('webkit'), args: ['--automation']};
  const alwaysMatch = {browserName: 'MiniBrowser', 'webkitgtk:browserOptions': browserOptions};
  const {sessionId} = (await command('POST', '', {capabilities: {alwaysMatch}})) as {sessionId: string};
  const ask = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) =>
    command(method, `/${sessionId}${path}`, body);

  const unused = [(await ask('GET', '/window')) as string];
  let current = '';
  const handleTab = (handle: string): Tab => {
    const at = async (...parameters: Parameters<typeof ask>) => {
      if (current !== handle) await ask('POST', '/window', {handle});
      current = handle;
      return ask(...parameters);
    };
    const run = (script: string) => at('POST', '/execute/sync', {script, args: []});
    /** The driver may answer before a page that is slow to come has taken the place of the one before. */
    const load = async (path: '/url' | '/refresh', body: {url?: string}) => {
      await run('globalThis.isLeft = true');
      await at('POST', path, body);
      const deadline = Date.now() + PATIENCE;
      const isThere = `return !globalThis.isLeft && document.readyState === 'complete' &&
        location.href.startsWith(${JSON.stringify(body.url ?? '')})`;
      while (!(await run(isThere))) {
        if (Date.now() > deadline) throw new Error(`The page does not come: ${body.url ?? 'again'}`);
      }
    };
    return {
      open: url => load('/url', {url}),
      evaluate: async expression => {
        const script = `const done = arguments[0]; Promise.resolve(${expression}).then(value => done(JSON.stringify(value)));`;
        const value = await at('POST', '/execute/async', {script, args: []});
        return typeof value === 'string' ? JSON.parse(value) : undefined;
      },
      press: async (...keys) =>
        void (await at('POST', '/actions', {
          actions: [{type: 'key', id: 'keyboard', actions: keys.flatMap(strokesOf)}],
        })),
      reload: () => load('/refresh', {}),
      back: async () => void (await at('POST', '/back', {})),
      hide: async () => void (await at('POST', '/window/minimize', {})),
      show: async () => void (await at('POST', '/window/maximize', {})),
      ...stopping(processes.at(-1)!.pid!),
      close: async () => {
        await at('DELETE', '/window');
        current = '';
      },
    };
  };
  return {
    name: 'webkit',
    // A tab that the driver opens stays behind the first one; that one is in front, and can be had once.
    newTab: async (background = false) => {
      const first = background ? undefined : unused.pop();
      if (first !== undefined) return handleTab(first);
      const {handle} = (await ask('POST', '/window/new', {type: 'tab'})) as {handle: string};
      return handleTab(handle);
    },
    kill: () => Promise.reject(new Error('MiniBrowser keeps no profile while it is driven.')),
    close: async () => {
      process.off('exit', end);
      await ask('DELETE', '');
      const ended = processes.map(child => once(child, 'exit'));
      end();
      await Promise.all(ended);
    },
  };
}
