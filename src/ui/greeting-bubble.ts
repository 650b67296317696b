import {html, render} from 'lit';
import {adoptStyles} from './adopt-styles.ts';
import {iconButton} from './buttons.ts';
import {css} from './css.ts';
import {english} from './greeting-bubble-strings.ts';
import {closeIcon} from './icons.ts';
import type {ChatInside} from './inside.ts';
import {tabMemory} from './tab-memory.ts';

const styles = css`
  .bubble {
    position: fixed;
    z-index: var(--sse-chat-z-index, 2147483000);
    bottom: calc(var(--_offset) + 70px + env(safe-area-inset-bottom, 0px));
    inset-inline-end: var(--_offset);
    display: flex;
    max-width: min(300px, 100% - 2 * var(--_offset));
    max-height: calc(100% - var(--_offset) - 90px);
    overflow-y: auto;
    border: 1px solid var(--_border);
    border-radius: min(var(--_radius), 20px);
    border-end-end-radius: 6px;
    background: var(--_background);
    box-shadow: 0 2px 6px var(--_shadow), 0 8px 24px var(--_shadow);
    animation: rise 0.18s ease-out;
  }
  .bubble > :first-child {
    flex: 1;
    min-height: 44px;
    padding: 10px;
    padding-inline: 16px 0;
    overflow-wrap: anywhere;
    white-space: pre-line;
  }
  .bubble span {
    display: block;
  }
  .bubble > .quiet {
    --_button: 44px;
  }
  .bubble .icon {
    width: 18px;
  }
  .bubble :focus-visible {
    outline-offset: -4px; /* The bubble cuts off what is outside of it. */
    border-radius: inherit;
  }
  @media print {
    .bubble {
      display: none;
    }
  }
`;

/** Stored for the tab once nobody needs to be greeted in it any more. */
const KEY = 'greeted';

/**
 * A text beside the closed launcher; a click on it opens the chat. It does not take the focus and is not announced. Not
 * shown again in this tab once it has been closed, or the chat opened.
 */
export function attach(inside: () => ChatInside): void {
  const {element} = inside();
  const shadow = element.renderRoot as ShadowRoot;
  const root = shadow.querySelector('.root')!;
  const bubble = Object.assign(document.createElement('div'), {className: 'bubble'});
  bubble.part.add('greeting-bubble');
  adoptStyles(root, styles);
  let greeted = tabMemory(KEY) !== undefined;

  function update(): void {
    const floats = element.mode !== 'inline';
    if (floats && element.open) forget();
    const text = floats && !greeted && element.greetingBubble;
    if (text) show(text);
    else hide();
  }

  function forget(): void {
    greeted = true;
    tabMemory(KEY, '1');
  }

  function show(text: string): void {
    const {hideGreeting} = {...english, ...inside().strings};
    render(
      html`<button type="button" aria-haspopup="dialog" aria-controls="panel" @click=${open}><span dir="auto">${text}</span></button>
        ${iconButton(hideGreeting, closeIcon, 'quiet', close)}`,
      bubble,
    );
    if (!bubble.isConnected) root.append(bubble); // After the launcher, also in the order of Tab.
  }

  /** Removing it would lose the focus, which would start again at the top of the page. */
  function hide(): void {
    const hadFocus = bubble.contains(shadow.activeElement);
    if (bubble.isConnected) bubble.remove(); // Prototype.js' own `remove` throws without a parent.
    if (hadFocus) shadow.querySelector<HTMLElement>(element.open ? '.panel' : '.launcher')?.focus();
  }

  const open = (): void => shadow.querySelector<HTMLElement>('.launcher')?.click();

  function close(): void {
    forget();
    update();
  }

  element.addController({hostUpdated: update});
  update();
}
