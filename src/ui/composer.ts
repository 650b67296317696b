import {html, type LitElement, type TemplateResult} from 'lit';
import {sendIcon, stopIcon} from './icons.ts';
import {isComposing} from './keys.ts';
import type {ChatStrings} from './strings.ts';
import {tabMemory} from './tab-memory.ts';

export interface ComposerView {
  readonly strings: ChatStrings;
  readonly placeholder: string;
  /** An answer is under way: the button stops it. */
  readonly busy: boolean;
  /** Nothing can be sent (no endpoint). */
  readonly blocked: boolean;
}

export interface ComposerActions {
  /** Resolves with false when the text was not taken; it is put back then. */
  send(text: string): Promise<boolean>;
  stop(): void;
  /** ↑ in the empty box. */
  editLast(): void;
}

/** The box to write in, and the one button that sends or stops. Keeps what is written, per conversation and tab. */
export class Composer {
  readonly #host: LitElement;
  readonly #actions: ComposerActions;
  #conversationId: string | undefined;
  #empty = true;
  #busy = false;

  constructor(host: LitElement, actions: ComposerActions) {
    this.#host = host;
    this.#actions = actions;
  }

  get #box(): HTMLTextAreaElement | null {
    return this.#host.renderRoot?.querySelector('.field textarea') ?? null;
  }

  /** The draft of that conversation takes the place of the one before. */
  show(conversationId: string): void {
    if (conversationId === this.#conversationId) return;
    const carried = this.#conversationId === undefined ? this.#box?.value : undefined;
    this.#conversationId = conversationId;
    // What was typed before the history was found stays.
    this.#fill(carried || (tabMemory.get(`draft:${conversationId}`) ?? ''));
  }

  focus(): void {
    this.#box?.focus();
  }

  render(view: ComposerView): TemplateResult {
    const {strings, busy} = view;
    this.#busy = busy;
    const idle = !busy && (this.#empty || view.blocked);
    return html`<form class="composer" part="composer" @submit=${this.#onSubmit}>
      <div class="field" part="field" @click=${this.#onFieldClick}>
        <textarea part="input" class="box" rows="1" dir="auto" enterkeyhint="send"
          aria-label=${strings.composer} placeholder=${view.placeholder}
          @input=${this.#onInput} @keydown=${this.#onKeydown}></textarea>
        <button class="send" part=${busy ? 'send-button stop-button' : 'send-button'} type="submit"
          aria-label=${busy ? strings.stop : strings.send} title=${busy ? strings.stop : strings.send}
          aria-disabled=${idle}>${busy ? stopIcon : sendIcon}</button>
      </div>
    </form>`;
  }

  async #send(): Promise<void> {
    const text = this.#box?.value ?? '';
    if (!text.trim() || this.#busy) return;
    this.#fill('');
    const taken = await this.#actions.send(text.trim());
    if (!taken && this.#box?.value === '') this.#fill(text);
  }

  #fill(text: string): void {
    const box = this.#box;
    if (box) box.value = text;
    else if (text) void this.#host.updateComplete.then(() => this.#box && this.#fill(text));
    this.#onInput();
  }

  /**
   * Makes the box as high as its text, up to the maximum that the style sheet sets. Not at every render, since it
   * costs a layout, and WebKit scrolls a list that grows and shrinks before such a layout.
   */
  grow(): void {
    const box = this.#box;
    if (!box || CSS.supports('field-sizing', 'content')) return;
    box.style.blockSize = 'auto';
    // Nothing has a height while the popup is closed.
    if (box.scrollHeight > 0) box.style.blockSize = `${box.scrollHeight}px`;
  }

  readonly #onInput = (): void => {
    const text = this.#box?.value ?? '';
    if (this.#conversationId !== undefined) tabMemory.set(`draft:${this.#conversationId}`, text);
    this.grow();
    const empty = text.trim() === '';
    if (empty === this.#empty) return;
    this.#empty = empty;
    this.#host.requestUpdate();
  };

  readonly #onSubmit = (event: Event): void => {
    event.preventDefault();
    if (this.#busy) this.#actions.stop();
    else void this.#send();
  };

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      void this.#send();
    } else if (event.key === 'ArrowUp' && this.#box?.value === '') {
      event.preventDefault();
      this.#actions.editLast();
    }
  };

  readonly #onFieldClick = (event: Event): void => {
    if (event.target === event.currentTarget) this.focus();
  };
}
