import {assert} from 'chai';
import {openPageWith} from './support/open-page.ts';
import {until} from './support/until.ts';

const NAMES = '/src/markdown/html-names.ts';

/** A page of its own, where the names were not loaded yet; from `names` they come. */
async function openPage(names = NAMES) {
  const page = await openPageWith({[NAMES]: names});
  return {...page, requests: () => page.requests(names)};
}

describe('names of characters', () => {
  let page: Awaited<ReturnType<typeof openPage>>;
  const open = async (names?: string) => {
    page = await openPage(names);
  };
  afterEach(() => page.page.remove());

  it('are known at once when documents often have them, and nothing is loaded for them', async () => {
    await open();
    const renderer = page.begin();
    renderer.append(
      '&lt;b&gt; &amp;&nbsp;&quot;&apos; &copy; &mdash; &hellip; &rarr; &le; &euro; &#937; &#x41;',
    );
    const ended = renderer.end();
    assert.equal(page.body.textContent, '<b> &\u00a0"\' © — … → ≤ € Ω A');
    await ended;
    assert.equal(page.requests(), 0);
  });

  it('come while a document streams, and only what has them is drawn again', async () => {
    await open();
    const renderer = page.begin();
    renderer.append('# Title\n\nno name\n\n*&Zeta;* [&ngE;](/a&half;b "t&half;")\n\nit goes on, &Zet');
    await until(() => page.body.textContent.includes('goes on'));
    const [title, plain, named, tail] = page.body.firstElementChild!.children;
    const changes: MutationRecord[] = [];
    const observer = new MutationObserver(records => changes.push(...records));
    for (const each of [title!, plain!])
      observer.observe(each, {childList: true, subtree: true, characterData: true, attributes: true});
    await until(() => named!.textContent === 'Ζ ≧̸');
    const link = named!.querySelector('a')!;
    assert.equal(decodeURI(new URL(link.href).pathname), '/a½b');
    assert.equal(link.title, 't½');
    renderer.append('a; and &zwj;&constructor;&Zeta');
    await renderer.end();
    assert.equal(tail!.textContent, 'it goes on, Ζ and \u200d&constructor;&Zeta');
    assert.equal(plain!.textContent, 'no name');
    assert.deepEqual(changes.concat(observer.takeRecords()), []);
    assert.equal(page.requests(), 1);
  });

  it('have come when the promise of a document that ended does', async () => {
    await open();
    const renderer = page.begin();
    renderer.append(
      '| &Zeta; |\n|-|\n| &half; |\n\n&ngE;\n===\n\n[a]: /x&half;\n\n[a] and javascript: [x](javascript&colon;1)',
    );
    await renderer.end();
    assert.equal(page.body.textContent.replace(/\s+/g, ' '), 'Ζ½≧̸a and javascript: x');
    assert.equal(decodeURI(page.body.querySelector('a')!.pathname), '/x½');
    assert.isTrue(page.body.querySelectorAll('a')[1]!.hasAttribute('data-blocked'));
  });

  it('stay as they are written when they cannot be loaded', async () => {
    await open('/nothing-is-here.js');
    const first = page.begin();
    first.append('&Zeta; &amp; &half;');
    await first.end();
    const second = page.begin();
    second.append('and &Zeta;');
    await second.end();
    assert.equal(page.body.textContent, '&Zeta; & &half;and &Zeta;');
  });
});
