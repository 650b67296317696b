import {assert} from 'chai';
import type {MarkdownOptions} from '../../src/markdown.ts';
import {loadCommonMark, loadGfmExtensions, type SpecExample} from './support/fixtures.ts';
import {loadNames, render} from './support/frames.ts';
import {readExpected, readRendered} from './support/tree.ts';

/** CommonMark's examples that GFM's extension changes: an address without marks is a link in it. */
const BARE_ADDRESSES = [602, 608, 611, 612];

/** What of the examples comes out differently than the specification says. */
function differing(examples: readonly SpecExample[], options: MarkdownOptions): ReadonlyMap<number, string> {
  const differ = new Map<number, string>();
  for (const {n, section, markdown, html} of examples) {
    const got = readRendered(render(markdown, {labels: {image: ''}, ...options}));
    const want = readExpected(html, markdown);
    if (got !== want) differ.set(n, `${section}\n  got  ${got}\n  want ${want}`);
  }
  return differ;
}

function report(
  what: string,
  {length}: readonly SpecExample[],
  differ: ReadonlyMap<number, string>,
  why: string,
) {
  const numbers = [...differ.keys()].join(', ');
  console.log(`${what} ${length - differ.size}/${length}${numbers && `; ${numbers} differ${why}`}`);
}

describe('the renderer and the specifications', () => {
  before(() => loadNames());

  it('draws every example of CommonMark 0.31.2', async () => {
    const examples = await loadCommonMark();
    const differ = differing(examples, {autolinks: false});
    report('CommonMark, { autolinks: false }:', examples, differ, '');
    const raw = examples.filter(
      ({html, markdown}) => readExpected(html, markdown) !== readExpected(html, ''),
    );
    console.log(`Raw HTML is compared as the text that it becomes in ${raw.map(({n}) => n).join(', ')}`);
    assert.deepEqual([...differ], []);
  });

  it('draws them with bare addresses as links, too, but for those that GFM changes', async () => {
    const examples = await loadCommonMark();
    const differ = differing(examples, {});
    report('CommonMark with GFM:', examples, differ, ': a bare address is a link in GFM');
    assert.deepEqual([...differ.keys()], BARE_ADDRESSES, [...differ.values()].join('\n'));
  });

  it('draws every example of GFM extensions', async () => {
    const examples = await loadGfmExtensions();
    const differ = differing(examples, {});
    report('GFM:', examples, differ, '');
    assert.deepEqual([...differ], []);
  });

  /** Found by comparing random documents with the reference implementation. */
  const CASES: readonly (readonly [title: string, markdown: string, html: string])[] = [
    ['counts definitions as a block of their item', '- [a]: /v\n\n\n    b\n', '<ul><li><p>b</p></li></ul>'],
    [
      'matches delimiters before a link whose own text has none',
      '*a ** b* [x](/u)',
      '<p><em>a ** b</em> <a href="/u">x</a></p>',
    ],
    [
      'matches a delimiter that stands right before a link',
      'a *b*[x](/u)',
      '<p>a <em>b</em><a href="/u">x</a></p>',
    ],
    [
      'takes a space that does not break for a character',
      '\u00a0\n\n# \u00a0\n\n-  \u00a0\n\n[\u00a0a]: /u\n[a]',
      '<p>\u00a0</p><h1>\u00a0</h1><ul><li>\u00a0</li></ul><p>[a]</p>',
    ],
    [
      'has tasks whose text is on the next line',
      '- [ ]\n  a\n- [x]\tb\n- [ ]\n',
      '<ul><li><input type="checkbox"> a</li><li><input type="checkbox" checked> b</li><li>[ ]</li></ul>',
    ],
    [
      'has no task in a heading',
      '- [ ] *a*\n  =\n- [x] b\n  ---\n',
      '<ul><li><h1>[ ] <em>a</em></h1></li><li><h2>[x] b</h2></li></ul>',
    ],
    [
      'keeps the spaces of a blank line of code that are more than its item is indented by',
      '- ```\n  a\n      \n \n  ```\n\n      b\n          \n      c\n',
      '<ul><li><pre><code>a\n    \n\n</code></pre><pre><code>b\n    \nc\n</code></pre></li></ul>',
    ],
    ['ends an empty item at a blank line that is indented', '-\n      \n  a\n', '<ul><li></li></ul><p>a</p>'],
    [
      'takes a space that does not break for a value in a tag',
      '<g k=\u00a0>\n*a*\n\nb <i k=\u00a0*> c*',
      '<g k=\u00a0>\n*a*<p>b <i k=\u00a0*> c*</p>',
    ],
    [
      'begins an item before a table, as the reference implementation of GFM does',
      'a | b\n- | -\n',
      '<p>a | b</p><ul><li>| -</li></ul>',
    ],
    ['has no cell in a pipe alone', '|\n-|', '<p>|\n-|</p>'],
    [
      'ends a table with code that is indented',
      '|a|\n|-|\n    b',
      '<table><thead><tr><th>a</th></tr></thead></table><pre><code>b\n</code></pre>',
    ],
    [
      'leaves semicolons and brackets out at the end of bare addresses',
      'https://a.b; https://a.b/c] www.a.b/&amp;',
      '<p><a href="https://a.b">https://a.b</a>; <a href="https://a.b/c">https://a.b/c</a>] <a href="http://www.a.b/">www.a.b/</a>&amp;</p>',
    ],
    [
      'leaves the brackets, quotation marks and punctuation of other scripts out of bare addresses',
      '「https://a.b/c」を“https://a.b/d”的《www.a.b》【https://a.b/佐々木】https://a.b/e، (https://a.b/f)؛ «https://a.b/g»؟ ‘https://a.b/h’ ‹https://a.b/i›…',
      '<p>「<a href="https://a.b/c">https://a.b/c</a>」を“<a href="https://a.b/d">https://a.b/d</a>”的《www.a.b》【<a href="https://a.b/佐々木">https://a.b/佐々木</a>】<a href="https://a.b/e">https://a.b/e</a>، (<a href="https://a.b/f">https://a.b/f</a>)؛ «<a href="https://a.b/g">https://a.b/g</a>»؟ ‘<a href="https://a.b/h">https://a.b/h</a>’ ‹<a href="https://a.b/i">https://a.b/i</a>›…</p>',
    ],
    [
      'has bare addresses only after spaces and the signs that GFM names',
      'x\u00a0www.a.b [www.a.b',
      '<p>x\u00a0www.a.b [www.a.b</p>',
    ],
    [
      'finds a code span after a run of backticks that was looked for in vain',
      '`a ```b```*```_```',
      '<p>`a <code>b</code>*<code>_</code></p>',
    ],
  ];

  for (const [title, markdown, html] of CASES) {
    it(title, () => assert.equal(readRendered(render(markdown)), readExpected(html, markdown)));
  }
});
