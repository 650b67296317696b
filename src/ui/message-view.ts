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

/** Milliseconds before each step of `warmUp`: the start of a page, or some frames, even on a slow phone. */
const WARM = 200;
/** Characters of `SAMPLE` per step: so many need at most one new font. */
const PIECE = 6;

/** How long "Copied" is shown, in milliseconds. */
const COPIED = 2_000;

/** Loads what many conversations do without. */
export const later = () => import('./message-extras.ts');

export type WithMath = typeof import('../markdown/math.ts')['withMath'];

/** What a user can do with a message. */
export interface MessageActions {
  /** Does what a user asked for, and shows what goes wrong. Returns whether it succeeded. */
  attempt(
    task: (chat: Pick<ConversationPort, 'retry' | 'continue' | 'regenerate' | 'edit'>) => Promise<unknown>,
  ): Promise<boolean>;
  copied(): void;
  /** Announces a text to screen readers. */
  say(text: string): void;
}

/** Draws a part that is loaded later among the small buttons of a message. */
export type MessageTool = (message: Message, context: MessageContext) => unknown;

/** What the look of a message depends on besides the message. The same object means the same look. */
export interface MessageContext {
  readonly strings: ChatStrings;
  /** The language that the page declares; as far as is known, also that of the text. */
  readonly locale: string;
  readonly imageOrigins: readonly string[];
  /** Adds formulas to a renderer, if they are to be drawn. */
  readonly math: WithMath | undefined;
  /** Text that arrives in bursts is shown at an even pace. */
  readonly smooth: boolean;
  /** An answer is in progress, so nothing can be requested. */
  readonly busy: boolean;
  /** Whether a cut answer may be continued. */
  readonly continues: boolean;
  readonly actions: MessageActions;
  readonly tools: readonly MessageTool[];
}

/**
 * One message in its own `<article>`. Live and stored messages are drawn the same way: what is new in the text is
 * appended, and only a text that does not continue the drawn one is drawn from the start.
 */
export interface MessageView {
  readonly article: HTMLElement;
  /** The drawn text as it would be read aloud. */
  spokenText(enough?: number): string;
  update(message: Message, context: MessageContext, last: boolean): void;
  /**
   * Hands new text to the renderer. What else changed in the message is drawn by `update`, in the same frame. If the
   * lengths show that `added` is all that is new, the whole text is not read: engines keep a growing text in pieces,
   * and would copy it for each of them.
   */
  feed(message: Message, added: string): void;
  /** Opens the message for editing. */
  edit(): void;
}

export function createMessageView(): MessageView {
  const article = document.createElement('article');
  article.tabIndex = -1;
  /** Contains the text. Kept across renders, so that a selection in it survives. */
  const body = document.createElement('div');
  Object.assign(body, {className: 'body', dir: 'auto', part: 'text'});
  let message!: Message;
  let context!: MessageContext;
  let isLast = false;
  let renderer: MarkdownRenderer | undefined;
  /** Sets the pace at which the renderer gets text. */
  let reveal: Reveal | undefined;
  /** The last renderer, which may still be drawing the end of the answer. */
  let finishing: MarkdownRenderer | undefined;
  let drawn = '';
  /** The renderer gave up on this message. */
  let failed = false;
  /** Replaces everything else while the message is edited. */
  let editor: (() => TemplateResult) | undefined;
  /** There was text at the last render. */
  let shown = false;
  let copied: ReturnType<typeof setTimeout> | undefined;

  /** Appends what is new. Only a text that does not continue the drawn one is drawn from the start. */
  function drawText({text, role, status}: Message): void {
    let from = drawn.length;
    if (text !== drawn) {
      if (role !== 'user' && !failed && !(renderer && text.startsWith(drawn))) {
        if (!text.startsWith(drawn)) from = 0;
        // When an answer is continued, nothing moves, though it may take several frames to draw it again.
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
      // A message of the history gets its height at once; the end of a burst need not block the page.
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
    body.dir = ''; // Each block has its own direction; around them is the chat's.
    const labels = {...strings, image: strings.image + strings.colon};
    renderer = markdownRenderer(body, {
      // If they cannot be loaded, the next block tries again.
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

  /** What cannot be drawn as Markdown is shown as plain text. */
  function draw(text: string, how: (renderer: MarkdownRenderer) => unknown): void {
    drawn = text;
    try {
      if (renderer) how(renderer);
    } catch (error) {
      console.error('sse-chat: a message is shown as plain text.', error);
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
      // A translator of the page replaces text nodes, even those that grow.
      className: `message ${role} ${noteOf(message, strings) ? 'cut' : ''} ${isFinal(status) ? '' : 'notranslate'}`,
      part: `message message-${role}`,
      ariaLabel: time ? fill(fill(strings.message, 'author', author), 'time', time) : author,
    });
    Object.assign(article.dataset, {role, status, id});
    if (body.lang !== locale) body.lang = locale; // Setting even the same one restyles everything in it.
    article.toggleAttribute('data-last', isLast);
    // `thinking` stays until a frame after the text was drawn: a list that lost its height first would move under its
    // reader.
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

  /** Most of the cost of a page's first `Intl` is V8 finding its languages, which is done in two steps beforehand. */
  async function findTime(lang: string): Promise<void> {
    await idle();
    new Intl.Locale(lang).maximize();
    await idle();
    Intl.Segmenter.supportedLocalesOf(lang);
    await idle();
    if (context.busy) return; // The render after that tries again.
    if (!formats.has(lang)) formats.set(lang, new Intl.DateTimeFormat(lang, {timeStyle: 'short'}));
    renderAll();
  }

  /** Draws what is beside the text. The code for it is loaded for the first message that has any. */
  function drawBeside(): BesideText | undefined {
    if (besideOf(message).length === 0 && message.status !== 'error') return undefined;
    if (partsView) return partsView.besideText(article, message, context);
    void import('./parts-view.ts').then(
      loaded => {
        partsView = loaded;
        renderAll();
      },
      () => {}, // Tried again when something changes.
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
        drawn = ''; // It has labels in the previous language.
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
 * Draws once, in idle moments and out of sight, what answers consist of. Otherwise the first answer of a page would
 * have to wait for fonts that nothing else needs, for code that has never run and for an `Intl`, and would freeze while
 * it is being read. Bit by bit, since all at once would be a long task here, too.
 * @param rootOf Has the fonts. The sample has a shadow root of its own in it, so that nobody who looks for messages
 * finds one more.
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

/** Keyed by language. A page's first one takes longer than a frame, so none is created while somebody waits. */
const formats = new Map<string, Intl.DateTimeFormat>();

const whenIdle: (act: () => void) => unknown = globalThis.requestIdleCallback ?? setTimeout;
const idle = () => new Promise<void>(resolve => whenIdle(resolve));
