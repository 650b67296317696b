import {css} from './css.ts';

/** Covers the panel below its header, in its colours. */
export const conversationListStyles = css`
  [role='region']:has(> .conversations) {
    position: relative;
  }
  .conversations {
    position: absolute;
    inset: var(--_header) 0 0;
    display: flex;
    flex-direction: column;
    background: var(--_background);
    overflow-y: auto; /* Where there is no room for search, list and buttons. */
    overscroll-behavior: contain;
  }
  .conversations input {
    all: unset;
    box-sizing: border-box;
    min-width: 0;
    min-height: var(--_button);
    padding-inline: 13px;
    border: 1px solid var(--_field);
    border-radius: 12px;
    overflow-wrap: anywhere;
  }
  .conversations input:focus-visible {
    border-color: var(--_accent);
    box-shadow: 0 0 0 1px var(--_accent);
  }
  .conversations > input {
    margin: 12px var(--_side) 8px;
  }
  .conversations [hidden] {
    display: none;
  }
  .found {
    flex: 1;
    min-height: 0;
    margin: 0;
    padding: 4px calc(var(--_side) - 6px);
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--_border) transparent;
    list-style: none;
  }
  .found:has(li) {
    min-height: 130px;
  }
  .found li {
    position: relative;
    display: flex;
    align-items: center;
    border-radius: 12px;
  }
  .found li:hover,
  .found li:focus-within,
  .found li:has([aria-current]) {
    background: var(--_surface);
  }
  .found li > input {
    flex: 1;
    margin: 4px;
  }
  .item {
    flex: 1;
    min-width: 0;
    padding: 9px 12px;
    border-radius: 12px;
  }
  .item:focus-visible {
    outline-offset: -2px;
  }
  .item :is(span, bdi) {
    display: block;
    text-align: start;
  }
  /* Its end is cut, whichever direction it has, and it stands at the start of the list. */
  .item bdi {
    width: fit-content;
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .item .title bdi {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .item .line {
    color: var(--_muted);
    font-size: 0.87em;
  }
  .item[aria-current] .title {
    font-weight: 600;
  }
  .item mark {
    background: none;
    color: var(--_text);
    font-weight: 600;
    text-decoration: underline;
    text-decoration-color: var(--_accent);
    text-underline-offset: 2px;
  }
  .acts {
    position: absolute;
    inset-inline-end: 6px;
    display: flex;
  }
  .found .tool {
    width: 32px;
    height: 32px;
    color: var(--_muted);
    opacity: 0;
  }
  .found li:hover .tool,
  .found li:focus-within .tool,
  .found .tool[aria-pressed='true'] {
    opacity: 1;
  }
  .found li:has([aria-pressed='true']) .item {
    padding-inline-end: 42px;
  }
  .found li:hover .item,
  .found li:focus-within .item {
    padding-inline-end: 106px;
  }
  .found .tool:hover {
    background: var(--_background);
    color: var(--_text);
  }
  .tool[aria-pressed='true'] {
    color: var(--_accent);
  }
  .tool[aria-pressed='true'] .icon {
    fill: currentColor;
  }
  .nothing {
    padding: 24px 12px;
    color: var(--_muted);
    text-align: center;
  }
  .conversations footer {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    padding: 10px var(--_side) calc(12px + env(safe-area-inset-bottom, 0px));
    border-top: 1px solid var(--_border);
    font-size: 0.93em;
  }
  .conversations footer p {
    flex: 1;
  }
  .danger {
    border-color: currentColor;
    color: var(--sse-chat-error, light-dark(#b3261e, #ff9b92));
  }
  @media (pointer: coarse) {
    .found .tool {
      width: 44px;
      height: 44px;
      opacity: 1;
    }
    .found .item,
    .found li:is(:hover, :focus-within, :has([aria-pressed='true'])) .item {
      padding-inline-end: 142px;
    }
    .conversations input {
      min-height: 44px;
      font-size: 16px;
    }
  }
  @media print {
    .conversations {
      display: none;
    }
  }
  @media (forced-colors: active) {
    .item[aria-current] {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
    .found .tool {
      opacity: 1;
    }
  }
`;
