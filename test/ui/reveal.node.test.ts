import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it} from 'node:test';
import {createReveal, type Reveal} from '../../src/ui/reveal.ts';
import {newSeed, seededRandom} from '../support/seeded-random.ts';

/** A frame of a screen with 60 Hz, in milliseconds. */
const FRAME = 1000 / 60;
/** What text may be late by, and the frame in which the renderer draws it. */
const LATE = 300 - FRAME;

describe('the pace at which text is shown', () => {
  const page = {hidden: false, still: false};
  let now: number;
  /** When the next frame comes. */
  let next: number;
  let waiting: FrameRequestCallback | undefined;
  let shown: {readonly at: number; readonly text: string}[];
  let reveal: Reveal;

  beforeEach(() => {
    Object.assign(page, {hidden: false, still: false});
    now = 0;
    next = FRAME;
    waiting = undefined;
    Object.assign(globalThis, {
      document: page,
      matchMedia: () => ({matches: page.still}),
      requestAnimationFrame: (callback: FrameRequestCallback) => {
        assert.equal(waiting, undefined);
        waiting = callback;
        return 1;
      },
      cancelAnimationFrame: () => {
        waiting = undefined;
      },
    });
    begin();
  });
  afterEach(() => {
    for (const name of ['document', 'matchMedia', 'requestAnimationFrame', 'cancelAnimationFrame'])
      Reflect.deleteProperty(globalThis, name);
  });

  function begin(smooth = true): void {
    shown = [];
    reveal = createReveal(text => shown.push({at: now, text}), smooth);
  }

  /** Lets frames come until `time`. */
  function until(time: number): void {
    while (next <= time) {
      now = next;
      next += FRAME;
      const callback = waiting;
      waiting = undefined;
      callback?.(now);
    }
    now = time;
  }

  const text = () => shown.map(each => each.text).join('');
  const gust = 'The quick brown fox jumps over the lazy dog, again. '.repeat(6);

  it('is one frame for little text', () => {
    reveal.push('token');
    assert.equal(text(), 'token');
    assert.equal(waiting, undefined);
  });

  it('is even for text that comes in gusts', () => {
    for (let i = 0; i < 10; i++) {
      reveal.push(gust);
      until(now + 200);
    }
    until(now + 300);
    assert.equal(text(), gust.repeat(10));
    const sizes = shown.slice(20, -20).map(each => each.text.length);
    assert.ok(Math.max(...sizes) < gust.length / 6, `${sizes}`);
    assert.ok(shown.length > 100);
  });

  it('is never behind by more than 300 ms, whatever comes when, and nothing is lost or doubled', () => {
    const seed = newSeed();
    const random = seededRandom(seed);
    let pushed = '';
    const arrivals: {readonly at: number; readonly length: number}[] = [];
    for (let i = 0; i < 300; i++) {
      const length = Math.floor(random() ** 4 * 2000);
      const piece = String.fromCharCode(97 + (i % 26)).repeat(length);
      reveal.push(piece);
      pushed += piece;
      arrivals.push({at: now, length: pushed.length});
      until(now + random() ** 3 * 500);
    }
    until(now + 300);
    assert.equal(text(), pushed);
    let length = 0;
    for (const each of shown) {
      const due = arrivals.findLast(({at}) => at < each.at - LATE);
      assert.ok(
        length >= (due?.length ?? 0),
        `at ${each.at} only ${length} of ${due?.length} are shown, SEED=${seed}`,
      );
      length += each.text.length;
    }
    until(now + 1000);
    assert.equal(waiting, undefined);
  });

  it('shows the beginning at once', () => {
    reveal.push(gust);
    assert.ok(text().length > 0 && text().length < gust.length / 2);
  });

  it('ends at once, and no frame follows', () => {
    reveal.push(gust);
    reveal.flush();
    assert.equal(text(), gust);
    assert.equal(waiting, undefined);
    reveal.flush();
    assert.equal(text(), gust);
  });

  it('shows in the first frame all that was due while there were none', () => {
    reveal.push(gust);
    until(FRAME);
    next = 10_000;
    until(10_000);
    assert.equal(text(), gust);
  });

  it('shows everything at once in a hidden page, where there is no frame', () => {
    reveal.push(gust);
    page.hidden = true;
    reveal.push(gust);
    assert.equal(text(), gust + gust);
    assert.equal(waiting, undefined);
  });

  it('shows everything at once where motion is not wanted, or sentences are said', () => {
    page.still = true;
    begin();
    reveal.push(gust);
    assert.equal(text(), gust);
    page.still = false;
    begin(false);
    reveal.push(gust);
    assert.equal(text(), gust);
  });

  it('cuts no character in two', () => {
    const faces = '😀'.repeat(500);
    for (let i = 0; i < 5; i++) {
      reveal.push(faces);
      until(now + 90);
    }
    until(now + 300);
    assert.equal(text(), faces.repeat(5));
    for (const each of shown) assert.doesNotMatch(each.text, /[\ud800-\udbff]$/);
  });
});
