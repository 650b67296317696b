import {createMarkdownRenderer, type MarkdownOptions} from '../../../src/markdown.ts';

/** Frames that come when the test says so, in place of the browser's. */
export class Frames {
  #waiting = new Map<number, FrameRequestCallback>();
  #last = 0;
  readonly #request = globalThis.requestAnimationFrame;
  readonly #cancel = globalThis.cancelAnimationFrame;

  install(): void {
    globalThis.requestAnimationFrame = callback => {
      this.#waiting.set(++this.#last, callback);
      return this.#last;
    };
    globalThis.cancelAnimationFrame = id => void this.#waiting.delete(id);
  }

  restore(): void {
    globalThis.requestAnimationFrame = this.#request;
    globalThis.cancelAnimationFrame = this.#cancel;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Later than what has been waited for, if not told when. */
  next(time = Number.POSITIVE_INFINITY): void {
    const asked = this.#waiting;
    this.#waiting = new Map();
    for (const callback of asked.values()) callback(time);
  }
}

/** Renders a whole document at once. */
export function render(text: string, options?: MarkdownOptions): HTMLElement {
  const container = document.createElement('div');
  const renderer = createMarkdownRenderer(container, options);
  renderer.append(text);
  void renderer.end();
  return container;
}

/** Loads the names of characters that a document rarely has, so that what is rendered from now on has them at once. */
export async function loadNames(): Promise<void> {
  const container = document.createElement('div');
  const renderer = createMarkdownRenderer(container);
  renderer.append('&ngE;');
  await renderer.end();
  if (container.textContent !== '\u2267\u0338') throw new Error('The names did not load.');
}

/** Renders a document in parts, a frame after each. */
export function stream(
  frames: Frames,
  parts: Iterable<string>,
  seen: (container: HTMLElement) => void = () => {},
  options?: MarkdownOptions,
): HTMLElement {
  const container = document.createElement('div');
  const renderer = createMarkdownRenderer(container, options);
  for (const part of parts) {
    renderer.append(part);
    frames.next();
    seen(container);
  }
  void renderer.end();
  seen(container);
  return container;
}
