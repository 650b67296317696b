import type {CompletionMetrics} from '../protocol/message.ts';
import {type Clock, systemClock} from './clock.ts';

/** Measures one answer. */
export interface Meter {
  readonly counts: Record<Count, number>;
  /** Counts visible text. */
  text(length: number): void;
  /** The answer is over. With the system's clock, it is now also in the page's performance timeline. */
  end(): void;
  metrics(): CompletionMetrics;
}

type Count = Exclude<
  keyof CompletionMetrics,
  'duration' | 'timeToFirstToken' | 'tokensPerSecond' | 'charactersPerSecond'
>;

export function createMeter(clock: Clock): Meter {
  const startedAt = clock.now();
  let firstTextAt: number | undefined;
  let endedAt: number | undefined;
  const counts = {
    tokens: 0,
    characters: 0,
    bytes: 0,
    requests: 0,
    retries: 0,
    resumes: 0,
    continuations: 0,
    rateLimits: 0,
    fallbacks: 0,
    stalls: 0,
    malformed: 0,
    ignored: 0,
  };
  return {
    counts,

    text(length) {
      counts.characters += length;
      firstTextAt ??= clock.now();
    },

    end() {
      endedAt = clock.now();
      if (clock !== systemClock || !globalThis.document) return;
      if (firstTextAt) performance.measure('sse-chat:first-token', {start: startedAt, end: firstTextAt});
      performance.measure('sse-chat:answer', {start: startedAt, end: endedAt});
    },

    metrics() {
      const now = endedAt ?? clock.now();
      const seconds = (now - (firstTextAt ?? now)) / 1000;
      return {
        ...counts,
        duration: now - startedAt,
        ...(firstTextAt !== undefined && {timeToFirstToken: firstTextAt - startedAt}),
        ...(seconds > 0 && {
          tokensPerSecond: counts.tokens / seconds,
          charactersPerSecond: counts.characters / seconds,
        }),
      };
    },
  };
}
