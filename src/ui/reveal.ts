import {pause} from '../markdown/markdown-renderer.ts';

/** Milliseconds within which text is drawn; with the frames before and after it stays under 300. */
const LAG = 260;
/** UTF-16 units for each millisecond below which nothing is slowed down. */
const FLOOR = 0.5;
/** Milliseconds of a frame. */
const FRAME = 16;

/** Shows text that comes in gusts at an even pace. */
export interface Reveal {
  push(text: string): void;
  /** Shows at once what waits. */
  flush(): void;
}

/**
 * What waits is shown faster the more it is, so that nothing waits longer than `LAG`; the beginning is shown at once. Where
 * motion is not wanted, or the page is hidden, all is. After a time without frames the first one shows all that was
 * due meanwhile.
 *
 * `show` gets the text in pieces; together they are what was pushed.
 */
export function createReveal(show: (text: string) => void, smooth: boolean): Reveal {
  const still = !smooth || matchMedia('(prefers-reduced-motion:reduce)').matches;
  let waiting = '';
  let rate = 0;
  let frame = 0;
  /** The time of the last frame, if there was one since nothing waited. */
  let last = Number.NaN;

  function reveal(time: number): void {
    let length = Math.ceil(rate * time);
    if (/[\ud800-\udbff]/.test(waiting.charAt(length - 1))) length++; // Half a character is none.
    const text = waiting.slice(0, length);
    waiting = waiting.slice(length);
    frame = waiting ? requestAnimationFrame(step) : 0;
    if (text) show(text);
  }

  function step(now: number): void {
    reveal(now - last || FRAME);
    last = now;
  }

  function flush(): void {
    cancelAnimationFrame(frame);
    reveal(Number.POSITIVE_INFINITY);
  }

  return {
    push(text) {
      if (!waiting) {
        rate = FLOOR;
        last = Number.NaN;
      }
      waiting += text;
      // Never less than what waited already needs.
      rate = Math.max(rate, waiting.length / (LAG - pause));
      if (still || document.hidden) flush();
      else if (!frame) reveal(FRAME);
    },
    flush,
  };
}
