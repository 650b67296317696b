import type {ConversationStatus} from '../conversation/state.ts';
import type {ChatError} from '../protocol/chat-error.ts';
import type {CompletionMetrics, Message} from '../protocol/message.ts';

const BUBBLES: EventInit = {bubbles: true, composed: true};

/** Before a message is sent. `preventDefault()` keeps it from being sent; the text stays in the composer. */
export class ChatSendEvent extends Event {
  readonly text: string;
  constructor(text: string) {
    super('chat-send', {...BUBBLES, cancelable: true});
    this.text = text;
  }
}

/** Text arrived: all of one chunk of the network, so at most one event for each. */
export class ChatTokenEvent extends Event {
  readonly text: string;
  readonly messageId: string;
  constructor(text: string, messageId: string) {
    super('chat-token', BUBBLES);
    this.text = text;
    this.messageId = messageId;
  }
}

/** An answer is final. Its `status` says how: only `complete` means that the server said so. */
export class ChatMessageEvent extends Event {
  readonly message: Message;
  constructor(message: Message) {
    super('chat-message', BUBBLES);
    this.message = message;
  }
}

/** `status` changed. `retryAt` is in milliseconds since the epoch, with `waiting`. */
export class ChatStatusEvent extends Event {
  readonly status: ConversationStatus;
  readonly retryAt: number | undefined;
  constructor(status: ConversationStatus, retryAt: number | undefined) {
    super('chat-status', BUBBLES);
    this.status = status;
    this.retryAt = retryAt;
  }
}

/** An answer ended in an error, or could not be asked for. */
export class ChatErrorEvent extends Event {
  readonly error: ChatError;
  constructor(error: ChatError) {
    super('chat-error', BUBBLES);
    this.error = error;
  }
}

/** The measurements of an answer that is final. */
export class ChatMetricsEvent extends Event {
  readonly metrics: CompletionMetrics;
  readonly messageId: string;
  constructor(metrics: CompletionMetrics, messageId: string) {
    super('chat-metrics', BUBBLES);
    this.metrics = metrics;
    this.messageId = messageId;
  }
}

/** The popup was opened, or is about to show itself. */
export class ChatOpenEvent extends Event {
  constructor() {
    super('chat-open', BUBBLES);
  }
}

/** The popup was closed. */
export class ChatCloseEvent extends Event {
  constructor() {
    super('chat-close', BUBBLES);
  }
}

/** Another conversation is shown now. */
export class ChatConversationEvent extends Event {
  readonly conversationId: string;
  constructor(conversationId: string) {
    super('chat-conversation', BUBBLES);
    this.conversationId = conversationId;
  }
}

/** The history could not be read or written. The chat goes on in memory. Once for each history. */
export class ChatStorageEvent extends Event {
  readonly error: ChatError;
  constructor(error: ChatError) {
    super('chat-storage', BUBBLES);
    this.error = error;
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
  'chat-open': ChatOpenEvent;
  'chat-close': ChatCloseEvent;
  'chat-conversation': ChatConversationEvent;
  'chat-storage': ChatStorageEvent;
}

declare global {
  interface HTMLElementEventMap extends ChatEventMap {}
}
