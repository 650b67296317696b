import {assert} from 'chai';
import {messageOf} from './support/fake-conversation.ts';
import {all, composer, drawn, mount, the, unmount, until, write} from './support/page.ts';

const WIDE = `A${'very'.repeat(60)}long word, and https://example.com/${'path/'.repeat(40)}

\`\`\`
${'code '.repeat(80)}
\`\`\`

| ${'head | '.repeat(12)}
|${'---|'.repeat(12)}
| ${'cell | '.repeat(12)}`;

/** A style sheet of the page, until the returned function is called. */
function pageStyles(css: string): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(each => each !== sheet);
  };
}

/** Of its lines. */
function rectsOf(node: Node): DOMRectList {
  const range = document.createRange();
  range.selectNodeContents(node);
  return range.getClientRects();
}

describe('the layout', () => {
  afterEach(unmount);

  for (const width of [300, 1600]) {
    it(`needs no scrolling to the side at ${width} px, whatever an answer contains`, async () => {
      const chat = await mount();
      chat.style.width = `${width}px`;
      chat.fake.set({settled: [messageOf('user', WIDE), messageOf('assistant', WIDE)]});
      await drawn(chat);
      const log = the(chat, 'log');
      assert.isAtMost(log.scrollWidth, log.clientWidth);
      const edge = chat.getBoundingClientRect().right;
      for (const part of log.querySelectorAll('[part~="text"], button')) {
        assert.isAtMost(part.getBoundingClientRect().right, edge + 0.5, part.outerHTML.slice(0, 80));
      }
      for (const wide of log.querySelectorAll('pre, [data-table]')) {
        if (wide.scrollWidth <= wide.clientWidth) continue;
        wide.scrollLeft = 30;
        assert.equal(wide.scrollLeft, 30, 'what is wide scrolls for itself');
      }
    });
  }

  for (const [name, around, inside] of [
    ['grid', 'display: grid; grid-template-columns: 100px 1fr', ''],
    ['flexible box', 'display: flex', 'flex: 1'],
  ] as const) {
    it(`leaves the columns of a ${name} of the page as they are, whatever an answer contains`, async () => {
      const chat = await mount();
      const columns = document.createElement('div');
      const main = document.createElement('main');
      columns.style.cssText = `width: 700px; ${around}`;
      main.style.cssText = inside;
      columns.append(document.createElement('aside'), main);
      document.body.append(columns);
      main.append(chat);
      await drawn(chat);
      const before = chat.getBoundingClientRect().width;
      chat.fake.set({settled: [messageOf('user', WIDE), messageOf('assistant', WIDE)]});
      await drawn(chat);
      const {width} = chat.getBoundingClientRect();
      columns.remove();
      assert.isAbove(before, 500);
      assert.equal(width, before);
    });
  }

  it('breaks no word of what stands beside the small buttons of a message, and cuts none off', async () => {
    const chat = await mount({feedback: true});
    chat.style.width = '200px';
    const [question, answer] = [messageOf('user', 'Hi'), messageOf('assistant', 'Yes.')];
    chat.fake.set({settled: [question, answer]});
    chat.fake.set({
      settled: [question, answer],
      branches: [{...answer, id: 'other', createdAt: 1, after: question.id, rest: []}],
    });
    await until(() => all(chat, 'button', 'Next version').length > 0, 'the branches');
    await until(() => all(chat, 'button', 'Good answer').length > 0, 'the thumbs');
    await until(
      () => /\d/.test(chat.shadowRoot!.querySelector('[data-last] time')!.textContent!),
      'the time',
    );
    await drawn(chat);
    const {right} = the(chat, 'log').getBoundingClientRect();
    for (const each of chat.shadowRoot!.querySelectorAll('.tools > *, .branches > *')) {
      assert.isAtMost(each.getBoundingClientRect().right, right, each.outerHTML.slice(0, 80));
      assert.isAtMost(each.getBoundingClientRect().height, 30, each.outerHTML.slice(0, 80));
    }
  });

  it('keeps the buttons over code in sight, and has room for them before they have come', async () => {
    const chat = await mount();
    const code = `\`\`\`js\n${'run();\n'.repeat(60)}\`\`\`\n\n| a |\n|---|\n| 1 |\n`;
    chat.fake.set({settled: [messageOf('assistant', `${code}\n${'After.\n\n'.repeat(60)}`)]});
    const find = () => [...chat.shadowRoot!.querySelectorAll('[data-bar]')];
    await until(() => find().length === 2, 'the bars');
    const bars = find();
    const heights = () => bars.map(bar => bar.getBoundingClientRect().height);
    const bare = heights();
    await until(() => all(chat, 'button', 'Copy as TSV').length > 0, 'the buttons');
    await drawn(chat);
    assert.deepEqual(heights(), bare);
    const log = the(chat, 'log');
    const block = bars[0]!.parentElement!;
    const places = (scrollTop: number) => {
      log.scrollTop = scrollTop;
      const top = log.getBoundingClientRect().top;
      return [bars[0]!, block].map(each => Math.round(each.getBoundingClientRect().top - top));
    };
    const [first = 0] = places(0);
    assert.isAbove(first, 0);
    assert.equal(places(first + 400)[0], 0);
    const [bar = 0, box = 0] = places(first + block.offsetHeight + 100);
    assert.isBelow(bar, -100);
    assert.isAbove(bar, box); // It stays at the end of what it belongs to.
  });

  it('has lines that can be read in a chat of any width, and more room for code and tables', async () => {
    const chat = await mount();
    const text = 'A line that is read has some seventy characters, and no more than eighty. '.repeat(8);
    const blocks = '```\ncode\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |';
    chat.fake.set({settled: [messageOf('assistant', `${text}\n\n- ${text}\n\n> ${text}\n\n${blocks}`)]});
    await drawn(chat);
    const boxes = (selector: string) =>
      [...the(chat, 'article').querySelectorAll(selector)].map(each => each.getBoundingClientRect().width);
    for (const width of [300, 1600]) {
      chat.style.width = `${width}px`;
      const paragraph = the(chat, 'article').querySelector('p')!;
      const lines = new Set([...rectsOf(paragraph)].map(({top}) => Math.round(top))).size;
      const wide = Math.min(...boxes('[data-code], [data-table]'));
      if (width === 300) assert.closeTo(boxes('p')[0]!, wide, 1);
      else {
        assert.isAtMost(text.length / lines, 80);
        assert.isAtLeast(text.length / (lines - 1), 60);
        for (const each of boxes('p, li')) assert.isBelow(each, wide - 100);
      }
    }
  });

  it('has room for the whole number before an item, which may be a year', async () => {
    const chat = await mount();
    chat.style.width = '320px';
    chat.fake.set({settled: [messageOf('assistant', '1969. Apollo 11 landed.\n\n---\n\n100. a')]});
    await drawn(chat);
    const log = the(chat, 'log');
    for (const item of log.querySelectorAll('li')) {
      const text = document.createElement('span');
      text.textContent = `${item.closest('ol')!.start}. `;
      text.style.whiteSpace = 'pre';
      item.after(text);
      assert.isAtLeast(
        item.getBoundingClientRect().left - log.getBoundingClientRect().left,
        text.offsetWidth,
      );
    }
  });

  it('cuts off no long word before there is a message', async () => {
    const word = 'Donaudampfschifffahrtsgesellschaftskapitän';
    const chat = await mount({greeting: `Welcome, ${word}!`, suggestions: ['Hi', word]});
    chat.style.width = '280px';
    await drawn(chat);
    const {left, right} = chat.getBoundingClientRect();
    for (const each of chat.shadowRoot!.querySelectorAll('.greeting, .suggestion')) {
      assert.isAtLeast(each.getBoundingClientRect().left, left, each.textContent!);
      assert.isAtMost(each.getBoundingClientRect().right, right, each.textContent!);
    }
  });

  it('moves no line of an answer that is cut', async () => {
    const chat = await mount();
    chat.style.width = '320px';
    const text = 'A line that is not broken anew. '.repeat(8);
    const places = async (status: 'complete' | 'stopped') => {
      chat.fake.set({settled: [messageOf('assistant', text, {id: 'a', status})]});
      await drawn(chat);
      return [...rectsOf(the(chat, 'article').querySelector('p')!)].map(({left, width}) => [left, width]);
    };
    assert.deepEqual(await places('stopped'), await places('complete'));
  });

  it('shows that a task is one of another, and has the lines of each at one edge', async () => {
    const chat = await mount();
    chat.style.width = '320px';
    chat.fake.set({settled: [messageOf('assistant', `- a\n- [ ] ${'task '.repeat(20)}\n  - [x] inner`)]});
    await drawn(chat);
    const [item, task, inner] = [...the(chat, 'article').querySelectorAll('li > p')].map(each =>
      [...rectsOf(each.lastChild!)].map(({left}) => left),
    );
    assert.isAbove(task!.length, 1);
    for (const left of task!) assert.closeTo(left, item![0]!, 4);
    assert.isAbove(inner![0]! - task![0]!, 16);
  });

  it('has each cell of a table in the order of its own direction, at the edge of the table’s', async () => {
    const chat = await mount();
    const table = (align: string) => `| الذاكرة | السعر والمدة |\n|---|${align}|\n| 16 GB | 12 ms |\n\n`;
    chat.fake.set({settled: [messageOf('assistant', table('---') + table('--:'))]});
    await drawn(chat);
    for (const cell of the(chat, 'article').querySelectorAll('td')) {
      const text = cell.firstChild!;
      const edges = [0, 3].map(at => {
        const range = document.createRange();
        range.setStart(text, at);
        range.setEnd(text, at + 2);
        return range.getBoundingClientRect();
      });
      const box = cell.getBoundingClientRect();
      assert.isBelow(edges[0]!.left, edges[1]!.left, cell.textContent!);
      assert.closeTo(edges[1]!.right, box.right - 12, 2);
    }
  });

  it('lets the text box grow with its text, up to a limit, and shrink again', async () => {
    const chat = await mount();
    const box = composer(chat);
    const height = () => box.getBoundingClientRect().height;
    const one = height();
    write(box, 'a\nb\nc\nd');
    await drawn(chat);
    const four = height();
    assert.isAbove(four, one * 2);
    write(box, 'line\n'.repeat(100));
    await drawn(chat);
    assert.isAbove(height(), four);
    assert.isAtMost(height(), 200);
    write(box, '');
    await drawn(chat);
    assert.closeTo(height(), one, 1);
  });

  it('keeps its typography where the page resets everything', async () => {
    const undo = pageStyles(
      `html { font-size: 62.5%; line-height: 3; letter-spacing: 9px; text-transform: uppercase; font-family: monospace; }
       * { box-sizing: content-box; all: unset; }`,
    );
    const chat = await mount();
    chat.fake.set({settled: [messageOf('assistant', 'Some text')]});
    await drawn(chat);
    const style = getComputedStyle(all(chat, 'article')[0] as Element);
    const {fontSize, letterSpacing, textTransform, color} = style;
    undo();
    assert.deepEqual([fontSize, letterSpacing, textTransform], ['15px', 'normal', 'none']);
    assert.notEqual(color, 'rgba(0, 0, 0, 0)');
  });

  it('takes the colour scheme of the page, or the one that it is given', async () => {
    const root = document.documentElement;
    const chat = await mount();
    const background = () => getComputedStyle(the(chat, 'region')).backgroundColor;
    root.style.colorScheme = 'light';
    const light = background();
    root.style.colorScheme = 'dark';
    const dark = background();
    assert.notEqual(light, dark);
    chat.theme = 'light';
    await drawn(chat);
    assert.equal(background(), light);
    root.style.colorScheme = 'light';
    chat.theme = 'dark';
    await drawn(chat);
    assert.equal(background(), dark);
    root.style.colorScheme = '';
  });

  it('has each message of the user in its own direction', async () => {
    const chat = await mount();
    chat.fake.set({settled: [messageOf('user', 'Hello'), messageOf('user', 'مرحبا')]});
    await drawn(chat);
    const bodies = all(chat, 'article').map(each => each.querySelector('.body')!);
    assert.deepEqual(
      bodies.map(each => getComputedStyle(each).direction),
      ['ltr', 'rtl'],
    );
  });

  it('begins each line at the edge of its own direction, also in a wide chat', async () => {
    const chat = await mount();
    chat.style.width = '1600px';
    const english = 'A line from left to right. '.repeat(20);
    const arabic = 'سطر من اليمين إلى اليسار. '.repeat(20);
    chat.fake.set({settled: [messageOf('assistant', `${english}\n\n${arabic}`)]});
    await drawn(chat);
    const [left, right] = [...the(chat, 'article').querySelectorAll('p')].map(each =>
      each.getBoundingClientRect(),
    );
    const body = the(chat, 'article').querySelector('.body')!.getBoundingClientRect();
    assert.closeTo(left!.left, body.left, 1);
    assert.closeTo(right!.right, body.right, 1);
    assert.isBelow(left!.right, body.right - 50);
  });

  it('is mirrored where the page is written from right to left', async () => {
    const chat = await mount();
    chat.fake.set({settled: [messageOf('user', 'Hi')]});
    await drawn(chat);
    const middle = () => {
      const box = all(chat, 'article')[0]?.querySelector('[part~="text"]')?.getBoundingClientRect();
      const list = the(chat, 'log').getBoundingClientRect();
      return (box?.left ?? 0) - list.left < list.right - (box?.right ?? 0);
    };
    assert.isFalse(middle(), 'at the right');
    document.documentElement.dir = 'rtl';
    await drawn(chat);
    const mirrored = middle();
    document.documentElement.dir = '';
    assert.isTrue(mirrored, 'at the left');
  });

  it('shows the placeholder in its box, also from right to left', async () => {
    const chat = await mount();
    document.documentElement.dir = 'rtl';
    await drawn(chat);
    const {scrollWidth, clientWidth} = composer(chat);
    document.documentElement.dir = '';
    assert.equal(scrollWidth, clientWidth);
  });

  it('has the small buttons of a message in the order in which Tab comes to them', async () => {
    const chat = await mount({feedback: true});
    const [question, answer] = [messageOf('user', 'Hi'), messageOf('assistant', 'Yes.')];
    chat.fake.set({settled: [question, answer]});
    chat.fake.set({
      settled: [question, answer],
      branches: [{...question, id: 'other', createdAt: 1, after: '', rest: []}],
    });
    await until(() => all(chat, 'button', 'Good answer').length > 0, 'the thumbs');
    await until(() => all(chat, 'button', 'Next version').length > 0, 'the branches');
    for (const tools of chat.shadowRoot!.querySelectorAll('.tools')) {
      const places = [...tools.querySelectorAll('button')].map(each => each.getBoundingClientRect().left);
      assert.isAbove(places.length, 2);
      assert.deepEqual(
        places,
        places.toSorted((a, b) => a - b),
      );
    }
  });

  it('can be coloured from outside', async () => {
    const chat = await mount();
    chat.style.setProperty('--sse-chat-accent', 'rgb(1, 2, 3)');
    write(composer(chat), 'Hello');
    const button = the(chat, 'button', 'Send');
    await until(() => getComputedStyle(button).backgroundColor === 'rgb(1, 2, 3)', 'the colour');
  });

  it('loses nothing by the text spacing of WCAG 1.4.12', async () => {
    const chat = await mount({suggestions: ['What can you do?'], heading: 'Ask Ada'});
    chat.style.width = '320px';
    const spacing = new CSSStyleSheet();
    spacing.replaceSync(
      '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }',
    );
    chat.shadowRoot!.adoptedStyleSheets.push(spacing);
    const lost = () =>
      [...chat.shadowRoot!.querySelectorAll<HTMLElement>('.heading, button, time, .note, .body, .greeting')]
        .filter(each => each.getClientRects().length > 0)
        .filter(each => {
          const {overflowX, overflowY} = getComputedStyle(each);
          const clips =
            (overflowX !== 'visible' && each.scrollWidth > each.clientWidth + 1) ||
            (overflowY !== 'visible' && each.scrollHeight > each.clientHeight + 1);
          return clips || each.getBoundingClientRect().right > chat.getBoundingClientRect().right + 0.5;
        })
        .map(each => each.outerHTML.slice(0, 80));
    await drawn(chat);
    assert.deepEqual(lost(), []);
    chat.fake.set({
      settled: [messageOf('user', WIDE), messageOf('assistant', WIDE, {status: 'interrupted'})],
    });
    await drawn(chat);
    assert.deepEqual(lost(), []);
    const log = the(chat, 'log');
    assert.isAtMost(log.scrollWidth, log.clientWidth);
    chat.heading = 'A heading that is much too long for its place in the header';
    await drawn(chat);
    assert.lengthOf(lost(), 1, 'what is cut would be found');
  });

  it('can be used where the page has a zoom', async () => {
    const chat = await mount();
    chat.style.width = '320px';
    document.body.style.zoom = '2';
    chat.fake.set({settled: [messageOf('user', WIDE), messageOf('assistant', WIDE)]});
    await drawn(chat);
    const log = the(chat, 'log');
    const {right} = chat.getBoundingClientRect();
    const box = the(chat, 'button', 'Send').getBoundingClientRect();
    const fits = log.scrollWidth <= log.clientWidth;
    const atEnd = log.scrollHeight - log.clientHeight - log.scrollTop;
    const {fontSize} = getComputedStyle(log);
    document.body.style.zoom = '';
    assert.isTrue(fits);
    assert.isAtMost(box.right, right);
    assert.isAtMost(atEnd, 2);
    assert.equal(fontSize, '15px');
  });

  for (const mode of ['popup', 'panel', 'fullscreen'] as const) {
    it(`is wholly on screen as a ${mode} where the page has a zoom`, async () => {
      document.body.style.zoom = '3';
      const chat = await mount({mode, open: true});
      await until(() => chat.shadowRoot!.getAnimations().length === 0, 'the end of its motion');
      const {top, left, right, bottom} = chat.shadowRoot!.querySelector('.panel')!.getBoundingClientRect();
      document.body.style.zoom = '';
      assert.isAtLeast(top, 0);
      assert.isAtLeast(left, 0);
      assert.isAtMost(right, innerWidth + 0.5);
      assert.isAtMost(bottom, innerHeight + 0.5);
    });
  }

  it('is not seen where the page hides it, or what it is in', async () => {
    const chat = await mount({mode: 'popup', open: true});
    const isSeen = (selector: string) => {
      const part = chat.shadowRoot!.querySelector(selector)!;
      return part.getClientRects().length > 0 && getComputedStyle(part).visibility === 'visible';
    };
    const parts = ['.panel', '.launcher', '.send'];
    assert.deepEqual(parts.map(isSeen), [true, true, true]);
    chat.hidden = true;
    assert.deepEqual(parts.map(isSeen), [false, false, false], 'hidden');
    chat.hidden = false;
    document.body.style.visibility = 'hidden';
    const seen = parts.map(isSeen);
    document.body.style.visibility = '';
    assert.deepEqual(seen, [false, false, false], 'within what is hidden');
  });

  it('has a ring of 2 px around what has the focus, in the accent colour, whose contrast is known', async () => {
    const chat = await mount({mode: 'popup', open: true, suggestions: ['One']});
    chat.style.setProperty('--sse-chat-accent', 'rgb(1, 2, 3)');
    chat.fake.set({settled: [messageOf('user', 'Hi'), messageOf('assistant', '`a`\n\n    b')]});
    await drawn(chat);
    const stops = [...all(chat, 'button'), ...all(chat, 'article'), the(chat, 'log')];
    assert.isAbove(stops.length, 8);
    for (const each of stops) {
      each.focus();
      void getComputedStyle(each).outlineWidth;
      for (const motion of chat.shadowRoot!.getAnimations()) motion.finish(); // The button that sends has one.
      const {outlineStyle, outlineWidth, outlineColor} = getComputedStyle(each);
      assert.equal(outlineStyle, 'solid', each.outerHTML.slice(0, 80));
      assert.equal(outlineColor, 'rgb(1, 2, 3)', each.outerHTML.slice(0, 80));
      assert.isAtLeast(Number.parseFloat(outlineWidth), 2, each.outerHTML.slice(0, 80));
    }
    composer(chat).focus();
    const field = getComputedStyle(composer(chat).parentElement!);
    // Its border and what is around that, of one colour.
    assert.equal(field.borderTopWidth, '1px');
    await until(() => /0px 0px 0px 1px$/.test(field.boxShadow), 'the ring');
    assert.include(field.boxShadow, field.borderTopColor);
    await until(() => field.borderTopColor === 'rgb(1, 2, 3)', 'its colour');
  });

  it('hides nothing that has the focus below the composer', async () => {
    const chat = await mount();
    chat.style.height = '420px';
    chat.fake.set({
      settled: Array.from({length: 12}, (_, at) =>
        messageOf(at % 2 ? 'assistant' : 'user', 'Some words. '.repeat(12)),
      ),
    });
    await drawn(chat);
    const log = the(chat, 'log');
    const {bottom} = log.getBoundingClientRect();
    assert.isAtMost(bottom, composer(chat).getBoundingClientRect().top);
    for (const article of all(chat, 'article')) {
      for (const each of [article, ...article.querySelectorAll<HTMLElement>('button')]) {
        each.focus();
        await drawn(chat);
        const box = each.getBoundingClientRect();
        const {top} = log.getBoundingClientRect();
        assert.isAbove(
          Math.min(box.bottom, bottom) - Math.max(box.top, top),
          20,
          each.outerHTML.slice(0, 80),
        );
        if (each === article) continue;
        const above = chat.shadowRoot!.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        assert.isTrue(each.contains(above), `${each.ariaLabel} lies below ${above?.className}`);
      }
    }
  });

  it('has the buttons of an editor beside that which leads to the latest message, not below it', async () => {
    const chat = await mount();
    chat.style.cssText = 'width: 320px; height: 400px';
    const [before, after] = [messageOf('assistant', 'Before.\n\n'.repeat(20)), 'After.\n\n'.repeat(40)];
    chat.fake.set({settled: [before, messageOf('user', 'Hi'), messageOf('assistant', after)]});
    await drawn(chat);
    the(chat, 'log').scrollTop = 0;
    await until(() => all(chat, 'button', 'Jump to latest').length > 0, 'the button');
    the(chat, 'button', 'Edit').click();
    await until(() => all(chat, 'textbox', 'Edit your message').length > 0, 'the editor');
    await drawn(chat);
    const jump = the(chat, 'button', 'Jump to latest').getBoundingClientRect();
    assert.isAtMost(the(chat, 'button', 'Save and send').getBoundingClientRect().bottom, jump.top);
  });

  it('leaves no button smaller than 24 px', async () => {
    const chat = await mount({mode: 'popup', open: true, suggestions: ['One']});
    chat.fake.set({
      settled: [messageOf('user', 'Hi'), messageOf('assistant', 'Half', {status: 'interrupted'})],
    });
    await drawn(chat);
    for (const button of all(chat, 'button')) {
      const {width, height} = button.getBoundingClientRect();
      assert.isAtLeast(Math.min(width, height), 24, button.outerHTML.slice(0, 100));
    }
  });
});
