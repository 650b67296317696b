/** The time source of the transport, passed in so that tests can control it. */
export interface Clock {
  /** Monotonic milliseconds, for durations and timeouts. */
  now(): number;
  /** Milliseconds since the epoch, for display and HTTP dates only. */
  epoch(): number;
  /** Calls back once, after `ms` or about 25 days, whichever is sooner. Returns a function that cancels it. */
  after(ms: number, callback: () => void): () => void;
}

const LONGEST = 2 ** 31 - 1; // ms; a longer timer would fire at once

export const systemClock: Clock = {
  now: () => performance.now(),
  epoch: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, LONGEST));
    return () => clearTimeout(timer);
  },
};
