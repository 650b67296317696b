import {html, nothing, render, type TemplateResult} from 'lit';
import {type MarkdownRenderer, markdownRenderer} from '../markdown/markdown-renderer.ts';
import {isFinal, type Message} from '../protocol/message.ts';
import {iconButton} from './buttons.ts';
import {checkIcon, copyIcon, editIcon, regenerateIcon} from './icons.ts';
import {noteOf, type Piece, renderEditor, renderNote, retries} from './message-parts.ts';
import {plainText} from './plain-text.ts';
import {type ChatStrings, fill} from './strings.ts';

/** How long "Copied" stands, in milliseconds. */
const COPIED = 2_000;

/** What a person can do with a message. */
export interface MessageActions {
  /** Calls the element's method of that name; what goes wrong is shown. */
  ask(method: 'retry' | 'continue' | 'regenerate' | 'edit', ...values: string[]): void;
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
  #message!: Message;
  #context!: MessageContext;
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
    Object.assign(this.#body, {className: 'body', dir: 'auto', part: 'text'});
  }

  /** What is drawn, as it would be read aloud. */
  get spokenText(): string {
    return plainText(this.#body);
  }

  update(message: Message, context: MessageContext, last: boolean): void {
    const before = this.#message;
    const sameContext = context === this.#context && last === this.#last;
    if (sameContext && message === before) return;
    const sameLook =
      sameContext &&
      message.status === before.status &&
      !message.text === !before.text &&
      reasoningOf(message) === reasoningOf(before);
    this.#message = message;
    this.#context = context;
    this.#last = last;
    this.#drawText(message);
    if (!sameLook) this.#render();
  }

  /**
   * Hands new text to the renderer. What else the message changed by is drawn by `update`, in the same frame.
   * Where the lengths say that `added` is all that is new, the whole text is not looked at: engines keep a text that
   * grows in pieces, and would copy it for each of them.
   */
  feed(message: Message, added: string): void {
    const {text} = message;
    if (this.#renderer && this.#drawn.length + added.length === text.length) {
      this.#draw(text, renderer => renderer.append(added));
    } else this.#drawText(message);
  }

  /** Opens the message for editing. */
  edit(): void {
    this.#editing = true;
    this.#render();
    const box = this.#editor;
    box?.focus();
    box?.setSelectionRange(box.value.length, box.value.length);
  }

  get #editor(): HTMLTextAreaElement | null {
    return this.article.querySelector('textarea');
  }

  /** Appends what is new. Only a text that does not go on from what is drawn is drawn anew. */
  #drawText({text, role, status}: Message): void {
    if (text !== this.#drawn) {
      let from = this.#drawn.length;
      if (role !== 'user' && !this.#failed && !(this.#renderer && text.startsWith(this.#drawn))) {
        from = 0;
        this.#begin();
      }
      if (!this.#renderer) this.#body.textContent = text;
      this.#draw(text, renderer => renderer.append(text.slice(from)));
    }
    if (isFinal(status)) {
      this.#draw(text, renderer => renderer.end());
      this.#renderer = undefined;
    }
  }

  #begin(): void {
    const {strings, imageOrigins} = this.#context;
    this.#renderer?.reset(); // It may be about to draw.
    this.#body.replaceChildren();
    this.#renderer = markdownRenderer(this.#body, {
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

  /** What cannot be drawn as Markdown is still shown. */
  #draw(text: string, draw: (renderer: MarkdownRenderer) => unknown): void {
    this.#drawn = text;
    try {
      if (this.#renderer) draw(this.#renderer);
    } catch (error) {
      console.error('sse-chat: the Markdown of a message could not be drawn, it is shown as text.', error);
      this.#failed = true;
      this.#renderer = undefined;
      this.#body.textContent = text;
    }
  }

  #render(): void {
    const {article} = this;
    const message = this.#message;
    const {strings, busy} = this.#context;
    const {id, role, status, text} = message;
    const author = role === 'user' ? strings.you : strings.assistant;
    Object.assign(article, {
      className: `message ${role} ${noteOf(message, strings) ? 'cut' : ''}`,
      part: `message message-${role}`,
      ariaLabel: fill(fill(strings.message, 'author', author), 'time', this.#time),
    });
    Object.assign(article.dataset, {role, status, id});
    article.toggleAttribute('data-last', this.#last);
    // Until a frame after the text was drawn: a list that loses this height first would move under its reader.
    const waits = !isFinal(status) && !this.#shown;
    this.#shown = this.#body.hasChildNodes();
    if (waits && text) requestAnimationFrame(() => this.#render());
    const template = this.#editing
      ? renderEditor(text, strings, this.#onEdited)
      : html`${this.#renderReasoning()}
          ${this.#body}${waits ? renderThinking(strings) : nothing}
          ${renderNote(message, this.#context, this.#last && !busy)}${this.#renderTools()}`;
    render(template, article, {host: this});
  }

  get #time(): string {
    return timeFormat(this.#context.locale).format(this.#message.createdAt);
  }

  #renderReasoning(): Piece {
    const text = reasoningOf(this.#message);
    if (!text) return nothing;
    return html`<details class="reasoning" part="reasoning">
      <summary>${this.#context.strings.reasoning}</summary>
      <div class="plain" dir="auto">${text}</div>
    </details>`;
  }

  #renderTools(): Piece {
    const message = this.#message;
    const {strings, busy, actions} = this.#context;
    const {id, role, text} = message;
    if (!isFinal(message.status)) return nothing;
    const user = role === 'user';
    const regenerates = !user && this.#last && text && !retries(message);
    return html`<div class="tools" part="tools">
      ${text ? iconButton(strings.copy, this.#copied ? checkIcon : copyIcon, 'tool', this.#onCopy) : nothing}
      ${user && !busy ? iconButton(strings.edit, editIcon, 'tool', this.edit) : nothing}
      ${
        regenerates && !busy
          ? iconButton(strings.regenerate, regenerateIcon, 'tool', () => actions.ask('regenerate', id))
          : nothing
      }
      <time datetime=${new Date(message.createdAt).toISOString()}>${this.#time}</time>
    </div>`;
  }

  async #onCopy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#message.text);
    } catch {
      // No permission or no secure page. Where the command is refused too, the text is at least selected.
      getSelection()?.selectAllChildren(this.#body);
      if (!document.execCommand('copy')) return;
    }
    this.#context.actions.copied();
    clearTimeout(this.#copied);
    this.#copied = setTimeout(() => {
      this.#copied = undefined;
      this.#render();
    }, COPIED);
    this.#render();
  }

  readonly #onEdited = (send: boolean): void => {
    const text = this.#editor?.value.trim();
    const {busy, actions} = this.#context;
    this.#editing = false;
    this.#render();
    this.article.focus();
    if (send && text && !busy) actions.ask('edit', this.#message.id, text);
  };
}

function renderThinking(strings: ChatStrings): TemplateResult {
  return html`<div class="thinking" part="thinking">
    <span class="sr">${strings.thinking}</span><i></i><i></i><i></i>
  </div>`;
}

function reasoningOf({parts}: Message): string {
  let text = '';
  for (const part of parts) if (part.type === 'reasoning') text += part.text;
  return text;
}

let format: Intl.DateTimeFormat | undefined;
let formatLocale: string | undefined;

/** Making a format is slow, and a page has mostly one locale. */
function timeFormat(locale: string | undefined): Intl.DateTimeFormat {
  if (!format || locale !== formatLocale) {
    formatLocale = locale;
    try {
      format = new Intl.DateTimeFormat(locale, {timeStyle: 'short'});
    } catch {
      format = new Intl.DateTimeFormat(undefined, {timeStyle: 'short'}); // A `lang` that is no language tag.
    }
  }
  return format;
}
