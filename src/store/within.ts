import {ChatError} from '../protocol/chat-error.ts';
import type {Clock} from '../transport/clock.ts';

/** Resolves like `act`. @throws {ChatError} `storage` if that takes longer than `ms`. */
export function within<T>(clock: Pick<Clock, 'after'>, ms: number, act: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const acting = act(); // Before the timer is set, since it may throw.
    const cancel = clock.after(ms, () =>
      reject(new ChatError('storage', `The history did not answer within ${ms} ms.`)),
    );
    acting.then(resolve, reject).finally(cancel);
  });
}
