import type {ConversationInfo, Journal, LoadedConversation} from '../conversation/journal.ts';
import {ChatError} from '../protocol/chat-error.ts';
import type {ConversationController, ConversationPort} from './conversation-controller.ts';
import {ChatHistory} from './history.ts';
import type {Exchange} from './history-exchange.ts';
import type {ChatSettings} from './settings.ts';

type SessionElement = Pick<ChatSettings, 'isConnected' | 'history' | 'historyKey' | 'retentionDays'>;

/** What a session tells its element, and asks of it. */
export interface SessionHooks {
  create(found: {
    readonly journal?: Journal;
    readonly loaded?: LoadedConversation;
    readonly id?: string;
  }): ConversationPort;
  onShow(id: string): void;
  onConversations(): void;
  onStorageError(error: ChatError): void;
}

/** Finds conversations in the history, and gives the controller the one to show. */
export class Session {
  readonly #element: SessionElement;
  readonly #hooks: SessionHooks;
  readonly #controller: ConversationController;
  #history: ChatHistory | undefined;
  #conversations: readonly ConversationInfo[] = [];
  /** Counts what was asked for: what arrives for an earlier one is ignored. */
  #run = 0;
  #ready: Promise<void> = Promise.resolve();

  constructor(element: SessionElement, controller: ConversationController, hooks: SessionHooks) {
    this.#element = element;
    this.#hooks = hooks;
    this.#controller = controller;
  }

  get conversations(): readonly ConversationInfo[] {
    return this.#conversations;
  }

  /** Whether a conversation is shown, or being looked for. */
  get isOpen(): boolean {
    return this.#history !== undefined;
  }

  /** The conversation that is shown, once it was found. @throws {ChatError} `configuration` off the page */
  async current(): Promise<ConversationPort> {
    for (;;) {
      const ready = this.#ready;
      await ready;
      if (ready === this.#ready) break;
    }
    const {conversation} = this.#controller;
    if (!conversation) throw new ChatError('configuration', 'The chat was taken off the page.');
    return conversation;
  }

  /** Shows the conversation of that id; without one this tab's last, else the newest, else a new one. */
  open(id: string | undefined): void {
    const run = ++this.#run;
    const history = this.#openHistory();
    this.#controller.close();
    this.#ready = (async () => {
      const loaded = await history.find(id);
      if (run !== this.#run || !this.#element.isConnected) return;
      this.#show(loaded, id);
      void this.refresh();
    })();
  }

  /** Leaves the history that was used so far, and shows what is found in the one that the settings name now. */
  reopen(id: string | undefined): void {
    this.#closeHistory();
    this.open(id);
  }

  /** Leaves the conversation in the history and begins another. */
  async begin(): Promise<void> {
    await (await this.current()).stop();
    await this.replace();
  }

  /** Shows a conversation of the history, or begins one. */
  async replace(next?: LoadedConversation): Promise<void> {
    this.#run++;
    this.#show(next);
    await this.refresh();
  }

  /** Forgets every conversation. @throws {ChatError} `storage` */
  async clear(): Promise<void> {
    const conversation = await this.current();
    await conversation.stop();
    this.#run++;
    try {
      await this.#history?.clear();
    } finally {
      await this.replace();
    }
  }

  /** What an export reads and an import writes. */
  async exchange(): Promise<Exchange> {
    const {info, settled: messages} = (await this.current()).state;
    return this.#openHistory().exchange(messages.length > 0 ? {info, messages} : undefined);
  }

  /** Reads the list of conversations anew. */
  async refresh(): Promise<void> {
    const history = this.#history;
    const list = (await history?.list()) ?? [];
    if (history !== this.#history) return;
    this.#conversations = list;
    this.#hooks.onConversations();
  }

  /** Closes the stream and lets go of the history. `open` begins again. */
  close(): void {
    this.#run++;
    this.#controller.close();
    this.#closeHistory();
  }

  /** `id` is that of a new conversation, where none was found. */
  #show(loaded: LoadedConversation | undefined, id?: string): void {
    const journal = this.#history?.journal;
    const conversation = this.#hooks.create({
      ...(journal && {journal}),
      ...(loaded && {loaded}),
      ...(id && {id}),
    });
    this.#controller.show(conversation);
    this.#history?.remember(conversation.state.info.id);
    this.#hooks.onShow(conversation.state.info.id);
    void conversation.resume();
  }

  #openHistory(): ChatHistory {
    const {history, historyKey, retentionDays} = this.#element;
    this.#history ??= new ChatHistory({
      kind: history,
      key: historyKey ?? '',
      retention: retentionDays ?? undefined,
      onError: error => this.#hooks.onStorageError(error),
    });
    return this.#history;
  }

  #closeHistory(): void {
    void this.#history?.close();
    this.#history = undefined;
  }
}
