import type {AttemptMode, Message} from '../protocol/message.ts';

/** Where a stream can be resumed without a new generation. */
export interface ResumeCursor {
  /** From `X-Stream-Id`, or an id that only the dialect understands. */
  readonly streamId: string;
  /** The id of the last event that is in the text. */
  readonly lastEventId: string;
  /** The tag of the reasoning that is open at this point, if a tag began it. */
  readonly tag?: string;
}

/** What must be on disk before a request is sent, so that a reload neither loops nor asks twice. */
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

/** What is known about a conversation beside its messages. */
export interface ConversationInfo {
  readonly id: string;
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Listed before the others. */
  readonly pinned?: boolean | undefined;
  /** What is sent in place of messages that have no room in the context. */
  readonly summary?: ConversationSummary | undefined;
}

/** A summary of all messages up to one, with `context: 'summary'`. */
export interface ConversationSummary {
  readonly text: string;
  /** The id of the last message that it covers. */
  readonly upTo: string;
}

/**
 * What was set aside when something was asked again: its first message, with what followed that. One line of messages
 * is shown; every other one is a branch of it, or of another branch.
 */
export interface Branch extends Message {
  /** The id of the message that it follows; empty at the start of the conversation. */
  readonly after: string;
  readonly rest: readonly Message[];
}

/**
 * The port through which a conversation reaches its history, and other tabs. Implemented by `store/`. No method
 * rejects: a failing store is a normal state, which the implementation reports once, on its own channel.
 */
export interface Journal {
  /** Awaited before each request. `messages` are the ones that changed since the last call, in order. */
  begin(info: ConversationInfo, messages: readonly Message[], attempt: AttemptRecord): Promise<void>;
  /** Called for every change of the open answer; saves at its own pace. `cursor` never runs ahead of the text. */
  checkpoint(info: ConversationInfo, message: Message, cursor: ResumeCursor | undefined): void;
  /** The answer is final: saved at once, with the attempt record removed. */
  end(info: ConversationInfo, message: Message): Promise<void>;
  /**
   * Removes messages that no longer belong (an edit, a regenerated answer), then puts those that take their place. A
   * `Branch`, here and in `begin` and `checkpoint`, is kept beside the messages that are shown.
   */
  remove(
    conversationId: string,
    messageIds: readonly string[],
    put?: readonly (Message | Branch)[],
  ): Promise<void>;
  /**
   * Awaited before anything changes for an answer: claims the right to ask in this conversation, which one tab has at a
   * time. Resolves with a function that gives it back; `undefined` if another tab has it. Without this method, nobody
   * else asks.
   */
  readonly claim?: ((conversationId: string) => Promise<(() => void) | undefined>) | undefined;
  /** The conversation as stored now; with `claim`, because it may have changed since it was loaded. */
  readonly load?: (conversationId: string) => Promise<LoadedConversation | undefined>;
  /** Reports what other tabs do in this conversation. Returns a function that unsubscribes. */
  readonly follow?: ((conversationId: string, listener: JournalListener) => () => void) | undefined;
}

/**
 * `open` is the answer that another tab is receiving, with its live text; `found` has everything before it, and is the
 * same object while it streams. Without `open`, no tab is known to be answering: `found` is what is stored, `undefined`
 * if it was deleted. With `open`, or once deleted, an answer under way here is no longer this tab's to continue.
 */
export type JournalListener = (found: LoadedConversation | undefined, open?: Message) => void;

/** A conversation as it was found in its history. */
export interface LoadedConversation {
  readonly info: ConversationInfo;
  /** In order. An answer that was being written when the page went away is `interrupted`. */
  readonly messages: readonly Message[];
  /** What is not shown now, in no particular order. Absent if there is none. */
  readonly branches?: readonly Branch[] | undefined;
  /** Left over from an answer that was being written when the page went away. */
  readonly attempt?: AttemptRecord;
}
