import type {ChatError} from '../protocol/chat-error.ts';
import type {Message} from '../protocol/message.ts';
import {withoutLoneSurrogate} from '../transport/stitcher.ts';
import type {Branch, ConversationInfo} from './journal.ts';

/**
 * What the conversation is doing now.
 *
 * `submitted` asked, no character yet · `waiting` before a retry, see `retryAt`, or without that until a tool is
 * approved · `reconnecting` the answer was cut and is being continued · `offline` waits for the network · `error` the last answer ended in an error.
 */
export type ConversationStatus =
  | 'ready'
  | 'submitted'
  | 'streaming'
  | 'waiting'
  | 'reconnecting'
  | 'offline'
  | 'error';

/** Never changed in place: the same object is the same state. */
export interface ConversationState {
  readonly info: ConversationInfo;
  /** Every message but the open one. The same array while an answer streams. */
  readonly settled: readonly Message[];
  /** What was set aside when something was asked again. The same array until that happens again. */
  readonly branches?: readonly Branch[] | undefined;
  /** The answer under way, always the last message. */
  readonly open: Message | undefined;
  readonly status: ConversationStatus;
  /**
   * The answer under way is another tab's. `open` has its live text, but there are no events for it; asking here fails
   * with `busy` until it is over.
   */
  readonly elsewhere?: boolean | undefined;
  /**
   * How many of `settled`, counted from the first, had no room in the context and were not sent with the last question;
   * in a conversation that was just loaded, how many would not be.
   */
  readonly omitted?: number | undefined;
  /** When the next retry will be sent, in milliseconds since the epoch; with `waiting`. */
  readonly retryAt?: number | undefined;
  readonly error?: ChatError | undefined;
  /** The server has begun to answer the last request. */
  readonly connected?: boolean | undefined;
  /** When the open message was last added to, in milliseconds of the monotonic clock. */
  readonly at?: number | undefined;
}

/** What the conversation is doing, without its content. */
export type Activity = Pick<ConversationState, 'status' | 'elsewhere' | 'retryAt'>;

/** UTF-16 units. */
const TITLE_LENGTH = 60;

/** The beginning of the first question, in one line. */
export function titleOf(messages: readonly Message[]): string {
  const question = messages.find(({role}) => role === 'user')?.text ?? '';
  return withoutLoneSurrogate(question.trim().replace(/\s+/g, ' ').slice(0, TITLE_LENGTH));
}

/** All messages in order, the open one last. */
export function messagesOf(state: ConversationState): readonly Message[] {
  return state.open ? [...state.settled, state.open] : state.settled;
}
