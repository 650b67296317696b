import type {ConversationState} from '../conversation/state.ts';
import {SLOW} from './slow.ts';

/** What an answer in progress is waiting for. */
export type Wait = 'connecting' | 'thinking' | 'stalled';

/** Milliseconds without anything new after which an answer has stalled. */
const STALL = 10_000;

/**
 * What the answer in progress is waiting for, if that should be said, and in how many milliseconds that may change. For
 * display only: when to give up a stream is the transport's decision.
 * @param epoch Milliseconds since the epoch. @param now By the monotonic clock.
 */
export function waitOf(
  {open, status, elsewhere, connected, at}: ConversationState,
  epoch: number,
  now: number,
): {readonly wait?: Wait; readonly due?: number} {
  const isWriting = status === 'streaming';
  if (!open || elsewhere || !(isWriting || status === 'submitted')) return {};
  // A tool call shows its own state.
  const runs = open.parts.some(
    part => part.type === 'tool-call' && /^(called|waiting|running)$/.test(part.state),
  );
  if (runs) return {};
  const rest = STALL - (now - (at ?? now));
  const isOpen = isWriting || connected;
  if (isOpen && rest <= 0) return {wait: 'stalled'};
  if (isWriting) return {due: rest};
  const patience = SLOW - Math.abs(epoch - open.createdAt); // A clock may have been set.
  if (patience > 0) return {due: Math.min(patience, rest)};
  return connected ? {wait: 'thinking', due: rest} : {wait: 'connecting'};
}
