import {css} from 'lit';

/** Typography of answers. The elements are those of the Markdown renderer. */
export const proseStyles = css`
  .assistant > .body :is(p, ul, ol, blockquote, pre, table, div) {
    margin-block: 0 0.8em;
    margin-inline: 0;
  }
  .assistant > .body :is(h1, h2, h3, h4, h5, h6) {
    margin: 1.25em 0 0.45em;
    font-weight: 650;
    line-height: 1.3;
    letter-spacing: -0.01em;
    text-wrap: balance;
  }
  .assistant > .body > :first-child:first-child {
    margin-block-start: 0;
  }
  .assistant > .body > :last-child:last-child {
    margin-block-end: 0;
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
  .body :is(h4, h5, h6) {
    font-size: 1em;
  }
  .assistant > .body :is(ul, ol) {
    padding-inline-start: 1.5em;
  }
  .body li {
    margin-block: 0.3em;
    padding-inline-start: 0.15em;
  }
  .body li::marker {
    color: var(--_muted);
    font-variant-numeric: tabular-nums;
  }
  .assistant > .body [data-tight] > li > :is(p, ul, ol) {
    margin-block: 0.3em 0;
  }
  .assistant > .body li > :first-child:first-child {
    margin-block-start: 0;
  }
  .assistant > .body li > :last-child:last-child {
    margin-block-end: 0;
  }
  .body li[data-task] {
    list-style: none;
    margin-inline-start: -1.3em;
  }
  .body p[data-html] {
    color: var(--_muted);
    font: 13px/1.6 var(--_code-font);
    white-space: pre-wrap;
  }
  .body del {
    color: var(--_muted);
  }
  .body input[type='checkbox'] {
    margin: 0 0.45em 0 0;
    accent-color: var(--_accent);
    vertical-align: -0.1em;
  }
  .body a {
    color: var(--_accent);
    text-decoration: underline;
    text-decoration-thickness: 1px;
    text-underline-offset: 0.18em;
    border-radius: 3px;
  }
  .body a:not([href]) {
    color: inherit;
    text-decoration: none;
  }
  .body [data-host] {
    margin-inline-start: 0.35em;
    color: var(--_muted);
    font-size: 0.87em;
  }
  .body a[href]:hover {
    text-decoration-thickness: 2px;
  }
  .body strong {
    font-weight: 650;
  }
  .assistant > .body blockquote > :last-child:last-child {
    margin-block-end: 0;
  }
  .assistant > .body blockquote {
    padding-inline-start: 14px;
    border-inline-start: 3px solid var(--_border);
    color: var(--_muted);
  }
  .body hr {
    margin: 1.4em 0;
    border: 0;
    border-block-start: 1px solid var(--_border);
  }
  .body img {
    display: block;
    max-inline-size: 100%;
    block-size: auto;
    border-radius: 10px;
  }
  .body :not(pre) > code {
    padding: 0.12em 0.36em;
    border-radius: 5px;
    background: var(--_surface);
    font: 0.88em var(--_code-font);
    overflow-wrap: anywhere;
  }

  .body [data-code] {
    border: 1px solid var(--_border);
    border-radius: 12px;
    background: var(--_surface);
    overflow: clip;
  }
  .assistant > .body [data-code-bar] {
    margin: 0;
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
    min-block-size: 34px;
    padding-inline: 14px 6px;
    color: var(--_muted);
    font-size: 12.5px;
    line-height: 1.4;
  }
  .body [data-code-bar] button {
    min-block-size: 26px;
    padding: 3px 9px;
    border-radius: 7px;
    font-size: 12.5px;
  }
  .body [data-code-bar] button:hover {
    background: var(--_border);
    color: var(--_text);
  }
  .body pre {
    padding: 12px 14px;
    border-radius: 12px;
    background: var(--_surface);
    font: 13px/1.6 var(--_code-font);
    tab-size: 2;
    white-space: pre;
    overflow-x: auto;
    overflow-wrap: normal;
    overscroll-behavior-x: contain;
    scrollbar-width: thin;
    direction: ltr;
    text-align: left;
  }
  .assistant > .body [data-code] pre {
    margin: 0;
    border-radius: 0 0 12px 12px;
  }
  .body [data-code-bar] + pre,
  .body [data-code-bar] + * > pre {
    padding-block-start: 4px;
  }
  .body pre code {
    font: inherit;
  }
  .root .body pre:focus-visible,
  .root .body [data-table]:focus-visible {
    outline-offset: -2px;
  }

  .body [data-table] {
    overflow-x: auto;
    border: 1px solid var(--_border);
    border-radius: 12px;
    scrollbar-width: thin;
  }
  .body table {
    inline-size: 100%;
    border-collapse: collapse;
    font-size: 0.94em;
    font-variant-numeric: tabular-nums;
  }
  .assistant > .body [data-table] > table {
    margin: 0;
  }
  .body :is(th, td) {
    min-inline-size: 5.5em; /* Rather scroll than a word a line. */
    padding: 7px 12px;
    border-block-end: 1px solid var(--_border);
    text-align: start;
    vertical-align: top;
    overflow-wrap: break-word;
  }
  .body tr:last-child > td {
    border-block-end: 0;
  }
  .body th {
    background: var(--_surface);
    font-weight: 600;
    white-space: nowrap;
  }
  .body [data-align='center'] {
    text-align: center;
  }
  .body [data-align='right'] {
    text-align: end;
  }
  .body [data-image] {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    padding: 3px 10px;
    border: 1px dashed var(--_field);
    border-radius: 8px;
    font-size: 0.93em;
  }
  @media (pointer: coarse) {
    .body [data-code-bar] button {
      min-block-size: 44px;
      padding-inline: 12px;
    }
  }
`;
