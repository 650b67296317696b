import {assert} from 'chai';
import {integer, newSeed, seededRandom} from '../support/seeded-random.ts';
import {loadAttacks, loadCommonMark, loadEdgeCases, loadGfm} from './support/fixtures.ts';
import {Frames, loadNames, render, stream} from './support/frames.ts';
import {randomDocument} from './support/random-document.ts';
import {exact} from './support/tree.ts';
import {unsafe} from './support/unsafe.ts';

/** UTF-16 units: up to here a text is split everywhere, beyond it in some places. */
const LONGEST_SPLIT = 300;
/** In one engine; in the others at every fourth place, from another one on in each document. */
const STEP = navigator.userAgent.includes('Chrome/') ? 1 : 4;
const SPLITS_BEYOND = 20;
/** Found by random documents. */
const FOUND = [
  '- [ ]\n<!--',
  '- [x]\n<div>',
  '- [ ]\n<a\nb',
  '- [\n]\n<!--',
  '- [ ] a\n  -|',
  '[foo]: /u\n\n- [ ] [foo]: a [foo]\n',
  '> 1. <style\n>w',
  // The node of the address becomes that of the link, which has one attribute more.
  '[foo]: /u\n)[foo]x@y.t:',
];
/** Random documents; `DOCUMENTS=2000 npm test -- test/markdown/split-equivalence.test.ts` is the whole. */
const DOCUMENTS = Number(globalThis.TEST_ENV?.DOCUMENTS ?? 60);

describe('a streamed document', () => {
  const frames = new Frames();
  const seed = newSeed();
  let random: () => number;
  before(async () => {
    await loadNames();
    frames.install();
  });
  after(() => frames.restore());
  beforeEach(() => {
    random = seededRandom(seed);
  });

  function* ways(text: string): Iterable<readonly string[]> {
    const split = (at: number) => [text.slice(0, at), text.slice(at)];
    yield [...text];
    yield inParts(text);
    const last = Math.min(text.length, LONGEST_SPLIT);
    for (let at = integer(random, 1, STEP + 1); at < last; at += STEP) yield split(at);
    if (text.length <= LONGEST_SPLIT) return;
    for (let n = 0; n < SPLITS_BEYOND; n++) yield split(integer(random, LONGEST_SPLIT, text.length));
  }

  function inParts(text: string): string[] {
    const parts: string[] = [];
    for (let from = 0; from < text.length; from += parts.at(-1)!.length) {
      parts.push(text.slice(from, from + integer(random, 1, 7)));
    }
    return parts;
  }

  /** What was wrong with documents, made at once and in parts. */
  function differing(documents: readonly string[]): string[] {
    const differ: string[] = [];
    let splits = 0;
    for (const text of documents) {
      const whole = exact(render(text));
      for (const parts of ways(text)) {
        splits++;
        let problem: string | undefined;
        const streamed = stream(frames, parts, container => {
          problem ??= unsafe(container);
        });
        if (exact(streamed) !== whole) problem ??= 'it differs';
        if (!problem) continue;
        differ.push(`${problem}: ${JSON.stringify(parts)}`);
        break;
      }
    }
    console.log(`${documents.length} documents, ${splits} splits, ${differ.length} differ (SEED=${seed})`);
    return differ;
  }

  it('is the same as the whole one for every example of CommonMark, split anywhere', async () => {
    assert.deepEqual(differing((await loadCommonMark()).map(({markdown}) => markdown)), []);
  }).timeout(120_000);

  it('is the same as the whole one for GFM and for other edge cases, split anywhere', async () => {
    const gfm = (await loadGfm()).map(({markdown}) => markdown);
    const known = new Set((await loadCommonMark()).map(({markdown}) => markdown));
    const documents = [...gfm, ...(await loadEdgeCases()), ...FOUND];
    assert.deepEqual(differing(documents.filter(text => !known.has(text))), []);
  }).timeout(120_000);

  it('is the same as the whole one for random documents, split anywhere', () => {
    assert.deepEqual(differing(Array.from({length: DOCUMENTS}, () => randomDocument(random))), []);
  }).timeout(300_000);

  it('is the same as the whole one where code is long and stands in boxes, none of which is empty', () => {
    const long = (length: number) => `\`\`\`\n${'x'.repeat(98)}\n`.padEnd(length + 4, `${'y'.repeat(99)}\n`);
    const starts = [1998, 1999, 2000, 2001, 4000, 4001].map(long);
    starts.push(...starts.map(text => text.replace(/^/gm, '> ')));
    starts.push(`<div>\n${'x\n'.repeat(2100)}`, `    ${'x\n    '.repeat(2100)}`);
    const tails = ['', '\n```\n', '``', '\n', '\n\n', 'z\n``\n```\n', '\n`\n\n```\nend\n', '> ```\n> end\n'];
    const differ: string[] = [];
    let boxes = 0;
    for (const start of starts) {
      for (const tail of tails) {
        const streamed = stream(frames, [start, ...tail]);
        const isWhole = exact(streamed) === exact(render(start + tail));
        boxes += streamed.querySelectorAll('[data-part]').length;
        if (!isWhole || streamed.querySelector('[data-part]:empty')) {
          differ.push(`${start.slice(0, 9)} ${start.length}, ${tail}`);
        }
      }
    }
    assert.isAbove(boxes, 50);
    assert.deepEqual(differ, []);
  }).timeout(120_000);

  it('is the same as the whole one for every attack, a character at a time', async () => {
    const differ = (await loadAttacks()).filter(text => {
      const short = text.slice(0, LONGEST_SPLIT);
      return exact(stream(frames, short)) !== exact(render(short));
    });
    assert.deepEqual(differ, []);
  }).timeout(120_000);
});
