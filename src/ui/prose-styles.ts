import {css} from './css.ts';

/** Typography of answers. The elements are those of the Markdown renderer, which nothing else here uses. */
export const proseStyles = css`
  .body :is(p, ul, ol, blockquote),
  [data-code],
  [data-table] {
    margin: 0 0 0.8em;
  }
  .body :is(h1, h2, h3, h4, h5, h6) {
    margin: 1.25em 0 0.45em;
    font-size: 1em;
    font-weight: 650;
    line-height: 1.3;
    letter-spacing: -0.01em;
    text-wrap: balance;
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
  .body :is(ul, ol) {
    padding-inline-start: 1.5em;
  }
  .body li {
    margin-block: 0.3em;
    padding-inline-start: 0.15em;
  }
  li::marker,
  table {
    font-variant-numeric: tabular-nums;
  }
  [data-tight] > li > :is(p, ul, ol) {
    margin: 0.3em 0 0;
  }
  .body > :first-child,
  .body li > :first-child {
    margin-top: 0;
  }
  .body > :last-child,
  .body :is(li, blockquote) > :last-child {
    margin-bottom: 0;
  }
  .body [data-task] {
    list-style: none;
    margin-inline-start: -1.3em;
  }
  input {
    margin: 0 0.45em 0 0;
    accent-color: var(--_accent);
    vertical-align: -0.1em;
  }
  a {
    text-decoration-thickness: 1px;
    text-underline-offset: 0.18em;
    border-radius: 3px;
  }
  a[href] {
    color: var(--_accent);
  }
  a:hover {
    text-decoration-thickness: 2px;
  }
  [data-host] {
    margin-inline-start: 0.35em;
    font-size: 0.87em;
  }
  strong {
    font-weight: 650;
  }
  blockquote {
    padding-inline-start: 14px;
    border-inline-start: 3px solid var(--_border);
  }
  hr {
    margin: 1.4em 0;
    border: 0;
    border-top: 1px solid var(--_border);
  }
  img {
    display: block;
    max-width: 100%;
    height: auto;
    border-radius: 10px;
  }
  pre,
  [data-html] {
    font: 13px/1.6 var(--_code-font);
  }
  code {
    padding: 0.12em 0.36em;
    border-radius: 5px;
    background: var(--_surface);
    font: 0.88em var(--_code-font);
  }

  [data-code],
  [data-table] {
    border-radius: 12px;
  }
  [data-code] {
    background: var(--_surface);
    overflow: clip;
  }
  [data-code-bar] {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
    min-height: 34px;
    padding-inline: 14px 6px;
    font-size: 12.5px;
    line-height: 1.4;
  }
  [data-code-bar] button {
    min-height: 26px;
    padding: 3px 9px;
    border-radius: 7px;
  }
  [data-code-bar] button:hover {
    background: var(--_border);
    color: var(--_text);
  }
  pre {
    margin: 0;
    padding: 4px 14px 12px;
    border-radius: 0 0 12px 12px;
    tab-size: 2;
    overflow-x: auto;
    overflow-wrap: normal;
    overscroll-behavior-x: contain;
    scrollbar-width: thin;
  }
  pre code {
    all: unset;
  }
  pre:focus-visible,
  [data-table]:focus-visible {
    outline-offset: -2px;
  }

  [data-table] {
    overflow-x: auto;
    scrollbar-width: thin;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.94em;
  }
  th,
  td {
    min-width: 5.5em; /* Rather scroll than a word a line. */
    padding: 7px 12px;
    border-bottom: 1px solid var(--_border);
    text-align: start;
    vertical-align: top;
    overflow-wrap: break-word;
  }
  tr:last-child > td {
    border-bottom: 0;
  }
  th {
    background: var(--_surface);
    font-weight: 600;
    white-space: nowrap;
  }
  [data-align='center'] {
    text-align: center;
  }
  [data-align='right'] {
    text-align: end;
  }
  [data-image] {
    display: inline-flex;
    padding: 3px 10px;
    border: 1px dashed var(--_field);
    border-radius: 8px;
  }
`;
