import {createComponent, type EventName} from '@lit/react';
import * as React from 'react';
import {SseChat as SseChatElement} from '../element.ts';
import type {
  ChatCloseEvent,
  ChatConversationEvent,
  ChatErrorEvent,
  ChatFeedbackEvent,
  ChatMessageEvent,
  ChatMetricsEvent,
  ChatOpenEvent,
  ChatSendEvent,
  ChatStatusEvent,
  ChatStorageEvent,
  ChatTokenEvent,
  ChatToolCallEvent,
} from '../index.ts';

const Chat = createComponent({
  react: React,
  tagName: 'sse-chat',
  displayName: 'SseChat',
  // Reading these creates the accessors by which properties are told from attributes. Minifiers drop an unused read.
  elementClass: SseChatElement.observedAttributes && SseChatElement,
  events: {
    onChatSend: 'chat-send' as EventName<ChatSendEvent>,
    onChatToken: 'chat-token' as EventName<ChatTokenEvent>,
    onChatMessage: 'chat-message' as EventName<ChatMessageEvent>,
    onChatStatus: 'chat-status' as EventName<ChatStatusEvent>,
    onChatError: 'chat-error' as EventName<ChatErrorEvent>,
    onChatMetrics: 'chat-metrics' as EventName<ChatMetricsEvent>,
    onChatFeedback: 'chat-feedback' as EventName<ChatFeedbackEvent>,
    onChatToolCall: 'chat-tool-call' as EventName<ChatToolCallEvent>,
    onChatOpen: 'chat-open' as EventName<ChatOpenEvent>,
    onChatClose: 'chat-close' as EventName<ChatCloseEvent>,
    onChatConversation: 'chat-conversation' as EventName<ChatConversationEvent>,
    onChatStorage: 'chat-storage' as EventName<ChatStorageEvent>,
  },
});

/**
 * `<SseChat>`: the element as a React component. Its properties are props, its events `onChatSend` and so on, and a
 * `ref` is the element itself, with its methods.
 */
export const SseChat = React.forwardRef(
  (props: React.ComponentPropsWithoutRef<typeof Chat>, ref: React.ForwardedRef<SseChatElement>) => {
    // Not earlier: what a server rendered has no properties before React hydrates it, and would open another history.
    React.useInsertionEffect(() => {
      if (!customElements.get('sse-chat')) customElements.define('sse-chat', SseChatElement);
    }, []);
    // The first element is created before that. Until it is in a page, only this makes it a chat.
    const own = React.useCallback(
      (chat: SseChatElement | null) => {
        if (chat) customElements.upgrade(chat);
        if (typeof ref === 'function') return ref(chat);
        if (ref) ref.current = chat;
        return undefined;
      },
      [ref],
    );
    return React.createElement(Chat, {...props, ref: own});
  },
) as typeof Chat;
SseChat.displayName = 'SseChat';

export type {SseChatElement};
