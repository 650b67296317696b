import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {createServer} from 'node:net';
import type {Readable} from 'node:stream';
import {webdriverLauncher} from '@web/test-runner-webdriver';
import {START_TIMEOUT} from './engines.ts';

/**
 * Runs browser tests in WebKitGTK's MiniBrowser, on a display of its own. Xvfb and WebKitWebDriver live exactly as long
 * as the launcher, and at most as long as this process; a browser whose display is gone ends, too.
 */
export function webkitLauncher(miniBrowser: string): ReturnType<typeof webdriverLauncher> {
  const options = {
    hostname: '127.0.0.1',
    port: 0,
    path: '/',
    logLevel: 'error' as const,
    capabilities: {
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': {binary: miniBrowser, args: ['--automation']},
      'wdio:enforceWebDriverClassic': true, // WebKitWebDriver has no BiDi.
    },
  };
  const launcher = webdriverLauncher(options as Parameters<typeof webdriverLauncher>[0]);
  const processes: ChildProcess[] = [];
  const killAll = () => {
    for (const child of processes.splice(0).reverse()) child.kill('SIGKILL');
  };
  const {initialize, stop} = launcher;
  launcher.initialize = async config => {
    process.once('exit', killAll);
    options.port = await startWebkitDriver(processes); // Read when the first session starts.
    await initialize.call(launcher, config);
    launcher.name = 'WebKitGTK';
  };
  launcher.stop = async () => {
    await stop.call(launcher);
    const ended = processes.map(child => once(child, 'exit'));
    killAll();
    await Promise.all(ended);
  };
  return launcher;
}

/** Starts WebKitWebDriver on a display of its own. Returns its port; the caller must end the `processes`. */
export async function startWebkitDriver(processes: ChildProcess[]): Promise<number> {
  return startDriver(processes, await startDisplay(processes));
}

/** Starts Xvfb and lets it choose the display. Returns `:N`. */
async function startDisplay(processes: ChildProcess[]): Promise<string> {
  const args = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
  const xvfb = spawn('Xvfb', args, {stdio: ['ignore', 'ignore', 'ignore', 'pipe']});
  processes.push(xvfb);
  const output = xvfb.stdio[3] as Readable;
  const [number] = await once(output, 'data', {signal: AbortSignal.timeout(START_TIMEOUT)});
  return `:${String(number).trim()}`;
}

async function startDriver(processes: ChildProcess[], display: string): Promise<number> {
  const port = await freePort();
  const env = {
    ...process.env,
    DISPLAY: display,
    WAYLAND_DISPLAY: '',
    GDK_BACKEND: 'x11',
    NO_AT_BRIDGE: '1',
    // Without a graphics card, a frame takes three times as long through DMA buffers as through shared memory.
    WEBKIT_DISABLE_DMABUF_RENDERER: '1',
  };
  processes.push(spawn('WebKitWebDriver', [`--port=${port}`], {stdio: 'ignore', env}));
  const deadline = Date.now() + START_TIMEOUT;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/status`).catch(() => undefined);
    if (answer?.ok) return port;
    if (Date.now() > deadline) throw new Error('WebKitWebDriver does not answer.');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address() as {port: number};
  server.close();
  await once(server, 'close');
  return port;
}
