/**
 * `npm run shots`: takes a picture of every state of the interface, at three widths, light and dark, left to right and
 * right to left (in Arabic), of every mode, and of the themes of docs/themes.md. Writes them to `shots/`, with a page
 * that shows them all. `npm run shots -- error 360` takes only those with all these words in their names.
 */
import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {chromium, type Page} from 'playwright-core';
import {createServer} from 'vite';
import {read, themesOf} from '../test/docs/support/pages.ts';
import {enginePath} from './engines.ts';

declare global {
  var show: (query: string) => Promise<void>;
  var stateNames: readonly string[];
}

const root = join(import.meta.dirname, '..');
const folder = join(root, 'shots');
const words = process.argv.slice(2);

const sizes = [
  [360, 740],
  [700, 800],
  [1280, 860],
] as const;
const modes = ['inline', 'popup', 'panel', 'fullscreen'];
/** The states that show what a mode changes. */
const inEveryMode = ['empty', 'complete', 'list'];
/** The states that show what a theme changes. */
const inEveryTheme = ['empty', 'complete', 'tool', 'error', 'voice'];

const gallery = join(root, 'test/ui/gallery');
const server = await createServer({
  configFile: join(gallery, 'vite.config.ts'),
  logLevel: 'error',
  server: {hmr: false, watch: null},
});
await server.listen();
const browser = await chromium.launch({
  executablePath: enginePath('chromium'),
  args: ['--no-sandbox', '--disable-gpu'],
});
const names: string[] = [];

async function shoot(
  page: Page,
  state: string,
  width: number,
  mode: string,
  look: string,
  theme?: string,
): Promise<void> {
  const [scheme, dir] = look.split(' ');
  const name = [state, width, mode, theme, scheme, dir].filter(Boolean).join('-');
  if (!words.every(word => name.split('-').includes(word))) return;
  const lang = dir === 'rtl' ? 'ar' : 'en';
  await page.evaluate(
    query => show(query),
    `state=${state}&mode=${mode}&scheme=${scheme}&dir=${dir}&lang=${lang}`,
  );
  await page.screenshot({path: join(folder, `${name}.png`)});
  names.push(name);
}

try {
  rmSync(folder, {recursive: true, force: true});
  mkdirSync(folder, {recursive: true});
  const page = await browser.newPage();
  await page.emulateMedia({reducedMotion: 'reduce'});
  await page.goto(server.resolvedUrls!.local[0]!);
  await page.waitForFunction(() => 'stateNames' in globalThis);
  const states = await page.evaluate(() => stateNames);
  for (const [width, height] of sizes) {
    // The narrow page has a touch screen, like a phone.
    const client = await page.context().newCDPSession(page);
    await client.send('Emulation.setTouchEmulationEnabled', {enabled: width < 480, maxTouchPoints: 1});
    await page.setViewportSize({width, height});
    for (const state of states) {
      const shown = ['closed', 'bubble', 'moved'].includes(state)
        ? ['popup']
        : inEveryMode.includes(state)
          ? modes
          : ['inline'];
      for (const mode of shown) {
        for (const look of ['light ltr', 'dark ltr', 'light rtl', 'dark rtl'])
          await shoot(page, state, width, mode, look);
      }
    }
    for (const {name, css} of themesOf(read('docs/themes.md'))) {
      const style = await page.addStyleTag({content: css.replace('sse-chat', 'fake-chat')}); // Its name in the gallery.
      for (const state of inEveryTheme.filter(each => states.includes(each))) {
        for (const look of ['light ltr', 'dark ltr'])
          await shoot(page, state, width, width < 480 ? 'inline' : 'popup', look, name.toLowerCase());
      }
      await style.evaluate(element => (element as Element).remove());
    }
  }
  const figures = names.map(
    name => `<figure><img src="${name}.png" loading="lazy" alt=""><figcaption>${name}</figcaption></figure>`,
  );
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>Shots</title>
<style>body{display:flex;flex-wrap:wrap;gap:16px;font:12px system-ui}figure{margin:0}img{height:560px;border:1px solid #888}</style>
${figures.join('\n')}\n`,
  );
} finally {
  await browser.close();
  await server.close();
}
console.log(`${names.length} pictures in shots/index.html`);
