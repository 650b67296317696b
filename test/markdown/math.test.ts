import {assert} from 'chai';
import {createMarkdownRenderer, type MarkdownRenderer} from '../../src/markdown.ts';
import {plainText} from '../../src/ui/plain-text.ts';
import {Frames} from './support/frames.ts';
import {openPageWith} from './support/open-page.ts';
import {until} from './support/until.ts';

const MATHML = 'http://www.w3.org/1998/Math/MathML';

/** What engines read: no whitespace to look at, letters and signs only. */
const read = (element: Element): string => element.textContent!.replace(/[\s\u2061-\u2064]/g, '');

describe('formulas', () => {
  const frames = new Frames();
  let container: HTMLElement;
  let renderer: MarkdownRenderer;

  before(async () => {
    const first = createMarkdownRenderer(document.createElement('div'), {math: true});
    first.append('$x$');
    await first.end();
    frames.install();
  });
  after(() => frames.restore());
  beforeEach(() => begin());
  afterEach(() => container.remove());

  function begin(): void {
    container?.remove();
    container = document.body.appendChild(document.createElement('div'));
    renderer = createMarkdownRenderer(container, {math: true});
  }

  function render(text: string): HTMLElement {
    begin();
    renderer.append(text);
    void renderer.end();
    return container;
  }

  it('are MathML, with their source for who cannot see them', () => {
    render('So $x^2 + \\frac{1}{2}$, and\n\n$$\n\\sum_{i=1}^n i\n$$\n');
    const [inline, display] = container.querySelectorAll('math');
    assert.equal(inline!.namespaceURI, MATHML);
    assert.equal(inline!.getAttribute('alttext'), 'x^2 + \\frac{1}{2}');
    assert.isNull(inline!.getAttribute('display'));
    assert.equal(display!.getAttribute('display'), 'block');
    assert.equal(read(inline!), 'x2+12');
    assert.lengthOf(inline!.querySelectorAll('mfrac, msup'), 2);
    assert.equal(container.firstElementChild!.textContent!.slice(0, 3), 'So ');
    assert.equal(inline!.parentElement!.getAttribute('data-math'), 'inline');
  });

  it('are said as their source', () => {
    assert.equal(plainText(render('So $x^2$ is\n\n$$\\frac{a}{b}$$')), 'So x^2 is\n\\frac{a}{b}');
    assert.equal(plainText(render('**One** two.\n\nThree.\n\nFour.\n'), 9), 'One two.\nThree.');
  });

  it('have all their marks, and stand in any text', () => {
    render('**bold \\(a\\)** [link $b$](/x) `$c$` \\$d\\$\n\n| $e$ |\n|---|\n| \\(f\\) |\n\n- \\[ g \\]');
    assert.deepEqual([...container.querySelectorAll('math')].map(read), ['a', 'b', 'e', 'f', 'g']);
    assert.equal(container.querySelector('code:not([data-math])')!.textContent, '$c$');
    assert.include(container.textContent, '$d$');
  });

  it('take lines that would begin a list, a quotation or a heading', () => {
    for (const [start, end] of [
      ['$$', '$$'],
      ['\\[', '\\]'],
    ]) {
      render(`Before:\n${start}\na\n+ b\n- c\n= d\n> e\n${end}\nAfter.\n- item`);
      assert.equal(read(container.querySelector('math')!), 'a+b−c=d>e');
      assert.lengthOf(container.querySelectorAll('li'), 1);
      assert.lengthOf(container.querySelectorAll('blockquote, h1, h2'), 0);
    }
  });

  it('end with their paragraph when nothing else ends them', () => {
    render('$$\na\n- b\n\n- item\n');
    assert.lengthOf(container.querySelectorAll('math'), 0);
    assert.lengthOf(container.querySelectorAll('li'), 2);
  });

  it('are not there without the option, nor is anything asked for', async () => {
    const plain = createMarkdownRenderer(container);
    plain.append('$x$ \\(y\\)\n\n$$\n- z\n$$');
    await plain.end();
    assert.isNull(container.querySelector('math'));
    assert.equal(container.querySelector('p')!.textContent, '$x$ (y)');
    assert.lengthOf(container.querySelectorAll('li'), 1);
  });

  it('show no marks while they are typed, and stay when there is more', async () => {
    const text = 'Let $x^2$ be, with \\(y_1\\) and\n\n$$\n\\frac{a}{b}\n$$\n\nso $5 it is.\n';
    let first: Element | null = null;
    for (const c of text) {
      renderer.append(c);
      frames.next();
      await null; // Before the page is painted.
      const seen = container.textContent!;
      assert.notMatch(seen, /\\|\^|_|\$(?!5)/);
      first ??= container.querySelector('math');
      assert.equal(container.querySelector('math'), first);
    }
    void renderer.end();
    assert.lengthOf(container.querySelectorAll('math'), 3);
    assert.include(container.textContent, 'so $5 it is.');
  });

  it('are the same however the text was split', () => {
    const text =
      'A $x$, $5 and $6, US$7 $$y$$ \\(z\\) $\\alpha$b $c$\n\n$$\na\n- b\n$$\n\n- \\[ d\n+ e\n  \\]\n- $f\n\n$HOME is $g$ \\frac{$h$}.\n\n- ```\n\u00a0$i$\n';
    const expected = render(text).innerHTML;
    for (const size of [1, 2, 3, 7]) {
      begin();
      for (let at = 0; at < text.length; at += size) {
        renderer.append(text.slice(at, at + size));
        frames.next();
      }
      void renderer.end();
      container.normalize();
      assert.equal(container.innerHTML, expected, `in pieces of ${size}`);
    }
  });

  it('show their source where they cannot be read', () => {
    for (const text of [
      '$\\frac{a$',
      '$\\nonsense$',
      '$x^$',
      `$${'\\sqrt{'.repeat(120)}x${'}'.repeat(120)}$`,
    ]) {
      render(text);
      assert.equal(container.textContent, text);
    }
  });

  /** Where nothing but text may stand, each with its formulas as they were written. */
  const STRAY = [
    '<div>\nThe $x$ is\n</div>',
    '<details><summary>A $x^2$</summary>\nThe \\(y\\)\n</details>\n\nb',
    'a <span title="$x$">b</span> and <!-- $y$ --> c',
    'a\n\n    code $x$ here\n    and $yyyyyyyy$\n\nb',
    '- a\n\n      code $x$ here\n\nb',
    'See http://x.example/$a$/b, <http://x.example/?$b$> and c',
    '![the $x$ curve](http://x.example/z.png) a',
    '[![the $x$ curve](http://x.example/z.png)](/y) a',
  ];

  it('stand where the text is drawn last', () => {
    renderer.append('a\n<b t="$x$# ');
    frames.next();
    void renderer.end();
    assert.lengthOf(container.querySelectorAll('math'), 1);
  });

  it('stay their source where they are none', () => {
    const written = (text: string) =>
      text.replace(/^ {4,}|^- |[-!()<>[\]\n]|http:\S+png|Image: |\/y\b/gm, '');
    for (const text of STRAY) {
      assert.equal(written(render(text).textContent!), written(text), text);
      for (const size of [1, 5]) {
        begin();
        for (let at = 0; at < text.length; at += size) {
          renderer.append(text.slice(at, at + size));
          frames.next();
        }
        void renderer.end();
        assert.equal(written(container.textContent!), written(text), `${text} in pieces of ${size}`);
      }
    }
  });

  it('are their source there after a last drawing that may take several frames', async () => {
    renderer.append('a <!-- $x$ -->');
    frames.next();
    await null;
    renderer.finish();
    await until(() => container.textContent === 'a <!-- $x$ -->');
  });

  it('stay their source in addresses, titles and names', () => {
    const first = (text: string, selector: string) => render(text).querySelector(selector)!;
    assert.equal(
      first('[a](http://x.example/$a$?$b$)', 'a').getAttribute('href'),
      'http://x.example/%24a%24?%24b%24',
    );
    assert.equal(first('http://x.example/$a$ b', 'a').getAttribute('href'), 'http://x.example/%24a%24');
    assert.equal(first('[a](/x "the $x$ axis")', 'a').getAttribute('title'), 'the $x$ axis');
    assert.equal(
      first('[a]: /$x$\n\n[a]', 'a').getAttribute('href'),
      new URL('/%24x%24', location.href).href,
    );
    assert.equal(first('- [ ] find $x^2$', 'input').ariaLabel, 'find $x^2$');
  });

  it('stay their source in the name of a task that streams', async () => {
    for (const c of '- [ ] prove $\\frac{1}{2}$\n  or $x$ & <b t="$y$">\n') {
      renderer.append(c);
      frames.next();
      await null; // It is drawn there before the name is known.
    }
    void renderer.end();
    assert.equal(container.querySelector('input')!.ariaLabel, 'prove $\\frac{1}{2}$\nor $x$ & <b t="$y$">');
    assert.lengthOf(container.querySelectorAll('math'), 2);
    renderer.reset();
    for (const c of '- [ ] $x$, *so*\n') {
      renderer.append(c);
      frames.next();
      await null;
    }
    void renderer.end();
    assert.equal(container.querySelector('input')!.ariaLabel, '$x$, so');
  });

  it('are not drawn in a block of raw HTML while it comes', async () => {
    for (const c of STRAY[1]!.slice(0, -1)) {
      renderer.append(c);
      frames.next();
      await null;
      assert.notMatch(container.textContent!, /[\ue000\ue001]/);
    }
  });

  it('make no other address of the text of a link', () => {
    for (const label of [
      '$\\text{https://bank.example}$',
      'https:\\(/\\)/bank.example',
      '$\\text{bank}\\,.\\text{example}$',
    ]) {
      render(`[${label}](https://evil.example)`);
      assert.isNull(container.querySelector('math'), label);
      assert.equal(container.querySelector('a')!.textContent, label);
    }
    assert.equal(render('[$\\text{\u202ecba}$](https://evil.example)').textContent, 'cba');
    assert.lengthOf(render('[of $x_1$ and 1.25](/x)').querySelectorAll('a math'), 1);
  });

  it('lead nowhere, load nothing, and have no style, class or script', () => {
    const attacks = [
      '\\href{javascript:alert(1)}{x}',
      '\\href{https://example.com}{x}',
      '\\url{https://example.com}',
      '\\includegraphics{https://example.com/x.png}',
      '\\htmlClass{a}{x}',
      '\\htmlId{a}{x}',
      '\\htmlStyle{position:fixed}{x}',
      '\\htmlData{a=b}{x}',
      '\\fcolorbox{red;position:fixed}{blue}{x}',
      '\\fcolorbox{red}{blue}{x}',
      '\\pmb{x}',
      '\\color{url(https://example.com)}x',
      '\\textcolor{red}{x}',
      '\\rule{9999em}{9999em}',
      '\\kern{-9999em}x',
      '\\raisebox{-9999em}{x}',
      '\\hspace{-50em}x',
      '\\text{<img src=x onerror=alert(1)>}',
      '\\def\\a{\\a\\a}\\a',
      '\\def\\a{\\b\\b}\\def\\b{xxxxxxxxxx}\\a\\a',
      '\\unicode{x3c}',
    ];
    for (const source of attacks) {
      render(`$${source}$ and \\[${source}\\]`);
      for (const element of container.querySelectorAll('*')) {
        assert.include(['p', 'code'], element.namespaceURI === MATHML ? 'p' : element.localName, source);
        for (const {name, value} of element.attributes) {
          assert.notMatch(name, /^(on|href|src|style|class|id|xlink|action)/, source);
          if (name !== 'alttext') assert.notMatch(value, /9999|-50|url|http|script|;/, source);
        }
      }
    }
  });

  it('define nothing for the next one', () => {
    render('$\\gdef\\foo{1}\\foo$ $\\foo$');
    assert.lengthOf(container.querySelectorAll('math'), 1);
  });

  it('have letters of their own where a formula wants them', () => {
    render('$\\mathbb{R} \\mathcal{L} \\mathbf{x} \\mathrm{d}x$');
    assert.equal(read(container), 'ℝℒ𝐱dx');
  });

  it('know what models write', () => {
    const sources = [
      '\\begin{aligned} a &= b \\\\ &= c \\end{aligned}',
      '\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}',
      'f(x) = \\begin{cases} 1 & x > 0 \\\\ 0 & \\text{else} \\end{cases}',
      '\\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt{\\pi}}{2}',
      '\\lim_{n \\to \\infty} \\left(1 + \\frac{1}{n}\\right)^n = e',
      '\\hat{y} = \\vec{w} \\cdot \\overline{x} \\underbrace{+ b}_{\\text{bias}}',
      '\\boxed{x = \\dfrac{-b \\pm \\sqrt{b^2-4ac}}{2a}}',
      '\\nabla \\times \\mathbf{E} = -\\frac{\\partial \\mathbf{B}}{\\partial t} \\quad \\forall x \\in \\mathbb{R}',
      'P(A \\mid B) \\leq \\binom{n}{k} \\tag{1}',
      '\\ce{H2O}'.replace('\\ce', '\\mathrm'),
    ];
    for (const source of sources) {
      render(`$$\n${source}\n$$`);
      assert.isNotNull(container.querySelector('math'), source);
      assert.isNull(container.querySelector('merror'), source);
    }
    const cells = render(`$$${sources[0]}$$`).querySelectorAll('mtd');
    assert.deepEqual(
      [...cells].slice(0, 2).map(cell => cell.getAttribute('data-align')),
      ['right', 'left'],
    );
  });

  for (const missing of ['/src/markdown/formulas.ts', '/node_modules/katex/dist/katex.mjs']) {
    it(`keep their source where ${missing} cannot be loaded`, async () => {
      frames.restore();
      const page = await openPageWith({[missing]: '/nothing-is-here.js'});
      const errors: unknown[] = [];
      for (const type of ['error', 'unhandledrejection'])
        page.inner.addEventListener(type, event => errors.push(event));
      const inner = page.begin({math: true});
      inner.append('So $x^2$ and $y$.');
      await inner.end();
      assert.equal(page.body.textContent, 'So $x^2$ and $y$.');
      assert.deepEqual(errors, []);
      page.page.remove();
      frames.install();
    });
  }

  it('come once there is one, into the text that has them', async () => {
    frames.restore();
    const page = await openPageWith({});
    const inner = page.begin({math: true});
    inner.append('It costs $ 5.\n\n');
    await new Promise(resolve => page.inner.requestAnimationFrame(() => setTimeout(resolve)));
    assert.equal(page.requests('/formulas.ts'), 0);
    inner.append('So $x^2$ and $y$.');
    await inner.end();
    assert.lengthOf(page.body.querySelectorAll('math'), 2);
    assert.equal(page.requests('/formulas.ts'), 1);
    page.page.remove();
    frames.install();
  });
});
