import {html, type LitElement, type TemplateResult} from 'lit';
import {sendIcon, stopIcon} from './icons.ts';
import {isComposing} from './keys.ts';
import type {ChatStrings} from './strings.ts';
import {tabMemory} from './tab-memory.ts';

export interface ComposerView {
  readonly strings: ChatStrings;
  readonly placeholder: string;
  /** An answer is in progress here: the button stops it. */
  readonly busy: boolean;
  /** Nothing can be sent: no endpoint, or another tab is getting an answer. Whoever tries is told why. */
  readonly blocked: boolean;
}

export interface ComposerActions {
  /**
   * Resolves with false if the text was not accepted; it is then put back. `held`: sends along what was held, instead
   * of what the message being written carries.
   */
  send(text: string, held?: boolean): Promise<boolean>;
  /** Whether something else is sent along, so that there need not be a text. */
  carries?(): boolean;
  /** Sets aside what goes along with a message that waits, adding to what is set aside already. */
  hold?(): void;
  /** The names of what is set aside. */
  held?(): readonly string[];
  /** Moves what is set aside back to the message being written, or discards it. */
  release?(keeps: boolean): void;
  /** The text is to be sent while an answer is in progress. It stays in the box until it can wait elsewhere. */
  queue(words: string): void;
  stop(): void;
  /** ↑ in the empty box. */
  editLast(): unknown;
}

/** The text box, and the one button that sends or stops. Stores the draft, per conversation and tab. */
export interface Composer {
  /** A part that has more than text to send replaces some of these. */
  readonly actions: ComposerActions;
  /**
   * Replaces the text with the draft of that conversation, unless the draft is what was `said` last: a copy in case it
   * did not reach the history. Without an id, the conversation is still being found.
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

/** The drafts as one, in this order. */
export const joined = (...drafts: readonly (string | undefined)[]): string =>
  drafts.filter(draft => draft?.trim()).join('\n\n');

export function createComposer(host: LitElement, actions: ComposerActions): Composer {
  let conversationId: string | undefined;
  let text = '';
  let busy = false;
  /** Set from sending until the answer is drawn; `next` is what was sent in the meantime and waits for that. */
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
    remember(`\n${words}`); // The page may close before the history has them.
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
      if (isCopy) remember(text); // Unless something else is stored by now.
    }
  }

  /** The answer is in progress, or over by now. */
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

  /**
   * Called on the button's click, since a sandbox may forbid forms. A double click on Send does not stop the answer.
   */
  function onSubmit(event: UIEvent): void {
    event.preventDefault();
    if (!busy) void send();
    else if (!(event.detail > 1)) actions.stop();
  }

  function onKeydown(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      // A held Enter has ended a composition, or was meant for what had the focus before.
      if (!event.repeat) void send();
    } else if (event.key === 'ArrowUp' && !text) {
      event.preventDefault();
      actions.editLast();
    }
  }

  /** A held Enter would stop the answer that it has just requested. */
  const onHeld = (event: KeyboardEvent) => event.repeat && event.key === 'Enter' && event.preventDefault();

  function onFieldClick(event: Event): void {
    if (event.target === event.currentTarget) focus();
  }

  return {
    actions,
    show(id, said) {
      if (id === conversationId) return;
      // What was typed before the history was read stays.
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
