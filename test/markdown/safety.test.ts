import {assert} from 'chai';
import {richText} from '../../src/markdown/rich-text.ts';
import {createMarkdownRenderer} from '../../src/markdown.ts';
import {loadAttacks, loadCommonMark, loadEdgeCases} from './support/fixtures.ts';
import {Frames, loadNames, render, stream} from './support/frames.ts';
import {unsafe, unsafeHtml} from './support/unsafe.ts';

describe('hostile text', () => {
  const frames = new Frames();
  before(async () => {
    // `javascript&colon;` is an address of that scheme only then.
    await loadNames();
    frames.install();
  });
  after(() => frames.restore());

  it('becomes nothing but allowed elements, attributes and addresses', async () => {
    const attacks = await loadAttacks();
    const found = attacks.flatMap(text => {
      const problem = unsafe(render(text, {codeActions: true}));
      return problem ? [`${problem} from ${JSON.stringify(text)}`] : [];
    });
    console.log(`${attacks.length} attacks, ${found.length} unsafe`);
    assert.deepEqual(found, []);
  });

  it('is nothing else where it is copied with its looks', async () => {
    const found = (await loadAttacks()).flatMap(text => {
      const container = render(text, {codeActions: true});
      const html = richText(container);
      const problem = unsafeHtml(html);
      return problem ? [`${problem} from ${JSON.stringify(text)}: ${html}`] : [];
    });
    assert.deepEqual(found, []);
  });

  it('becomes nothing else at any prefix while it streams', async () => {
    let prefixes = 0;
    const found = new Set<string>();
    for (const text of await loadAttacks()) {
      stream(frames, text.slice(0, 250), container => {
        prefixes++;
        const problem = unsafe(container);
        if (problem) found.add(`${problem} from a prefix of ${JSON.stringify(text)}`);
      });
    }
    console.log(`${prefixes} prefixes, ${found.size} unsafe`);
    assert.deepEqual([...found], []);
  }).timeout(60_000);

  it('keeps all examples of raw HTML as text', async () => {
    const texts = [...(await loadCommonMark()).map(({markdown}) => markdown), ...(await loadEdgeCases())];
    assert.deepEqual(
      texts.filter(text => unsafe(render(text))),
      [],
    );
  });

  it('asks the network for nothing', async () => {
    const container = document.body.appendChild(document.createElement('div'));
    const asked: string[] = [];
    const observer = new PerformanceObserver(list => asked.push(...list.getEntries().map(({name}) => name)));
    observer.observe({type: 'resource'});
    const attacks = await loadAttacks();
    asked.length = 0;
    for (const text of attacks) {
      const renderer = createMarkdownRenderer(container.appendChild(document.createElement('div')));
      renderer.append(text);
      await renderer.end();
    }
    const own = (await fetch(new URL('?last', import.meta.url))).url;
    await new Promise<void>(resolve => {
      const wait = new PerformanceObserver(list => {
        if (!list.getEntries().some(({name}) => name === own)) return;
        wait.disconnect();
        resolve();
      });
      wait.observe({type: 'resource', buffered: true});
    });
    observer.disconnect();
    assert.deepEqual(
      asked.filter(name => new URL(name).origin !== location.origin),
      [],
    );
    assert.equal(container.querySelectorAll('img, script, iframe, object, link, style, svg').length, 0);
    container.remove();
  });

  it('does not reach prototypes through labels or languages', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'];
    const text = names
      .map(
        name => `[${name}] [x][${name}]\n\n\`\`\`${name}\ncode\n\`\`\`\n\n[${name}]: /${name}\n\n&${name};\n`,
      )
      .join('\n');
    const before = Object.getOwnPropertyNames(Object.prototype).join();
    const undefinedLabels = render(names.map(name => `[${name}]`).join(' '));
    assert.equal(undefinedLabels.querySelector('a'), null);
    assert.lengthOf(render(text).querySelectorAll('a[href]'), 10);
    assert.equal(Object.getOwnPropertyNames(Object.prototype).join(), before);
  });
});

describe('links and images', () => {
  const first = (text: string, selector: string, options?: Parameters<typeof render>[1]) =>
    render(text, options).querySelector(selector);

  it('shows the real host where the text looks like another address', () => {
    const host = (text: string) => first(text, '[data-host]')?.textContent ?? '';
    assert.include(host('[https://bank.example](https://evil.example/x)'), 'evil.example');
    assert.include(host('[bank.example/login](https://evil.example)'), 'evil.example');
    assert.include(host('[www.bank.example](https://evil.example)'), 'evil.example');
    assert.include(host('[**https://bank**.example](https://evil.example)'), 'evil.example');
    assert.include(host('https://bank.example@evil.example/'), 'evil.example');
    assert.include(host('[help@bank.example](mailto:x@evil.example)'), 'x@evil.example');
    assert.include(host('[ba\u200bnk.example](https://evil.example)'), 'evil.example');
    assert.include(
      host('[https://\u0430pple.example](https://xn--pple-43d.example)'),
      'xn--pple-43d.example',
    );
    for (const unseen of ['\u00ad', '\u034f', '\u200d', '\u2063', '\ufe0f']) {
      assert.include(host(`[https:/${unseen}/bank.example](https://evil.example)`), 'evil.example');
    }
    assert.include(host('![https://bank.example](https://evil.example/x.png)'), 'evil.example');
    for (const text of [
      'bank․example',
      'bank．example',
      'bank.example.',
      '🔗 bank.example',
      '“bank.example” →',
    ]) {
      assert.include(host(`[${text}](https://evil.example)`), 'evil.example', text);
      assert.equal(host(`[${text}](https://bank.example)`), '', text);
    }
    assert.equal(host('[![https://bank.example](https://i.example/x.png)](https://bank.example)'), '');
    assert.equal(host('[https://good.example/a](https://good.example/b)'), '');
    assert.equal(host('[good.example](https://www.good.example)'), '');
    assert.equal(host('[the docs](https://good.example)'), '');
    assert.equal(host('https://good.example/path'), '');
  });

  it('describes a link that opens a new tab, once it is whole', () => {
    const says = (text: string) => first(text, 'a')?.getAttribute('aria-description') ?? null;
    assert.equal(says('[x](https://x.example)'), 'Opens in a new tab');
    assert.equal(says('https://x.example and more'), 'Opens in a new tab');
    assert.equal(says('![cat](https://x.example/cat.png)'), 'Opens in a new tab');
    // A description takes the place of a title, which would be one.
    assert.equal(says('[x](https://x.example "A \u202etitle")'), 'A title – Opens in a new tab');
    assert.equal(says('[x](mailto:a@x.example)'), null);
    assert.equal(says('[x](javascript:1)'), null);
    const labels = {newTab: 'Neuer Tab'};
    assert.equal(first('[x](/y)', 'a', {labels})?.getAttribute('aria-description'), 'Neuer Tab');
  });

  it('strips bidi controls and tag characters from labels', () => {
    const text = '[a\u202eb\u2066c\u{e0041}d](https://x.example "t\u202eu")';
    assert.equal(first(text, 'a')!.textContent, 'abcd');
    assert.equal(first(text, 'a')!.getAttribute('title'), 'tu');
    assert.equal(first('![a\u202eb](https://x.example)', 'a')!.textContent, 'Image: ab');
  });

  it('strips what turns letters round from code in a label, and from what stands before a link', () => {
    const text = (text: string) => first(text, 'p')!.textContent;
    assert.equal(text('[`\u202e/moc.knab`](https://evil.example)'), '/moc.knab');
    assert.equal(text('\u202e[a](https://x.example) `\u202d`&#x202e;b\\\u202e'), 'a b\\');
    // What sets a part of a sentence apart stays.
    assert.equal(text('a \u2067b\u2069 \u202bc\u202c \u200fd'), 'a \u2067b\u2069 \u202bc\u202c \u200fd');
    assert.equal(text('[👩\u200d💻 می\u200cخواهم ❤\ufe0f](/x)'), '👩\u200d💻 می\u200cخواهم ❤\ufe0f');
  });

  it('makes an image a labelled link, unless its exact origin is allowed', () => {
    const text = '![a **cat**](https://img.example/cat.png "t")';
    const link = first(text, 'a[data-image]')!;
    assert.equal(link.textContent, 'Image: a cat');
    assert.equal(link.getAttribute('href'), 'https://img.example/cat.png');
    assert.equal(first('![](https://img.example/cat.png)', 'a')!.textContent, 'Image: img.example');
    const image = first(text, 'img', {imageOrigins: ['https://img.example']})!;
    assert.equal(image.getAttribute('alt'), 'a cat');
    assert.equal(image.getAttribute('loading'), 'lazy');
    assert.equal(image.getAttribute('referrerpolicy'), 'no-referrer');
    for (const other of ['http://img.example', 'https://img.example:444', 'https://sub.img.example']) {
      assert.equal(first(text, 'img', {imageOrigins: [other]}), null);
    }
    assert.equal(first('![x](data:image/png;base64,AA)', '[href], img', {imageOrigins: ['null']}), null);
  });

  it('does not put a link into a link', () => {
    const container = render('[![alt](https://i.example/x.png) https://b.example](https://a.example)');
    assert.lengthOf(container.querySelectorAll('a'), 1);
    assert.equal(container.querySelector('a > span[data-image]')!.textContent, 'Image: alt');
  });

  it('allows addresses of the page itself, and no other schemes than its four', () => {
    assert.equal(first('[x](/path)', 'a')!.getAttribute('href'), `${location.origin}/path`);
    for (const url of ['mailto:a@b.example', 'tel:+123', 'http://a.example/', 'https://a.example/']) {
      assert.equal(first(`[x](${url})`, 'a')!.getAttribute('href'), url);
    }
    for (const url of [
      'javascript:1',
      'JaVa&#x53;cript:1',
      'data:,x',
      'blob:x',
      'file:///x',
      'intent:x',
      'ftp://x',
    ]) {
      assert.isFalse(first(`[x](${url})`, 'a')!.hasAttribute('href'), url);
      assert.isTrue(first(`[x](${url})`, 'a')!.hasAttribute('data-blocked'), url);
    }
  });
});
