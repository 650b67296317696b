import {ChatEvent} from './chat-event.ts';

/**
 * A user rated an answer, added a note, or took the rating back. It is already stored with the message. Exported as a
 * type only: the class is loaded with the buttons.
 */
export class ChatFeedbackEvent extends ChatEvent {
  declare readonly messageId: string;
  declare readonly conversationId: string;
  /** `null` if it was taken back. */
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
