import {nothing} from 'lit';
import {adoptStyles} from './adopt-styles.ts';
import {iconButton} from './buttons.ts';
import {css} from './css.ts';
import {icon} from './icons.ts';
import type {ChatInside} from './inside.ts';
import type {MessageTool} from './message-view.ts';
import {plainText} from './plain-text.ts';
import {english} from './quote-strings.ts';
import {selectionIn} from './selection-in.ts';

/** CSS pixels between a selection and its button, and at least between the button and the edges. */
const GAP = 6;

const styles = css`
  .quote {
    position: absolute;
    z-index: 1; /* The small buttons of messages lie over what is below. */
    padding: 4px 12px;
    min-height: 24px;
    border: 1px solid var(--_border);
    border-radius: 22px;
    background: var(--_background);
    color: var(--_text);
    box-shadow: 0 2px 10px var(--_shadow);
    font-size: 0.93em;
    font-weight: 600;
  }
  .quote:hover {
    background: var(--_surface);
  }
  @media (pointer: coarse) {
    .quote {
      min-height: 44px;
      padding-inline: 18px;
    }
  }
`;

const quoteIcon = icon('M9.5 7C7 8 5.5 10 5.5 12.5V17h5v-5h-3M18.5 7c-2.5 1-4 3-4 5.5V17h5v-5h-3');

/** A selection in one answer. */
interface Selected {
  readonly id: string;
  readonly range: Range;
}

/**
 * Lets users quote what they select in an answer: with a button beside it, and with one among the message's buttons,
 * which the keyboard reaches.
 */
export function attach(inside: () => ChatInside): void {
  const {element, addTool} = inside();
  const root = element.renderRoot as ShadowRoot;
  const find = (selector: string) => root.querySelector<HTMLElement>(selector)!;
  const middle = find('.middle');
  const button = Object.assign(document.createElement('button'), {
    className: 'quote',
    type: 'button',
    hidden: true,
    tabIndex: -1, // Tab reaches the one among the message's buttons.
  });
  button.part.add('quote-button');
  let selected: Selected | undefined;
  let isDown = false;
  let frame = 0;

  const name = () => inside().strings.quote ?? english.quote;

  const tool: MessageTool = ({id}) =>
    id === selected?.id ? iconButton(name(), quoteIcon, 'tool', quote, 'quote-button') : nothing;

  /** The selection, limited to one answer. */
  function look(): Selected | undefined {
    const range = selectionIn(root);
    const bodyOf = (node: Node) =>
      (node instanceof Element ? node : node.parentElement)?.closest<HTMLElement>('.assistant > .body');
    const start = range && bodyOf(range.startContainer);
    const end = range && bodyOf(range.endContainer);
    const body = start ?? end;
    const id = body?.closest<HTMLElement>('article')?.dataset['id'];
    if (!range || !body || !id) return undefined;
    if (body !== start) range.setStart(body, 0);
    if (body !== end) range.setEnd(body, body.childNodes.length);
    return textOf(range) ? {id, range} : undefined;
  }

  function update(): void {
    const found = look();
    // An engine may drop the selection when its button gets the focus.
    if (!found && selected && root.activeElement?.matches('[part~="quote-button"]')) return;
    const isOther = found?.id !== selected?.id;
    selected = found;
    if (isOther) addTool(tool);
    place();
  }

  function place(): void {
    button.hidden = !selected || isDown;
    if (!selected || isDown) return;
    button.textContent = name();
    const rect = selected.range.getBoundingClientRect();
    const frame = middle.getBoundingClientRect();
    const within = (at: number, size: number, room: number) =>
      `${Math.max(GAP, Math.min(at, room - size - GAP))}px`;
    const {offsetWidth, offsetHeight} = button;
    const isSeen = rect.bottom > frame.top && rect.top < frame.bottom;
    button.hidden = !isSeen;
    button.style.left = within(
      (rect.left + rect.right - offsetWidth) / 2 - frame.left,
      offsetWidth,
      frame.width,
    );
    button.style.top = within(rect.bottom + GAP - frame.top, offsetHeight, frame.height);
  }

  function quote(): void {
    const {range} = selected ?? {};
    if (!range) return;
    const lines = textOf(range)
      .split('\n')
      .map(line => `> ${line}`.trimEnd());
    document.getSelection()?.removeAllRanges();
    const box = find('.composer textarea') as HTMLTextAreaElement;
    box.value = `${lines.join('\n')}\n\n${box.value}`;
    box.dispatchEvent(new InputEvent('input', {bubbles: true}));
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
    selected = undefined;
    addTool(tool);
    place();
  }

  function soon(): void {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(update);
  }

  function onPointer({type}: Event): void {
    isDown = type === 'pointerdown';
    soon();
  }

  const listeners: readonly (readonly [EventTarget, string, (event: Event) => void])[] = [
    [document, 'selectionchange', soon],
    [middle, 'pointerdown', onPointer],
    [document, 'pointerup', onPointer],
    [document, 'pointercancel', onPointer],
    [find('.transcript'), 'scroll', soon],
  ];

  // Keeps the selection while the button is pressed.
  for (const type of ['mousedown', 'pointerdown']) {
    button.addEventListener(type, event => {
      event.preventDefault();
      event.stopPropagation();
    });
  }
  button.addEventListener('click', quote);
  middle.prepend(button); // Where Lit draws nothing.
  adoptStyles(middle, styles);
  addTool(tool);
  element.addController({
    hostConnected() {
      for (const [target, type, listener] of listeners) target.addEventListener(type, listener);
    },
    hostDisconnected() {
      for (const [target, type, listener] of listeners) target.removeEventListener(type, listener);
      cancelAnimationFrame(frame);
    },
  });
  soon();
}

/** The selected text. Code keeps its spaces. */
function textOf(range: Range): string {
  const {commonAncestorContainer: around} = range;
  const isCode = (around instanceof Element ? around : around.parentElement)?.closest('pre');
  return isCode ? range.toString().replace(/^\n+|\s+$/g, '') : plainText(range.cloneContents());
}
