import {assert} from 'chai';
import {loadPathological} from './support/fixtures.ts';
import {Frames, render, stream} from './support/frames.ts';
import {exact} from './support/tree.ts';

/** What takes its time is the parser and one engine's layout; the others show that they can end. */
const isMeasured = navigator.userAgent.includes('Chrome/');
/** UTF-16 units. A quadratic step takes minutes for some of these at the full size, a linear one well under a second. */
const LONG = isMeasured ? 200_000 : 50_000;
/** Milliseconds between the two, on a machine that does ten other things. */
const HANGS = 30_000;

/** More of the kind, each a unit to repeat and what goes around it. */
const REPEATED: readonly (readonly [before: string, unit: string, after: string])[] = [
  ['<a', ' ', 'x'],
  ['# a', ' ', 'b'],
  ['[a](', ' ', 'x'],
  ['', '[a](b "', ''],
  ['', '<a b=\'"', ''],
  ['', `a${' '.repeat(200)}\n`, ''],
  ['', '[[a]', ''],
  ['', '[a][b', ''],
  ['', '[a][', ''],
  ['', '[a]: /u\n', ''],
  ['[', '@.', ' x](https://a.example)'],
  ['[', 'a.', ' x](https://a.example)'],
  ['', '*a_b~c', ''],
  ['', '~~a ~b ', ''],
  ['|a|b|c|\n|-|-|-|\n', '|\n', ''],
  ['', 'a|b\n', ''],
  ['', '> - ', 'x'],
  ['', '> > > - - a\n', ''],
  ['', 'www.', ''],
  ['', ' (www.', ''],
  ['', '_www.', ''],
  ['', 'a@b.', ''],
  ['', 'a', ''],
  ['', '中文', ''],
  ['', '* ', 'x'],
  ['', '* x\n', ''],
  ['', '&aaaaaaaa', ''],
  ['', '<a', ''],
  ['', '![', ']'],
  ['', '](', ''],
  ['', '\\', ''],
  ['', '`a``', ''],
  ['', '[ ] ', ''],
  ['```\n', '``\n', ''],
];

async function inputs(size: number): Promise<readonly {name: string; text: string}[]> {
  const own = REPEATED.map(([before, unit, after]) => ({
    name: JSON.stringify(before + unit + after),
    text: before + unit.repeat(size / unit.length) + after,
  }));
  return [...(await loadPathological(size)), ...own];
}

describe('text made to be slow', () => {
  const frames = new Frames();
  before(() => frames.install());
  after(() => frames.restore());

  it('is drawn in time that grows with its length alone', async () => {
    let slowest = {name: '', time: 0};
    for (const {name, text} of await inputs(LONG)) {
      const start = performance.now();
      render(text);
      const time = performance.now() - start;
      if (time > slowest.time) slowest = {name, time};
    }
    console.log(`slowest of ${LONG} units: ${slowest.name}, ${Math.round(slowest.time)} ms`);
    assert.isBelow(slowest.time, HANGS, slowest.name);
  }).timeout(240_000);

  it('is the same streamed as whole', async () => {
    const differ: string[] = [];
    for (const {name, text} of await inputs(20_000)) {
      const parts: string[] = [];
      for (let i = 0; i < text.length; i += 200) parts.push(text.slice(i, i + 200));
      if (exact(stream(frames, parts)) !== exact(render(text))) differ.push(name);
    }
    assert.deepEqual(differ, []);
  }).timeout(60_000);

  it('nests no deeper than its cap', () => {
    const deepest = (container: HTMLElement) => {
      let depth = 0;
      for (const element of container.querySelectorAll('*')) {
        let each = 0;
        for (let up: Element | null = element; up && up !== container; up = up.parentElement) each++;
        depth = Math.max(depth, each);
      }
      return depth;
    };
    for (const mark of ['> ', '- ']) assert.isAtMost(deepest(render(`${mark.repeat(1000)}a`)), 65);
    assert.isAtMost(deepest(render(`${'*a **a '.repeat(1000)}b${' a** a*'.repeat(1000)}`)), 33);
    assert.include(render(`${'> '.repeat(1000)}a`).textContent, 'a');
  });

  it('gives a table no more than 64 columns and rows no more cells than a document may add', () => {
    const table = (columns: number) => `|${'a|'.repeat(columns)}\n|${'-|'.repeat(columns)}\n`;
    assert.lengthOf(render(table(64)).querySelectorAll('th'), 64);
    assert.lengthOf(render(table(65)).querySelectorAll('th'), 0);
    assert.isAtMost(render(table(64) + '|\n'.repeat(2000)).querySelectorAll('td').length, 12_000);
  });
});
