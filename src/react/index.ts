import {createComponent, type EventName} from '@lit/react';
import * as React from 'react';
import {
  type ChatCloseEvent,
  type ChatConversationEvent,
  type ChatErrorEvent,
  type ChatFeedbackEvent,
  type ChatMessageEvent,
  type ChatMetricsEvent,
  type ChatOpenEvent,
  type ChatSendEvent,
  type ChatStatusEvent,
  type ChatStorageEvent,
  type ChatTokenEvent,
  type ChatToolCallEvent,
  SseChat as SseChatElement, // Also defines the element.
} from '../index.ts';

/**
 * `<SseChat>`: the element as a React component. Its properties are props, its events `onChatSend` and so on, and a
 * `ref` is the element itself, with its methods.
 */
export const SseChat = createComponent({
  react: React,
  tagName: 'sse-chat',
  displayName: 'SseChat',
  elementClass: SseChatElement,
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

export type {SseChatElement};
