import {pause} from '../markdown/markdown-renderer.ts';

/** Milliseconds within which text is drawn; with the frames before and after, less than 300. */
const LAG = 260;
/** UTF-16 units per millisecond: text that arrives more slowly is not delayed. */
const FLOOR = 0.5;
/** The duration of a frame, in milliseconds. */
const FRAME = 16;

/** Shows text that arrives in bursts at an even pace. */
export interface Reveal {
  push(text: string): void;
  /** Shows everything that waits at once. */
  flush(): void;
}

/**
 * The more text waits, the faster it is shown, so that nothing waits longer than `LAG`; the first text is shown at
 * once. If the user wants no motion, or the page is hidden, everything is. After a time without frames, the first frame
 * shows all that was due.
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
    if (/[\ud800-\udbff]/.test(waiting.charAt(length - 1))) length++; // Never half a surrogate pair.
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
      // Never slower than what waited already needs.
      rate = Math.max(rate, waiting.length / (LAG - pause));
      if (still || document.hidden) flush();
      else if (!frame) reveal(FRAME);
    },
    flush,
  };
}
