import {SseChat} from './element.ts';

export type {ConversationInfo} from './conversation/journal.ts';
export type {ConversationStatus} from './conversation/state.ts';
export * from './element.ts';
export {ChatError, type ChatErrorKind, type StoredError} from './protocol/chat-error.ts';
export type * from './protocol/message.ts';

declare global {
  interface HTMLElementTagNameMap {
    'sse-chat': SseChat;
  }
}

// A server has no registry, and a page may load this module twice.
if (globalThis.customElements && !customElements.get('sse-chat')) customElements.define('sse-chat', SseChat);
