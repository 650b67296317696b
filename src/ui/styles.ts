import {type CSSResultGroup, css} from 'lit';
import {composerStyles} from './composer-styles.ts';
import {messageStyles} from './message-styles.ts';
import {proseStyles} from './prose-styles.ts';

/**
 * The frame. All sizes are in px and em, since a page may set any font size on its root. The inner root takes back
 * every inherited and every `*` declaration of the page, so that nothing of it leaks in beside what is offered.
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
  :host([mode='popup']),
  :host([mode='panel']),
  :host([mode='fullscreen']) {
    display: contents;
  }

  .root {
    all: initial;
    color-scheme: inherit;
    display: block;
    block-size: 100%;
    min-block-size: 280px;
    --_accent: var(--sse-chat-accent, light-dark(#2f5bea, #7c9bff));
    --_accent-text: var(--sse-chat-accent-text, light-dark(#fff, #10131f));
    --_background: var(--sse-chat-background, light-dark(#fff, #16181d));
    --_surface: var(--sse-chat-surface, light-dark(#f5f6f8, #1f2229));
    --_text: var(--sse-chat-text, light-dark(#1d2029, #e9ebf0));
    --_muted: var(--sse-chat-muted, light-dark(#5d6473, #a1a8b8));
    --_border: var(--sse-chat-border, light-dark(#e2e5eb, #30343e));
    --_field: light-dark(#8a92a3, #6c7485);
    --_user: var(--sse-chat-user-background, light-dark(#e9eefd, #2a3350));
    --_user-text: var(--sse-chat-user-text, var(--_text));
    --_error: var(--sse-chat-error, light-dark(#b3261e, #ff9b92));
    --_font: var(--sse-chat-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif);
    --_code-font: var(--sse-chat-code-font, ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace);
    --_size: var(--sse-chat-font-size, 15px);
    --_radius: var(--sse-chat-radius, 16px);
    --_measure: var(--sse-chat-measure, 720px);
    --_offset: var(--sse-chat-offset, 20px);
    --_gutter: 16px;
    --_shadow: light-dark(rgb(20 28 56 / 0.16), rgb(0 0 0 / 0.55));
    font: 400 var(--_size) / 1.55 var(--_font);
    color: var(--_text);
    -webkit-text-size-adjust: 100%;
    text-size-adjust: 100%;
    -webkit-tap-highlight-color: transparent;
  }
  .root[data-theme='light'] {
    color-scheme: light;
  }
  .root[data-theme='dark'] {
    color-scheme: dark;
  }
  .root:not([data-mode='inline']) {
    display: contents;
  }
  .root *,
  .root *::before,
  .root *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }

  .panel {
    container-type: inline-size;
    position: relative;
    display: flex;
    flex-direction: column;
    block-size: 100%;
    min-block-size: inherit;
    overflow: hidden;
    background: var(--_background);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  :not([data-mode='inline']) > .panel {
    position: fixed;
    z-index: var(--sse-chat-z-index, 2147483000);
    min-block-size: 0;
    font: 400 var(--_size) / 1.55 var(--_font);
    box-shadow: 0 2px 6px var(--_shadow), 0 18px 50px var(--_shadow);
    animation: rise 0.18s cubic-bezier(0.2, 0.7, 0.3, 1);
  }
  [data-mode='popup'] > .panel {
    inset-block-end: calc(var(--_offset) + 56px + 14px);
    inset-inline-end: var(--_offset);
    inline-size: min(var(--sse-chat-popup-width, 400px), 100vw - 2 * var(--_offset));
    block-size: min(var(--sse-chat-popup-height, 660px), 100dvh - 2 * var(--_offset) - 70px);
  }
  [data-mode='panel'] > .panel {
    inset-block: 0;
    inset-inline-end: 0;
    inline-size: min(var(--sse-chat-popup-width, 420px), 100vw);
    block-size: auto;
    border-width: 0;
    border-inline-start-width: 1px;
    border-radius: 0;
  }
  [data-mode='fullscreen'] > .panel {
    inset: 0;
    inline-size: auto;
    block-size: auto;
    border: 0;
    border-radius: 0;
  }
  @media (max-width: 480px) {
    :not([data-mode='inline']) > .panel {
      inset: var(--_top, 0) 0 auto;
      inline-size: auto;
      block-size: var(--_height, 100dvh);
      border: 0;
      border-radius: 0;
      padding-block: env(safe-area-inset-top, 0) env(safe-area-inset-bottom, 0);
    }
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(10px);
    }
  }

  .header {
    flex: none;
    display: flex;
    align-items: center;
    gap: 2px;
    padding: 10px 10px 10px var(--_gutter);
    border-block-end: 1px solid var(--_border);
  }
  .header:dir(rtl) {
    padding: 10px var(--_gutter) 10px 10px;
  }
  .heading {
    flex: 1;
    min-inline-size: 0;
    margin: 0;
    overflow: hidden;
    font-size: 1em;
    font-weight: 600;
    line-height: 1.4;
    letter-spacing: -0.005em;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  button {
    all: unset;
    box-sizing: border-box;
    cursor: pointer;
    -webkit-user-select: none;
    user-select: none;
  }
  button[aria-disabled='true'] {
    cursor: default;
  }
  .root :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .icon {
    display: block;
    inline-size: 20px;
    block-size: 20px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.7;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .icon.solid {
    fill: currentColor;
    stroke: none;
  }
  .quiet {
    flex: none;
    display: grid;
    place-items: center;
    inline-size: 36px;
    block-size: 36px;
    border-radius: 10px;
    color: var(--_muted);
  }
  .quiet:hover {
    background: var(--_surface);
    color: var(--_text);
  }

  .middle {
    flex: 1;
    position: relative;
    min-block-size: 0;
    display: flex;
    flex-direction: column;
  }
  .transcript {
    flex: 1;
    min-block-size: 0;
    overflow: hidden auto;
    overscroll-behavior: contain;
    overflow-anchor: none;
    scrollbar-width: thin;
    scrollbar-color: var(--_border) transparent;
  }
  .middle::after {
    content: '';
    position: absolute;
    inset: auto 12px 0;
    block-size: 14px;
    background: linear-gradient(transparent, var(--_background));
    pointer-events: none;
  }
  .transcript:focus-visible {
    outline-offset: -3px;
  }
  .list:has(> .welcome),
  .messages {
    display: flex;
    flex-direction: column;
    gap: var(--_gap);
  }
  .list {
    --_gap: 26px;
    min-block-size: 100%;
    padding: 20px max(var(--_gutter), (100% - var(--_measure)) / 2);
  }
  .welcome {
    flex: 1;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 24px;
    padding-block: 24px;
    text-align: center;
  }
  .greeting {
    margin: 0;
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
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .suggestion {
    min-block-size: 36px;
    padding: 7px 14px;
    border: 1px solid var(--_border);
    border-radius: 18px;
    font-size: 0.93em;
    line-height: 1.4;
    text-align: start;
  }
  .suggestion:hover {
    border-color: var(--_accent);
    background: var(--_surface);
  }
  .activity {
    margin: var(--_gap) 0 0;
    color: var(--_muted);
    font-size: 0.93em;
  }
  .messages:has([data-status='pending']) + .activity {
    margin: 0; /* The answer that it stands for is still empty. */
  }
  .jump {
    position: absolute;
    inset-block-end: 10px;
    inset-inline: 0;
    margin-inline: auto;
    display: grid;
    place-items: center;
    inline-size: 36px;
    block-size: 36px;
    border: 1px solid var(--_border);
    border-radius: 50%;
    background: var(--_background);
    color: var(--_text);
    box-shadow: 0 2px 10px var(--_shadow);
  }
  .jump .icon {
    inline-size: 18px;
    block-size: 18px;
  }
  .notices {
    flex: none;
    padding: 0 max(var(--_gutter), (100% - var(--_measure)) / 2) 10px;
  }
  .notice {
    display: flex;
    gap: 8px;
    margin: 0;
    color: var(--_muted);
    font-size: 0.87em;
    line-height: 1.45;
  }
  .notice + .notice {
    margin-block-start: 6px;
  }
  .notice.loud {
    padding: 10px 12px;
    border-radius: 10px;
    background: var(--_surface);
    color: var(--_error);
  }
  .notice .icon {
    flex: none;
  }

  .launcher {
    position: fixed;
    inset-block-end: calc(var(--_offset) + env(safe-area-inset-bottom, 0px));
    inset-inline-end: var(--_offset);
    z-index: var(--sse-chat-z-index, 2147483000);
    display: grid;
    place-items: center;
    inline-size: 56px;
    block-size: 56px;
    border-radius: 50%;
    background: var(--_launcher);
    color: var(--_launcher-text);
    box-shadow: 0 4px 16px rgb(0 0 0 / 0.27);
    --_launcher: var(--sse-chat-accent, #2f5bea);
    --_launcher-text: var(--sse-chat-accent-text, #fff);
  }
  .launcher:hover {
    filter: brightness(1.07);
  }
  .launcher .icon {
    inline-size: 26px;
    block-size: 26px;
  }
  .badge {
    position: absolute;
    inset-block-start: -3px;
    inset-inline-end: -3px;
    min-inline-size: 20px;
    padding: 0 5px;
    border: 2px solid #fff;
    border-radius: 12px;
    background: #c62828;
    color: #fff;
    font: 600 11px/17px var(--_font);
    text-align: center;
  }
  @media (max-width: 480px) {
    [data-mode] > .panel:not([hidden]) ~ .launcher {
      visibility: hidden;
    }
  }
  [data-mode='panel'] > .panel:not([hidden]) ~ .launcher,
  [data-mode='fullscreen'] > .panel:not([hidden]) ~ .launcher {
    visibility: hidden;
  }

  .sr {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @container (max-width: 359px) {
    .list {
      padding-inline: 12px;
    }
  }
  @container (min-width: 760px) {
    .list {
      --_gap: 30px;
      padding-block: 32px;
    }
  }
  @media (pointer: coarse) {
    .quiet,
    .jump {
      inline-size: 44px;
      block-size: 44px;
    }
    .suggestion {
      min-block-size: 44px;
    }
  }
  @media (forced-colors: active) {
    .launcher,
    .send,
    .way,
    .panel,
    .user > .body {
      border: 1px solid ButtonText;
    }
    .root :focus-visible {
      outline-color: Highlight;
    }
    .icon {
      stroke: ButtonText;
    }
    .icon.solid {
      fill: ButtonText;
      stroke: none;
    }
    .thinking i {
      background: CanvasText;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .root *,
    .root *::before {
      animation: none !important;
      transition: none !important;
    }
  }
  @media print {
    .launcher,
    .composer,
    .tools,
    .jump {
      display: none;
    }
  }
`;

export const styles: CSSResultGroup = [frameStyles, messageStyles, proseStyles, composerStyles];
