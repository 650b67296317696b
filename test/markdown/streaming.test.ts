import {assert} from 'chai';
import {richText} from '../../src/markdown/rich-text.ts';
import {createMarkdownRenderer, type MarkdownOptions, type MarkdownRenderer} from '../../src/markdown.ts';
import {Frames, render} from './support/frames.ts';

describe('a document that streams', () => {
  const frames = new Frames();
  let container: HTMLElement;
  let renderer: MarkdownRenderer;
  before(() => frames.install());
  after(() => frames.restore());
  beforeEach(() => begin());
  afterEach(() => container.remove());

  function begin(options?: MarkdownOptions): void {
    container?.remove();
    container = document.body.appendChild(document.createElement('div'));
    renderer = createMarkdownRenderer(container, options);
  }

  function type(text: string): void {
    for (const c of text) {
      renderer.append(c);
      frames.next();
    }
  }

  /** What was seen at each step, without repetitions. */
  function seen(text: string, read: () => string): string[] {
    const states: string[] = [];
    for (const c of text) {
      renderer.append(c);
      frames.next();
      const state = read();
      if (states.at(-1) !== state) states.push(state);
    }
    return states;
  }

  it('draws once a frame, however often text comes', () => {
    let changes = 0;
    const observer = new MutationObserver(records => (changes += records.length));
    observer.observe(container, {childList: true, subtree: true, characterData: true});
    for (let i = 0; i < 100; i++) renderer.append('word ');
    assert.equal(frames.waiting, 1);
    assert.equal(container.childNodes.length, 0);
    frames.next();
    changes += observer.takeRecords().length;
    assert.isAtMost(changes, 5);
    assert.equal(container.textContent, 'word '.repeat(100).trim());
    assert.equal(frames.waiting, 0);
  });

  const change = () =>
    new Promise(resolve => {
      new MutationObserver(resolve).observe(container, {childList: true});
    });

  it('draws in a frame of the browser', async () => {
    frames.restore();
    const drawn = change();
    renderer.append('seen');
    await drawn;
    frames.install();
    assert.equal(container.textContent, 'seen');
  });

  it('draws without frames while the page is hidden, or is hidden before its frame comes', async () => {
    Object.defineProperty(document, 'hidden', {value: true, configurable: true});
    const drawn = change();
    renderer.append('unseen');
    Reflect.deleteProperty(document, 'hidden');
    await drawn;
    assert.equal(frames.waiting, 0);
    const drawnToo = change();
    renderer.append('\n\nlater');
    assert.equal(frames.waiting, 1);
    await drawnToo;
    assert.equal(container.lastElementChild!.textContent, 'later');
    assert.equal(frames.waiting, 0);
  });

  it('draws everything before end() returns, and asks for no more frames', () => {
    renderer.append('# One\n\n*two');
    void renderer.end();
    assert.equal(container.innerHTML, '<h1 dir="auto">One</h1><p dir="auto">*two</p>');
    assert.equal(frames.waiting, 0);
  });

  it('draws what finish() has no time for in frames to come', () => {
    const lines = Array.from({length: 20_000}, (_, i) => `- item **${i}**\n`);
    renderer.append(`${lines.join('')}\nlast`);
    renderer.finish();
    assert.throws(() => renderer.append('more'));
    assert.isAbove(container.querySelectorAll('li').length, 0);
    assert.equal(frames.waiting, 1);
    while (frames.waiting) frames.next();
    assert.lengthOf(container.querySelectorAll('li'), 20_000);
    assert.equal(container.lastElementChild!.textContent, 'last');
  });

  it('is whole at once by end() after finish(), and empty by reset()', () => {
    const text = '- item\n'.repeat(20_000);
    renderer.append(text);
    renderer.finish();
    void renderer.end();
    assert.lengthOf(container.querySelectorAll('li'), 20_000);
    assert.equal(frames.waiting, 0);
    renderer.reset();
    renderer.append(text);
    renderer.finish();
    renderer.reset();
    assert.equal(frames.waiting, 0);
    assert.equal(container.childNodes.length, 0);
  });

  it('takes no text after the end, and begins anew after reset()', () => {
    renderer.append('one [a]\n\n[a]: /x');
    void renderer.end();
    assert.throws(() => renderer.append('more'));
    renderer.reset();
    assert.equal(container.childNodes.length, 0);
    renderer.append('two [a]');
    void renderer.end();
    assert.equal(container.innerHTML, '<p dir="auto">two [a]</p>');
  });

  it('spreads a burst over frames, and loses nothing of it', () => {
    const lines = Array.from({length: 20_000}, (_, i) => `- item **${i}** with \`code\`\n`);
    renderer.append(lines.join(''));
    let count = 0;
    while (frames.waiting) {
      frames.next();
      count++;
    }
    assert.isAbove(count, 1);
    void renderer.end();
    assert.lengthOf(container.querySelectorAll('li'), 20_000);
  });

  it('keeps a selection in the first paragraph while the rest streams', () => {
    type('The first *paragraph* has words.\n\n');
    const selection = getSelection()!;
    const text = container.querySelector('p')!.firstChild!;
    selection.setBaseAndExtent(text, 4, container.querySelector('em')!.firstChild!, 4);
    const selected = selection.toString();
    type(
      '## More\n\n- a\n- b\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nlet x;\n```\n\nThe [first] link.\n\n[first]: /x\n',
    );
    void renderer.end();
    assert.equal(selected, 'first para');
    assert.equal(selection.toString(), selected);
    assert.equal(selection.anchorNode, text);
  });

  it('has boxes for the lines of long code, which is selected and copied as one', () => {
    const lines = Array.from({length: 400}, (_, at) => `line ${at} ${'x'.repeat(at % 50)}\n`);
    type(`\`\`\`\n${lines.join('')}`);
    const code = container.querySelector('code')!;
    const height = code.offsetHeight;
    const boxes = [...code.querySelectorAll<HTMLElement>('span[data-part]')];
    assert.isAbove(boxes.length, 2);
    assert.deepEqual([...code.children], boxes);
    for (const box of boxes) {
      assert.lengthOf(box.childNodes, 1);
      assert.match(box.textContent, box === boxes.at(-1) ? /^line.*\n$/s : /^line.*[^\n]$/s);
      box.style.display = 'inline-block';
    }
    assert.equal(code.offsetHeight, height);
    assert.equal(code.textContent, lines.join(''));
    getSelection()!.selectAllChildren(code);
    assert.equal(getSelection()!.toString().trim(), lines.join('').trim());
  });

  it('shows every empty line of long code, also where a box could end', () => {
    for (const before of [1997, 1998, 1999, 2000]) {
      for (const empty of [1, 2, 3]) {
        renderer.reset();
        const text =
          `${'x'.repeat(49)}\n`.repeat(40) + `${'y'.repeat(before - 1)}\n${'\n'.repeat(empty)}z\n`.repeat(2);
        type(`\`\`\`\n${text}`);
        const code = container.querySelector('code')!;
        const height = code.offsetHeight;
        const boxes = [...code.querySelectorAll<HTMLElement>('span[data-part]')];
        assert.isAbove(boxes.length, 1);
        for (const box of boxes) box.style.display = 'inline-block';
        assert.equal(code.offsetHeight, height, `${before}, ${empty}`);
      }
    }
  });

  it('keeps a selection in front of what turns out to be a mark or an address', () => {
    for (const [start, rest] of [
      ['Read this: htt', 'ps://example.com/ now.'],
      ['Read this~very', '*much* and *that*.'],
      ['Read this _', 'well_ and'],
      ['Read this นี่คือ*ตั', 'ว* and'],
    ] as const) {
      begin();
      type(start);
      const text = container.querySelector('p')!.firstChild!;
      const selection = getSelection()!;
      selection.setBaseAndExtent(text, 5, text, 9);
      type(rest);
      assert.equal(selection.toString(), 'this', start + rest);
    }
  });

  it('keeps a selection in the settled part of the paragraph that grows', () => {
    type('A long sentence that ');
    const text = container.querySelector('p')!.firstChild!;
    getSelection()!.setBaseAndExtent(text, 2, text, 6);
    type('goes **on** and on with `code` and [a link](https://a.example) to its end.');
    assert.equal(getSelection()!.toString(), 'long');
    assert.equal(container.querySelector('p')!.firstChild, text);
  });

  it('never replaces what is finished', () => {
    const text =
      '# Head\n\nPara *one*.\n\n- a\n- b\n  - c\n\n> quote\n\n```ts\nlet a = 1;\nlet b;\n```\n\n| x | y |\n|:-:|--:|\n| 1 | **2** |\n| 3 | 4 |\n\nlast\n';
    const known = new Set<Node>();
    const gone: string[] = [];
    const observer = new MutationObserver(() => {});
    observer.observe(container, {childList: true, subtree: true});
    for (const c of text) {
      renderer.append(c);
      frames.next();
      for (const {removedNodes} of observer.takeRecords()) {
        for (const node of removedNodes) if (known.has(node)) gone.push(node.textContent ?? '');
      }
      // All blocks at the top but the last are finished.
      const last = container.lastElementChild;
      for (const block of container.children) {
        if (block === last) continue;
        const nodes = document.createTreeWalker(block);
        for (let node: Node | null = block; node; node = nodes.nextNode()) known.add(node);
      }
    }
    observer.disconnect();
    assert.deepEqual(gone, []);
    assert.isAbove(known.size, 20);
  });

  it('only appends to the one text of an open code block', () => {
    type('```js\no');
    const text = container.querySelector('code')!.firstChild as Text;
    type('ne\n\n  two\n``');
    assert.isTrue(container.querySelector('code')!.firstChild === text);
    assert.equal(text.data, 'one\n\n  two\n');
    type('`\nafter');
    assert.equal(text.data, 'one\n\n  two\n');
    assert.equal(container.lastElementChild!.textContent, 'after');
  });

  it('makes one change for a token in a long document', () => {
    renderer.append(`${'- item with *some* words\n'.repeat(500)}- the last `);
    while (frames.waiting) frames.next();
    const observer = new MutationObserver(() => {});
    observer.observe(container, {childList: true, subtree: true, characterData: true, attributes: true});
    renderer.append('word');
    frames.next();
    assert.lengthOf(observer.takeRecords(), 1);
    observer.disconnect();
  });

  it('never shows half-typed marks', () => {
    const text =
      'A **bold** and *slanted* and ***both*** and ~~gone~~ and `code` and [link](https://a.example/b_c) and ![cat](https://a.example/c) end\n\n- item\n- [ ] task\n\n1. one\n\n# Head #\n\nTitle\n===\n\n---\n\n```js\nx\n```\n\n| a | b |\n|---|---|\n| 1 | **2** |\n';
    for (const state of seen(text, () => container.textContent!)) {
      assert.notMatch(state, /[*~`[\]()|#=\\]|--|https/, state);
    }
  });

  it('never shows the marks of a table behind a line of text, of definitions or of an address before they are whole', () => {
    for (const [text, raw] of [
      ['Text:\n| a | b |\n|---|---|\n| 1 | 2 |\n', /\||--/],
      ['- item:\n  | a | b |\n  |---|---|\n', /\||--/],
      ['> quote\n> | a |\n> |---|\n', /\||--/],
      ["Text.\n\n[a]: https://a.example\n[b]: https://b.example 'B'\n\n[c]:\n /c\n(C)\n", /[[\]:]/],
      ['[a]: https://a.example "A"\n[b]: https://b.example (B)\n[c]: /c\n', /[[\]:]/],
      ['Write to <me@a.example>, or read <https://a.example/>', /[<>]/],
    ] as const) {
      begin();
      for (const state of seen(text, () => container.textContent!)) assert.notMatch(state, raw, state);
    }
    begin();
    assert.equal(seen('Text\n| no\ntable', () => container.textContent!).at(-1), 'Text\n| no\ntable');
  });

  it('does not hide a footnote again while another one comes', () => {
    type('[^1]: The first note.\n');
    const note = container.querySelector('p')!;
    assert.deepEqual(
      seen('[^2]: The second one.\n', () => `${note.hidden}`),
      ['false'],
    );
  });

  it('takes bold, italic and deleted text beside Chinese, Japanese and Korean for what it is', () => {
    for (const [text, html] of [
      ['**标题：**内容', '<strong>标题：</strong>内容'],
      ['これは**「重要なこと」**です', 'これは<strong>「重要なこと」</strong>です'],
      ['때 **마크다운(Markdown)**을', '때 <strong>마크다운(Markdown)</strong>을'],
      ['*(x)*の~~“削除”~~。', '<em>(x)</em>の<del>“削除”</del>。'],
      ['中_文_字', '中_文_字'],
      ['a**"b"**c', 'a**"b"**c'],
    ] as const) {
      begin();
      const states = seen(`${text}\n\n`, () => container.firstElementChild?.innerHTML ?? '');
      assert.equal(states.at(-1), html);
      if (html.includes('<')) assert.notMatch(states.join(), /\*|~|<(\w+)>[^/]*<\1/);
    }
  });

  it('breaks a line where `<br>` is, which models write into tables, and shows no part of the tag before', () => {
    for (const state of seen(
      'a<br>b <br /> c<BR/>*d*\n\n| e |\n|---|\n| 1<br>2 |\n\n<br>\nf<br>\n',
      () => container.textContent,
    ))
      assert.notInclude(state, '<');
    renderer.append('`<br>` <br id="g"> \\<br>\n');
    void renderer.end();
    assert.deepEqual(
      [...container.querySelectorAll('p, td')].map(({innerHTML}) => innerHTML),
      [
        'a<br>b <br> c<br><em>d</em>',
        '1<br>2',
        '<br>\nf<br>\n<code>&lt;br&gt;</code> &lt;br id="g"&gt; &lt;br&gt;',
      ],
    );
  });

  it('shows no block of raw HTML before the name of its tag is whole', () => {
    const blocks = () => [...container.children].map(each => each.outerHTML.replace(/>.*/s, '')).join();
    assert.deepEqual(seen('More\n</thought>\n', blocks), ['<p dir="auto"']);
    begin();
    assert.deepEqual(
      seen('<picture\na>b', blocks).filter(state => /data-html/.test(state)),
      [],
    );
    begin();
    assert.equal(seen('<div', blocks).length, 1);
    void renderer.end();
    assert.equal(blocks(), '<p dir="auto" data-html=""');
  });

  it('draws a mark between words that have no spaces between them at once, and about (~) as the sign that it is', () => {
    const html = () => container.innerHTML.replace(/ (?:dir|data-[\w-]+)="[^"]*"/g, '');
    for (const text of ['很**重要**的', 'นี่คือ**สำคัญ**มาก', 'यह**महत्व**पूर्ण']) {
      for (const state of seen(text, html)) assert.notInclude(state, '**', state);
      begin();
    }
    for (const state of seen('It is about ~5 min, or ~~6~~ 7.', html)) {
      assert.notInclude(state, '<del>5', state);
      assert.notInclude(state, '~~', state);
    }
    begin();
    assert.notInclude(seen('2**3 = 8', html).join(), '<strong>');
  });

  it('gives a link no address before it is whole', () => {
    const hrefs = seen('see [text](https://a.example/path) and https://b.example/path ok', () =>
      [...container.querySelectorAll('a')].map(a => a.getAttribute('href') ?? '-').join(' '),
    );
    assert.deepEqual(hrefs, [
      '',
      '-',
      'https://a.example/path',
      'https://a.example/path -',
      'https://a.example/path https://b.example/path',
    ]);
  });

  it('puts no unfinished link into another', () => {
    for (const text of ['[foo [bar](/u)](/v)', '[![moon](m.jpg)](/u)', '[see https://a.example](/u)']) {
      begin();
      const nested = seen(text, () => String(container.querySelectorAll('a a').length));
      assert.deepEqual(nested, ['0'], text);
    }
  });

  it('loads no image before its address is whole', () => {
    begin({imageOrigins: ['https://a.example']});
    const sources = seen(
      '![cat](https://a.example/cat.png) ok',
      () => container.querySelector('img')?.src ?? '',
    );
    assert.deepEqual(sources, ['', 'https://a.example/cat.png']);
  });

  it('makes links of labels that are defined later, and keeps the text around them', () => {
    type('Before [one] and [two][three].\n\nOther [one].\n\n');
    const paragraph = container.querySelector('p')!;
    const text = paragraph.firstChild;
    assert.equal(container.querySelectorAll('a').length, 0);
    type('[one]: /1\n[three]: /3 "t"\n[one]: /ignored\n\n');
    assert.deepEqual(
      [...container.querySelectorAll('a')].map(a => `${a.textContent} ${new URL(a.href).pathname}`),
      ['one /1', 'two /3', 'one /1'],
    );
    assert.equal(container.querySelector('p'), paragraph);
    assert.equal(paragraph.firstChild, text);
    assert.lengthOf(container.children, 2);
  });

  it('fixes the direction of a paragraph while labels in it become links, which Chromium would find anew for each', () => {
    const paragraphs = () => [...container.children].map(each => each.outerHTML).join();
    type('[a] and [a] and [a].\n\n');
    const observer = new MutationObserver(() => {});
    observer.observe(container.firstElementChild!, {childList: true, attributes: true});
    type('[a]: /u\n\n');
    const kinds = observer.takeRecords().map(record => record.type);
    observer.disconnect();
    assert.deepEqual([kinds[0], kinds.at(-1)], ['attributes', 'attributes']);
    assert.include(kinds, 'childList');
    assert.equal(
      paragraphs(),
      [...render('[a] and [a] and [a].\n\n[a]: /u\n').children].map(each => each.outerHTML).join(),
    );
  });

  it('marks a list as tight until a blank line between its items', () => {
    type('- a\n- b\n');
    const list = container.querySelector('ul')!;
    const first = list.querySelector('p');
    assert.isTrue(list.hasAttribute('data-tight'));
    type('\n- c');
    assert.isFalse(list.hasAttribute('data-tight'));
    assert.equal(list.querySelector('p'), first);
  });

  it('moves the nodes of a paragraph that becomes a heading', () => {
    type('A *title*\n');
    const em = container.querySelector('em');
    type('---\n');
    assert.equal(container.querySelector('h2 > em'), em);
  });

  it('joins line ends that are cut in two', () => {
    for (const part of ['a\r', '\nb\r', '\r', 'c\r\n\r', '\nd']) {
      renderer.append(part);
      frames.next();
    }
    void renderer.end();
    assert.equal(container.innerHTML, render('a\nb\n\nc\n\nd').innerHTML);
  });

  describe('with buttons', () => {
    /** What a clipboard was given, by its types. */
    let copied: Record<string, string>[];
    beforeEach(() => {
      copied = [];
      const clipboard = {
        writeText: async (text: string) => void copied.push({'text/plain': text}),
        async write([item]: ClipboardItem[]) {
          const given: Record<string, string> = {};
          for (const type of item!.types) given[type] = await (await item!.getType(type)).text();
          copied.push(given);
        },
      };
      Object.defineProperty(navigator, 'clipboard', {value: clipboard, configurable: true});
    });
    afterEach(() => Reflect.deleteProperty(navigator, 'clipboard'));

    async function show(text: string, options: MarkdownOptions = {}): Promise<HTMLElement[]> {
      begin({codeActions: true, ...options});
      renderer.append(text);
      await renderer.end();
      return [...container.querySelectorAll<HTMLElement>('[data-bar] > button')];
    }

    /** Presses it, and waits until it says that it copied. */
    async function press(button: HTMLElement): Promise<void> {
      const changed = new Promise(resolve => {
        new MutationObserver(resolve).observe(button, {childList: true, characterData: true, subtree: true});
      });
      button.click();
      await changed;
    }

    it('copies the code of a block, and says so', async () => {
      const labels = {copy: 'Kopieren', copied: 'Kopiert', code: 'Code {language}'};
      const [, button] = await show('```rust\nfn main() {}\n```\n', {labels});
      assert.equal(button!.textContent, 'Kopieren');
      assert.equal(button!.getAttribute('aria-live'), 'polite');
      await press(button!);
      assert.deepEqual(copied, [{'text/plain': 'fn main() {}\n'}]);
      assert.equal(button!.textContent, 'Kopiert');
      assert.equal(container.querySelector('[data-bar] > span')!.textContent, 'rust');
      assert.equal(container.querySelector('pre')!.getAttribute('aria-label'), 'Code rust');
    });

    it('wraps the lines of a block by a switch, and copies them as they were', async () => {
      const line = 'word '.repeat(200);
      const [wrap, copy] = await show(`\`\`\`\n${line}\n\`\`\`\n`);
      const pre = container.querySelector('pre')!;
      Object.assign(pre.style, {width: '200px', overflowX: 'auto'});
      const state = () => [wrap!.ariaPressed, pre.scrollWidth > 200, wrap!.textContent].join(' ');
      assert.equal(state(), 'false true Wrap lines');
      wrap!.click();
      assert.equal(state(), 'true false Wrap lines');
      await press(copy!);
      assert.equal(copied[0]!['text/plain'], `${line}\n`);
      wrap!.click();
      assert.equal(state(), 'false true Wrap lines');
    });

    it('gets them once they have come, for a block that is still open', async () => {
      begin({codeActions: true});
      type('```js\none');
      assert.isNull(container.querySelector('button'));
      assert.equal(container.querySelector('[data-bar]')!.textContent, 'js');
      await new Promise(resolve => {
        new MutationObserver(resolve).observe(container.querySelector('[data-bar]')!, {childList: true});
      });
      type('two\n```\n');
      assert.equal(container.querySelector('code')!.textContent, 'onetwo\n');
      assert.lengthOf(container.querySelectorAll('button'), 2);
    });

    it('copies a table as the Markdown that it is', async () => {
      const cells = [
        '**bold** and *slanted*, ***both***',
        '~~gone~~ `a \\| b` ``c ` d``',
        '[link](https://a.example/x "A title")',
        '[paren](<https://a.example/a_(b)>)',
        'https://b.example/path and mail@a.example',
        '2 * 3, snake_case, ~5, [1], a < b & c',
        '\\*not\\* \\_one\\_ \\`mark\\` \\[here](x) &amp;amp; 1 \\| 2',
        '*a **b** c*',
        '![cat](https://img.example/c.png)',
        '![a *dog*](https://other.example/d.png "A title") ![](https://other.example/e.png)',
        'one<br>two<BR/>*three*<br />`<br>`',
        '\\<img src="https://a.example/"> &lt;/td>',
        '\\[*a*](https://a.example/) \\[\\[b\\]\\](x)',
        '<https://a.example>.b.example, https://a.example. [www.a.example](http://www.a.example)c (https://a.example)',
        '',
      ];
      const source = `| A | ${'h |'.repeat(2)}\n|:--|:-:|--:|\n${cells.map(cell => `| ${cell} | 1 | 2 |\n`).join('')}`;
      const [button] = await show(source, {imageOrigins: ['https://img.example']});
      assert.equal(button!.textContent, 'Copy as Markdown');
      const drawn = container.querySelector('table')!.outerHTML;
      await press(button!);
      const {'text/plain': markdown} = copied[0]!;
      const again = render(markdown!, {imageOrigins: ['https://img.example']});
      assert.equal(again.querySelector('table')!.outerHTML, drawn, markdown);
      assert.include(markdown!, '| 2 * 3, snake_case, ~5, [1], a < b & c | 1 | 2 |\n');
      assert.match(markdown!, /^\| A \| h \| h \|\n\| :-- \| :-: \| --: \|\n/);
    });

    it('copies a table for spreadsheets, in which nothing of it is calculated', async () => {
      const [, button] = await show(
        '| A | B |\n|---|--:|\n| *one*<br>1 | -2.5 |\n| =IMPORTXML("https://a.example") | +1 |\n| @x | -x |\n' +
          '| "=1" | ＝1 |\n| a<br>*=1<br>-2*<br>-b | "a" |\n',
      );
      assert.equal(button!.textContent, 'Copy as TSV');
      await press(button!);
      assert.deepEqual(copied, [
        {
          'text/plain':
            "A\tB\none 1\t-2.5\n'=IMPORTXML(\"https://a.example\")\t+1\n'@x\t'-x\n" +
            '"""=1"""\t\'＝1\na =1 -2 -b\t"""a"""\n',
          'text/html':
            '<table dir="auto"><thead><tr><th>A</th><th align="right">B</th></tr></thead><tbody><tr><td><em>one</em><br>1</td><td align="right">-2.5</td></tr>' +
            '<tr><td>\'=IMPORTXML(&quot;<a href="https://a.example/">https://a.example</a>&quot;)</td><td align="right">+1</td></tr>' +
            '<tr><td>\'@x</td><td align="right">\'-x</td></tr>' +
            '<tr><td>&quot;=1&quot;</td><td align="right">\'＝1</td></tr>' +
            '<tr><td>a<br>\'<em>=1<br>-2</em><br>\'-b</td><td align="right">&quot;a&quot;</td></tr></tbody></table>',
        },
      ]);
    });
  });

  it('shows a wide table from its first column, whatever direction is around it', () => {
    const rows = (word: string) =>
      `| ${`${word.repeat(30)} |`.repeat(4)}\n|${'-|'.repeat(4)}\n| ${`${word} |`.repeat(4)}\n\n`;
    for (const dir of ['ltr', 'rtl']) {
      begin({codeActions: true, labels: {copyTable: dir === 'rtl' ? 'نسخ {format}' : 'Copy {format}'}});
      Object.assign(container, {dir}).style.width = '200px';
      renderer.append(`${rows('a')}${rows('ب')}> ${rows('a').trim().replaceAll('\n', '\n> ')}`);
      void renderer.end();
      for (const table of container.querySelectorAll<HTMLElement>('[data-table]')) {
        table.style.overflow = 'auto';
        const [box, cell] = [table, table.querySelector('th')!].map(each => each.getBoundingClientRect());
        const distance = table.textContent.includes('ب'.repeat(30))
          ? box!.right - cell!.right
          : cell!.left - box!.left;
        assert.closeTo(distance, 0, 5, `${dir}: ${table.textContent.slice(0, 60)}`);
      }
      container.style.width = '';
      container.dir = '';
    }
  });

  it('is, copied with its looks, its elements alone', () => {
    renderer.append(
      '# T & u\n\nSoft\nbreak <b>\n\n- [x] done\n- [ ] open\n\n3. a\n\n   b\n\n---\n\n```js\n\nx<y\n```\n\n[hid](https://a.example/ "t") ' +
        '![i](https://b.example/i.png) ![j](https://c.example/j.png) https://a.example  \nend [x](javascript:1)\n',
    );
    void renderer.end();
    assert.equal(
      richText(container),
      '<h1 dir="auto">T &amp; u</h1><p dir="auto">Soft\nbreak &lt;b&gt;</p><ul dir="auto"><li>☑ done</li><li>☐ open</li></ul>' +
        '<ol dir="auto" start="3"><li><p>a</p><p>b</p></li></ol><hr dir="auto"><pre><code>\nx&lt;y\n</code></pre>' +
        '<p dir="auto"><a href="https://a.example/" title="t">hid</a> ' +
        '<a href="https://b.example/i.png">Image: i</a> <a href="https://c.example/j.png">Image: j</a> ' +
        '<a href="https://a.example/">https://a.example</a><br>end x</p>',
    );
    begin({imageOrigins: ['https://b.example']});
    renderer.append('![i](https://b.example/i.png) ![j](https://c.example/j.png)\n\n<wbr>\n<hr>\n');
    void renderer.end();
    assert.equal(
      richText(container),
      '<p dir="auto"><img src="https://b.example/i.png" alt="i"> <a href="https://c.example/j.png">Image: j</a></p><p dir="auto">&lt;wbr&gt;<br>&lt;hr&gt;</p>',
    );
  });

  it('names what can be focused or checked', () => {
    renderer.append(
      '- [x] done *it*\n- [ ] not [yet]\n\n[yet]: /u\n\n| a |\n|:-:|\n| 1 |\n\n```c++ extra\nx\n```\n\n```a&b\ny\n```\n',
    );
    void renderer.end();
    const boxes = [...container.querySelectorAll('input')];
    assert.deepEqual(
      boxes.map(box => [box.type, box.disabled, box.checked, box.getAttribute('aria-label')].join(' ')),
      ['checkbox true true done it', 'checkbox true false not yet'],
    );
    assert.equal(container.querySelector('[data-table]')!.getAttribute('aria-label'), 'Table');
    assert.equal(container.querySelector('th')!.getAttribute('scope'), 'col');
    assert.equal(container.querySelector('td')!.getAttribute('data-align'), 'center');
    const [cpp, unknown] = container.querySelectorAll('[data-code]');
    assert.equal(cpp!.getAttribute('data-lang'), 'c++');
    assert.isFalse(unknown!.hasAttribute('data-lang'));
    assert.equal(unknown!.querySelector('pre')!.getAttribute('aria-label'), 'code');
  });
});
