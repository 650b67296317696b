import type {
  AttemptRecord,
  ConversationInfo,
  LoadedConversation,
  ResumeCursor,
} from '../conversation/journal.ts';
import type {Message} from '../protocol/message.ts';

/** One atomic write: all of it, or nothing. */
export interface ChatStoreWrite {
  readonly info: ConversationInfo;
  /** Put by id. A message keeps the place that its id first took. */
  readonly messages?: readonly Message[];
  /** Removed by id. */
  readonly removed?: readonly string[];
  /** Replaces the conversation's record of an answer under way; `null` removes it. */
  readonly attempt?: AttemptRecord | null;
  /** Kept in the same record as the message it belongs to, so that it cannot run ahead of the text. */
  readonly cursor?: ResumeCursor;
  /** `strict` before a request and at an end, `relaxed` for checkpoints. */
  readonly durability: 'strict' | 'relaxed';
}

/**
 * Where conversations are kept. Every method may reject with a `ChatError` of kind `storage`; callers go on
 * in memory (see `StoreJournal`).
 */
export interface ChatStore {
  /** Newest first. */
  list(): Promise<readonly ConversationInfo[]>;
  load(conversationId: string): Promise<LoadedConversation | undefined>;
  write(write: ChatStoreWrite): Promise<void>;
  delete(conversationId: string): Promise<void>;
  clear(): Promise<void>;
  /** Lets go of the connection. The store opens itself again when it is next used. */
  close(): void;
}
