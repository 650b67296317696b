import {ChatError} from '../protocol/chat-error.ts';
import type {Clock} from './clock.ts';

export type WatchdogPhase = 'connect' | 'first-event' | 'idle';

/** Milliseconds of each phase. */
export type WatchdogLimits = Readonly<Record<WatchdogPhase, number>>;

const MISSED_BEATS = 3;
const MIN_CADENCE = 500; // ms
const MIN_LEARNED = 6000; // ms
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
  #lastBeat: number | undefined;
  /** Milliseconds between the last two comments. */
  #cadence: number | undefined;

  constructor(clock: Clock, limits: WatchdogLimits, onExpire: (error: ChatError) => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#onExpire = onExpire;
  }

  /** Begins a phase, or begins it anew. */
  enter(phase: WatchdogPhase): void {
    this.#phase = phase;
    if (phase === 'idle') this.#forgetStaleRhythm();
    const deadline = this.#clock.now() + this.#limit();
    const earlier = deadline < this.#deadline;
    this.#deadline = deadline;
    if (!this.#cancel || earlier) this.#schedule();
  }

  /** The server showed that it lives by a comment, without sending an event. Two of them make a heartbeat. */
  alive(): void {
    const now = this.#clock.now();
    const cadence = this.#lastBeat === undefined ? 0 : now - this.#lastBeat;
    // Comments that arrive together, or in a rush, are no rhythm.
    if (cadence >= MIN_CADENCE) this.#cadence = cadence;
    this.#lastBeat = now;
    if (this.#cancel) this.enter(this.#phase);
  }

  /** A heartbeat shortens the wait: three beats that are missing mean that the connection is dead. */
  #limit(): number {
    const limit = this.#limits[this.#phase];
    if (this.#phase === 'connect' || this.#cadence === undefined) return limit;
    return Math.min(limit, Math.max(MIN_LEARNED, MISSED_BEATS * this.#cadence));
  }

  /** Some servers send comments only until the first token; what they did then says nothing about a pause now. */
  #forgetStaleRhythm(): void {
    if (this.#cadence === undefined || this.#lastBeat === undefined) return;
    if (this.#clock.now() - this.#lastBeat <= 2 * this.#cadence) return;
    this.#cadence = undefined;
    this.#lastBeat = undefined;
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
      const seconds = this.#limit() / 1000;
      this.stop();
      this.#onExpire(new ChatError('timeout', `${SENTENCES[phase]} for ${seconds} s.`, {watchdog: phase}));
    }
  }
}
