import {ChatError} from '../protocol/chat-error.ts';
import type {Clock} from './clock.ts';

export type WatchdogPhase = 'connect' | 'first-event' | 'idle';

/** Milliseconds of each phase. */
export type WatchdogLimits = Readonly<Record<WatchdogPhase, number>>;

const MISSED_BEATS = 3;
const MIN_CADENCE = 500; // ms
const MIN_LEARNED = 6000; // ms
const LATE = 500; // ms; a timer this late means that the page slept, not that the server did
const LAST_LEG = 1000; // ms
const GRACE = 2000; // ms for a page that slept to read what arrived meanwhile
const SENTENCES: Readonly<Record<WatchdogPhase, string>> = {
  connect: 'The server did not answer',
  'first-event': 'The server answered but sent nothing',
  idle: 'The server stopped sending',
};

/**
 * Ends a wait that takes too long. Signs of life are cheap: they only move a deadline, which the one timer checks when
 * it fires.
 */
export interface Watchdog {
  /** Begins or restarts a phase. */
  enter(phase: WatchdogPhase): void;
  /** The server sent a comment, which is a sign of life but no event. Two of them make a heartbeat. */
  alive(): void;
  stop(): void;
}

export function createWatchdog(
  clock: Clock,
  limits: WatchdogLimits,
  onExpire: (error: ChatError) => void,
): Watchdog {
  let phase: WatchdogPhase = 'connect';
  let deadline = 0;
  let cancel: (() => void) | undefined;
  let lastBeat = Number.NaN;
  /** Milliseconds between the last two comments; 0 while they have no rhythm. */
  let cadence = 0;

  /** A heartbeat shortens the wait: three missing beats mean that the connection is dead. */
  function limit(): number {
    const most = limits[phase];
    if (cadence === 0) return most;
    return Math.min(most, Math.max(MIN_LEARNED, MISSED_BEATS * cadence));
  }

  /** Waits in two legs, so that after a sleep one of the timers is late, whenever the page wakes. */
  function schedule(): void {
    cancel?.();
    const now = clock.now();
    const wait = deadline - now;
    const leg = wait > LAST_LEG ? wait - LAST_LEG : wait;
    cancel = clock.after(leg, () => check(now + leg));
  }

  function check(due: number): void {
    const now = clock.now();
    // The machine was asleep or the page frozen. What arrived meanwhile is still to be delivered.
    if (now - due > LATE) deadline = Math.max(deadline, now + GRACE);
    if (now < deadline) {
      schedule();
      return;
    }
    const seconds = limit() / 1000;
    stop();
    onExpire(new ChatError('timeout', `${SENTENCES[phase]} for ${seconds} s.`, {watchdog: phase}));
  }

  function enter(next: WatchdogPhase): void {
    phase = next;
    const now = clock.now();
    // Some servers send comments only until the first token; that rhythm says nothing about a pause now.
    if (phase === 'idle' && cadence > 0 && now - lastBeat > 2 * cadence) {
      cadence = 0;
      lastBeat = Number.NaN;
    }
    const earlier = now + limit() < deadline;
    deadline = now + limit();
    if (!cancel || earlier) schedule();
  }

  function stop(): void {
    cancel?.();
    cancel = undefined;
  }

  return {
    enter,
    stop,
    alive() {
      const now = clock.now();
      // Comments that arrive together, or in a rush, are no rhythm.
      if (now - lastBeat >= MIN_CADENCE) cadence = now - lastBeat;
      lastBeat = now;
      if (cancel) enter(phase);
    },
  };
}
