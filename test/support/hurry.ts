const FACTOR = 100;

/**
 * From now on, what would wait for `from` milliseconds or longer waits for a hundredth of that, and clocks go on as they
 * do: for what a page waits out by one timer, where the wait itself is not what is tested.
 * @returns Its undo.
 */
export function hurry(from: number): () => void {
  const {setTimeout} = globalThis;
  globalThis.setTimeout = ((run: () => void, ms = 0, ...rest: []) =>
    setTimeout(run, ms < from ? ms : ms / FACTOR, ...rest)) as typeof setTimeout;
  return () => {
    globalThis.setTimeout = setTimeout;
  };
}
