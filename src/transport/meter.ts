import type {CompletionMetrics} from '../protocol/message.ts';
import type {Clock} from './clock.ts';

/** Counts what happens to one answer. */
export class Meter {
  readonly #clock: Clock;
  readonly #startedAt: number;
  #firstTextAt: number | undefined;
  #endedAt: number | undefined;
  tokens = 0;
  characters = 0;
  bytes = 0;
  requests = 0;
  retries = 0;
  resumes = 0;
  continuations = 0;
  rateLimits = 0;
  stalls = 0;
  malformed = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  /** Visible text came. */
  text(length: number): void {
    this.characters += length;
    this.#firstTextAt ??= this.#clock.now();
  }

  end(): void {
    this.#endedAt ??= this.#clock.now();
  }

  get metrics(): CompletionMetrics {
    const now = this.#endedAt ?? this.#clock.now();
    const {
      tokens,
      characters,
      bytes,
      requests,
      retries,
      resumes,
      continuations,
      rateLimits,
      stalls,
      malformed,
    } = this;
    const first = this.#firstTextAt;
    const writing = first === undefined ? 0 : (now - first) / 1000;
    return {
      ...(first !== undefined && {timeToFirstToken: first - this.#startedAt}),
      duration: now - this.#startedAt,
      ...(writing > 0 && {tokensPerSecond: tokens / writing, charactersPerSecond: characters / writing}),
      ...{
        tokens,
        characters,
        bytes,
        requests,
        retries,
        resumes,
        continuations,
        rateLimits,
        stalls,
        malformed,
      },
    };
  }
}
