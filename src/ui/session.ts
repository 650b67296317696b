import type {ConversationInfo, Journal, LoadedConversation} from '../conversation/journal.ts';
import {ChatError} from '../protocol/chat-error.ts';
import type {ConversationController, ConversationPort} from './conversation-controller.ts';
import {type ChatHistory, openHistory} from './history.ts';
import type {ChatSettings} from './settings.ts';

type SessionElement = Pick<ChatSettings, 'isConnected' | 'history' | 'historyKey' | 'retentionDays'>;

/** What a session tells its element, and asks of it. */
export interface SessionHooks {
  create(found: {
    readonly journal: Journal | undefined;
    readonly loaded: LoadedConversation | undefined;
    /** That of a new conversation, where none was found. */
    readonly id: string | undefined;
  }): ConversationPort;
  onShow(id: string): void;
  onConversations(): void;
  onStorageError(error: ChatError): void;
}

/** Finds conversations in the history, and gives the controller the one to show. */
export interface Session {
  readonly conversations: readonly ConversationInfo[];
  /** There while a conversation is shown, or being looked for. */
  readonly history: ChatHistory | undefined;
  /** The conversation that is shown, once it was found. @throws {ChatError} `configuration` off the page */
  current(): Promise<ConversationPort>;
  /** Shows the conversation of that id; without one this tab's last, else the newest, else a new one. */
  open(id: string | undefined): void;
  /** Leaves the conversation in the history and begins another. */
  begin(): Promise<void>;
  /** Shows a conversation of the history, or begins one. */
  replace(next?: LoadedConversation): Promise<void>;
  /** Forgets every conversation. @throws {ChatError} `storage` */
  clear(): Promise<void>;
  /** Reads the list of conversations anew. */
  refresh(): Promise<void>;
  /** Closes the stream and lets go of the history. `open` begins again, with the history that the settings name then. */
  close(): void;
}

export function createSession(
  element: SessionElement,
  controller: ConversationController,
  hooks: SessionHooks,
): Session {
  let history: ChatHistory | undefined;
  let conversations: readonly ConversationInfo[] = [];
  /** Counts what was asked for: what arrives for an earlier one is ignored. */
  let run = 0;
  let ready = Promise.resolve();

  function show(loaded: LoadedConversation | undefined, id?: string): Promise<void> {
    const conversation = hooks.create({journal: history?.journal, loaded, id});
    const shown = conversation.state.info.id;
    controller.show(conversation);
    history?.remember(shown);
    hooks.onShow(shown);
    void conversation.resume();
    return refresh();
  }

  async function refresh(): Promise<void> {
    const asked = history;
    const list = await asked?.list();
    if (asked !== history) return;
    conversations = list ?? [];
    hooks.onConversations();
  }

  async function current(): Promise<ConversationPort> {
    let seen: unknown;
    while (seen !== ready) {
      seen = ready;
      await ready;
    }
    if (controller.conversation) return controller.conversation;
    throw new ChatError('configuration', 'The chat was taken off the page.');
  }

  async function stopped(): Promise<void> {
    await (await current()).stop();
    run++;
  }

  async function replace(next?: LoadedConversation): Promise<void> {
    run++;
    await show(next);
  }

  return {
    get conversations() {
      return conversations;
    },
    get history() {
      return history;
    },
    current,
    open(id) {
      const asked = ++run;
      controller.close();
      history ??= openHistory({
        kind: element.history,
        key: element.historyKey ?? '',
        retention: element.retentionDays,
        onError: hooks.onStorageError,
      });
      const found = history.find(id);
      ready = (async () => {
        const loaded = await found;
        if (asked === run && element.isConnected) void show(loaded, id);
      })();
    },
    async begin() {
      await stopped();
      await replace();
    },
    replace,
    async clear() {
      await stopped();
      try {
        await history?.clear();
      } finally {
        await replace();
      }
    },
    refresh,
    close() {
      run++;
      controller.close();
      void history?.close();
      history = undefined;
    },
  };
}
