import type {ConversationState} from '../conversation/state.ts';
import {SLOW} from './slow.ts';

/** What an answer under way is waited for. */
export type Wait = 'connecting' | 'thinking' | 'stalled';

/** Milliseconds without anything new after which an answer has stalled. */
const STALL = 10_000;

/**
 * What the answer under way is waited for, if that is to be said, and in how many milliseconds that may be another thing. It
 * is for display alone: when a stream is given up is the transport's business.
 * @param epoch Milliseconds since the epoch. @param now By the monotonic clock.
 */
export function waitOf(
  {open, status, elsewhere, connected, at}: ConversationState,
  epoch: number,
  now: number,
): {readonly wait?: Wait; readonly due?: number} {
  const isWriting = status === 'streaming';
  if (!open || elsewhere || !(isWriting || status === 'submitted')) return {};
  // A tool says for itself what it does.
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
