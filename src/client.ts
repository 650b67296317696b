export type {ContextOptions, ContextStrategy, Retrieve, Summarize} from './conversation/context-window.ts';
export {
  Conversation,
  type ConversationListener,
  type ConversationOptions,
  type SendOptions,
} from './conversation/conversation.ts';
export type {
  AttemptRecord,
  ConversationInfo,
  ConversationSummary,
  Journal,
  LoadedConversation,
  ResumeCursor,
} from './conversation/journal.ts';
export {type ConversationState, type ConversationStatus, messagesOf} from './conversation/state.ts';
export type {ApproveTool, Tool, ToolContext, ToolOptions} from './conversation/tool.ts';
export {
  ChatError,
  type ChatErrorDetails,
  type ChatErrorKind,
  type StoredError,
} from './protocol/chat-error.ts';
export type * from './protocol/completion.ts';
export type {
  ContinuationMode,
  DecodedEvent,
  Dialect,
  EncodedRequest,
  ServerSentEvent,
  WireEvent,
} from './protocol/dialect.ts';
export {openai, token} from './protocol/dialects/index.ts';
export type {ChatCompletionChunk, ChatCompletionUsage} from './protocol/dialects/openai.ts';
export type {TokenChunk} from './protocol/dialects/token.ts';
export {
  type Attachment,
  type AttemptMode,
  type CompletionMetrics,
  type DataPart,
  type ExtraPart,
  type FilePart,
  type FinalStatus,
  type FinishReason,
  isFinal,
  type Message,
  type MessagePart,
  type MessageRole,
  type MessageStatus,
  type ReasoningPart,
  type RefusalPart,
  type Segment,
  type SourcePart,
  type TextPart,
  type ToolCallPart,
  type Usage,
} from './protocol/message.ts';
export type {ChatStore, ChatStoreWrite} from './store/chat-store.ts';
export type {ExportedHistory} from './store/export-conversations.ts';
export {type IdbStoreOptions, idbStore} from './store/idb-store.ts';
export type {ImportOptions} from './store/import-conversations.ts';
export {memoryStore} from './store/memory-store.ts';
export type {PageLifecycle} from './store/page-lifecycle.ts';
export {
  type StorageStatus,
  type StoreJournal,
  type StoreJournalOptions,
  storeJournal,
} from './store/store-journal.ts';
export {exportConversations, importConversations, pruneConversations} from './store/whole-history.ts';
export type {Clock} from './transport/clock.ts';
export {
  type CompletionResponse,
  type CompletionResult,
  CompletionStream,
  streamCompletion,
} from './transport/completion-stream.ts';
export {
  createMetricsSummary,
  type MeasuredAnswer,
  type MetricsSummary,
  type Percentiles,
} from './transport/metrics-summary.ts';
export type * from './transport/options.ts';
export type {Presence, PresenceNeed} from './transport/presence.ts';
