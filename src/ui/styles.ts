import {type CSSResult, unsafeCSS} from 'lit';
import {adaptedStyles} from './adapted-styles.ts';
import {composerStyles} from './composer-styles.ts';
import {css} from './css.ts';
import {messageStyles} from './message-styles.ts';
import {proseStyles} from './prose-styles.ts';

/**
 * The frame, and what its parts have in common. All sizes are in px and em, since a page may set any font size on its
 * root. The inner root resets every inherited and every `*` declaration of the page, so that nothing leaks in except
 * what is offered; not even a vertical writing mode, since only the inline axis uses logical properties.
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
  :host([mode]:not([mode='inline'], [hidden])) {
    display: contents;
  }

  .root {
    all: initial;
    color-scheme: inherit;
    visibility: inherit;
    display: contents;
    --_accent: var(--sse-chat-accent, light-dark(#2f5bea, #7c9bff));
    --_background: var(--sse-chat-background, light-dark(#fff, #16181d));
    --_surface: var(--sse-chat-surface, light-dark(#f5f6f8, #1f2229));
    --_text: var(--sse-chat-text, light-dark(#1d2029, #e9ebf0));
    --_muted: var(--sse-chat-muted, light-dark(#5d6473, #a1a8b8));
    --_border: var(--sse-chat-border, light-dark(#e2e5eb, #30343e));
    --_field: #788091;
    --_radius: var(--sse-chat-radius, 16px);
    --_offset: var(--sse-chat-offset, 20px);
    --_shadow: light-dark(#141c3829, #0000008c);
    --_side: max(14px, (100% - var(--sse-chat-measure, 720px)) / 2);
    --_button: 36px;
    font: 400 var(--sse-chat-font-size, 15px) / 1.55 var(--sse-chat-font, system-ui, sans-serif);
    color: var(--_text);
    -webkit-text-size-adjust: 100%;
    -webkit-user-select: text;
    -webkit-tap-highlight-color: transparent;
  }
  [data-theme='light'] {
    color-scheme: light;
  }
  [data-theme='dark'] {
    color-scheme: dark;
  }
  .root * {
    box-sizing: border-box;
    margin: 0;
    scrollbar-width: thin;
  }
  [hidden] {
    display: none !important;
  }
  button {
    all: unset;
    border-radius: 10px;
    cursor: pointer;
    -webkit-user-select: none; /* Every engine knows it by this name. */
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  :is(.transcript, .tool, pre, [data-table]):focus-visible {
    outline-offset: -2px;
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
  .heading,
  .welcome,
  [data-bar] span {
    flex: 1;
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
  .way {
    min-height: var(--_button);
    padding: 6px 14px;
    border-radius: 22px;
    color: var(--_text);
    text-align: start;
  }
  .suggestion,
  .activity,
  .notice,
  .note,
  table,
  [data-host],
  [data-image] {
    font-size: 0.93em;
  }
  h1,
  h2,
  h3,
  h4,
  h5,
  h6,
  .greeting {
    font-size: 1em;
    font-weight: 600;
    line-height: 1.3;
    letter-spacing: -0.01em;
  }
  th,
  strong,
  .way,
  .badge {
    font-weight: 600;
  }
  .quiet,
  .activity,
  .notice,
  .note,
  .tools,
  del,
  blockquote,
  li::marker,
  [data-html],
  [data-host],
  [data-bar],
  ::placeholder {
    color: var(--_muted);
  }
  :is(.quiet, .suggestion, .way, .tool):where(:hover) {
    background: var(--_surface);
    color: var(--_text);
  }
  .launcher:hover,
  .send:hover {
    filter: brightness(1.08);
  }

  .panel {
    height: 100%;
    min-height: 280px;
    overflow: hidden;
    background: var(--_background);
    border-radius: var(--_radius);
  }
  .launcher,
  [role='dialog'] {
    position: fixed;
    z-index: var(--sse-chat-z-index, 2147483000);
  }
  [role='dialog'] {
    inset: var(--_top, 0) 0 auto;
    height: var(--_height, 100%);
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
  /* On a phone all of them are fullscreen, and as wide as the paper in print. */
  @media screen and (width > 480px) {
    :not([data-mode='fullscreen']) > [role='dialog'] {
      inset-inline-start: auto;
      width: min(var(--sse-chat-popup-width, 400px), 100% - 2 * var(--_offset));
      border-inline-start-width: 1px;
    }
  }
  /* In a low window, as that of a phone on its side, a popup has all the height, as a panel. */
  @media (width > 480px) and (height > 480px) {
    [data-mode='popup'] > .panel {
      top: auto;
      bottom: calc(var(--_offset) + 70px);
      inset-inline-end: var(--_offset);
      height: min(var(--sse-chat-popup-height, 660px), 100% - 2 * var(--_offset) - 70px);
      border-width: 1px;
      border-radius: var(--_radius);
    }
    [data-mode='popup'] > .panel ~ .launcher {
      visibility: inherit;
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
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .icon {
    flex: none;
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
    min-height: 0;
  }
  .transcript {
    contain: inline-size; /* A long line of code does not widen the columns of the page. */
    overflow: hidden auto;
    overscroll-behavior: contain;
    overflow-anchor: none;
    scrollbar-color: var(--_border) transparent;
  }
  .list {
    min-height: 100%;
    padding: 24px var(--_side);
    overflow-wrap: anywhere;
  }
  .messages {
    gap: 28px;
  }
  .welcome {
    align-items: center;
    justify-content: center;
    gap: 24px;
    text-align: center;
  }
  .greeting {
    font-size: 1.45em;
    white-space: pre-line;
  }
  .suggestions {
    justify-content: center;
    padding: 0;
    list-style: none;
  }
  .activity {
    margin-top: 28px;
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
  .notices,
  .composer {
    padding: 2px var(--_side) 12px; /* Room for the ring of what has the focus. */
  }
  .notice {
    display: flex;
    gap: 8px;
  }
  .notice.loud {
    padding: 10px 12px;
    border-radius: 10px;
    background: var(--_surface);
  }
  .loud {
    color: var(--sse-chat-error, light-dark(#b3261e, #ff9b92));
  }

  .launcher {
    --_button: 56px;
    bottom: calc(var(--_offset) + env(safe-area-inset-bottom, 0px));
    inset-inline-end: var(--_offset);
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
    font-size: 11px;
    line-height: 17px;
    text-align: center;
  }
  .sr {
    position: absolute;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

export const styles: CSSResult = unsafeCSS(
  frameStyles + messageStyles + proseStyles + composerStyles + adaptedStyles,
);
