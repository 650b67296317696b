/** Time as the transport uses it; passed in so that tests can own it. */
export interface Clock {
  /** Monotonic milliseconds, for durations and timeouts. */
  now(): number;
  /** Milliseconds since the epoch, for display and HTTP dates only. */
  epoch(): number;
  /** Calls back once after `ms`, or sooner where that is more than three weeks; returns its own undo. */
  after(ms: number, callback: () => void): () => void;
}

const LONGEST = 2 ** 31 - 1; // ms; a timer that is set for longer fires at once

export const systemClock: Clock = {
  now: () => performance.now(),
  epoch: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, LONGEST));
    return () => clearTimeout(timer);
  },
};
