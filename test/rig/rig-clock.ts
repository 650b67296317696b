import type {Clock} from '../../src/client.ts';

interface Timer {
  readonly due: number;
  readonly act: () => void;
}

const IDLE_TURNS = 10; // turns of the event loop without news, after which nothing more happens by itself
const BUSY_TURNS = 20_000;

/**
 * A clock that moves only when nothing else can happen: not while promises or streams make progress, or a store is
 * working. Counts the timers that are left.
 */
export class RigClock implements Clock {
  #now = 0;
  #epoch = Date.UTC(2026, 0, 15, 12);
  readonly #timers = new Set<Timer>();
  /** Whether something real is in progress that time must wait for. */
  busy: () => boolean = () => false;

  now(): number {
    return this.#now;
  }

  epoch(): number {
    return this.#epoch + this.#now;
  }

  after(ms: number, act: () => void): () => void {
    const timer = {due: this.#now + Math.max(0, ms), act};
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Timers that have neither fired nor been cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  /** The wall clock is set. */
  jump(ms: number): void {
    this.#epoch += ms;
  }

  /** The machine sleeps: every timer that became due meanwhile is late. */
  sleep(ms: number): void {
    this.#now += ms;
  }

  /** Drops all timers, as when a page is gone. */
  forget(): void {
    this.#timers.clear();
  }

  /**
   * Advances from timer to timer until the promise settles.
   * @throws {Error} when that takes more than `limit` ms, or nothing is left to wait for.
   */
  async runUntil<Value>(promise: Promise<Value>, limit: number): Promise<Value> {
    const end = this.#now + limit;
    let settled = false;
    const settle = () => {
      settled = true;
    };
    promise.then(settle, settle);
    for (let idle = 0, turns = 0; !settled; turns++) {
      await new Promise(resolve => setImmediate(resolve));
      idle = this.busy() && turns < BUSY_TURNS ? 0 : idle + 1;
      if (settled || idle < IDLE_TURNS) continue;
      const next = this.#next();
      if (!next && idle < 40 * IDLE_TURNS) continue;
      if (!next) throw new Error('Nothing is left to wait for, and the answer is not over.');
      if (next.due > end) throw new Error(`The answer is not over after ${limit} ms.`);
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.due);
      next.act();
      [idle, turns] = [0, 0];
    }
    return promise;
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (!next || timer.due < next.due) next = timer;
    return next;
  }
}
