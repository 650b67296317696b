import type {CompletionMetrics} from '../protocol/message.ts';
import type {Clock} from './clock.ts';

/** Counts what happens to one answer. */
export class Meter {
  readonly #clock: Clock;
  readonly #startedAt: number;
  #firstTextAt: number | undefined;
  #endedAt: number | undefined;

  readonly counts = {
    tokens: 0,
    characters: 0,
    bytes: 0,
    requests: 0,
    retries: 0,
    resumes: 0,
    continuations: 0,
    rateLimits: 0,
    stalls: 0,
    malformed: 0,
  };

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  /** Visible text came. */
  text(length: number): void {
    this.counts.characters += length;
    this.#firstTextAt ??= this.#clock.now();
  }

  end(): void {
    this.#endedAt ??= this.#clock.now();
  }

  get metrics(): CompletionMetrics {
    const {counts} = this;
    const now = this.#endedAt ?? this.#clock.now();
    const first = this.#firstTextAt;
    const seconds = (now - (first ?? now)) / 1000;
    return {
      ...counts,
      duration: now - this.#startedAt,
      ...(first !== undefined && {timeToFirstToken: first - this.#startedAt}),
      ...(seconds > 0 && {
        tokensPerSecond: counts.tokens / seconds,
        charactersPerSecond: counts.characters / seconds,
      }),
    };
  }
}
