import {html, nothing, render, type TemplateResult} from 'lit';
import {loaded} from '../conversation/loaded.ts';
import {copyText} from '../markdown/copy-text.ts';
import {highlight} from '../markdown/highlight.ts';
import {type MarkdownRenderer, markdownRenderer} from '../markdown/markdown-renderer.ts';
import {SAMPLE} from '../markdown/sample.ts';
import {isFinal, type Message, type MessagePart} from '../protocol/message.ts';
import {iconButton} from './buttons.ts';
import type {ConversationPort} from './conversation-controller.ts';
import {checkIcon, copyIcon, editIcon, regenerateIcon} from './icons.ts';
import {noteOf, renderNote, retries} from './message-parts.ts';
import type {BesideText} from './parts-view.ts';
import {plainText} from './plain-text.ts';
import {createReveal, type Reveal} from './reveal.ts';
import {type ChatStrings, fill} from './strings.ts';

/** Before each thing that is drawn and nobody sees, in milliseconds: the start of a page, or some frames, on a slow phone too. */
const WARM = 200;
/** So many characters of it have one font that is new. */
const PIECE = 6;

/** How long "Copied" stands, in milliseconds. */
const COPIED = 2_000;

/** What many conversations do without. */
export const later = () => import('./message-extras.ts');

export type WithMath = typeof import('../markdown/math.ts')['withMath'];

/** What a person can do with a message. */
export interface MessageActions {
  /** Does what a person asked for; what goes wrong is shown. Whether it went well. */
  attempt(
    task: (chat: Pick<ConversationPort, 'retry' | 'continue' | 'regenerate' | 'edit'>) => Promise<unknown>,
  ): Promise<boolean>;
  copied(): void;
  /** To screen readers. */
  say(text: string): void;
}

/** What is loaded later draws so among the small buttons of a message. */
export type MessageTool = (message: Message, context: MessageContext) => unknown;

/** What a message's look depends on beside itself. The same object means the same look. */
export interface MessageContext {
  readonly strings: ChatStrings;
  /** What the page says of its language, which is that of the text, for all that is known. */
  readonly locale: string;
  readonly imageOrigins: readonly string[];
  /** Has formulas drawn, if they are to be. */
  readonly math: WithMath | undefined;
  /** Text that comes in gusts is shown at an even pace. */
  readonly smooth: boolean;
  /** Nothing can be asked while an answer is under way. */
  readonly busy: boolean;
  /** Whether a cut answer may be gone on with. */
  readonly continues: boolean;
  readonly actions: MessageActions;
  readonly tools: readonly MessageTool[];
}

/**
 * One message in an `<article>` of its own. Live and stored messages are drawn the same way: what the text
 * has more than what is drawn is appended, and only a text that is another one is drawn anew.
 */
export interface MessageView {
  readonly article: HTMLElement;
  /** What is drawn, as it would be read aloud. */
  spokenText(enough?: number): string;
  update(message: Message, context: MessageContext, last: boolean): void;
  /**
   * Hands new text to the renderer. What else the message changed by is drawn by `update`, in the same frame.
   * Where the lengths say that `added` is all that is new, the whole text is not looked at: engines keep a text that
   * grows in pieces, and would copy it for each of them.
   */
  feed(message: Message, added: string): void;
  /** Opens the message for editing. */
  edit(): void;
}

export function createMessageView(): MessageView {
  const article = document.createElement('article');
  article.tabIndex = -1;
  /** Where the text is. Kept over all renders, so that a selection in it survives. */
  const body = document.createElement('div');
  Object.assign(body, {className: 'body', dir: 'auto', part: 'text'});
  let message!: Message;
  let context!: MessageContext;
  let isLast = false;
  let renderer: MarkdownRenderer | undefined;
  /** Holds back what the renderer gets. */
  let reveal: Reveal | undefined;
  /** May still draw what the end of the answer brought. */
  let finishing: MarkdownRenderer | undefined;
  let drawn = '';
  /** The renderer gave up on this message. */
  let failed = false;
  /** Stands in the place of all else while the message is edited. */
  let editor: (() => TemplateResult) | undefined;
  /** The text was there when this was last rendered. */
  let shown = false;
  let copied: ReturnType<typeof setTimeout> | undefined;

  /** Appends what is new. Only a text that does not go on from what is drawn is drawn anew. */
  function drawText({text, role, status}: Message): void {
    let from = drawn.length;
    if (text !== drawn) {
      if (role !== 'user' && !failed && !(renderer && text.startsWith(drawn))) {
        if (!text.startsWith(drawn)) from = 0;
        // Of an answer that is gone on with nothing moves, though it may be drawn over some frames.
        if (from) body.style.minHeight = `${body.offsetHeight}px`;
        begin();
        reveal!.push(text.slice(0, from));
        reveal!.flush();
      }
      if (!renderer) body.textContent = text;
      draw(text, () => reveal?.push(text.slice(from)));
    }
    if (isFinal(status)) {
      reveal?.flush();
      body.style.minHeight = '';
      // A message of the history has its height at once; the end of a burst need not stop the page.
      draw(text, renderer => (from ? renderer.finish() : renderer.end()));
      finishing = from ? renderer : undefined;
      renderer = undefined;
    }
  }

  function begin(): void {
    const {strings, imageOrigins, math, smooth} = context;
    reveal?.flush();
    (renderer ?? finishing)?.reset(); // It may be about to draw.
    body.replaceChildren();
    body.dir = ''; // Each block has its own; around them all is that of the chat.
    const labels = {...strings, image: strings.image + strings.colon};
    renderer = markdownRenderer(body, {
      // The next block tries it again where it cannot be loaded.
      buttons: (block, elements) =>
        later().then(
          extras => extras.addButtons(block, elements, strings),
          () => {},
        ),
      highlight,
      imageOrigins,
      labels,
    });
    if (math) renderer = math(renderer, body);
    reveal = createReveal(renderer.append, smooth);
  }

  /** What cannot be drawn as Markdown is still shown. */
  function draw(text: string, how: (renderer: MarkdownRenderer) => unknown): void {
    drawn = text;
    try {
      if (renderer) how(renderer);
    } catch (error) {
      console.error('sse-chat: a message is shown as text.', error);
      failed = true;
      renderer = undefined;
      body.textContent = text;
    }
  }

  function renderAll(): void {
    const {strings, busy, locale} = context;
    const {id, role, status, text, createdAt} = message;
    const author = role === 'user' ? strings.you : strings.assistant;
    const {lang} = strings;
    const time = formats.get(lang)?.format(createdAt) ?? '';
    if (!time && !busy) void findTime(lang);
    Object.assign(article, {
      // Who translates the page puts other nodes in the place of texts, those that grow too.
      className: `message ${role} ${noteOf(message, strings) ? 'cut' : ''} ${isFinal(status) ? '' : 'notranslate'}`,
      part: `message message-${role}`,
      ariaLabel: time ? fill(fill(strings.message, 'author', author), 'time', time) : author,
    });
    Object.assign(article.dataset, {role, status, id});
    if (body.lang !== locale) body.lang = locale; // Even the same one has all that stands in it styled anew.
    article.toggleAttribute('data-last', isLast);
    // Until a frame after the text was drawn: a list that loses this height first would move under its reader.
    const waits = !isFinal(status) && !shown;
    shown = body.hasChildNodes();
    if (waits && text) requestAnimationFrame(renderAll);
    const beside = drawBeside();
    render(
      editor?.() ??
        html`${beside?.before}
          ${body}${waits ? renderThinking(strings) : nothing}${beside?.after}
          ${renderNote(message, context, isLast && !busy, beside?.details)}${isFinal(status) ? renderTools(time) : nothing}`,
      article,
    );
  }

  /** Most of a page's first `Intl` is V8 finding its languages, which is done in two steps before. */
  async function findTime(lang: string): Promise<void> {
    await idle();
    new Intl.Locale(lang).maximize();
    await idle();
    Intl.Segmenter.supportedLocalesOf(lang);
    await idle();
    if (context.busy) return; // What comes after that asks again.
    if (!formats.has(lang)) formats.set(lang, new Intl.DateTimeFormat(lang, {timeStyle: 'short'}));
    renderAll();
  }

  /** What stands beside the text is drawn by what is loaded for the first message that has any. */
  function drawBeside(): BesideText | undefined {
    if (besideOf(message).length === 0 && message.status !== 'error') return undefined;
    if (partsView) return partsView.besideText(article, message, context);
    void import('./parts-view.ts').then(
      loaded => {
        partsView = loaded;
        renderAll();
      },
      () => {}, // It is tried again when something changes.
    );
    return undefined;
  }

  function renderTools(time: string): TemplateResult {
    const {strings, busy, actions} = context;
    const {id, role, text, createdAt} = message;
    const tool = (name: 'copy' | 'edit' | 'regenerate', icon: TemplateResult, onClick: () => void) =>
      iconButton(strings[name], icon, 'tool', onClick);
    const user = role === 'user';
    const regenerates = !user && isLast && !retries(message);
    return html`<div class="tools" part="tools">
      ${user && !busy ? tool('edit', editIcon, edit) : nothing}
      ${text ? tool('copy', copied ? checkIcon : copyIcon, onCopy) : nothing}
      ${
        regenerates && !busy
          ? tool('regenerate', regenerateIcon, () => actions.attempt(chat => chat.regenerate(id)))
          : nothing
      }
      ${context.tools.map(draw => draw(message, context))}
      <time dir="auto" datetime=${new Date(createdAt).toISOString()}>${time}</time>
    </div>`;
  }

  async function onCopy(): Promise<void> {
    if (
      !(await copyText(
        message.text,
        body,
        later().then(extras => extras.richText(body)),
      ))
    )
      return;
    context.actions.copied();
    clearTimeout(copied);
    copied = setTimeout(() => {
      copied = undefined;
      renderAll();
    }, COPIED);
    renderAll();
  }

  function edit(): void {
    context.actions.attempt(async () => {
      (await loaded(later())).editMessage(
        article,
        message,
        () => context,
        shown => {
          editor = shown;
          renderAll();
        },
      );
    });
  }

  return {
    article,
    spokenText: enough => plainText(body, enough),
    update(next, nextContext, last) {
      const before = message;
      const sameContext = nextContext === context && last === isLast;
      if (sameContext && next === before) return;
      const sameLook =
        sameContext &&
        next.status === before.status &&
        !next.text === !before.text &&
        isSame(besideOf(next), besideOf(before));
      if (before && nextContext.strings.lang !== context.strings.lang) {
        drawn = ''; // It has labels in the language of before.
        finishing = renderer ?? finishing;
        renderer = undefined;
      }
      message = next;
      context = nextContext;
      isLast = last;
      drawText(next);
      if (!sameLook) renderAll();
    },
    feed(next, added) {
      const {text} = next;
      if (renderer && drawn.length + added.length === text.length) {
        draw(text, () => reveal?.push(added));
      } else drawText(next);
    },
    edit,
  };
}

let isWarm = false;

/**
 * Draws once, in idle moments and where nobody sees it, what answers are made of. The first one of a page would have to wait
 * for fonts that nothing else needs, for code that never ran and for an `Intl`, and stand still while it is read. Bit by bit:
 * all at once would be a long task here, too.
 * @param rootOf Has the fonts. What is drawn in it has a root of its own: nobody who looks for messages finds one more.
 */
export async function warmUp(rootOf: () => Element, contextOf: () => MessageContext): Promise<void> {
  if (isWarm) return;
  isWarm = true;
  const view = createMessageView();
  const host = document.createElement('div');
  host.style.cssText = 'position:fixed;visibility:hidden;contain:strict';
  const room = host.attachShadow({mode: 'closed'});
  room.append(view.article);
  for (let length = 0; length < SAMPLE.length + 2 * PIECE; length += PIECE) {
    await new Promise<void>(resolve => setTimeout(whenIdle, WARM, resolve));
    const context = contextOf();
    if (context.busy) break;
    const root = rootOf();
    root.append(host);
    room.adoptedStyleSheets = (root.getRootNode() as ShadowRoot).adoptedStyleSheets;
    const text = SAMPLE.slice(0, length);
    const status = length > SAMPLE.length + PIECE ? 'complete' : 'streaming';
    view.update(
      {id: '', role: 'assistant', text, parts: [], status, createdAt: 0, requestIds: []},
      context,
      false,
    );
  }
  if (host.isConnected) host.remove();
}

function renderThinking(strings: ChatStrings): TemplateResult {
  return html`<div class="thinking" part="thinking">
    <span class="sr">${strings.thinking}</span><i></i><i></i><i></i>
  </div>`;
}

let partsView: typeof import('./parts-view.ts') | undefined;

const isSame = (some: readonly unknown[], others: readonly unknown[]) =>
  some.length === others.length && some.every((each, at) => each === others[at]);

function besideOf({parts}: Message): readonly MessagePart[] {
  return parts.filter(({type}) => /^(reasoning|tool-call|source|file|refusal)$/.test(type));
}

/** By language. A page's first one takes longer than a frame, so that none is made while somebody waits. */
const formats = new Map<string, Intl.DateTimeFormat>();

const whenIdle: (act: () => void) => unknown = globalThis.requestIdleCallback ?? setTimeout;
const idle = () => new Promise<void>(resolve => whenIdle(resolve));
