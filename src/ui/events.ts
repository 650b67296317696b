import type {ConversationStatus} from '../conversation/state.ts';
import type {ChatError} from '../protocol/chat-error.ts';
import type {Attachment, CompletionMetrics, Message} from '../protocol/message.ts';
import {ChatEvent} from './chat-event.ts';
import type {ChatFeedbackEvent} from './feedback-event.ts';
import type {ChatToolCallEvent} from './tool-call-event.ts';

/** Fires before a message is sent. `preventDefault()` prevents that; the text stays in the composer. */
export class ChatSendEvent extends ChatEvent {
  declare readonly text: string;
  /** Present if the user attached files. */
  declare readonly attachments?: readonly Attachment[];
  constructor(text: string) {
    super('chat-send', {text}, {cancelable: true});
  }
}

/** Text arrived. At most one event per network chunk. */
export class ChatTokenEvent extends ChatEvent {
  declare readonly text: string;
  declare readonly messageId: string;
  constructor(text: string, messageId: string) {
    super('chat-token', {text, messageId});
  }
}

/** An answer is final. Its `status` says how: only `complete` means that the server said so. */
export class ChatMessageEvent extends ChatEvent {
  declare readonly message: Message;
  constructor(message: Message) {
    super('chat-message', {message});
  }
}

/** `status` changed. `retryAt` is in milliseconds since the epoch, with `waiting`. */
export class ChatStatusEvent extends ChatEvent {
  declare readonly status: ConversationStatus;
  declare readonly retryAt: number | undefined;
  constructor(status: ConversationStatus, retryAt: number | undefined) {
    super('chat-status', {status, retryAt});
  }
}

/** An answer ended in an error, or could not be requested. */
export class ChatErrorEvent extends ChatEvent {
  declare readonly error: ChatError;
  constructor(error: ChatError) {
    super('chat-error', {error});
  }
}

/** The measurements of a final answer. */
export class ChatMetricsEvent extends ChatEvent {
  declare readonly metrics: CompletionMetrics;
  declare readonly messageId: string;
  constructor(metrics: CompletionMetrics, messageId: string) {
    super('chat-metrics', {metrics, messageId});
  }
}

/** The popup was opened, or is about to appear. */
export class ChatOpenEvent extends ChatEvent {
  constructor() {
    super('chat-open');
  }
}

/** The popup was closed. */
export class ChatCloseEvent extends ChatEvent {
  constructor() {
    super('chat-close');
  }
}

/** Another conversation is shown now. */
export class ChatConversationEvent extends ChatEvent {
  declare readonly conversationId: string;
  constructor(conversationId: string) {
    super('chat-conversation', {conversationId});
  }
}

/** The history could not be read or written. The chat continues in memory. Fires once per history. */
export class ChatStorageEvent extends ChatEvent {
  declare readonly error: ChatError;
  constructor(error: ChatError) {
    super('chat-storage', {error});
  }
}

/** The element's events by name. */
export interface ChatEventMap {
  'chat-send': ChatSendEvent;
  'chat-token': ChatTokenEvent;
  'chat-message': ChatMessageEvent;
  'chat-status': ChatStatusEvent;
  'chat-error': ChatErrorEvent;
  'chat-metrics': ChatMetricsEvent;
  'chat-feedback': ChatFeedbackEvent;
  'chat-tool-call': ChatToolCallEvent;
  'chat-open': ChatOpenEvent;
  'chat-close': ChatCloseEvent;
  'chat-conversation': ChatConversationEvent;
  'chat-storage': ChatStorageEvent;
}

declare global {
  interface HTMLElementEventMap extends ChatEventMap {}
}
