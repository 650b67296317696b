import {type CSSResultGroup, html, nothing, type PropertyValues, type TemplateResult} from 'lit';
import {Conversation, type ConversationOptions, type SendOptions} from '../conversation/conversation.ts';
import type {ConversationInfo} from '../conversation/journal.ts';
import {loaded} from '../conversation/loaded.ts';
import type {ConversationStatus} from '../conversation/state.ts';
import type {ChatError} from '../protocol/chat-error.ts';
import type {CompletionMetrics, Message} from '../protocol/message.ts';
import type {ExportedHistory} from '../store/export-conversations.ts';
import {asChatError} from '../transport/as-chat-error.ts';
import {targetsOf} from '../transport/request.ts';
import {iconButton} from './buttons.ts';
import {renderActivity, renderLauncher, renderNotices, renderWelcome} from './chat-pieces.ts';
import {createComposer} from './composer.ts';
import {type ConversationPort, createController} from './conversation-controller.ts';
import * as events from './events.ts';
import type {HistoryFormat} from './history-exchange.ts';
import {closeIcon, downIcon, listIcon, newChatIcon} from './icons.ts';
import type {ChatInside} from './inside.ts';
import {isLeaving} from './keys.ts';
import type {MessageActions, MessageTool, WithMath} from './message-view.ts';
import {activityOf, createNarrator} from './narrator.ts';
import {createSession} from './session.ts';
import {ChatSettings} from './settings.ts';
import {SLOW} from './slow.ts';
import {type StickToEnd, stickToEnd} from './stick-to-end.ts';
import {type ChatStrings, type ChatStringsOverride, english} from './strings.ts';
import {styles} from './styles.ts';
import {tabMemory} from './tab-memory.ts';
import {createTranscript} from './transcript.ts';

/** Milliseconds that the first render waits for its language. Then it is English until the language has loaded. */
const PATIENCE = 3_000;

let math: WithMath | undefined;

/**
 * A chat that talks to any SSE chat endpoint, and that never loses and never doubles a token.
 *
 * Key events in its text boxes do not reach the page, so that typing does not trigger the page's shortcuts.
 *
 * @tagname sse-chat
 *
 * @fires {ChatSendEvent} chat-send - Before a user's message is sent. Cancelable; text and attachments then stay in the composer.
 * @fires {ChatTokenEvent} chat-token - Text arrived.
 * @fires {ChatMessageEvent} chat-message - An answer is final. Fired only in the tab that asked.
 * @fires {ChatStatusEvent} chat-status - `status` changed.
 * @fires {ChatErrorEvent} chat-error - An answer ended in an error, or could not be requested.
 * @fires {ChatMetricsEvent} chat-metrics - The measurements of a final answer.
 * @fires {ChatFeedbackEvent} chat-feedback - A user rated an answer, or took the rating back.
 * @fires {ChatToolCallEvent} chat-tool-call - Before a tool of the page runs. Cancelable; the model is then told so.
 * @fires {ChatOpenEvent} chat-open - The popup was opened.
 * @fires {ChatCloseEvent} chat-close - The popup was closed.
 * @fires {ChatConversationEvent} chat-conversation - Another conversation is shown.
 * @fires {ChatStorageEvent} chat-storage - The history failed; the chat continues in memory.
 *
 * @slot greeting - Replaces the greeting, while there are no messages.
 * @slot header - After the heading, for example for a way to talk to a person.
 * @slot footer - Below the composer, for example for a privacy note.
 * @slot launcher - The launcher's icon.
 *
 * @csspart launcher - The button that opens the popup.
 * @csspart greeting-bubble - The text beside the closed launcher, with the attribute `greeting-bubble`.
 * @csspart panel - The chat itself.
 * @csspart header - The bar at the top.
 * @csspart heading - The chat's name in the header.
 * @csspart conversations-button - Shows the conversations of the history.
 * @csspart conversations - The list of conversations.
 * @csspart new-chat-button - Begins another conversation.
 * @csspart move-button - Moves the launcher, with the attribute `movable-launcher`.
 * @csspart close-button - Closes the popup.
 * @csspart transcript - The list of messages, which scrolls.
 * @csspart greeting - Shown while there are no messages.
 * @csspart suggestions - The list of suggestions after an answer.
 * @csspart suggestion - A button with a suggested message.
 * @csspart message - A message.
 * @csspart message-user - A message from the user.
 * @csspart message-assistant - An answer.
 * @csspart text - A message's text.
 * @csspart reasoning - The model's reasoning before its answer, and its duration.
 * @csspart sources - The sources of an answer.
 * @csspart files - Images and other files of a message.
 * @csspart refusal - Says that the answer is a refusal, and why.
 * @csspart tool-call - A tool call, folded.
 * @csspart allow-button - Allows a tool to run.
 * @csspart deny-button - Denies it.
 * @csspart thinking - The placeholder of an answer before its first character.
 * @csspart wait - Says what a slow or stalled answer is waiting for.
 * @csspart note - How an answer ended if it is not complete, and what to do about it.
 * @csspart continue-button - Continues a cut answer.
 * @csspart retry-button - Asks again.
 * @csspart details - Details of an error, to quote to support.
 * @csspart tools - The small buttons of a message.
 * @csspart quote-button - Quotes what is selected in an answer.
 * @csspart branches - Which version of a message is shown.
 * @csspart previous-branch-button - Shows the previous version.
 * @csspart next-branch-button - Shows the next version.
 * @csspart good-button - Rates an answer as good, with the attribute `feedback`.
 * @csspart bad-button - Rates it as bad.
 * @csspart read-button - Reads an answer aloud, with the attribute `voice`.
 * @csspart feedback-note - The note that can be added to a rating.
 * @csspart editor - Where a message is edited.
 * @csspart day - Above the first message of each day, unless the whole conversation is of today.
 * @csspart earlier-button - Above the first drawn message, if there are earlier ones.
 * @csspart omitted - Above the first message that is still sent to the model.
 * @csspart activity - What the chat is waiting for.
 * @csspart jump-button - Scrolls to the latest message.
 * @csspart notice - A problem with the chat as a whole, or with a file.
 * @csspart composer - The form at the bottom.
 * @csspart field - The box around the input and its button.
 * @csspart input - The text box.
 * @csspart attach-button - Picks files, with the attribute `attachments`.
 * @csspart camera-button - Takes a photo, on touch screens.
 * @csspart dictate-button - Starts dictation, with the attribute `voice`.
 * @csspart attachments - The files attached to the message being written.
 * @csspart attachment - One of these files.
 * @csspart remove-button - Removes it.
 * @csspart drop-zone - Covers the messages while files are dragged over the chat.
 * @csspart queued - A message that waits for the current answer.
 * @csspart queued-edit-button - Puts it back into the text box.
 * @csspart queued-cancel-button - Removes it.
 * @csspart send-button - Sends, or stops.
 * @csspart stop-button - The same button while it is Stop.
 *
 * @cssproperty [--sse-chat-accent] - Colour of the launcher, the send button, links and focus rings.
 * @cssproperty [--sse-chat-accent-text] - Text on the accent colour.
 * @cssproperty [--sse-chat-background] - Background of the panel.
 * @cssproperty [--sse-chat-surface] - Background of code, table headers and quiet boxes.
 * @cssproperty [--sse-chat-text] - Colour of text.
 * @cssproperty [--sse-chat-muted] - Colour of less important text.
 * @cssproperty [--sse-chat-border] - Colour of lines.
 * @cssproperty [--sse-chat-user-background] - Background of the user's messages.
 * @cssproperty [--sse-chat-user-text] - Text of the user's messages.
 * @cssproperty [--sse-chat-error] - Colour of errors.
 * @cssproperty [--sse-chat-font] - Font family.
 * @cssproperty [--sse-chat-code-font] - Font family of code.
 * @cssproperty [--sse-chat-code-addition] - Colour of added lines in a diff.
 * @cssproperty [--sse-chat-code-attribute] - Colour of attribute, property and variable names in code.
 * @cssproperty [--sse-chat-code-comment] - Colour of comments in code.
 * @cssproperty [--sse-chat-code-deletion] - Colour of removed lines in a diff.
 * @cssproperty [--sse-chat-code-keyword] - Colour of keywords in code.
 * @cssproperty [--sse-chat-code-meta] - Colour of metadata in code, such as decorators.
 * @cssproperty [--sse-chat-code-number] - Colour of numbers and literals such as `true` in code.
 * @cssproperty [--sse-chat-code-string] - Colour of strings in code.
 * @cssproperty [--sse-chat-code-tag] - Colour of tag names in code.
 * @cssproperty [--sse-chat-code-title] - Colour of function names and headings in code.
 * @cssproperty [--sse-chat-code-type] - Colour of types and built-ins in code.
 * @cssproperty [--sse-chat-font-size=15px] - Font size.
 * @cssproperty [--sse-chat-radius=16px] - Corner radius of the panel; other radii derive from it.
 * @cssproperty [--sse-chat-measure=720px] - Maximum width of code, tables and the composer; lines of text are at most 38em.
 * @cssproperty [--sse-chat-popup-width=400px] - Inline size of the popup and the panel.
 * @cssproperty [--sse-chat-popup-height=660px] - Block size of the popup.
 * @cssproperty [--sse-chat-offset=20px] - Distance of the launcher from the edges of the window.
 * @cssproperty [--sse-chat-z-index=2147483000] - `z-index` of the launcher and the popup.
 *
 * @cssstate open - The popup is open.
 * @cssstate streaming - An answer is under way.
 * @cssstate offline - The chat waits for the network.
 * @cssstate error - The last answer ended in an error.
 */
export class SseChat extends ChatSettings {
  static override styles: CSSResultGroup = styles;

  /** The panel, if it had the focus before this render. */
  #focused: Element | null | undefined;
  #texts: ChatStrings = english;
  /** The language that the page declares, and its own strings. */
  #tag = '';
  #own: ChatStringsOverride | null | undefined;
  /** Why no request is possible at all. */
  #setup: ChatError | undefined;
  /** Why the last thing that the user asked for failed. */
  #problem: ChatError | undefined;
  #unsaved = false;
  #unread = 0;
  #metrics: CompletionMetrics | undefined;
  #tick: ReturnType<typeof setTimeout> | undefined;
  /** Pending while a request waits for its conversation. */
  #asked: Promise<ConversationPort> | undefined;
  #internals: ElementInternals | undefined;
  #stick: StickToEnd | undefined;
  /** On a phone an open popup covers the page. */
  #phone: MediaQueryList | undefined;
  #tools: readonly MessageTool[] = [];

  readonly #observer = new MutationObserver(() => this.requestUpdate());
  readonly #transcript = createTranscript(
    () => this.#enter(),
    () => this.renderRoot.querySelector('.root')!,
  );
  readonly #narrator = createNarrator(
    () => this.announce,
    () => this.#texts,
    (id, enough) => this.#transcript.view(id)?.spokenText(enough) ?? '',
  );
  readonly #controller = createController(this, {
    onStatus: (state, cause) => {
      this.#narrator.onStatus(state, cause?.kind);
      this.dispatchEvent(new events.ChatStatusEvent(state.status, state.retryAt));
    },
    onText: (text, message) => {
      this.dispatchEvent(new events.ChatTokenEvent(text, message.id));
      this.#narrator.onText(message);
    },
    onAnswer: (message, error, elsewhere) => this.#onAnswer(message, error, elsewhere),
    feed: (open, added) => this.#transcript.view(open.id)?.feed(open, added),
    draw: this.#transcript.updateOpen,
  });
  readonly #session = createSession(this, this.#controller, {
    create: found =>
      this.createConversation({
        ...this.requestOptions,
        ...found,
        approveTool: async (call, asks) =>
          (await loaded(import('./tool-calls.ts'))).approve(this, this.#actions, call, asks),
      } as ConversationOptions),
    onShow: id => this.#onShow(id),
    onConversations: () => this.requestUpdate(),
    onStorage: error => {
      this.#unsaved = !!error;
      this.requestUpdate();
      if (error) this.dispatchEvent(new events.ChatStorageEvent(error));
    },
  });
  readonly #composer = createComposer(this, {
    send: async text =>
      this.dispatchEvent(new events.ChatSendEvent(text)) && this.#try(() => this.send(text)),
    queue: words => this.#try(() => loaded(this.#extend(words))),
    stop: () => void this.stop(),
    editLast: () => this.#busy || this.#transcript.view(`${this.#said?.id}`)?.edit(),
  });
  readonly #actions: MessageActions = {
    attempt: task => this.#try(task),
    copied: () => this.#narrator.say(this.#texts.copied),
    say: this.#narrator.say,
  };

  /** The messages of the current conversation, as plain JSON values. */
  get messages(): readonly Message[] {
    return this.#controller.conversation?.messages ?? [];
  }

  /** What the chat is doing now. */
  get status(): ConversationStatus {
    return this.#controller.conversation?.state.status ?? 'ready';
  }

  /** Measurements of the last answer that became final in this tab. */
  get metrics(): CompletionMetrics | undefined {
    return this.#metrics;
  }

  /** Answers that became final while the popup was closed. Up to date when `chat-message` and `chat-open` fire. */
  get unread(): number {
    return this.#unread;
  }

  /** The conversations of this history, newest first. */
  get conversations(): readonly ConversationInfo[] {
    return this.#session.conversations;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#narrator.connect(this);
    this.#observer.observe(this.getRootNode(), {attributeFilter: ['lang', 'dir'], subtree: true});
    this.#phone = matchMedia('(width <= 480px)');
    this.#phone.onchange = () => this.requestUpdate();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#phone!.onchange = null; // Otherwise the window would keep the element alive.
    this.#observer.disconnect();
    clearTimeout(this.#tick);
    // An element that `append` moves is removed and inserted again within one task.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#session.close();
      this.#narrator.disconnect();
    });
  }

  /** Its mere presence makes `moveBefore()` keep the element connected. */
  connectedMoveCallback(): void {}

  /**
   * The first render waits for the page's language, and any for the code that finds formulas, or for that to fail. It
   * has a task of its own: together with running this file, it would be a long one on a slow phone.
   */
  protected override async scheduleUpdate(): Promise<void> {
    const loading = Promise.all([
      this.#speak(),
      this.hasUpdated || new Promise(resolve => setTimeout(resolve)),
    ]);
    if (this.math && !math) {
      const chunk = await import('../markdown/math.ts').catch(() => undefined);
      math = chunk?.withMath ?? (plain => plain);
    }
    await (this.hasUpdated || Promise.race([loading, new Promise(resolve => setTimeout(resolve, PATIENCE))]));
    super.scheduleUpdate();
  }

  /**
   * Switches to the language of its strings, of its own `lang`, or of the closest one around it, once it has loaded.
   */
  async #speak(): Promise<void> {
    const own = this.strings;
    const tag = own?.lang || (this.closest<HTMLElement>('[lang]') ?? document.documentElement).lang;
    if (tag === this.#tag && own === this.#own) return;
    this.#tag = tag;
    this.#own = own;
    const isEnglish = /^(en(-[a-z]{2})?)?$/i.test(tag);
    const lang = (isEnglish && tag) || english.lang;
    let texts: ChatStrings = {...english, ...own, errors: english.errors, lang};
    try {
      if (own || !isEnglish) texts = await (await import('./language.ts')).findStrings(tag, own);
    } catch {} // Failing to load a language is no error.
    if (tag !== this.#tag || own !== this.#own) return;
    this.#texts = texts;
    this.requestUpdate();
  }

  protected override willUpdate(changed: PropertyValues): void {
    this.#focused = this.shadowRoot?.activeElement?.closest('.panel');
    const isElsewhere = ['endpoint', 'fallbackEndpoints', 'transport'].some(name => changed.has(name));
    if (isElsewhere || !this.hasUpdated) this.#setup = checkSetup(this.requestOptions);
    if (changed.has('open') && this.open) this.#unread = 0;
    if (this.hasUpdated && changed.size > (changed.has('open') ? 1 : 0)) {
      this.#problem = undefined;
      this.#controller.conversation?.configure(this.requestOptions);
    }
    const {state} = this.#controller;
    if (state) {
      this.#transcript.update(state, {
        strings: this.#texts,
        locale: this.#tag,
        imageOrigins: this.imageOrigins,
        math: this.math ? math : undefined,
        smooth: this.announce !== 'sentences', // Sentences are announced from what is shown.
        busy: this.#busy,
        continues: this.continuation !== 'off',
        actions: this.#actions,
        tools: this.#tools,
      });
    }
  }

  protected override firstUpdated(): void {
    const find = (selector: string) => this.renderRoot.querySelector<HTMLElement>(selector)!;
    this.#stick = stickToEnd(find('.transcript'), find('.list'), () =>
      setTimeout(() => this.requestUpdate()),
    );
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('history') || changed.has('historyKey')) this.#session.close();
    const id = this.conversationId ?? undefined;
    const isOther = changed.has('conversationId') && id !== this.#controller.state?.info.id;
    if (isOther) this.#composer.show();
    if (this.isConnected && (isOther || !this.#session.history)) this.#session.open(id);
    const {settled, branches, omitted} = this.#controller.state ?? {};
    const suggests = settled?.length && changed.has('suggestions');
    // False without a message.
    const isOld = (settled?.[0]?.createdAt as number) < new Date().setHours(0, 0, 0, 0);
    const opened = this.#isOpen;
    if (
      changed.has('attachments') ||
      this.feedback ||
      this.voice ||
      this.imageOrigins.length ||
      this.greetingBubble ||
      this.movableLauncher ||
      branches?.length ||
      omitted ||
      suggests ||
      isOld ||
      this.#stick?.away ||
      tabMemory('places') ||
      this.ownerDocument !== document ||
      this.#covers
    )
      this.#extend(suggests ? changed : undefined);
    if (changed.has('open') && this.#floats && opened !== (changed.get('open') ?? false)) {
      if (opened) {
        this.#composer.grow(); // Nothing has a height while the popup is closed.
        this.#stick?.jump();
      }
      this.dispatchEvent(opened ? new events.ChatOpenEvent() : new events.ChatCloseEvent());
    }
    // Hiding the panel would lose the focus, which would start again at the top of the page.
    if (this.#floats && !opened && this.#focused)
      this.renderRoot.querySelector<HTMLElement>('.launcher')?.focus();
    this.#setStates();
    this.#countDown();
  }

  /** Sends a message. Resolves with the answer once it is final. @throws {ChatError} `busy`, `configuration` */
  async send(text: string, options?: SendOptions): Promise<Message> {
    return (await this.#current()).send(text, options);
  }

  /** Ends the current answer. Final: no request follows. */
  async stop(): Promise<void> {
    // A request that still waits for its conversation is made first, and stopped at once.
    const waits = this.#asked?.then(
      conversation => conversation.stop(),
      () => {},
    );
    await this.#controller.conversation?.stop();
    await waits;
  }

  /** Asks again for the last answer, replacing one that failed or was cut. */
  async retry(): Promise<Message> {
    return (await this.#current()).retry();
  }

  /** Continues the last answer where it ended. */
  async continue(): Promise<Message> {
    return (await this.#current()).continue();
  }

  /** Asks again for an answer, by default the last. The old one and what followed it are kept as a branch. */
  async regenerate(id?: string): Promise<Message> {
    return (await this.#current()).regenerate(id);
  }

  /** Replaces the text of a user's message and asks again. What was there is kept as a branch. */
  async edit(id: string, text: string): Promise<Message> {
    return (await this.#current()).edit(id, text);
  }

  /** Forgets every conversation of this history, also on disk, and begins a new one. @throws {ChatError} `storage` */
  async clear(): Promise<void> {
    await this.updateComplete;
    await this.#session.clear();
  }

  /** Leaves the conversation in the history and begins another. */
  async newConversation(): Promise<void> {
    await this.updateComplete;
    await this.#session.begin();
  }

  /** Opens the popup. The focus stays where it is, unless it is in this element already. */
  async show(): Promise<void> {
    const focused = this.shadowRoot?.activeElement;
    this.open = true;
    await this.updateComplete;
    if (focused?.matches('.launcher')) this.#enter();
  }

  /** Closes the popup. A running answer continues. */
  async hide(): Promise<void> {
    this.open = false;
    await this.updateComplete;
  }

  /** Opens or closes the popup. */
  async toggle(): Promise<void> {
    await (this.open ? this.hide() : this.show());
  }

  /** The whole history, newest conversation first: `json` as plain values, `markdown` as text for people. */
  exportHistory(format?: 'json'): Promise<ExportedHistory>;
  exportHistory(format: 'markdown'): Promise<string>;
  async exportHistory(format: HistoryFormat = 'json'): Promise<ExportedHistory | string> {
    return (await this.#list()).exportHistory(this.#session, format, this.#texts);
  }

  /**
   * Adds conversations to the history and shows the first: the result of `exportHistory('json')`, as values or as JSON
   * text, or `{messages: [{role, text}]}`. @throws {ChatError} `configuration`, `storage`
   */
  async importHistory(data: unknown): Promise<void> {
    await (await this.#list()).importHistory(this.#session, data);
  }

  async #list() {
    await this.updateComplete;
    return loaded(import('./conversation-list.ts'));
  }

  /** Focuses the text box. */
  override focus(): void {
    this.#composer.focus();
  }

  /**
   * Draws earlier messages of a long conversation (50 by default), which otherwise happens when the user scrolls up.
   * Resolves with whether there are still more. `messages` always has all of them.
   */
  async loadEarlier(count?: number): Promise<boolean> {
    await this.updateComplete;
    return this.#transcript.drawEarlier(count);
  }

  /** Creates a conversation. Tests replace it. */
  protected createConversation(options: ConversationOptions): ConversationPort {
    return new Conversation(options);
  }

  protected override render(): TemplateResult {
    const texts = this.#texts;
    const floats = this.#floats;
    const heading = this.heading || texts.heading;
    const {state, cause} = this.#controller;
    return html`<div class="root" lang=${texts.lang} dir=${this.closest<HTMLElement>('[lang],[dir]')?.dir ? nothing : (texts.dir ?? 'ltr')}
      data-mode=${this.mode} data-theme=${this.theme} @keydown=${this.#onKeydown} @keypress=${isLeaving} @keyup=${isLeaving}>
      <section class="panel" id="panel" part="panel" tabindex="-1" ?hidden=${floats && !this.open}
        role=${floats ? 'dialog' : 'region'} aria-label=${heading}>
        <div class="header" part="header">
          <h2 class="heading" part="heading"><bdi>${heading}</bdi></h2>
          <slot name="header"></slot>
          ${this.history === 'none' ? nothing : iconButton(texts.conversations, listIcon, 'quiet', this.#onConversations, 'conversations-button')}
          ${iconButton(texts.newChat, newChatIcon, 'quiet', () => this.newConversation().then(this.#composer.focus), 'new-chat-button')}
          ${floats ? iconButton(texts.close, closeIcon, 'quiet', this.hide, 'close-button') : nothing}
        </div>
        <div class="middle">
          <div class="transcript" part="transcript" role="log" aria-live="off" aria-label=${texts.transcript}
            tabindex="0" @focusin=${this.#extend} @selectstart=${this.#extend}>
            <div class="list">${this.#renderList()}${renderActivity(state ? activityOf(state, cause?.kind, texts) : '')}</div>
          </div>
          ${this.#stick?.away ? iconButton(texts.jump, downIcon, 'jump', () => this.#stick?.jump(), 'jump-button') : nothing}
        </div>
        ${renderNotices(texts, (this.#problem ?? this.#setup)?.kind, this.#unsaved)}
        ${this.#composer.render({
          strings: texts,
          placeholder: this.placeholder || texts.placeholder,
          busy: this.#answers,
          blocked: this.#setup !== undefined || this.#busy,
        })}
        <slot name="footer"></slot>
      </section>
      ${floats ? renderLauncher(texts, this.open, this.#unread, this.#onLauncher) : nothing}
    </div>`;
  }

  #renderList(): unknown {
    const {state} = this.#controller;
    if (!state) return nothing; // The history is being read: neither messages nor a greeting would be true.
    if (state.settled.length > 0 || state.open) return this.#transcript.root;
    return renderWelcome(this.#texts, this.greeting, this.suggestions ?? [], text => {
      this.#enter(); // The button disappears, and the focus must not be lost with it.
      void this.#composer.actions.send(text); // With attachments.
    });
  }

  /** The conversation for a request, once it has been found; off the page, once the element is on it. */
  #current(): Promise<ConversationPort> {
    const asked = this.updateComplete
      .then(() => {
        this.#stick?.jump(true);
        return this.#session.current();
      })
      .finally(() => {
        this.#asked = undefined;
      });
    this.#asked = asked;
    return asked;
  }

  /** Whether the chat lies over the page, and can be opened and closed. */
  get #floats(): boolean {
    return this.mode !== 'inline';
  }

  get #isOpen(): boolean {
    return this.#floats && this.open;
  }

  /** Whether it is open and covers the whole page. */
  get #covers(): boolean {
    return this.isConnected && this.#isOpen && (this.mode === 'fullscreen' || this.#phone!.matches);
  }

  /** An answer is in progress, here or in another tab. */
  get #busy(): boolean {
    return this.#controller.state?.open !== undefined;
  }

  /** An answer is in progress that was requested here, and can be stopped. */
  get #answers(): boolean {
    return this.#busy && !this.#controller.state?.elsewhere;
  }

  /** Loads what not every chat needs. If that fails, the chat works without it. */
  #extend(why?: PropertyValues | Event | string): Promise<unknown> {
    const extras = import('./extras.ts');
    extras.then(
      ({extend}) => extend(() => this.#inside, why),
      () => {},
    );
    return extras;
  }

  /** What the parts that are loaded later work with. */
  get #inside(): ChatInside {
    return {
      ...this.#actions,
      element: this,
      session: this.#session,
      controller: this.#controller,
      composer: this.#composer,
      narrator: this.#narrator,
      stick: this.#stick,
      strings: this.#texts,
      covers: this.#covers,
      enter: () => this.#enter(),
      addTool: tool => {
        this.#tools = [...new Set([...this.#tools, tool])];
        this.requestUpdate();
      },
    };
  }

  /** On touch screens not into the text box: a keyboard would cover what there is to read. */
  #enter(): void {
    const {matches} = matchMedia('(pointer:coarse)');
    this.renderRoot
      .querySelector<HTMLElement>(matches ? '.panel' : '.composer textarea')!
      .focus({preventScroll: matches});
  }

  #setStates(): void {
    const status = this.#controller.state?.status;
    const wanted = {
      open: this.#isOpen,
      streaming: this.#busy,
      offline: status === 'offline',
      error: status === 'error',
    };
    try {
      this.#internals ??= this.attachInternals();
      for (const [name, on] of Object.entries(wanted)) this.#internals.states[on ? 'add' : 'delete'](name);
    } catch {
      // Without internals, only `:state()` is missing. Engines that want dashes before the name lack it, too.
    }
  }

  /** Shows the countdown before a retry in whole seconds. What says that an answer is slow is loaded when one is. */
  #countDown(): void {
    clearTimeout(this.#tick);
    const left = (this.#controller.state?.retryAt ?? 0) - Date.now();
    if (left > 0) this.#tick = setTimeout(() => this.requestUpdate(), left % 1_000 || 1_000);
    else if (this.#busy) this.#tick = setTimeout(() => this.#extend(), SLOW);
  }

  /** Does what the user asked for, and shows what goes wrong. Returns whether it succeeded. */
  async #try(ask: (chat: this) => Promise<unknown>): Promise<boolean> {
    this.#problem = undefined;
    try {
      await ask(this);
      return true;
    } catch (cause) {
      const error = asChatError(cause);
      this.#problem = error;
      this.requestUpdate();
      this.#narrator.alert(this.#texts.errors[error.kind]);
      console.error('sse-chat:', error);
      this.dispatchEvent(new events.ChatErrorEvent(error));
      return false;
    }
  }

  get #said(): Message | undefined {
    return this.messages.findLast(({role}) => role === 'user');
  }

  #onShow(id: string): void {
    this.#narrator.reset();
    this.#problem = undefined;
    this.#composer.show(id, this.#said?.text);
    this.#stick?.jump();
    this.dispatchEvent(new events.ChatConversationEvent(id));
  }

  #onAnswer(message: Message, error: ChatError | undefined, elsewhere: boolean): void {
    // The drawn text is what is announced.
    void this.#controller.drawn().then(() => this.#narrator.onAnswer(message));
    void this.#session.refresh();
    this.#problem = undefined; // A user who was told to wait can ask now.
    if (elsewhere) return; // The tab that requested it has reported and measured it.
    this.#metrics = message.metrics ?? this.#metrics;
    if (this.#floats && !this.open) this.#unread++;
    this.dispatchEvent(new events.ChatMessageEvent(message));
    if (message.metrics) this.dispatchEvent(new events.ChatMetricsEvent(message.metrics, message.id));
    if (error && (message.status === 'error' || message.status === 'interrupted')) {
      this.dispatchEvent(new events.ChatErrorEvent(error));
    }
  }

  #onKeydown(event: KeyboardEvent): void {
    if (!isLeaving(event)) return;
    if (this.#answers) void this.stop();
    else if (this.#isOpen) void this.hide();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #onLauncher(event: Event): void {
    (event.currentTarget as HTMLElement).focus(); // In Safari, a click does not.
    void this.toggle();
  }

  #onConversations(event: Event): void {
    const opener = event.currentTarget as HTMLElement;
    void this.#try(async () => {
      (await this.#list()).toggleConversations(opener, () => this.#inside);
    });
  }
}

/** Why no request is possible with these options. */
function checkSetup(options: ConversationOptions): ChatError | undefined {
  try {
    targetsOf(options);
    return undefined;
  } catch (error) {
    console.error('sse-chat:', error);
    return error as ChatError;
  }
}
