import type {ConversationInfo, Journal, LoadedConversation} from '../conversation/journal.ts';
import type {ChatError} from '../protocol/chat-error.ts';
import type {ChatStore} from '../store/chat-store.ts';
import {idbStore} from '../store/idb-store.ts';
import {memoryStore} from '../store/memory-store.ts';
import {type StoreJournal, storeJournal} from '../store/store-journal.ts';
import type {Exchange} from './history-exchange.ts';
import {tabMemory} from './tab-memory.ts';

const DAY = 86_400_000;

export interface HistoryOptions {
  readonly kind: 'indexeddb' | 'memory' | 'none';
  /** Separates users. */
  readonly key: string;
  /** Conversations unused for longer are forgotten, in days. */
  readonly retention: number | undefined;
  /** The history failed, once; the chat goes on in memory. */
  readonly onError: (error: ChatError) => void;
}

/** The conversations an element can show, and which of them this tab showed last. */
export class ChatHistory {
  readonly #key: string;
  readonly #store: ChatStore | undefined;
  readonly #journal: StoreJournal | undefined;
  readonly #retention: number | undefined;

  constructor({kind, key, retention, onError}: HistoryOptions) {
    this.#key = key;
    this.#retention = retention;
    if (kind === 'none') return;
    this.#store = kind === 'memory' ? memoryStore() : idbStore(key ? {key} : {});
    this.#journal = storeJournal(this.#store);
    let told = false;
    this.#journal.subscribe(({error}) => {
      if (!error || told) return;
      told = true;
      onError(error);
    });
  }

  get journal(): Journal | undefined {
    return this.#journal;
  }

  /** Newest first. */
  async list(): Promise<readonly ConversationInfo[]> {
    return (await this.#journal?.list()) ?? [];
  }

  /** The conversation of that id; without one this tab's last, else the newest. */
  async find(id: string | undefined): Promise<LoadedConversation | undefined> {
    const days = this.#retention;
    if (days && this.#journal) {
      const {pruneConversations} = await import('../store/prune-conversations.ts');
      // A history that fails says so by itself.
      await pruneConversations(this.#journal, Date.now() - days * DAY).catch(() => {});
    }
    if (id) return this.#journal?.load(id);
    const last = tabMemory.get(this.#lastKey);
    const loaded = last ? await this.#journal?.load(last) : undefined;
    if (loaded) return loaded;
    const [newest] = await this.list();
    return newest && this.#journal?.load(newest.id);
  }

  /** This tab shows that conversation; `undefined` for none yet. */
  remember(id: string | undefined): void {
    if (this.#journal) tabMemory.set(this.#lastKey, id);
  }

  /** What an export reads and an import writes. Without a history that is only what is `shown`, for once. */
  async exchange(shown: LoadedConversation | undefined): Promise<Exchange> {
    const store = this.#store ?? memoryStore();
    if (shown && !this.#store) await store.write(shown);
    return {store, read: this.#journal ?? store};
  }

  /** Forgets every conversation. @throws {ChatError} `storage` */
  async clear(): Promise<void> {
    this.remember(undefined);
    await this.#journal?.clear();
  }

  /** Saves what is not saved yet and lets go of the store. */
  async close(): Promise<void> {
    await this.#journal?.dispose();
    this.#store?.close();
  }

  get #lastKey(): string {
    return `last:${this.#key}`;
  }
}
