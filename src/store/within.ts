import {ChatError} from '../protocol/chat-error.ts';
import type {Clock} from '../transport/clock.ts';

/** What `act` comes to, unless that takes longer than `ms`. @throws {ChatError} `storage` then. */
export function within<T>(clock: Pick<Clock, 'after'>, ms: number, act: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const acting = act(); // First, since it may throw.
    const cancel = clock.after(ms, () =>
      reject(new ChatError('storage', `The history did not answer within ${ms} ms.`)),
    );
    acting.then(resolve, reject).finally(cancel);
  });
}
