import {type BlockParser, blockParser} from './block-parser.ts';
import type {ViewContext} from './block-views.ts';
import {elementsOf} from './dom.ts';
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
  const document = container.ownerDocument;
  let parser: BlockParser;
  let references: References;
  /** Text that is not in whole lines yet, from `from`; `chunks` come after it. */
  let buffer: string;
  let from: number;
  let chunks: string[];
  let ended: boolean;
  let cancel: (() => void) | undefined;

  function begin(): void {
    references = new References();
    const {imageOrigins = [], codeActions = false, labels} = options;
    const context: ViewContext = {
      ...elementsOf(document),
      codeActions,
      labels: {...LABELS, ...labels},
      imageOrigins: new Set(imageOrigins),
      references,
    };
    parser = blockParser({key: '', parent: undefined, root: container, body: container}, context);
    buffer = '';
    from = 0;
    chunks = [];
    ended = false;
  }

  /** Consumes whole lines until `deadline`; whether none is left. */
  function lines(deadline: number): boolean {
    cancel?.();
    buffer = buffer.slice(from) + chunks.join('');
    from = 0;
    chunks = [];
    const ends = /\r\n|\n|\r(?!$)/g;
    let count = 0;
    for (let found = ends.exec(buffer); found; found = ends.exec(buffer)) {
      parser.line(buffer.slice(from, found.index));
      from = ends.lastIndex;
      if (++count % 8 === 0 && performance.now() > deadline) return false;
    }
    return true;
  }

  /** The beginning of a line; a carriage return at its end may be half of a line end. */
  const rest = (): string => buffer.slice(from).replace(/\r$/, '');

  function flush(): void {
    const done = lines(performance.now() + FRAME_BUDGET);
    parser.preview(done ? rest() : '');
    references.patch();
    if (!done) schedule();
  }

  function schedule(): void {
    if (cancel) return;
    const {hidden} = document;
    const framed = !hidden && typeof requestAnimationFrame === 'function';
    const frame = framed ? requestAnimationFrame(flush) : 0;
    // Also with a frame: a page that is hidden meanwhile gets none.
    const timer = setTimeout(flush, framed || hidden ? HIDDEN_DELAY : 0);
    cancel = () => {
      if (frame) cancelAnimationFrame(frame);
      clearTimeout(timer);
      cancel = undefined;
    };
  }

  begin();
  return {
    append(text) {
      if (ended) throw new Error('This document has ended. Call reset() to begin another.');
      if (!text) return;
      chunks.push(text.replaceAll('\0', '\ufffd'));
      schedule();
    },

    async end() {
      if (ended) return;
      ended = true;
      lines(Number.POSITIVE_INFINITY);
      if (from < buffer.length) parser.line(rest());
      parser.end();
      references.patch();
      buffer = '';
    },

    reset() {
      cancel?.();
      container.replaceChildren();
      begin();
    },
  };
}
