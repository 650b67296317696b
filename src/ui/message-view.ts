import {html, nothing, render, type TemplateResult} from 'lit';
import {createMarkdownRenderer} from '../markdown/create-markdown-renderer.ts';
import type {MarkdownRenderer} from '../markdown/markdown-renderer.ts';
import {isFinal, type Message} from '../protocol/message.ts';
import {iconButton} from './buttons.ts';
import {checkIcon, copyIcon, editIcon, regenerateIcon} from './icons.ts';
import {isComposing} from './keys.ts';
import {plainText} from './plain-text.ts';
import {type ChatStrings, fill} from './strings.ts';

/** How long "Copied" stands, in milliseconds. */
const COPIED = 2_000;

/** What a person can do with a message. */
export interface MessageActions {
  retry(): void;
  continue(): void;
  regenerate(id: string): void;
  edit(id: string, text: string): void;
  copied(): void;
}

/** What a message's look depends on beside itself. The same object means the same look. */
export interface MessageContext {
  readonly strings: ChatStrings;
  readonly locale: string | undefined;
  readonly imageOrigins: readonly string[];
  /** Nothing can be asked while an answer is under way. */
  readonly busy: boolean;
  /** Whether a cut answer may be gone on with. */
  readonly continues: boolean;
  readonly actions: MessageActions;
}

/**
 * One message in an `<article>` of its own. Live and stored messages are drawn the same way: what the text
 * has more than what is drawn is appended, and only a text that is another one is drawn anew.
 */
export class MessageView {
  readonly article: HTMLElement = document.createElement('article');
  /** Where the text is. Kept over all renders, so that a selection in it survives. */
  readonly #body = document.createElement('div');
  #message: Message | undefined;
  #context: MessageContext | undefined;
  #last = false;
  #renderer: MarkdownRenderer | undefined;
  #drawn = '';
  /** The renderer gave up on this message. */
  #failed = false;
  #editing = false;
  /** The text was there when this was last rendered. */
  #shown = false;
  #copied: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.article.tabIndex = -1;
    this.#body.className = 'body';
    this.#body.dir = 'auto';
    this.#body.setAttribute('part', 'text');
  }

  get message(): Message | undefined {
    return this.#message;
  }

  /** What is drawn, as it would be read aloud. */
  get spokenText(): string {
    return plainText(this.#body);
  }

  update(message: Message, context: MessageContext, last: boolean): void {
    const before = this.#message;
    if (message === before && context === this.#context && last === this.#last) return;
    const sameLook =
      before !== undefined &&
      context === this.#context &&
      last === this.#last &&
      message.status === before.status &&
      (message.text === '') === (before.text === '') &&
      reasoningOf(message) === reasoningOf(before);
    this.#message = message;
    this.#context = context;
    this.#last = last;
    this.#drawText(message, context);
    if (!sameLook) this.#render();
  }

  /**
   * Hands new text to the renderer. What else the message changed by is drawn by `update`, in the same frame.
   * Where the lengths say that `added` is all that is new, the whole text is not looked at: engines keep a text that
   * grows in pieces, and would copy it for each of them.
   */
  feed(message: Message, added: string): void {
    if (!this.#context) return;
    if (!this.#renderer || this.#drawn.length + added.length !== message.text.length) {
      this.#drawText(message, this.#context);
      return;
    }
    this.#draw(message.text, renderer => renderer.append(added));
    this.#drawn = message.text;
  }

  /** Opens the message for editing, with the text selected. */
  edit(): void {
    this.#editing = true;
    this.#render();
    const box = this.article.querySelector('textarea');
    box?.focus();
    box?.setSelectionRange(box.value.length, box.value.length);
  }

  /** Appends what is new. Only a text that does not go on from what is drawn is drawn anew. */
  #drawText({text, role, status}: Message, context: MessageContext): void {
    if (text !== this.#drawn) {
      if (role === 'user' || this.#failed) this.#body.textContent = text;
      else {
        let from = this.#drawn.length;
        if (!this.#renderer || !text.startsWith(this.#drawn)) {
          from = 0;
          this.#renderer?.reset(); // It may be about to draw.
          this.#body.replaceChildren();
          this.#renderer = this.#createRenderer(context);
        }
        this.#draw(text, renderer => renderer.append(text.slice(from)));
      }
      this.#drawn = text;
    }
    if (isFinal(status)) {
      this.#draw(text, renderer => void renderer.end());
      this.#renderer = undefined;
    }
  }

  /** What cannot be drawn as Markdown is still shown. */
  #draw(text: string, draw: (renderer: MarkdownRenderer) => void): void {
    try {
      if (this.#renderer) draw(this.#renderer);
    } catch (error) {
      console.error(
        'sse-chat: the Markdown of a message could not be drawn. It is shown as plain text.',
        error,
      );
      this.#failed = true;
      this.#renderer = undefined;
      this.#body.textContent = text;
    }
  }

  #createRenderer({strings, imageOrigins}: MessageContext): MarkdownRenderer {
    return createMarkdownRenderer(this.#body, {
      codeActions: true,
      imageOrigins,
      labels: {
        copy: strings.codeCopy,
        copied: strings.copied,
        table: strings.table,
        code: strings.code,
        image: `${strings.image}: `,
      },
    });
  }

  #render(): void {
    const message = this.#message;
    const context = this.#context;
    if (!message || !context) return;
    const {article} = this;
    const {strings} = context;
    const {role, status} = message;
    const created = new Date(message.createdAt);
    article.className = `message ${role} ${role === 'assistant' && noteOf(message, strings) ? 'cut' : ''}`;
    article.setAttribute('part', `message message-${role}`);
    article.dataset['role'] = role;
    article.dataset['status'] = status;
    article.dataset['id'] = message.id;
    article.toggleAttribute('data-last', this.#last);
    article.setAttribute(
      'aria-label',
      fill(strings.message, {
        author: role === 'user' ? strings.you : strings.assistant,
        time: timeFormat(context.locale).format(created),
      }),
    );
    // Until a frame after the text was drawn: a list that loses this height first would move under its reader.
    const waits = !isFinal(status) && !this.#shown;
    this.#shown = this.#body.hasChildNodes();
    if (waits && message.text) requestAnimationFrame(() => this.#render());
    const template = this.#editing
      ? this.#renderEditor(message, strings)
      : html`${this.#renderReasoning(message, strings)}
          ${this.#body}${waits ? renderThinking(strings) : nothing}
          ${this.#renderNote(message, context)}${this.#renderTools(message, context)}`;
    render(template, article, {host: this});
  }

  #renderReasoning(message: Message, strings: ChatStrings): TemplateResult | typeof nothing {
    const text = reasoningOf(message);
    if (!text) return nothing;
    return html`<details class="reasoning" part="reasoning">
      <summary>${strings.reasoning}</summary>
      <div class="plain" dir="auto">${text}</div>
    </details>`;
  }

  /** What a person must know about how the answer ended, and the way on. */
  #renderNote(message: Message, context: MessageContext): TemplateResult | typeof nothing {
    const {strings, actions} = context;
    const sentence = noteOf(message, strings);
    if (message.role === 'user' || !sentence) return nothing;
    const free = this.#last && !context.busy;
    const goesOn =
      free &&
      context.continues &&
      message.text !== '' &&
      ['interrupted', 'stopped', 'length'].includes(message.status);
    const again = free && retries(message);
    const loud = message.status === 'error';
    return html`<div class="note" part="note">
      <p class=${loud ? 'loud' : ''} dir="auto">${sentence}</p>
      ${
        goesOn || again
          ? html`<div class="ways">
            ${goesOn ? html`<button class="way primary" part="continue-button" type="button" @click=${actions.continue}>${strings.continue}</button>` : nothing}
            ${again ? html`<button class="way ${goesOn ? '' : 'primary'}" part="retry-button" type="button" @click=${actions.retry}>${strings.retry}</button>` : nothing}
          </div>`
          : nothing
      }
      ${loud ? renderDetails(message, strings) : nothing}
    </div>`;
  }

  #renderTools(message: Message, {strings, busy, actions}: MessageContext): TemplateResult | typeof nothing {
    if (!isFinal(message.status)) return nothing;
    const user = message.role === 'user';
    const copied = this.#copied !== undefined;
    const {text} = message;
    const regenerates = !user && this.#last && text && !retries(message);
    return html`<div class="tools" part="tools">
      ${text ? iconButton(strings.copy, copied ? checkIcon : copyIcon, 'tool', this.#onCopy) : nothing}
      ${user && !busy ? iconButton(strings.edit, editIcon, 'tool', this.edit) : nothing}
      ${
        regenerates && !busy
          ? iconButton(strings.regenerate, regenerateIcon, 'tool', () => actions.regenerate(message.id))
          : nothing
      }
      <time datetime=${new Date(message.createdAt).toISOString()}>${timeFormat(this.#context?.locale).format(message.createdAt)}</time>
    </div>`;
  }

  #renderEditor(message: Message, strings: ChatStrings): TemplateResult {
    return html`<div class="editor" part="editor">
      <textarea class="box" dir="auto" rows="3" aria-label=${strings.editing} .value=${message.text} @keydown=${this.#onEditorKeydown}></textarea>
      <div class="ways">
        <button class="way" type="button" @click=${this.#onCancelEdit}>${strings.cancel}</button>
        <button class="way primary" type="button" @click=${this.#onSaveEdit}>${strings.save}</button>
      </div>
    </div>`;
  }

  async #onCopy(): Promise<void> {
    const message = this.#message;
    if (!message) return;
    try {
      await navigator.clipboard.writeText(message.text);
    } catch {
      // No permission or no secure page. Where the command is refused too, the text is at least selected.
      getSelection()?.selectAllChildren(this.#body);
      if (!document.execCommand('copy')) return;
    }
    this.#context?.actions.copied();
    clearTimeout(this.#copied);
    this.#copied = setTimeout(() => {
      this.#copied = undefined;
      this.#render();
    }, COPIED);
    this.#render();
  }

  #onEditorKeydown(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.preventDefault();
      this.#onCancelEdit();
    } else if (event.key === 'Enter' && !event.shiftKey && !isComposing(event)) {
      event.preventDefault();
      this.#onSaveEdit();
    }
  }

  #onCancelEdit(): void {
    this.#editing = false;
    this.#render();
    this.article.focus();
  }

  #onSaveEdit(): void {
    const text = this.article.querySelector('textarea')?.value.trim();
    const message = this.#message;
    this.#onCancelEdit();
    if (message && text && !this.#context?.busy) this.#context?.actions.edit(message.id, text);
  }
}

/** The sentence under a message that did not end as it should, or nothing. */
export function noteOf({status, error}: Message, strings: ChatStrings): string {
  if (status === 'error') return strings.errors[error?.kind ?? 'server'];
  const isWhole = status === 'pending' || status === 'streaming' || status === 'complete';
  return isWhole ? '' : strings[status];
}

/** Where *Retry* stands in the note, *Regenerate* would be the same once more. */
function retries({status}: Message): boolean {
  return status === 'interrupted' || status === 'error' || status === 'filtered';
}

function renderThinking(strings: ChatStrings): TemplateResult {
  return html`<div class="thinking" part="thinking">
    <span class="sr">${strings.thinking}</span><i></i><i></i><i></i>
  </div>`;
}

function renderDetails(message: Message, strings: ChatStrings): TemplateResult | typeof nothing {
  const ids = new Set([...message.requestIds, ...(message.error?.requestIds ?? [])]);
  const status = message.error?.status;
  const text = message.error?.message;
  if (ids.size === 0 && status === undefined && !text) return nothing;
  return html`<details class="more" part="details">
    <summary>${strings.details}</summary>
    <ul>
      ${status === undefined ? nothing : html`<li>${fill(strings.httpStatus, {status})}</li>`}
      ${ids.size === 0 ? nothing : html`<li>${fill(strings.requestIds, {ids: [...ids].join(', ')})}</li>`}
      ${text ? html`<li dir="auto">${text}</li>` : nothing}
    </ul>
  </details>`;
}

function reasoningOf(message: Message): string {
  let text = '';
  for (const part of message.parts) if (part.type === 'reasoning') text += part.text;
  return text;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format is slow; a page has one or two locales. */
function timeFormat(locale: string | undefined): Intl.DateTimeFormat {
  let format = formats.get(locale ?? '');
  if (!format) {
    try {
      format = new Intl.DateTimeFormat(locale, {hour: 'numeric', minute: '2-digit'});
    } catch {
      // A `lang` that is no language tag.
      format = new Intl.DateTimeFormat(undefined, {hour: 'numeric', minute: '2-digit'});
    }
    formats.set(locale ?? '', format);
  }
  return format;
}
