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
 * `container` while it is still coming. Text becomes DOM nodes of a fixed list, never markup; raw HTML but `<br>` is
 * shown as the text it is. Nodes that are finished are never replaced, so selection and focus in them survive.
 *
 * What it makes, for styling (nothing has a class, an id or a style; `[x]` is an attribute):
 *
 * - `p`, `h1`–`h6`, `hr`, `blockquote`, `ul`, `ol[start]`, `li`; inside them `em`, `strong`, `del`, `code`, `br`.
 *   Blocks at the top have `dir="auto"`; inner ones inherit it.
 * - `ul[data-tight]`, `ol[data-tight]`: items always hold `p`; in a tight list these want no margin. The
 *   attribute goes when the list turns out to be loose. An `li` holds nothing between its blocks.
 * - `ol[data-wide]`: its numbers have three digits or more, as years have, and want room.
 * - `li[data-task="open"|"done"] > p > input[type=checkbox][disabled][aria-label]`, then the text.
 * - `p[hidden]`: not yet known to be a paragraph. Do not override `hidden`.
 * - `p[data-html]`: a block of raw HTML as text; its line ends matter (`white-space: pre-wrap`).
 * - `div[data-code][data-lang?][dir=ltr]` > `div[data-bar]` (with `codeActions`: `span` with the
 *   language, perhaps empty, and `button`s, which come later), `pre[tabindex=0][role=group][aria-label]` > `code`, whose
 *   text node grows. `[data-wrap]` while its lines are wrapped. Behind the first 2,000 characters each as many, whole lines,
 *   stand in a `span[data-part]`; with `display: inline-block` it looks the same, and a browser does less for a line that
 *   comes. With `highlight` the colours are those of `::highlight(sse-chat-code-keyword)` and its like; in an engine without
 *   highlights there is `span[data-scope=keyword]` in code that is closed.
 * - `div[data-table][tabindex=0][role=group][aria-label]` > `div[data-bar]` (with `codeActions`, too), `table` > `thead` > `tr` > `th[scope=col]`, and
 *   `tbody` > `tr` > `td`; cells have `data-align="left"|"center"|"right"` where the document says so.
 * - `a[href][rel][target=_blank][aria-description][title?]`; without `href` it is not finished, or (`[data-blocked]`) leads where
 *   links may not. `span[data-host]` after a link names its real host when its text looks like another address.
 * - With `math`, `code[data-math="inline"|"display"][dir=ltr]` > `math[alttext]`, with MathML's own elements in it; or, where
 *   it cannot be read, its source as text.
 * - `a[data-image]`: an image that is not fetched, as a link to it; `span[data-image]` inside another link;
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
