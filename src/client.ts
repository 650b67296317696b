export {
  Conversation,
  type ConversationListener,
  type ConversationOptions,
} from './conversation/conversation.ts';
export type {
  AttemptRecord,
  ConversationInfo,
  Journal,
  LoadedConversation,
  ResumeCursor,
} from './conversation/journal.ts';
export {type ConversationState, type ConversationStatus, messagesOf} from './conversation/state.ts';
export {ChatError, type ChatErrorKind, type StoredError} from './protocol/chat-error.ts';
export type * from './protocol/completion.ts';
export type {Dialect, EncodedRequest, ServerSentEvent, WireEvent} from './protocol/dialect.ts';
export type * from './protocol/message.ts';
export type {ChatStore, ChatStoreWrite} from './store/chat-store.ts';
export type {Clock} from './transport/clock.ts';
export type * from './transport/options.ts';
