import {highlight} from './highlight.ts';
import {
  type MarkdownLabels,
  type MarkdownOptions,
  type MarkdownRenderer,
  markdownRenderer,
} from './markdown-renderer.ts';
import {mathLater} from './math-later.ts';

const LABELS: MarkdownLabels = {
  copy: 'Copy',
  copied: 'Copied',
  wrap: 'Wrap lines',
  copyTable: 'Copy as {format}',
  table: 'Table',
  code: '{language} code',
  image: 'Image: ',
  newTab: 'Opens in a new tab',
};

/**
 * Draws Markdown (CommonMark 0.31.2 with GFM's tables, strikethrough, task lists and bare addresses) into
 * `container` while it streams. Text becomes DOM nodes from a fixed list, never markup; raw HTML except `<br>` is shown
 * as text. Finished nodes are never replaced, so selection and focus in them survive.
 *
 * What it creates, for styling (nothing has a class, an id or a style; `[x]` is an attribute):
 *
 * - `p`, `h1`–`h6`, `hr`, `blockquote`, `ul`, `ol[start]`, `li`; inside them `em`, `strong`, `del`, `code`, `br`.
 *   Blocks at the top have `dir="auto"`; inner ones inherit it.
 * - `ul[data-tight]`, `ol[data-tight]`: items always contain `p`; in a tight list these need no margin. The
 *   attribute is removed when the list turns out to be loose. An `li` has no text nodes between its blocks.
 * - `ol[data-wide]`: its numbers have three digits or more, such as years, and need room.
 * - `li[data-task="open"|"done"] > p > input[type=checkbox][disabled][aria-label]`, then the text.
 * - `p[hidden]`: not yet known to be a paragraph. Do not override `hidden`.
 * - `p[data-html]`: a block of raw HTML as text; its line breaks matter (`white-space: pre-wrap`).
 * - `div[data-code][data-lang?][dir=ltr]` > `div[data-bar]` (with `codeActions`: `span` with the
 *   language, possibly empty, and `button`s, which are added later), `pre[tabindex=0][role=group][aria-label]` > `code`, whose
 *   text node grows. `[data-wrap]` while its lines are wrapped. After the first 2,000 characters, each further 2,000, in whole
 *   lines, are in a `span[data-part]`; with `display: inline-block` it looks the same, and the browser does less work per new
 *   line. With `highlight` the colours are those of `::highlight(sse-chat-code-keyword)` and the like; an engine without
 *   highlights gets `span[data-scope=keyword]` in finished code.
 * - `div[data-table][tabindex=0][role=group][aria-label]` > `div[data-bar]` (with `codeActions`, too), `table` > `thead` > `tr` > `th[scope=col]`, and
 *   `tbody` > `tr` > `td`; cells have `data-align="left"|"center"|"right"` where the document says so.
 * - `a[href][rel][target=_blank][aria-description][title?]`; without `href` it is unfinished, or (`[data-blocked]`) its URL is
 *   not allowed. `span[data-host]` after a link names its real host if its text looks like another address.
 * - With `math`, `code[data-math="inline"|"display"][dir=ltr]` > `math[alttext]` with MathML; or, if it cannot be
 *   parsed, its source as text.
 * - `a[data-image]`: an image that is not loaded, as a link to it; `span[data-image]` inside another link;
 *   `img[loading=lazy][referrerpolicy=no-referrer][alt]` for an origin in `imageOrigins`.
 */
export function createMarkdownRenderer(
  container: HTMLElement | DocumentFragment,
  {imageOrigins = [], codeActions = false, autolinks, labels, ...options}: MarkdownOptions = {},
): MarkdownRenderer {
  const words = {...LABELS, ...labels};
  /** Settles when all blocks so far have their buttons, or cannot have them. */
  let buttons: Promise<unknown> | undefined;
  const plain = markdownRenderer(container, {
    imageOrigins,
    buttons: codeActions
      ? (block, elements) => {
          buttons = import('./code-actions.ts').then(
            ({addButtons}) => addButtons(block, elements, words),
            () => {},
          );
        }
      : undefined,
    highlight: options.highlight ? highlight : undefined,
    autolinks,
    labels: words,
  });
  const renderer = {
    ...plain,
    async end() {
      await plain.end();
      await buttons;
    },
  };
  return options.math ? mathLater(renderer, container) : renderer;
}
