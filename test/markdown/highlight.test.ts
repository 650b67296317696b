import {assert} from 'chai';
import {createMarkdownRenderer, type MarkdownRenderer} from '../../src/markdown.ts';
import {openPageWith} from './support/open-page.ts';
import {until} from './support/until.ts';

const PREFIX = 'sse-chat-code-';

/** What is painted in `code`, in its order, as `group text`. */
function painted(code: Element): string[] {
  return [...CSS.highlights]
    .filter(([name]) => name.startsWith(PREFIX))
    .flatMap(([name, highlight]) =>
      [...(highlight as unknown as Set<StaticRange>)]
        .filter(({startContainer}) => code.contains(startContainer))
        .map(({startContainer, startOffset, endContainer, endOffset}) => {
          const range = new Range();
          range.setStart(code, 0);
          range.setEnd(startContainer, startOffset);
          const start = range.toString().length;
          range.setStart(startContainer, startOffset);
          range.setEnd(endContainer, endOffset);
          return {start, token: `${name.slice(PREFIX.length)} ${range}`};
        }),
    )
    .sort((a, b) => a.start - b.start)
    .map(({token}) => token);
}

const count = (): number =>
  [...CSS.highlights].reduce((sum, [, {size}]) => sum + (size as unknown as number), 0);

describe('the colours of fenced code', () => {
  let container: HTMLElement;
  let renderer: MarkdownRenderer;
  beforeEach(() => begin());
  afterEach(() => container.remove());

  function begin(): void {
    container?.remove();
    container = document.body.appendChild(document.createElement('div'));
    renderer = createMarkdownRenderer(container, {highlight: true, codeActions: true});
  }

  async function render(text: string): Promise<HTMLElement> {
    renderer.append(text);
    await renderer.end();
    return container.querySelector('code')!;
  }

  it('are painted over its text, which stays one node as it is', async () => {
    const source = 'const a = "b"; // c\nreturn `x ${1}`;\n';
    const code = await render(`\`\`\`js\n${source}\`\`\``);
    await until(() => painted(code).length > 0);
    assert.deepEqual(painted(code), [
      'keyword const',
      'string "b"',
      'comment // c',
      'keyword return',
      'string `x ',
      'number 1',
      'string `',
    ]);
    assert.lengthOf(code.childNodes, 1);
    assert.equal(code.textContent, source);
    assert.equal(container.querySelector('[data-lang]')!.getAttribute('data-lang'), 'js');
    assert.isNull(container.querySelector('[class], [style], [id]'));
  });

  it('come while the code does, and follow what it becomes', async () => {
    renderer.append('```js\nlet a = 1;\nlet b = "');
    await until(() => painted(container.querySelector('code') ?? container).length > 0);
    const code = container.querySelector('code')!;
    assert.deepEqual(painted(code), ['keyword let', 'number 1', 'keyword let', 'string "']);
    renderer.append('two";\n/* open\n');
    await until(() => painted(code).length === 5);
    assert.deepEqual(painted(code).slice(3), ['string "two"', 'comment /* open\n']);
    renderer.append('*/ return;\n```\n\nAfter.');
    await renderer.end();
    await until(() => painted(code).length === 6);
    assert.deepEqual(painted(code).slice(4), ['comment /* open\n*/', 'keyword return']);
  });

  it('are the same for long code that came in pieces', async () => {
    const lines = Array.from({length: 150}, (_, i) => `const value${i} = "text ${i}"; /* a\n b */\n\n`);
    const text = `\`\`\`ts\n${lines.join('')}\`\`\`\n`;
    const whole = await render(text);
    await until(() => painted(whole).length === 450);
    const expected = painted(whole);
    assert.isNotNull(whole.querySelector('[data-part]'));
    assert.equal(
      expected.join(),
      lines.map((_, i) => `keyword const,string "text ${i}",comment /* a\n b */`).join(),
    );
    begin();
    for (let at = 0; at < text.length; at += 2000) {
      renderer.append(text.slice(at, at + 2000));
      await new Promise(resolve => requestAnimationFrame(resolve));
    }
    await renderer.end();
    const code = container.querySelector('code')!;
    await until(() => painted(code).length === 450);
    assert.deepEqual(painted(code), expected);
  });

  it('end with the first part of a very long line, and begin again with the next line', async () => {
    const code = await render(`\`\`\`js\n${'a(1);'.repeat(4000)}\nlet last;\n\`\`\``);
    await until(() => painted(code).at(-1) === 'keyword let');
    assert.isAbove(painted(code).length, 100);
    assert.isBelow(painted(code).length, 1000);
    assert.equal(code.textContent, `${'a(1);'.repeat(4000)}\nlet last;\n`);
  });

  it('never begin or end within a character', async () => {
    const code = await render(`\`\`\`js\n"${'😀'.repeat(1500)}";\nlet last;\n\`\`\``);
    await until(() => painted(code).at(-1) === 'keyword let');
    assert.notMatch(painted(code).join(), /\p{Cs}/u);
  });

  it('are not there for other languages, none, or code of more than 100 kB', async () => {
    await render(
      `\`\`\`nonsense\nlet a;\n\`\`\`\n\n\`\`\`\nlet b;\n\`\`\`\n\n    let c;\n\n\`\`\`js\n${'let d;\n'.repeat(15_000)}\`\`\`\n\n\`\`\`js\nlet last;\n`,
    );
    const codes = [...container.querySelectorAll('code')];
    assert.lengthOf(codes, 5);
    codes[4]!.scrollIntoView();
    await until(() => painted(codes[4]!).length > 0);
    for (const code of codes.slice(0, 4)) {
      code.scrollIntoView();
      await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
      assert.deepEqual(painted(code), []);
    }
  });

  it('are not there without the option', async () => {
    const plain = createMarkdownRenderer(container);
    plain.append('```js\nlet a;\n```\n');
    await plain.end();
    const first = container.querySelector('code')!;
    const code = await render('```js\nlet a;\n```\n');
    const second = container.querySelectorAll('code')[1] ?? code;
    await until(() => painted(second).length > 0);
    assert.deepEqual(painted(first), []);
  });

  it('leave a selection and the focus where they are', async () => {
    renderer.append('```js\nlet a = 1;\n');
    await until(() => container.querySelector('code') !== null);
    const code = container.querySelector('code')!;
    const pre = code.parentElement!;
    await until(() => code.firstChild !== null);
    pre.focus();
    const selection = getSelection()!;
    selection.setBaseAndExtent(code.firstChild!, 4, code.firstChild!, 9);
    renderer.append('let b;\n```\n');
    await renderer.end();
    await until(() => painted(code).length > 2);
    assert.equal(selection.toString(), 'a = 1');
    assert.equal(document.activeElement, pre);
  });

  it('are only there near the screen, and gone with the code', async () => {
    container.style.paddingBlock = '20000px';
    const code = await render('```js\nlet a;\n```\n');
    const near = document.createElement('div');
    document.body.prepend(near);
    const other = createMarkdownRenderer(near, {highlight: true});
    other.append('```js\nlet b;\n```\n');
    await other.end();
    scrollTo(0, 0);
    await until(() => painted(near.querySelector('code')!).length > 0);
    assert.deepEqual(painted(code), []);
    code.scrollIntoView();
    await until(() => painted(code).length > 0 && painted(near.querySelector('code')!).length === 0);
    near.remove();
    container.remove();
    await until(() => count() === 0);
  });

  it('are in a shadow tree, whose theme they have', async () => {
    const host = container.appendChild(document.createElement('div'));
    const root = host.attachShadow({mode: 'open'});
    const inner = root.appendChild(document.createElement('div'));
    const other = createMarkdownRenderer(inner, {highlight: true});
    other.append('```js\nlet a;\n```\n');
    await other.end();
    const code = inner.querySelector('code')!;
    await until(() => painted(code).length > 0);
    assert.lengthOf(root.adoptedStyleSheets, 1);
  });

  for (const missing of [
    '/src/markdown/code-highlighter.ts',
    '/src/markdown/code-languages.ts',
    '/node_modules/highlight.js/es/core.js',
    '/node_modules/highlight.js/es/languages/python.js',
  ]) {
    it(`are missing, and nothing else is, where ${missing} cannot be loaded`, async () => {
      const page = await openPageWith({[missing]: '/nothing-is-here.js'});
      const errors: unknown[] = [];
      for (const type of ['error', 'unhandledrejection'])
        page.inner.addEventListener(type, event => errors.push(event));
      const inner = page.begin({highlight: true});
      inner.append('```py\nreturn 1\n```\n\n```py\nreturn 2\n```\n\nAfter.');
      await inner.end();
      assert.equal(page.requests('/nothing-is-here.js'), 1);
      assert.equal(page.body.textContent, 'return 1\nreturn 2\nAfter.');
      assert.equal(page.inner.CSS.highlights.size, 0);
      assert.deepEqual(errors, []);
      page.page.remove();
    });
  }

  it('are asked for once code has a known language, and each language for itself', async () => {
    const page = await openPageWith({});
    const inner = page.begin({highlight: true});
    inner.append('Text and `code`.\n\n```\nplain\n```\n');
    await new Promise(resolve => page.inner.requestAnimationFrame(() => setTimeout(resolve)));
    assert.equal(page.requests('/code-highlighter.ts'), 0);
    inner.append('\n```nonsense\nlet a;\n```\n\n```py\nreturn\n```\n');
    await inner.end();
    assert.equal(page.requests('/code-highlighter.ts'), 1);
    assert.equal(page.requests('/languages/python.js'), 1);
    assert.equal(page.requests('/languages/javascript.js'), 0);
    await until(() => page.inner.CSS.highlights.size > 0);
    page.page.remove();
  });

  describe('in an engine without highlights', () => {
    const {highlights} = CSS;
    before(() => {
      assert.isTrue(Reflect.deleteProperty(CSS, 'highlights') || 'highlights' in Object.getPrototypeOf(CSS));
    });
    after(() => Object.defineProperty(CSS, 'highlights', {value: highlights, configurable: true}));

    const colorOf = (name: string): string =>
      getComputedStyle(container.querySelector(`[data-scope=${name}]`)!).color;

    it('are those of elements, once the code is closed', async () => {
      const source = 'let a = "b";\n';
      renderer.append(`\`\`\`js\n${source}`);
      await until(() => container.querySelector('code')?.textContent === source);
      renderer.append('```\n');
      await renderer.end();
      await until(() => container.querySelector('[data-scope]') !== null);
      const code = container.querySelector('code')!;
      assert.equal(
        code.innerHTML,
        '<span data-scope="keyword">let</span> a = <span data-scope="string">"b"</span>;\n',
      );
      container.style.colorScheme = 'light';
      assert.equal(colorOf('keyword'), 'rgb(148, 33, 154)');
      container.style.colorScheme = 'dark';
      assert.equal(colorOf('keyword'), 'rgb(219, 163, 245)');
      container.style.setProperty('--sse-chat-code-keyword', 'rgb(1, 2, 3)');
      assert.equal(colorOf('keyword'), 'rgb(1, 2, 3)');
    });

    it('wait until nothing in it is selected', async () => {
      renderer.append('```js\nlet a;\n');
      await until(() => !!container.querySelector('code')?.firstChild);
      const code = container.querySelector('code')!;
      const selection = getSelection()!;
      selection.setBaseAndExtent(code.firstChild!, 0, code.firstChild!, 3);
      renderer.append('```\n\n```js\nlet b;\n```\n');
      await renderer.end();
      await until(() => container.querySelectorAll('[data-scope]').length === 1);
      assert.equal(selection.toString(), 'let');
      selection.removeAllRanges();
      await until(() => container.querySelectorAll('[data-scope]').length === 2);
      assert.equal(code.textContent, 'let a;\n');
    });
  });
});
