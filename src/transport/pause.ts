import type {ProgressEvent} from '../protocol/completion.ts';
import {isContinuation} from '../protocol/dialect.ts';
import type {Clock} from './clock.ts';
import type {Presence} from './presence.ts';
import {CONTINUE_DELAY, type Recovery, type Step} from './recovery.ts';

/**
 * Waits for the delay before an attempt, then for the network and, before an automatic continuation, which is billed,
 * for the page to be visible. Rejects with the signal's reason when that aborts.
 */
export async function pause(
  {mode, delay}: Step,
  tell: (state: ProgressEvent['state'], retryAt?: number) => void,
  {
    clock,
    presence,
    signal,
    recovery,
  }: {clock: Clock; presence: Presence; signal: AbortSignal; recovery: Recovery},
): Promise<void> {
  if (delay > CONTINUE_DELAY) tell('waiting', clock.epoch() + delay);
  else if (delay > 0) tell('connecting');
  if (delay > 0) await sleep(delay, clock, signal);
  const need = isContinuation(mode) && recovery.granted === 0 ? 'online-and-visible' : 'online';
  if (!presence.isReady(need)) {
    tell('offline');
    await presence.whenReady(need, signal);
  }
  signal.throwIfAborted();
  tell('connecting');
}

/** Resolves after `ms`; rejects with the signal's reason if that aborts first. */
export function sleep(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    signal.addEventListener('abort', abort);
  });
}
