const FACTOR = 100;

/**
 * From now on, timers of `from` milliseconds or more take a hundredth of that, while clocks run as before: for waits by
 * a single timer that are not themselves being tested.
 * @returns A function that undoes it.
 */
export function hurry(from: number): () => void {
  const {setTimeout} = globalThis;
  globalThis.setTimeout = ((run: () => void, ms = 0, ...rest: []) =>
    setTimeout(run, ms < from ? ms : ms / FACTOR, ...rest)) as typeof setTimeout;
  return () => {
    globalThis.setTimeout = setTimeout;
  };
}
