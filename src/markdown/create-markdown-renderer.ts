import {BlockParser} from './block-parser.ts';
import {BlockViews, type View} from './block-views.ts';
import {ElementFactory} from './dom.ts';
import type {MarkdownLabels, MarkdownOptions, MarkdownRenderer} from './markdown-renderer.ts';
import {References} from './references.ts';

const LABELS: MarkdownLabels = {
  copy: 'Copy',
  copied: 'Copied',
  table: 'Table',
  code: '{language} code',
  image: 'Image: ',
};

/** Milliseconds of a frame that drawing may take; the rest is drawn in the next one. */
const FRAME_BUDGET = 6;
/** Milliseconds between drawings while the page is hidden and has no frames. */
const HIDDEN_DELAY = 250;

/**
 * Draws Markdown (CommonMark 0.31.2 with GFM's tables, strikethrough, task lists and bare addresses) into
 * `container` while it is still coming. Text becomes DOM nodes of a fixed list, never markup; raw HTML is shown
 * as the text it is. Nodes that are finished are never replaced, so selection and focus in them survive.
 *
 * What it makes, for styling (nothing has a class, an id or a style; `[x]` is an attribute):
 *
 * - `p`, `h1`–`h6`, `hr`, `blockquote`, `ul`, `ol[start]`, `li`; inside them `em`, `strong`, `del`, `code`, `br`.
 *   Blocks at the top have `dir="auto"`; inner ones inherit it.
 * - `ul[data-tight]`, `ol[data-tight]`: items always hold `p`; in a tight list these want no margin. The
 *   attribute goes when the list turns out to be loose. An `li` holds nothing between its blocks.
 * - `li[data-task="open"|"done"] > p > input[type=checkbox][disabled][aria-label]`, then the text.
 * - `p[hidden]`: not yet known to be a paragraph. Do not override `hidden`.
 * - `p[data-html]`: a block of raw HTML as text; its line ends matter (`white-space: pre-wrap`).
 * - `div[data-code][data-lang?][dir=ltr]` > `div[data-code-bar]` (with `codeActions`: `span` with the
 *   language, perhaps empty, and `button`), `pre[tabindex=0][role=region][aria-label]` > `code`, whose one text
 *   node grows.
 * - `div[data-table][tabindex=0][role=region][aria-label]` > `table` > `thead` > `tr` > `th[scope=col]`, and
 *   `tbody` > `tr` > `td`; cells have `data-align="left"|"center"|"right"` where the document says so.
 * - `a[href][rel][target=_blank][title?]`; without `href` it is not finished, or (`[data-blocked]`) leads where
 *   links may not. `span[data-host]` after a link names its real host when its text looks like another address.
 * - `a[data-image]`: an image that is not fetched, as a link to it; `span[data-image]` inside another link;
 *   `img[loading=lazy][referrerpolicy=no-referrer][alt]` for an origin in `imageOrigins`.
 */
export function createMarkdownRenderer(
  container: HTMLElement | DocumentFragment,
  options: MarkdownOptions = {},
): MarkdownRenderer {
  return new Renderer(container, options);
}

class Renderer implements MarkdownRenderer {
  readonly #container: HTMLElement | DocumentFragment;
  readonly #options: MarkdownOptions;
  readonly #document: Document;
  #parser!: BlockParser;
  #references!: References;
  /** Text that is not in whole lines yet, from `#from`. */
  #buffer = '';
  #from = 0;
  #chunks: string[] = [];
  #ended = false;
  #cancel: (() => void) | undefined;

  constructor(container: HTMLElement | DocumentFragment, options: MarkdownOptions) {
    this.#container = container;
    this.#options = options;
    this.#document = container.ownerDocument;
    this.#begin();
  }

  append(text: string): void {
    if (this.#ended) throw new Error('This document has ended. Call reset() to begin another.');
    if (!text) return;
    this.#chunks.push(text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text);
    this.#schedule();
  }

  end(): Promise<void> {
    if (!this.#ended) {
      this.#ended = true;
      this.#cancel?.();
      this.#take();
      this.#lines(Number.POSITIVE_INFINITY);
      const rest = this.#buffer.slice(this.#from);
      if (rest) this.#parser.line(rest.replace(/\r$/, ''));
      this.#parser.end();
      this.#references.patch();
      this.#buffer = '';
    }
    return Promise.resolve();
  }

  reset(): void {
    this.#cancel?.();
    this.#container.replaceChildren();
    this.#begin();
  }

  #begin(): void {
    const {imageOrigins = [], codeActions = false} = this.#options;
    const labels = {...LABELS, ...this.#options.labels};
    this.#references = new References();
    const references = this.#references;
    const views = new BlockViews({
      elements: new ElementFactory(this.#document),
      codeActions,
      labels,
      imageLabel: labels.image,
      imageOrigins: new Set(imageOrigins),
      lookup: (label, view) => references.lookup(label, view),
    });
    const root: View = {key: '', parent: undefined, root: this.#container, body: this.#container};
    this.#parser = new BlockParser(root, views, references);
    this.#buffer = '';
    this.#from = 0;
    this.#chunks = [];
    this.#ended = false;
  }

  #take(): void {
    this.#buffer = this.#buffer.slice(this.#from) + this.#chunks.join('');
    this.#from = 0;
    this.#chunks = [];
  }

  /** Consumes whole lines until `deadline`; whether none is left. */
  #lines(deadline: number): boolean {
    const ends = /\r\n|\n|\r(?!$)/g;
    ends.lastIndex = this.#from;
    let found = ends.exec(this.#buffer);
    for (let count = 1; found; count++) {
      this.#parser.line(this.#buffer.slice(this.#from, found.index));
      this.#from = ends.lastIndex;
      if (count % 8 === 0 && performance.now() > deadline) return false;
      found = ends.exec(this.#buffer);
    }
    return true;
  }

  #flush(): void {
    this.#cancel?.();
    this.#take();
    const done = this.#lines(performance.now() + FRAME_BUDGET);
    this.#parser.preview(done ? this.#buffer.slice(this.#from).replace(/\r$/, '') : '');
    this.#references.patch();
    if (!done) this.#schedule();
  }

  #schedule(): void {
    if (this.#cancel) return;
    const flush = () => this.#flush();
    const framed = !this.#document.hidden && typeof requestAnimationFrame === 'function';
    const frame = framed ? requestAnimationFrame(flush) : 0;
    // Also with a frame: a page that is hidden meanwhile gets none.
    const timer = setTimeout(flush, framed || this.#document.hidden ? HIDDEN_DELAY : 0);
    this.#cancel = () => {
      if (frame) cancelAnimationFrame(frame);
      clearTimeout(timer);
      this.#cancel = undefined;
    };
  }
}
