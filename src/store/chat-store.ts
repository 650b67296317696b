import type {
  AttemptRecord,
  Branch,
  ConversationInfo,
  LoadedConversation,
  ResumeCursor,
} from '../conversation/journal.ts';
import type {Message} from '../protocol/message.ts';
import type {IdbUseStore} from './idb-use-store.ts';

/** What changes in one conversation. */
export interface ChatStoreWrite {
  readonly info: ConversationInfo;
  /** Put by id. A message keeps the place that its id first took. A branch is kept beside them, under its own id. */
  readonly messages?: readonly (Message | Branch)[];
  /** Removed by id, before the messages are put. */
  readonly removed?: readonly string[];
  /**
   * Replaces the conversation's record of an answer under way; `null` removes it. Its own `cursor` is not kept:
   * only the one beside the text is known to match it.
   */
  readonly attempt?: AttemptRecord | null;
  /**
   * Belongs to the last of `messages` and is kept in the same record, so that it cannot run ahead of the text.
   * Putting a message without it removes it.
   */
  readonly cursor?: ResumeCursor | undefined;
  /** `strict` before a request and at an end, `relaxed` for checkpoints. The strictest of a call counts. Default `strict`. */
  readonly durability?: 'strict' | 'relaxed';
}

/** A store that all pages of an origin share. */
export interface SharedStore {
  /** The same in all of them, and unique to this store. */
  readonly name: string;
  /** Runs transactions, for what is kept beside the conversations. */
  readonly use: IdbUseStore;
}

export type EarlyListener = (part: LoadedConversation) => void;

/**
 * Where conversations are kept. Every method may reject with a `ChatError` of kind `storage`; callers then continue in
 * memory (see `StoreJournal`). Messages given and returned are shared, never changed in place.
 */
export interface ChatStore {
  /** Set if other tabs have the same conversations: they are then told what is said here. */
  readonly shared?: SharedStore;
  /** Newest first. */
  list(): Promise<readonly ConversationInfo[]>;
  /**
   * An answer that was being written is returned as `interrupted`, with `attempt` and the cursor beside its text.
   * @param early For a long conversation, may be called before that with only the last messages, to show them.
   */
  load(conversationId: string, early?: EarlyListener): Promise<LoadedConversation | undefined>;
  /** Atomic over all its arguments: all of it, or nothing. */
  write(...writes: readonly ChatStoreWrite[]): Promise<void>;
  delete(conversationId: string): Promise<void>;
  clear(): Promise<void>;
  /** Closes the connection. The next use opens it again. */
  close(): void;
}
