import './loaded-dialects.ts';
import type {Clock} from '../../src/transport/clock.ts';

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/**
 * A clock that moves only when told to. Between two timers it lets everything happen that is ready: promises, streams,
 * events.
 */
export class FakeClock implements Clock {
  #now = 0;
  readonly #start: number;
  readonly #timers = new Set<Timer>();
  /** Every wait that `runUntil` let pass, in milliseconds, in order. */
  readonly waits: number[] = [];

  /** `start`: milliseconds since the epoch at 0. */
  constructor(start = Date.UTC(2026, 0, 15, 12)) {
    this.#start = start;
  }

  now(): number {
    return this.#now;
  }

  epoch(): number {
    return this.#start + this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = {due: this.#now + Math.max(0, ms), callback};
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Timers that have neither fired nor been cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Advances by `ms`, firing what becomes due on the way, in order. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#next();
      if (!next || next.due > end) break;
      await this.#fire(next);
    }
    this.#now = end;
    await settle();
  }

  /** Advances by `ms` without firing anything, like a machine that sleeps. What became due meanwhile fires late. */
  sleep(ms: number): void {
    this.#now += ms;
  }

  /**
   * Advances from timer to timer until the promise has settled. It advances only while nothing else happens, so a
   * watchdog does not fire while bytes are on their way.
   * @throws {Error} when nothing is left to wait for and the promise is still pending.
   */
  async runUntil<Value>(promise: Promise<Value>): Promise<Value> {
    let settled = false;
    const done = () => {
      settled = true;
    };
    promise.then(done, done);
    for (;;) {
      await settle(() => settled);
      if (settled) return promise;
      const next = this.#next();
      if (!next) {
        // A lazy chunk may still be loading from disk, which takes real time.
        for (let wait = 0; wait < 500 && !settled && this.#timers.size === 0; wait++) {
          await new Promise(resolve => setTimeout(resolve, 10));
        }
        if (settled) return promise;
        if (this.#timers.size === 0)
          throw new Error('Nothing is left to wait for, and the promise is pending.');
        continue;
      }
      if (next.due > this.#now) this.waits.push(next.due - this.#now);
      await this.#fire(next);
    }
  }

  async #fire(timer: Timer): Promise<void> {
    this.#timers.delete(timer);
    this.#now = Math.max(this.#now, timer.due);
    timer.callback();
    await settle();
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (!next || timer.due < next.due) next = timer;
    return next;
  }
}

/** Real time, `factor` times faster, for waits that depend on a real socket. */
export function fastClock(factor: number): Clock {
  const start = performance.now();
  const epoch = Date.now();
  const now = () => (performance.now() - start) * factor;
  return {
    now,
    epoch: () => epoch + now(),
    after(ms, callback) {
      const timer = setTimeout(callback, ms / factor);
      return () => clearTimeout(timer);
    },
  };
}

/** Lets everything happen that is ready: some turns of the event loop, fewer if `until` holds earlier. */
export async function settle(until?: () => boolean, turns = 12): Promise<void> {
  for (let turn = 0; turn < turns && !until?.(); turn++) await nextTurn();
}

function nextTurn(): Promise<void> {
  const {setImmediate} = globalThis;
  if (setImmediate) return new Promise(resolve => setImmediate(resolve));
  return new Promise(resolve => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
