import {assert} from 'chai';
import {loadAttacks, loadCommonMark, loadEdgeCases, loadGfmExtensions} from './support/fixtures.ts';
import {Frames, loadNames, render, stream} from './support/frames.ts';
import {exact} from './support/tree.ts';
import {unsafe} from './support/unsafe.ts';

const LONGEST_SPLIT = 300;

/** What documents made at random are made of: marks, and what stands around them. */
const PIECES = [
  ...[
    'a',
    'b ',
    'foo ',
    'é',
    '中',
    '. ',
    '0',
    '"',
    "'",
    '(',
    ')',
    '{',
    '!',
    '=',
    '-',
    '+',
    '\t',
    ' ',
    '\u00a0',
  ],
  ...[
    '*',
    '**',
    '_',
    '__',
    '~~',
    '`',
    '``',
    '```',
    '\\',
    '[',
    ']',
    '](',
    '](/u)',
    '![',
    '[foo]',
    '[ ]',
    '|',
    ':',
  ],
  ...['\n', '\n\n', '  \n', ' \n', '\r', '\r\n', '\n    ', '\n- ', '\n> ', '\n1. ', '- ', '* ', '1. ', '2) '],
  ...[
    '> ',
    '# ',
    '    ',
    '---\n',
    '===\n',
    '```js\n',
    '~~~\n',
    '- [ ] ',
    '|a|b|\n',
    '|-|-|\n',
    '[foo]: /u\n',
  ],
  ...[
    '<',
    '<b>',
    '</b',
    '>',
    '<div>\n',
    '<!--',
    '-->',
    '&',
    '&amp;',
    '&#65;',
    'http://a.b',
    'www.a.b',
    'x@y.z',
    '&Zeta;',
    '&half',
    'javascript&colon;alert(1)',
    '](javascript:alert(1))',
    '](data:text/html,a "',
    '<img src=x onerror="a"',
    ' style="a" onclick=',
    '<script>',
    '<svg/onload=a>',
  ],
];

const RANDOM = 3000;

function random(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

describe('a streamed document', () => {
  const frames = new Frames();
  before(async () => {
    await loadNames();
    frames.install();
  });
  after(() => frames.restore());

  function differing(documents: readonly string[]): string[] {
    const differ: string[] = [];
    let splits = 0;
    for (const text of documents) {
      const whole = exact(render(text));
      const ways: (readonly string[])[] = [[...text]];
      for (let i = 1; i < Math.min(text.length, LONGEST_SPLIT); i++)
        ways.push([text.slice(0, i), text.slice(i)]);
      for (const parts of ways) {
        splits++;
        if (exact(stream(frames, parts)) === whole) continue;
        differ.push(
          `${JSON.stringify(text)} in ${parts.length} parts, the first ${JSON.stringify(parts[0])}`,
        );
        break;
      }
    }
    console.log(`${documents.length} documents, ${splits} splits, ${differ.length} differ`);
    return differ;
  }

  it('is the same as the whole one for every example of CommonMark, split anywhere', async () => {
    assert.deepEqual(differing((await loadCommonMark()).map(({markdown}) => markdown)), []);
  }).timeout(60_000);

  it('is the same as the whole one for GFM and for other edge cases, split anywhere', async () => {
    const gfm = (await loadGfmExtensions()).map(({markdown}) => markdown);
    assert.deepEqual(differing([...gfm, ...(await loadEdgeCases())]), []);
  }).timeout(60_000);

  it('is the same as the whole one, and safe at each step, for random documents in random parts', () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const next = random(seed);
    const wrong: string[] = [];
    for (let n = 0; n < RANDOM; n++) {
      const text = Array.from({length: 3 + next(20)}, () => PIECES[next(PIECES.length)]).join('');
      const parts: string[] = [];
      for (let from = 0; from < text.length; ) {
        const to = from + 1 + next(6);
        parts.push(text.slice(from, to));
        from = to;
      }
      let problem: string | undefined;
      const streamed = stream(frames, parts, container => {
        problem ??= unsafe(container);
      });
      if (exact(streamed) !== exact(render(text))) problem ??= 'it differs';
      if (problem) wrong.push(`${problem}: ${JSON.stringify(parts)}`);
    }
    console.log(`seed ${seed}: documents ${RANDOM}, wrong ${wrong.length}`);
    assert.deepEqual(wrong, [], `seed ${seed}`);
  }).timeout(60_000);

  it('is the same as the whole one for every attack, a character at a time', async () => {
    const differ = (await loadAttacks()).filter(text => {
      const short = text.slice(0, LONGEST_SPLIT);
      return exact(stream(frames, short)) !== exact(render(short));
    });
    assert.deepEqual(differ, []);
  }).timeout(60_000);
});
