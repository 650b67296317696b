/** Waits for a page's own function or the abort, because the function may ignore the signal. */
export function untilAborted<T>(signal: AbortSignal, act: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, {once: true});
    if (signal.aborted) abort();
    Promise.resolve()
      .then(() => {
        signal.throwIfAborted(); // `act` may ask the user, and Stop is final.
        return act();
      })
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}
