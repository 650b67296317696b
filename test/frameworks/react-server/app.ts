import {createElement} from 'react';
import {SseChat} from 'sse-chat/react';

export const app = createElement(SseChat, {
  endpoint: '/chat',
  historyKey: 'ann',
  heading: 'Ask React',
  ref: chat => void chat?.focus(), // Its methods are there by then.
});
