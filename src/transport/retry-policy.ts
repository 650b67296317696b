import type {ChatError} from '../protocol/chat-error.ts';

const BASE_DELAY = 500; // ms
const MAX_BACKOFF = 30_000; // ms
/** Beyond this the user decides: nobody should wait longer without being asked. */
export const MAX_RETRY_AFTER = 60_000; // ms

const TRANSIENT = new Set([408, 409, 425, 429, 498, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529]);

/** Whether the same request may well succeed a little later. */
export function isTransient(error: ChatError): boolean {
  if ((error.retryAfter ?? 0) > MAX_RETRY_AFTER) return false;
  if (error.shouldRetry !== undefined) return error.shouldRetry;
  if (error.status !== undefined) return TRANSIENT.has(error.status);
  return /^(network|timeout|incomplete)$/.test(error.kind);
}

/**
 * Milliseconds before retry `n` (from 0): exponential with full jitter, never less than the server asked for.
 * @param random In [0, 1).
 */
export function retryDelay(error: ChatError, n: number, random: number): number {
  const backoff = random * Math.min(MAX_BACKOFF, BASE_DELAY * 2 ** n);
  return Math.round(Math.max(error.retryAfter ?? 0, backoff));
}
