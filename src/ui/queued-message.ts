import {html, nothing, render} from 'lit';
import {cleanLabel} from '../markdown/safe-url.ts';
import {adoptStyles} from './adopt-styles.ts';
import {iconButton} from './buttons.ts';
import {joined} from './composer.ts';
import {css} from './css.ts';
import {icon} from './icons.ts';
import type {ChatInside} from './inside.ts';
import {english} from './queue-strings.ts';
import {tabMemory} from './tab-memory.ts';

const styles = css`
  .queued {
    --_button: 28px;
    display: grid;
    grid-template-columns: 1fr auto auto;
    align-items: center;
    gap: 2px 4px;
    margin-bottom: 8px;
    padding-block: 8px;
    padding-inline: 14px 8px;
    border: 1px dashed var(--_field);
    border-radius: 18px;
  }
  .queued .words {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3; /* Every engine knows it by this name. */
    overflow: hidden;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .queued .files {
    margin: 0;
    overflow-wrap: anywhere;
  }
  .queued .words ~ .files,
  .queued .when {
    grid-column: 1 / -1;
    color: var(--_muted);
    font-size: 12px;
  }
  @media (pointer: coarse) {
    .queued {
      --_button: 44px;
    }
  }
`;

const editIcon = icon('M4 20l1-5L16 4l4 4L9 19ZM13 7l4 4');
const cancelIcon = icon('M7 7l10 10M17 7 7 17');

/**
 * Lets users send a message while an answer is in progress: it waits, with its attachments, and is sent once the answer
 * is complete. After any other end, or a reload, it is in the text box again. `first` is what is in the box now.
 */
export function attach(inside: () => ChatInside, first: string): void {
  const {element, composer, say} = inside();
  const {actions} = composer;
  const form = element.renderRoot.querySelector<HTMLElement>('.composer')!;
  const box = form.querySelector<HTMLTextAreaElement>('textarea')!;
  const place = document.createElement('div');
  let isWaiting = false;
  let text = '';
  let conversationId = '';
  /** The id of the answer that the message waits for. */
  let answer: string | undefined;

  const texts = () => ({...english, ...inside().strings.queue});
  const current = () => inside().controller.conversation?.state;

  /** What was typed after the words meanwhile stays in the box. If the words were changed, everything does. */
  function queue(words: string): void {
    const {open, info, settled} = current() ?? {};
    const draft = box.value.trimStart();
    if (!info || !(words || actions.carries?.()) || !draft.startsWith(words)) return;
    // The answer may have ended before this was loaded.
    if (!open && settled?.at(-1)?.status !== 'complete') return;
    conversationId = info.id;
    answer ??= open?.id;
    isWaiting = true;
    text = joined(text, words);
    actions.hold?.();
    write(draft.slice(words.length).trimStart());
    if (!open) return void send();
    draw();
    say(texts().when);
  }

  /** As if typed before what is there, or deleted there, so that the caret stays where somebody is writing. */
  function write(draft: string): void {
    const added = draft.length - box.value.length;
    box.setRangeText(draft.slice(0, Math.max(0, added)), 0, Math.max(0, -added), 'preserve');
    box.value = draft; // Does nothing if it is that already.
    box.dispatchEvent(new InputEvent('input', {bubbles: true}));
  }

  /** Stores what waits as a draft, together with what is in the box, so that nothing is lost with the page. */
  function keep(): void {
    // While another conversation is being found, what is in the box does not belong to this one.
    if (text && current()?.info.id === conversationId)
      tabMemory(`draft:${conversationId}`, joined(text, box.value));
  }

  /** Removes what waits, and returns it. */
  function take(): string {
    const taken = text;
    isWaiting = false;
    text = '';
    answer = undefined;
    const hadFocus = place.contains((element.renderRoot as ShadowRoot).activeElement);
    draw();
    if (hadFocus) box.focus();
    return taken;
  }

  function putBack(): void {
    actions.release?.(true);
    write(joined(take(), box.value));
  }

  function cancel(): void {
    take();
    actions.release?.(false);
    write(box.value); // The box is the whole draft now.
    say(texts().removed);
  }

  function edit(): void {
    putBack();
    box.focus();
  }

  async function send(): Promise<void> {
    const sent = take();
    write(box.value);
    // Until it is in the history, it is stored the way the composer stores what it sends.
    tabMemory(`draft:${conversationId}`, box.value.trim() ? joined(sent, box.value) : `\n${sent}`);
    const isTaken = await actions.send(sent, true);
    if (current()?.info.id === conversationId) write(joined(isTaken ? '' : sent, box.value));
    else if (!isTaken)
      tabMemory(`draft:${conversationId}`, joined(sent, tabMemory(`draft:${conversationId}`) ?? ''));
  }

  function update(): void {
    const state = current();
    if (!isWaiting || !state) return;
    const {open, settled, info} = state;
    if (info.id !== conversationId) {
      take(); // It is in the draft of its own conversation.
      return;
    }
    draw();
    if (open?.id === answer) return;
    const isComplete = settled.find(({id}) => id === answer)?.status === 'complete';
    if (!isComplete) {
      putBack();
      say(texts().back);
    } else if (open) answer = open.id;
    else void send();
  }

  function draw(): void {
    const {queued, when} = texts();
    const {strings} = inside();
    const names = actions.held?.() ?? [];
    const files = html`<p class="files">${names.map(name => html`<bdi>${cleanLabel(name)}</bdi> `)}</p>`;
    render(
      isWaiting
        ? html`<div class="queued" part="queued" role="group" aria-label=${queued}>
            ${text ? html`<p class="words" dir="auto">${text}</p>` : files}
            ${iconButton(strings.edit, editIcon, 'tool', edit, 'queued-edit-button')}
            ${iconButton(strings.cancel, cancelIcon, 'tool', cancel, 'queued-cancel-button')}
            ${text && names.length ? files : nothing}
            <p class="when" dir="auto">${when}</p>
          </div>`
        : nothing,
      place,
    );
  }

  actions.queue = queue;
  box.addEventListener('input', keep);
  form.prepend(place); // Beside what Lit draws there.
  adoptStyles(place, styles);
  element.addController({hostUpdated: update});
  queue(first);
}
