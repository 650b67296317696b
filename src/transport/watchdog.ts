import {ChatError} from '../protocol/chat-error.ts';
import type {Clock} from './clock.ts';

export type WatchdogPhase = 'connect' | 'first-event' | 'idle';

/** Milliseconds of each phase. */
export type WatchdogLimits = Readonly<Record<WatchdogPhase, number>>;

const LATE = 2000; // ms; a timer this late means that the page slept, not that the server did
const SENTENCES: Readonly<Record<WatchdogPhase, string>> = {
  connect: 'The server did not answer',
  'first-event': 'The server answered but sent nothing',
  idle: 'The server stopped sending',
};

/**
 * Ends a wait that goes on for too long. Signs of life are cheap: they move a deadline, and the one timer looks
 * at it when it fires.
 */
export class Watchdog {
  readonly #clock: Clock;
  readonly #limits: WatchdogLimits;
  readonly #onExpire: (error: ChatError) => void;
  #phase: WatchdogPhase = 'connect';
  #deadline = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, limits: WatchdogLimits, onExpire: (error: ChatError) => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#onExpire = onExpire;
  }

  /** Begins a phase, or begins it anew. */
  enter(phase: WatchdogPhase): void {
    this.#phase = phase;
    const deadline = this.#clock.now() + this.#limits[phase];
    const earlier = deadline < this.#deadline;
    this.#deadline = deadline;
    if (!this.#cancel || earlier) this.#schedule();
  }

  /** The server showed that it lives, without sending an event. */
  alive(): void {
    if (this.#cancel) this.enter(this.#phase);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#deadline = 0;
  }

  #schedule(): void {
    this.#cancel?.();
    const due = this.#deadline;
    const wait = Math.max(0, due - this.#clock.now());
    this.#cancel =
      wait === Number.POSITIVE_INFINITY ? () => {} : this.#clock.after(wait, () => this.#check(due));
  }

  #check(due: number): void {
    const now = this.#clock.now();
    if (now < this.#deadline) {
      this.#schedule();
    } else if (now - due > LATE) {
      // The machine was asleep or the page frozen. What came meanwhile is still to be delivered.
      this.#deadline = now + LATE;
      this.#schedule();
    } else {
      const phase = this.#phase;
      this.stop();
      const seconds = this.#limits[phase] / 1000;
      this.#onExpire(new ChatError('timeout', `${SENTENCES[phase]} for ${seconds} s.`, {watchdog: phase}));
    }
  }
}
