/** A page's own function may not look at the signal, and Stop does not wait for it. */
export function untilAborted<T>(signal: AbortSignal, act: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, {once: true});
    if (signal.aborted) abort();
    Promise.resolve()
      .then(() => {
        signal.throwIfAborted(); // It asks somebody, and Stop is final.
        return act();
      })
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}
