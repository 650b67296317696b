import type {ConversationInfo, LoadedConversation} from '../conversation/journal.ts';
import type {ChatError} from '../protocol/chat-error.ts';
import type {ChatStore} from '../store/chat-store.ts';
import {idbStore} from '../store/idb-store.ts';
import {memoryStore} from '../store/memory-store.ts';
import {type StoreJournal, storeJournal} from '../store/store-journal.ts';
import {recall, remember} from './tab-memory.ts';

const DAY = 86_400_000;

export interface HistoryOptions {
  readonly kind: 'indexeddb' | 'memory' | 'none';
  /** Separates users. */
  readonly key: string;
  /** Conversations unused for longer are forgotten, in days. */
  readonly retention: number | null | undefined;
  /** The history failed, once; the chat goes on in memory. */
  readonly onError: (error: ChatError) => void;
}

/** The conversations an element can show, and which of them this tab showed last. */
export interface ChatHistory {
  readonly store: ChatStore | undefined;
  readonly journal: StoreJournal | undefined;
  /** Newest first. */
  list(): Promise<readonly ConversationInfo[]>;
  /** The conversation of that id; without one this tab's last, else the newest. */
  find(id: string | undefined): Promise<LoadedConversation | undefined>;
  /** This tab shows that conversation. */
  remember(id: string): void;
  /** Forgets every conversation. @throws {ChatError} `storage` */
  clear(): Promise<void>;
  /** Saves what is not saved yet and lets go of the store. */
  close(): Promise<void>;
}

export function openHistory({kind, key, retention, onError}: HistoryOptions): ChatHistory {
  const lastKey = `last:${key}`;
  const store = kind === 'memory' ? memoryStore() : kind === 'indexeddb' ? idbStore({key}) : undefined;
  const journal = store && storeJournal(store);
  const unsubscribe = journal?.subscribe(({error}) => {
    if (!error) return;
    unsubscribe?.();
    onError(error);
  });

  const list = async (): Promise<readonly ConversationInfo[]> => (await journal?.list()) ?? [];

  return {
    store,
    journal,
    list,
    async find(id) {
      if (!journal) return undefined;
      if (retention) {
        const {pruneConversations} = await import('../store/prune-conversations.ts');
        // A history that fails says so by itself.
        await pruneConversations(journal, Date.now() - retention * DAY).catch(() => {});
      }
      if (id) return journal.load(id);
      const last = recall(lastKey);
      const loaded = last && (await journal.load(last));
      if (loaded) return loaded;
      const [newest] = await journal.list();
      return newest && journal.load(newest.id);
    },
    remember(id) {
      if (journal) remember(lastKey, id);
    },
    async clear() {
      remember(lastKey, '');
      await journal?.clear();
    },
    async close() {
      await journal?.dispose();
      store?.close();
    },
  };
}
