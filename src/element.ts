export * from './ui/events.ts';
export type {HistoryFormat} from './ui/history-file.ts';
export type {AnnounceMode} from './ui/narrator.ts';
export type {ChatConfig, ChatMode} from './ui/settings.ts';
export {SseChat} from './ui/sse-chat.ts';
export type {ChatStrings, ChatStringsOverride} from './ui/strings.ts';
