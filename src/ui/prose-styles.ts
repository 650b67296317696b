import {css} from './css.ts';

/** Typography of answers. The elements are those of the Markdown renderer; nothing else here uses them. */
export const proseStyles = css`
  /* What follows something keeps its distance from it. */
  :is(.body, li, blockquote) > * + * {
    margin-top: 0.8em;
  }
  .body li + li,
  [data-tight] > li > * + * {
    margin-top: 0.3em;
  }
  .body :is(h1, h2, h3, h4, h5, h6) + * {
    margin-top: 0.5em;
  }
  .body * + :is(h1, h2, h3, h4, h5, h6) {
    margin-top: 1.25em;
  }
  .body * + hr,
  .body hr + * {
    margin-top: 1.4em;
  }
  .body h1 {
    font-size: 1.35em;
  }
  .body h2 {
    font-size: 1.22em;
  }
  .body h3 {
    font-size: 1.1em;
  }
  ul,
  ol {
    padding-inline-start: 1.65em;
  }
  [data-wide] {
    padding-inline-start: 3em;
  }
  .body :is(p, li) {
    max-width: 38em; /* Some 75 characters. What is looked at, and not read, has all the room. */
    margin-inline: 0 auto; /* By its own direction, in a message that may have another. */
  }
  time,
  table {
    font-variant-numeric: tabular-nums;
  }
  [data-task] {
    list-style: none;
  }
  .body input {
    margin-inline: -19px 6px; /* In the place of the marker. */
    accent-color: var(--_accent);
    vertical-align: -0.1em;
  }
  a[href] {
    border-radius: 5px;
    color: var(--_accent);
    text-decoration-thickness: 1px;
    text-underline-offset: 0.18em;
  }
  a[href]:hover {
    text-decoration-thickness: 2px;
  }
  [data-host] {
    margin-inline-start: 0.35em;
  }
  hr {
    border: 0;
    border-top: 1px solid var(--_border);
  }
  img {
    max-width: 100%;
  }
  pre,
  code,
  [data-html] {
    font: 0.88em/1.6 var(--sse-chat-code-font, ui-monospace, Menlo, Consolas, 'Liberation Mono', monospace);
  }
  code {
    padding: 0.1em 0.4em;
    border-radius: 5px;
    background: var(--_surface);
  }

  [data-code],
  [data-table] {
    border-radius: 12px;
  }
  [data-code] {
    background: var(--_surface);
    overflow: clip;
  }
  /* As high as with its buttons, which come later. */
  [data-bar] {
    display: flex;
    align-items: center;
    gap: 4px;
    min-height: 33px;
    padding-inline: 14px 6px;
    font-size: 12px;
  }
  pre {
    padding: 4px 14px 12px;
    border-radius: 0 0 12px 12px;
    tab-size: 2;
    overflow-x: auto;
    overflow-wrap: normal;
    overscroll-behavior-x: contain;
  }
  pre code {
    all: unset;
  }
  [data-part] {
    display: inline-block;
  }

  [data-table] {
    overflow-x: auto;
  }
  table {
    width: 100%;
    color: inherit; /* A page without a doctype gives tables the colour of its body, and no line height. */
    line-height: inherit;
    border-collapse: collapse;
  }
  th,
  td {
    min-width: 5.5em; /* Rather scroll than a word a line. */
    padding: 7px 12px;
    unicode-bidi: plaintext; /* “16 GB” is no “GB 16” in an Arabic table, and stands at the same edge as the rest. */
    text-align: -webkit-match-parent; /* Chromium's. */
    text-align: match-parent;
    vertical-align: top;
    overflow-wrap: break-word;
  }
  tbody tr {
    border-top: 1px solid var(--_border);
  }
  th,
  [data-bar] {
    background: var(--_surface);
    white-space: nowrap;
  }
  [data-align='center'] {
    text-align: center;
  }
  [data-align='right'] {
    text-align: right; /* Where digits have their units, in every script. */
  }
  [data-image] {
    display: inline-flex;
    padding: 3px 10px;
    border: 1px dashed var(--_field);
    border-radius: 10px;
  }
`;
