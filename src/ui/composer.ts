import {html, type LitElement, type TemplateResult} from 'lit';
import {sendIcon, stopIcon} from './icons.ts';
import {isComposing} from './keys.ts';
import type {ChatStrings} from './strings.ts';
import {tabMemory} from './tab-memory.ts';

export interface ComposerView {
  readonly strings: ChatStrings;
  readonly placeholder: string;
  /** An answer is under way here: the button stops it. */
  readonly busy: boolean;
  /** Nothing can be sent: no endpoint, or another tab is getting an answer. Who tries is told why. */
  readonly blocked: boolean;
}

export interface ComposerActions {
  /** Resolves with false when the text was not taken; it is put back then. `held`: what was held goes along, and else what carries. */
  send(text: string, held?: boolean): Promise<boolean>;
  /** Whether something else goes along, so that there need not be a text. */
  carries?(): boolean;
  /** Sets aside what goes along with words that wait, with what is there already. */
  hold?(): void;
  /** The names of what is set aside. */
  held?(): readonly string[];
  /** It goes along with the words in the box again, or with none. */
  release?(keeps: boolean): void;
  /** What is in the box is to be sent, and an answer is under way. It stays there until it can wait elsewhere. */
  queue(words: string): void;
  stop(): void;
  /** ↑ in the empty box. */
  editLast(): unknown;
}

/** The box to write in, and the one button that sends or stops. Keeps what is written, per conversation and tab. */
export interface Composer {
  /** What has more than text to send puts its own in their place. */
  readonly actions: ComposerActions;
  /**
   * The draft of that conversation takes the place of the one before, without what was `said` last, if that was kept. Without
   * an id one is being found.
   */
  show(conversationId?: string, said?: string): void;
  focus(): void;
  render(view: ComposerView): TemplateResult;
  /**
   * Makes the box as high as its text, up to the maximum that the style sheet sets. Not at every render, since it
   * costs a layout, and WebKit scrolls a list that grows and shrinks before such a layout.
   */
  grow(): void;
}

/** Two drafts as one, the first before the other. */
export const joined = (...drafts: readonly (string | undefined)[]): string =>
  drafts.filter(draft => draft?.trim()).join('\n\n');

export function createComposer(host: LitElement, actions: ComposerActions): Composer {
  let conversationId: string | undefined;
  let text = '';
  let busy = false;
  /** What was sent, while no answer to it was drawn: what is to wait for that. */
  let asked: {next: string} | undefined;

  const box = (): HTMLTextAreaElement | null => host.renderRoot?.querySelector('.composer textarea');
  const focus = (): void => box()?.focus();

  const canSend = (): unknown => text.trim() || actions.carries?.();

  function fill(draft: string): void {
    const area = box();
    if (area) area.value = draft;
    onInput();
  }

  function grow(): void {
    const area = box();
    if (!area || CSS.supports('field-sizing', 'content')) return;
    area.style.blockSize = 'auto';
    // Nothing has a height while the popup is closed.
    if (area.scrollHeight > 0) area.style.blockSize = `${area.scrollHeight}px`;
  }

  async function send(): Promise<void> {
    const draft = text;
    const id = conversationId;
    if (!canSend()) return;
    const words = draft.trim();
    if (busy) return actions.queue(words);
    if (asked) {
      asked.next = words;
      return;
    }
    const own = {next: ''};
    asked = own;
    fill('');
    remember(`\n${words}`); // The page may be gone before they are in the history.
    const taken = await actions.send(words);
    const key = `draft:${id}`;
    const kept = tabMemory(key);
    const isCopy = kept === `\n${words}`;
    if (id && id !== conversationId) {
      if (!taken && !isCopy) tabMemory(key, joined(words, kept));
    } else if (!taken) {
      if (asked === own) asked = undefined;
      fill(text.trim() ? joined(words, text) : draft);
    } else {
      onAnswer(own);
      if (isCopy) remember(text); // Not where something else waits to be in the history.
    }
  }

  /** The answer is under way, or over by now. */
  function onAnswer(to = asked): void {
    if (!to || to !== asked) return;
    asked = undefined;
    if (to.next) actions.queue(to.next);
  }

  function remember(draft: string): void {
    if (conversationId !== undefined) tabMemory(`draft:${conversationId}`, draft);
  }

  function onInput(): void {
    const before = text;
    text = box()?.value ?? '';
    remember(text);
    grow();
    if (!before.trim() !== !text.trim()) host.requestUpdate();
  }

  /** By the button's click, since a sandbox may not allow forms. A double click on Send stops nothing. */
  function onSubmit(event: UIEvent): void {
    event.preventDefault();
    if (!busy) void send();
    else if (!(event.detail > 1)) actions.stop();
  }

  function onKeydown(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      // One that is held ended a composition, or was for what had the focus before.
      if (!event.repeat) void send();
    } else if (event.key === 'ArrowUp' && !text) {
      event.preventDefault();
      actions.editLast();
    }
  }

  /** An Enter that is held would stop what it has sent. */
  const onHeld = (event: KeyboardEvent) => event.repeat && event.preventDefault();

  function onFieldClick(event: Event): void {
    if (event.target === event.currentTarget) focus();
  }

  return {
    actions,
    show(id, said) {
      if (id === conversationId) return;
      // What was typed before the history was found stays.
      const carried = conversationId === undefined ? text : '';
      conversationId = id;
      asked = undefined;
      const draft = tabMemory(`draft:${id}`);
      fill(joined(draft === `\n${said}` ? '' : draft?.trimStart(), carried));
    },
    focus,
    render(view) {
      const {strings} = view;
      busy = view.busy;
      if (busy) queueMicrotask(onAnswer);
      const name = busy ? strings.stop : strings.send;
      return html`<form class="composer" part="composer" @submit=${onSubmit}>
        <div class="field" part="field" @click=${onFieldClick}>
          <textarea part="input" rows="1" dir="auto" enterkeyhint="send"
            aria-label=${strings.composer} placeholder=${view.placeholder}
            @input=${onInput} @keydown=${onKeydown}></textarea>
          <button class="send" part=${busy ? 'send-button stop-button' : 'send-button'} type="button"
            @click=${onSubmit} @keydown=${onHeld} aria-label=${name} title=${name}
            aria-disabled=${!busy && (!canSend() || view.blocked)}>${busy ? stopIcon : sendIcon}</button>
        </div>
      </form>`;
    },
    grow,
  };
}
