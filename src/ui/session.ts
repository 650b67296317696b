import type {ConversationInfo, Journal, LoadedConversation} from '../conversation/journal.ts';
import {ChatError} from '../protocol/chat-error.ts';
import type {ChatStore} from '../store/chat-store.ts';
import {idbStore} from '../store/idb-store.ts';
import {memoryStore} from '../store/memory-store.ts';
import {type StoreJournal, storeJournal} from '../store/store-journal.ts';
import type {ConversationController, ConversationPort} from './conversation-controller.ts';
import type {ChatSettings} from './settings.ts';
import {tabMemory} from './tab-memory.ts';

type SessionElement = Pick<ChatSettings, 'isConnected' | 'history' | 'historyKey' | 'retentionDays'>;

/** What a session reports to its element, and asks of it. */
export interface SessionHooks {
  create(found: {
    readonly journal: Journal | undefined;
    readonly loaded: LoadedConversation | undefined;
    /** The id for a new conversation, if none was found. */
    readonly id: string | undefined;
  }): ConversationPort;
  onShow(id: string): void;
  onConversations(): void;
  /** The history failed, and the chat continues in memory; or, without an error, it works again and has everything. */
  onStorage(error: ChatError | undefined): void;
}

/** Where conversations are stored: nowhere with `history="none"`. */
interface ChatHistory {
  readonly store: ChatStore | undefined;
  readonly journal: StoreJournal | undefined;
  /** The key under which this tab remembers the id of its last conversation. */
  readonly lastKey: string;
}

/** Finds conversations in the history, and gives the controller the one to show. */
export interface Session {
  /** Newest first. */
  readonly conversations: readonly ConversationInfo[];
  /** Set while a conversation is shown or being looked for. */
  readonly history: ChatHistory | undefined;
  /** The conversation on screen, once it has been found. @throws {ChatError} `configuration` off the page */
  current(): Promise<ConversationPort>;
  /**
   * Shows the conversation with this id, which may be new; without one, this tab's last, else the newest, else a new
   * one.
   */
  open(id: string | undefined): void;
  /** Leaves the conversation in the history and begins another. */
  begin(): Promise<void>;
  /** Shows a conversation of the history, or begins one. */
  replace(next?: LoadedConversation): Promise<void>;
  /** Forgets every conversation. @throws {ChatError} `storage` */
  clear(): Promise<void>;
  /** Reads the list of conversations again. */
  refresh(): Promise<void>;
  /** Closes the stream and the history. `open` begins again, with the history that the settings name then. */
  close(): void;
}

const draftOf = (id: string | undefined) => tabMemory(`draft:${id}`);

export function createSession(
  element: SessionElement,
  controller: ConversationController,
  hooks: SessionHooks,
): Session {
  let history: ChatHistory | undefined;
  let conversations: readonly ConversationInfo[] = [];
  /** Counts requests: what arrives for an earlier one is ignored. */
  let run = 0;
  let ready = Promise.resolve();

  function openHistory(): ChatHistory {
    const key = element.historyKey ?? '';
    const stores: Partial<Record<string, () => ChatStore>> = {
      indexeddb: () => idbStore({key}),
      memory: memoryStore,
    };
    const store = stores[element.history]?.();
    const journal = store && storeJournal(store);
    journal?.subscribe(({error}) => hooks.onStorage(error));
    return {store, journal, lastKey: `last:${key}`};
  }

  async function find(
    {journal}: ChatHistory,
    id: string | undefined,
    last: string | undefined,
    asked: number,
  ): Promise<LoadedConversation | undefined> {
    if (!journal) return undefined;
    const load = (found: string) =>
      journal.load(found, part => {
        if (asked === run) controller.preview(part);
      });
    const days = element.retentionDays;
    if (days) {
      await import('../store/seldom.ts').then(
        seldom => seldom.forgetOld(journal, days),
        () => {}, // Done the next time.
      );
    }
    if (id) return load(id);
    const loaded = last ? await load(last) : undefined;
    if (loaded || draftOf(last)) return loaded;
    const [newest] = await journal.list();
    return newest && load(newest.id);
  }

  async function show(loaded: LoadedConversation | undefined, id?: string): Promise<void> {
    const conversation = hooks.create({journal: history?.journal, loaded, id});
    const shown = conversation.state.info.id;
    controller.show(conversation);
    if (history?.journal) tabMemory(history.lastKey, shown);
    hooks.onShow(shown);
    void conversation.resume();
    await refresh();
  }

  async function refresh(): Promise<void> {
    const asked = history;
    const list = await asked?.journal?.list();
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
    return shown();
  }

  function shown(): ConversationPort {
    if (controller.conversation) return controller.conversation;
    throw new ChatError('configuration', 'The chat was removed from the page.');
  }

  /** Begins a new conversation once the current one has stopped. What is sent meanwhile waits for that. */
  async function leave(forget?: () => Promise<void>): Promise<void> {
    let replaced: Promise<void> | undefined;
    const left = ready.then(() =>
      shown()
        .stop()
        .then(forget)
        .finally(() => {
          replaced = replace();
        }),
    );
    ready = left.catch(() => {});
    await left;
    await replaced;
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
      history ??= openHistory();
      const {journal, lastKey} = history;
      const last = journal && tabMemory(lastKey);
      ready = find(history, id, last, asked).then(loaded => {
        // A conversation without messages may have a draft.
        if (asked === run && element.isConnected) void show(loaded, id ?? (draftOf(last) && last));
      });
    },
    begin: leave,
    replace,
    clear: () =>
      leave(async () => {
        if (history) tabMemory(history.lastKey, '');
        await history?.journal?.clear();
      }),
    refresh,
    close() {
      run++;
      controller.close();
      const {journal, store} = history ?? {};
      history = undefined;
      // What is not saved yet is saved before the store is closed.
      void journal?.dispose().then(() => store?.close());
    },
  };
}
