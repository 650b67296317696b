export type {SendOptions} from './conversation/conversation.ts';
export type {Attachment, FilePart} from './protocol/message.ts';
export type {ExportedHistory} from './store/export-conversations.ts';
export * from './ui/events.ts';
export type {HistoryFormat} from './ui/history-exchange.ts';
export type {AnnounceMode} from './ui/narrator.ts';
export type {ChatConfig, ChatMode} from './ui/settings.ts';
export {SseChat} from './ui/sse-chat.ts';
export type {ChatStrings, ChatStringsOverride} from './ui/strings.ts';
