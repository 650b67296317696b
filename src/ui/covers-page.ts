import type {SseChat} from './sse-chat.ts';

/** Whether the chat is open, and nothing of the page is seen. The style sheet has the same width. */
export function coversPage({open, mode, isConnected}: SseChat): boolean {
  const covers = mode === 'fullscreen' || matchMedia('(width <= 480px)').matches;
  return isConnected && open && mode !== 'inline' && covers;
}
