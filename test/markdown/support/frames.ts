import {createMarkdownRenderer, type MarkdownOptions} from '../../../src/markdown.ts';

/** Frames that come when the test says so, in place of the browser's. */
export class Frames {
  #waiting: FrameRequestCallback[] = [];
  readonly #request = globalThis.requestAnimationFrame;
  readonly #cancel = globalThis.cancelAnimationFrame;

  install(): void {
    globalThis.requestAnimationFrame = callback => this.#waiting.push(callback);
    globalThis.cancelAnimationFrame = () => {
      this.#waiting = [];
    };
  }

  restore(): void {
    globalThis.requestAnimationFrame = this.#request;
    globalThis.cancelAnimationFrame = this.#cancel;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Later than what has been waited for, if not told when. */
  next(time = Number.POSITIVE_INFINITY): void {
    for (const callback of this.#waiting.splice(0)) callback(time);
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
