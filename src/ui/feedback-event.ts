import {ChatEvent} from './chat-event.ts';

/**
 * Somebody said whether an answer is good, added a note to that, or took it back; it is kept with the message already. A
 * type alone: the class is loaded with the buttons.
 */
export class ChatFeedbackEvent extends ChatEvent {
  declare readonly messageId: string;
  declare readonly conversationId: string;
  /** `null` when it was taken back. */
  declare readonly rating: 'up' | 'down' | null;
  declare readonly note: string | undefined;
  /** Ids that the provider gave the requests behind the answer. */
  declare readonly requestIds: readonly string[];
  constructor(
    messageId: string,
    conversationId: string,
    rating: 'up' | 'down' | null,
    note: string | undefined,
    requestIds: readonly string[],
  ) {
    super('chat-feedback', {messageId, conversationId, rating, note, requestIds});
  }
}
