import {assert} from 'chai';
import {createMarkdownRenderer, type MarkdownRenderer} from '../../src/markdown.ts';
import {createReveal} from '../../src/ui/reveal.ts';
import {Frames} from './support/frames.ts';

describe('the pace of drawing', () => {
  const frames = new Frames();
  let now: number;
  /** Milliseconds that pass whenever the time is asked for. */
  let step: number;
  let container: HTMLElement;
  let renderer: MarkdownRenderer;
  before(() => frames.install());
  after(() => frames.restore());
  beforeEach(() => {
    now = 1000;
    step = 0;
    Object.defineProperty(performance, 'now', {value: () => (now += step), configurable: true});
    container = document.body.appendChild(document.createElement('div'));
    renderer = createMarkdownRenderer(container);
  });
  afterEach(async () => {
    renderer.reset();
    await drawn('The next one begins without a pause.', 0);
    Reflect.deleteProperty(performance, 'now');
    container.remove();
  });

  /** Draws a text in a frame that takes so many milliseconds. */
  async function drawn(text: string, cost: number): Promise<void> {
    renderer.append(text);
    frames.next();
    now += cost;
    await new Promise(resolve => setTimeout(resolve));
  }

  /** Draws it in two frames of which each takes as long; one alone may have met a busy moment. */
  async function drawnTwice(text: string, cost: number): Promise<void> {
    await drawn(text.slice(0, 1), cost);
    await drawn(text.slice(1), cost);
    now = 1000;
  }

  it('leaves nine tenths of the time to the page', async () => {
    await drawnTwice('one', 10);
    renderer.append(' two');
    for (const time of [1017, 1050, 1109]) {
      frames.next(time);
      assert.equal(container.textContent, 'one');
      assert.equal(frames.waiting, 1);
    }
    frames.next(1110);
    assert.equal(container.textContent, 'one two');
    assert.equal(frames.waiting, 0);
  });

  it('is that of the screen when one frame alone was dear', async () => {
    await drawn('one', 2);
    await drawn(' two', 100);
    renderer.append(' three');
    frames.next(1022);
    assert.equal(container.textContent, 'one two three');
  });

  it('is that of the screen while frames cost little, and four times a second at the least', async () => {
    await drawnTwice('one', 1.5);
    renderer.append(' two');
    frames.next(1016.7);
    assert.equal(container.textContent, 'one two');
    await drawnTwice(' three', 500);
    renderer.append(' four');
    frames.next(1749);
    assert.equal(container.textContent, 'one two three');
    frames.next(1750);
    assert.equal(container.textContent, 'one two three four');
  });

  it('is that of the screen for a burst, of which each frame draws what it has time for', async () => {
    await drawnTwice('one\n\n', 500);
    const before = container.childElementCount;
    step = 1;
    renderer.append('line\n\n'.repeat(20));
    frames.next(1750);
    const first = container.childElementCount;
    frames.next(1750.1);
    assert.isAbove(first, before);
    assert.isAbove(container.childElementCount, first);
    while (frames.waiting) frames.next(1750.2);
    assert.lengthOf(container.children, 21);
  });

  it('does not hold up the end', async () => {
    await drawnTwice('one', 500);
    renderer.append(' two');
    frames.next(1100);
    renderer.finish();
    assert.equal(container.textContent, 'one two');
    assert.equal(frames.waiting, 0);
  });

  it('does not hold up an end that takes some frames', async () => {
    await drawnTwice('one\n\n', 500);
    step = 1;
    renderer.append('line\n\n'.repeat(20));
    renderer.finish();
    const first = container.childElementCount;
    assert.isBelow(first, 21);
    frames.next(1100);
    assert.isAbove(container.childElementCount, first);
    while (frames.waiting) frames.next(1101);
    assert.lengthOf(container.children, 21);
  });

  it('is that of the screen for a document that begins anew', async () => {
    await drawnTwice('one', 500);
    renderer.reset();
    renderer.append('two');
    frames.next(1017);
    assert.equal(container.textContent, 'two');
  });

  it('is that of the page, so that a cheap document beside does not make text of a dear one late', async () => {
    const beside = document.createElement('div');
    const cheap = createMarkdownRenderer(beside);
    const reveal = createReveal(renderer.append, true);
    const pushed: {to: number; at: number}[] = [];
    let latest = 0;
    for (let turn = 0; turn < 130; turn++) {
      if (turn % 13 === 0) {
        reveal.push('xxx '.repeat(100));
        pushed.push({to: 400 * (turn / 13 + 1) - 1, at: now});
      }
      cheap.append('b');
      const start = now;
      const before = container.textContent.length;
      frames.next(now);
      now += container.textContent.length > before ? 30 : 1;
      await new Promise(resolve => setTimeout(resolve));
      while (pushed[0] && pushed[0].to <= container.textContent.length)
        latest = Math.max(latest, now - pushed.shift()!.at);
      now = Math.max(now, start + 16);
    }
    assert.isAbove(beside.textContent.length, 100);
    assert.isBelow(latest, 300);
    assert.isAbove(latest, 100);
    cheap.reset();
  });

  it('is no reason to show text later than it would be: what is shown at an even pace comes the sooner', async () => {
    await drawnTwice('one', 20);
    let shown = 0;
    const reveal = createReveal(text => (shown += text.length), true);
    reveal.push('a'.repeat(1000));
    assert.isBelow(shown, 1000);
    for (let time = 2000; time <= 2060; time += 16.7) frames.next(time);
    assert.equal(shown, 1000);
  });
});
