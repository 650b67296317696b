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

// On a server there is no registry, and a page may bring this module twice.
if (globalThis.customElements && !customElements.get('sse-chat')) customElements.define('sse-chat', SseChat);
