import {type CSSResult, unsafeCSS} from 'lit';
import {adaptedStyles} from './adapted-styles.ts';
import {composerStyles} from './composer-styles.ts';
import {css} from './css.ts';
import {messageStyles} from './message-styles.ts';
import {proseStyles} from './prose-styles.ts';

/**
 * The frame, and what its parts have in common. All sizes are in px and em, since a page may set any font size on its
 * root. The inner root takes back every inherited and every `*` declaration of the page, so that nothing of it leaks
 * in beside what is offered, a vertical writing mode neither: what is not inline is physical.
 */
const frameStyles = css`
  :host {
    display: block;
    block-size: 600px;
    min-inline-size: 0;
    max-inline-size: 100%;
  }
  :host([hidden]) {
    display: none;
  }
  :host([mode]:not([mode='inline'])) {
    display: contents;
  }

  .root {
    all: initial;
    color-scheme: inherit;
    display: block;
    height: 100%;
    --_accent: var(--sse-chat-accent, light-dark(#2f5bea, #7c9bff));
    --_accent-text: var(--sse-chat-accent-text, light-dark(#fff, #10131f));
    --_background: var(--sse-chat-background, light-dark(#fff, #16181d));
    --_surface: var(--sse-chat-surface, light-dark(#f5f6f8, #1f2229));
    --_text: var(--sse-chat-text, light-dark(#1d2029, #e9ebf0));
    --_muted: var(--sse-chat-muted, light-dark(#5d6473, #a1a8b8));
    --_border: var(--sse-chat-border, light-dark(#e2e5eb, #30343e));
    --_field: light-dark(#8a92a3, #6c7485);
    --_error: var(--sse-chat-error, light-dark(#b3261e, #ff9b92));
    --_font: var(--sse-chat-font, system-ui, sans-serif);
    --_code-font: var(--sse-chat-code-font, ui-monospace, Menlo, Consolas, 'Liberation Mono', monospace);
    --_radius: var(--sse-chat-radius, 16px);
    --_measure: var(--sse-chat-measure, 720px);
    --_offset: var(--sse-chat-offset, 20px);
    --_shadow: light-dark(#141c3829, #0000008c);
    --_side: max(16px, (100% - var(--_measure)) / 2);
    --_button: 36px;
    font: 400 var(--sse-chat-font-size, 15px) / 1.55 var(--_font);
    color: var(--_text);
    -webkit-text-size-adjust: 100%;
    -webkit-tap-highlight-color: transparent;
  }
  .root[data-theme='light'] {
    color-scheme: light;
  }
  .root[data-theme='dark'] {
    color-scheme: dark;
  }
  .floats {
    display: contents;
  }
  .root * {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  p,
  ul {
    margin: 0;
  }
  button {
    all: unset;
    cursor: pointer;
    -webkit-user-select: none; /* Every engine knows it by this name. */
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }

  .panel,
  .middle,
  .list:has(> .welcome),
  .messages,
  .welcome,
  .user {
    display: flex;
    flex-direction: column;
  }
  .middle,
  .transcript,
  .heading {
    flex: 1;
    min-width: 0;
    min-height: 0;
  }
  .quiet,
  .jump,
  .tool,
  .send,
  .launcher {
    flex: none;
    display: grid;
    place-items: center;
    width: var(--_button);
    height: var(--_button);
  }
  .jump,
  .send,
  .launcher,
  .thinking i {
    border-radius: 50%;
  }
  .panel,
  .jump,
  .suggestion,
  .way,
  [data-code],
  [data-table] {
    border: 1px solid var(--_border);
  }
  .suggestion,
  .activity,
  .omitted,
  .reasoning,
  .note,
  .way,
  .more,
  [data-image] {
    font-size: 0.93em;
  }
  .quiet,
  .activity,
  .omitted,
  .notice,
  .reasoning,
  .note,
  .tools,
  del,
  blockquote,
  li::marker,
  [data-html],
  [data-host],
  [data-code-bar],
  ::placeholder {
    color: var(--_muted);
  }
  .quiet:hover,
  .suggestion:hover,
  .way:hover,
  .tool:hover {
    background: var(--_surface);
  }
  .quiet:hover,
  .tool:hover {
    color: var(--_text);
  }
  .launcher:hover,
  .send:hover {
    filter: brightness(1.08);
  }

  .panel {
    container-type: inline-size;
    height: 100%;
    min-height: 280px;
    overflow: hidden;
    background: var(--_background);
    border-radius: var(--_radius);
  }
  .floats > .panel {
    position: fixed;
    z-index: var(--sse-chat-z-index, 2147483000);
    inset: var(--_top, 0) 0 auto;
    height: var(--_height, 100dvh);
    min-height: 0;
    padding-block: env(safe-area-inset-top, 0) env(safe-area-inset-bottom, 0);
    border-width: 0;
    border-radius: 0;
    box-shadow: 0 2px 6px var(--_shadow), 0 18px 50px var(--_shadow);
    animation: rise 0.18s ease-out;
  }
  .panel:not([hidden]) ~ .launcher {
    visibility: hidden;
  }
  /* On a phone all of them are fullscreen. */
  @media (width > 480px) {
    [data-mode='panel'] > .panel {
      inset-inline-start: auto;
      width: min(var(--sse-chat-popup-width, 420px), 100vw);
      border-inline-start-width: 1px;
    }
    [data-mode='popup'] > .panel {
      inset: auto;
      bottom: calc(var(--_offset) + 70px);
      inset-inline-end: var(--_offset);
      width: min(var(--sse-chat-popup-width, 400px), 100vw - 2 * var(--_offset));
      height: min(var(--sse-chat-popup-height, 660px), 100dvh - 2 * var(--_offset) - 70px);
      border-width: 1px;
      border-radius: var(--_radius);
    }
    [data-mode='popup'] > .panel ~ .launcher {
      visibility: visible;
    }
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(10px);
    }
  }

  .header {
    display: flex;
    align-items: center;
    gap: 2px;
    padding: 10px;
    padding-inline-start: 16px;
    border-bottom: 1px solid var(--_border);
  }
  .heading {
    margin: 0;
    overflow: hidden;
    font-size: 1em;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .quiet {
    border-radius: 10px;
  }
  .icon {
    width: 20px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.7;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .solid {
    fill: currentColor;
    stroke: none;
  }

  .middle {
    position: relative;
  }
  .middle::after {
    content: '';
    position: absolute;
    inset: auto 12px 0;
    height: 14px;
    background: linear-gradient(transparent, var(--_background));
    pointer-events: none;
  }
  .transcript {
    overflow: hidden auto;
    overscroll-behavior: contain;
    overflow-anchor: none;
    scrollbar-width: thin;
    scrollbar-color: var(--_border) transparent;
  }
  .transcript:focus-visible {
    outline-offset: -3px;
  }
  .list {
    --_gap: 26px;
    min-height: 100%;
    padding: 20px var(--_side);
  }
  .messages {
    gap: var(--_gap);
  }
  .welcome {
    flex: 1;
    align-items: center;
    justify-content: center;
    gap: 24px;
    padding-block: 24px;
    text-align: center;
  }
  .greeting {
    font-size: 1.45em;
    font-weight: 600;
    line-height: 1.3;
    letter-spacing: -0.015em;
    text-wrap: balance;
    white-space: pre-line;
  }
  .suggestions {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 8px;
    padding: 0;
    list-style: none;
  }
  .suggestion {
    min-height: var(--_button);
    padding: 7px 14px;
    border-radius: 18px;
    line-height: 1.4;
    text-align: start;
  }
  .suggestion:hover {
    border-color: var(--_accent);
  }
  .activity {
    margin-top: var(--_gap);
  }
  .messages:has([data-status='pending']) + .activity {
    margin: 0; /* The answer that it stands for is still empty. */
  }
  .jump {
    position: absolute;
    inset: auto 0 10px;
    margin: auto;
    background: var(--_background);
    box-shadow: 0 2px 10px var(--_shadow);
  }
  .jump .icon {
    width: 18px;
  }
  .notices {
    padding: 0 var(--_side) 10px;
  }
  .notice {
    display: flex;
    gap: 8px;
    font-size: 0.87em;
    line-height: 1.45;
  }
  .notice + .notice {
    margin-top: 6px;
  }
  .notice.loud {
    padding: 10px 12px;
    border-radius: 10px;
    background: var(--_surface);
  }
  .loud {
    color: var(--_error);
  }
  .notice .icon {
    flex: none;
  }

  .launcher {
    --_button: 56px;
    position: fixed;
    bottom: calc(var(--_offset) + env(safe-area-inset-bottom, 0px));
    inset-inline-end: var(--_offset);
    z-index: var(--sse-chat-z-index, 2147483000);
    background: var(--sse-chat-accent, #2f5bea);
    color: var(--sse-chat-accent-text, #fff);
    box-shadow: 0 4px 16px #00000045;
  }
  .launcher .icon {
    width: 26px;
  }
  .badge {
    position: absolute;
    top: -3px;
    inset-inline-end: -3px;
    min-width: 20px;
    padding: 0 5px;
    border: 2px solid #fff;
    border-radius: 12px;
    background: #c62828;
    color: #fff;
    font: 600 11px/17px var(--_font);
    text-align: center;
  }
  .sr {
    position: absolute;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @container (width < 360px) {
    .list {
      padding-inline: 12px;
    }
  }
  @container (width >= 760px) {
    .list {
      --_gap: 30px;
      padding-block: 32px;
    }
  }
`;

export const styles: CSSResult = unsafeCSS(
  frameStyles + messageStyles + proseStyles + composerStyles + adaptedStyles,
);
