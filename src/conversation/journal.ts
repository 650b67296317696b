import type {AttemptMode, Message} from '../protocol/message.ts';

/** Where a stream can be taken up again without a new generation. */
export interface ResumeCursor {
  /** From `X-Stream-Id`, or a mark of the dialect's own. */
  readonly streamId: string;
  /** The id of the last event that is in the text. */
  readonly lastEventId: string;
  /** Of the thought that is under way there, if its beginning was told by a tag. */
  readonly tag?: string;
}

/** What must be on disk before a request leaves, so that a reload neither loops nor asks twice. */
export interface AttemptRecord {
  readonly conversationId: string;
  readonly messageId: string;
  /** Requests made for this message, this one included. */
  readonly attempt: number;
  /** Automatic continuations made for this message, this one included. */
  readonly continuations: number;
  readonly mode: AttemptMode;
  readonly cursor?: ResumeCursor;
}

/** What is known of a conversation beside its messages. */
export interface ConversationInfo {
  readonly id: string;
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Stands before the others in the list. */
  readonly pinned?: boolean | undefined;
  /** What stands for messages that have no room in the context. */
  readonly summary?: ConversationSummary | undefined;
}

/** Of all messages up to one, with `context: 'summary'`. */
export interface ConversationSummary {
  readonly text: string;
  /** The id of the last message that is in it. */
  readonly upTo: string;
}

/**
 * What stood in a conversation before something was asked anew there: its first message, with what followed that. One
 * line of messages is shown; every other one is a branch of it, or of another branch.
 */
export interface Branch extends Message {
  /** The id of the message that it follows; empty at the start of the conversation. */
  readonly after: string;
  readonly rest: readonly Message[];
}

/**
 * The port through which a conversation reaches its history, and other tabs. Implemented by `store/`.
 * No method rejects: a store that fails is a normal state, and the implementation says so once on its own channel.
 */
export interface Journal {
  /** Awaited before each request. `messages` are the ones that changed since the last call, in order. */
  begin(info: ConversationInfo, messages: readonly Message[], attempt: AttemptRecord): Promise<void>;
  /** Called for every change of the open answer; saves at its own pace. `cursor` never runs ahead of the text. */
  checkpoint(info: ConversationInfo, message: Message, cursor: ResumeCursor | undefined): void;
  /** The answer is final: saved at once, with the attempt record removed. */
  end(info: ConversationInfo, message: Message): Promise<void>;
  /**
   * Messages that no longer belong (an edit, a regenerated answer), and those that take their place. A `Branch` among
   * what is put is kept beside the messages that are shown, here and in `begin` and `checkpoint`.
   */
  remove(
    conversationId: string,
    messageIds: readonly string[],
    put?: readonly (Message | Branch)[],
  ): Promise<void>;
  /**
   * Awaited before anything changes for an answer: the right to ask in this conversation, which one tab has at a time.
   * `undefined` if another has it. Calling what it resolves with gives it back. Without this method nobody else asks.
   */
  readonly claim?: ((conversationId: string) => Promise<(() => void) | undefined>) | undefined;
  /** The conversation as it is kept now; with `claim`, for what may have changed since it was loaded. */
  readonly load?: (conversationId: string) => Promise<LoadedConversation | undefined>;
  /** Tells what other tabs do in this conversation. Returns its own undo. */
  readonly follow?: ((conversationId: string, listener: JournalListener) => () => void) | undefined;
}

/**
 * `open` is the answer that another tab gets, with its live text; `found` has everything before it, and is the same
 * object while that streams. Without `open` no tab is known to answer: `found` is what is kept, `undefined` if it was
 * deleted. An answer under way here is then no longer this tab's to go on with.
 */
export type JournalListener = (found: LoadedConversation | undefined, open?: Message) => void;

/** A conversation as it was found in its history. */
export interface LoadedConversation {
  readonly info: ConversationInfo;
  /** In order. An answer that was being written when the page went away is `interrupted`. */
  readonly messages: readonly Message[];
  /** What is not shown now, in no order. Absent without any. */
  readonly branches?: readonly Branch[] | undefined;
  /** Left over from an answer that was being written when the page went away. */
  readonly attempt?: AttemptRecord;
}
