import {assert} from 'chai';
import {loadCommonMark, loadGfmExtensions, type SpecExample} from './support/fixtures.ts';
import {loadNames, render} from './support/frames.ts';
import {readExpected, readRendered} from './support/tree.ts';

/** Examples whose outcome here is another one on purpose, with the reason. */
const DIFFERENT: ReadonlyMap<number, string> = new Map([
  [602, 'a bare address is a link in GFM'],
  [608, 'a bare address is a link in GFM'],
  [611, 'a bare address is a link in GFM'],
  [612, 'a bare mail address is a link in GFM'],
]);

const GFM_DIFFERENT: ReadonlyMap<number, string> = new Map([[628, 'ftp: is no scheme that may be followed']]);

function compare(examples: readonly SpecExample[], different: ReadonlyMap<number, string>) {
  const failures: string[] = [];
  for (const {n, section, markdown, html} of examples) {
    const got = readRendered(render(markdown, {labels: {image: ''}}));
    const want = readExpected(html, markdown);
    if ((got === want) === different.has(n)) failures.push(`${n} ${section}\n  got  ${got}\n  want ${want}`);
  }
  return failures;
}

describe('the renderer and the specifications', () => {
  before(() => loadNames());

  it('draws every example of CommonMark 0.31.2, but for those that GFM changes', async () => {
    const examples = await loadCommonMark();
    const failures = compare(examples, DIFFERENT);
    console.log(`CommonMark ${examples.length - failures.length - DIFFERENT.size}/${examples.length}`);
    assert.deepEqual(failures, []);
  });

  it('draws every example of GFM extensions, but for those that safety changes', async () => {
    const examples = await loadGfmExtensions();
    const failures = compare(examples, GFM_DIFFERENT);
    console.log(`GFM ${examples.length - failures.length - GFM_DIFFERENT.size}/${examples.length}`);
    assert.deepEqual(failures, []);
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
      'finds a code span after a run of backticks that was looked for in vain',
      '`a ```b```*```_```',
      '<p>`a <code>b</code>*<code>_</code></p>',
    ],
  ];

  for (const [title, markdown, html] of CASES) {
    it(title, () => assert.equal(readRendered(render(markdown)), readExpected(html, markdown)));
  }
});
