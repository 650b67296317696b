import {ChatError} from '../protocol/chat-error.ts';
import type {EndEvent} from '../protocol/completion.ts';
import type {ContinuationMode} from '../protocol/dialect.ts';
import type {Verdict} from '../protocol/end-of-stream.ts';
import type {AttemptMode, FinalStatus, FinishReason} from '../protocol/message.ts';
import {isPrefillRefusal, takesPrefill} from './capabilities.ts';
import {nextRung} from './ladder.ts';
import type {StreamCompletionOptions} from './options.ts';
import {isTransient, retryDelay} from './retry-policy.ts';

/** A page that is being left loses its streams first, and must not ask anew meanwhile. */
export const CONTINUE_DELAY = 100; // ms

/** The next attempt to make. */
export interface Step {
  readonly mode: AttemptMode;
  /** ms */
  readonly delay: number;
  /** Why the attempt before it ended. */
  readonly error?: ChatError;
}

/** Where the answer stands between two attempts. */
export interface Situation {
  readonly hasText: boolean;
  /** The server offered to take the stream up, and ids came with it. */
  readonly canResume: boolean;
  /** The ways to go on that the dialect has words for. */
  readonly dialect: readonly ContinuationMode[];
}

/** How an attempt ended. */
export interface Outcome {
  readonly mode: AttemptMode;
  readonly verdict: Verdict;
  /** Why the transport or the server failed it, if one did. */
  readonly cause: ChatError | undefined;
  /** It brought text. */
  readonly progressed: boolean;
  readonly finishReason: FinishReason | undefined;
}

/**
 * Decides what follows an attempt: the end, or another attempt, and keeps the budgets for that.
 * Before the first visible character the same request is made again; after it the answer is gone on with by the
 * ladder. Source: docs/adr/0001-ladder.md.
 */
export class Recovery {
  readonly #options: StreamCompletionOptions;
  readonly #endpoint: URL;
  /** Continuations that the user asked for; they are not counted as automatic. */
  #granted = 0;
  #lastWasGranted = false;
  #retries = 0;
  #resumeRefused = false;
  #prefillRefused = false;
  #reauthorized = false;

  /** Requests made so far. */
  attempt = 0;
  /** Automatic continuations made so far. */
  continuations = 0;

  constructor(options: StreamCompletionOptions, endpoint: URL) {
    this.#options = options;
    this.#endpoint = endpoint;
    const {partial} = options;
    if (!partial) return;
    this.attempt = partial.attempt;
    this.continuations = partial.continuations;
    this.#granted = partial.byUser ? 1 : 0;
  }

  get resumeRefused(): boolean {
    return this.#resumeRefused;
  }

  /** The user asked for the next continuation. */
  get isGranted(): boolean {
    return this.#granted > 0;
  }

  first(situation: Situation): Step | EndEvent {
    const {partial} = this.#options;
    if (!partial) return {mode: 'send', delay: 0};
    if (!situation.hasText) {
      this.#retries = partial.byUser ? 0 : partial.attempt;
      if (this.#retries > this.#maxRetries) return endOf('error', incomplete());
      return {mode: this.resumes(situation) ? 'resume' : 'retry', delay: 0};
    }
    const mode = this.#rung(situation);
    return mode ? {mode, delay: 0} : endOf('interrupted', incomplete());
  }

  /** Whether a cut now would be answered by taking the stream up. */
  resumes(situation: Situation): boolean {
    return this.#rung(situation) === 'resume';
  }

  /** An attempt is about to be made. */
  count(mode: AttemptMode): void {
    this.attempt++;
    if (!isContinuation(mode)) return;
    this.#lastWasGranted = this.#granted > 0;
    if (this.#lastWasGranted) this.#granted--;
    else this.continuations++;
  }

  next(outcome: Outcome, situation: Situation): Step | EndEvent {
    const {mode, verdict, cause, progressed, finishReason} = outcome;
    if (progressed) this.#retries = 0;
    if (verdict.status === 'error') return endOf('error', verdict.error);
    if (verdict.status !== 'interrupted') {
      return {type: 'end', status: verdict.status, ...(finishReason && {finishReason})};
    }
    const error = cause ?? incomplete();
    if (!verdict.recoverable) return endOf('interrupted', error);
    const refused = !progressed && isRefusal(error);
    if (error.status === 401 && typeof this.#options.headers === 'function' && !this.#reauthorized) {
      this.#reauthorized = true;
      return this.#again(mode, error, 0);
    }
    if (mode === 'resume' && (error.kind === 'gap' || (refused && !this.#mayRepeat(error)))) {
      this.#resumeRefused = true;
      return this.#goOn(situation, error, 0);
    }
    if (mode === 'prefill' && !this.#prefillRefused && isPrefillRefusal(error.status, error.message)) {
      this.#prefillRefused = true;
      this.#refund(); // A 400 is not billed.
      return this.#goOn(situation, error, 0);
    }
    if (!situation.hasText) {
      if (!this.#mayRepeat(error)) return endOf('error', error);
      return this.#again(!refused && this.resumes(situation) ? 'resume' : 'retry', error);
    }
    if (refused) return this.#mayRepeat(error) ? this.#again(mode, error) : endOf('interrupted', error);
    if (isBroken(error)) return endOf('interrupted', error);
    // A resume costs nothing, but one that brings nothing must not go on for ever.
    if (mode === 'resume' && !progressed && this.#retries >= this.#maxRetries) this.#resumeRefused = true;
    return this.#goOn(
      situation,
      error,
      progressed || mode === 'send' ? CONTINUE_DELAY : this.#backoff(error),
    );
  }

  #goOn(situation: Situation, error: ChatError, delay: number): Step | EndEvent {
    if (!situation.hasText) {
      return this.#mayRepeat(incomplete()) ? this.#again('retry', error) : endOf('error', error);
    }
    const mode = this.#rung(situation);
    return mode ? {mode, delay, error} : endOf('interrupted', error);
  }

  #rung({hasText, canResume, dialect}: Situation) {
    const {continuation: policy = 'auto', maxContinuations = 2, model} = this.#options;
    return nextRung({
      // A user who asks to go on has decided; only the way is left to choose.
      policy: this.#granted > 0 && (policy === 'manual' || policy === 'off') ? 'auto' : policy,
      canResume: canResume && !this.#resumeRefused,
      dialect,
      takesPrefill: takesPrefill(model, this.#endpoint),
      prefillRefused: this.#prefillRefused,
      budget: hasText ? this.#granted + maxContinuations - this.continuations : 0,
    });
  }

  get #maxRetries(): number {
    return this.#options.maxRetries ?? 4;
  }

  #mayRepeat(error: ChatError): boolean {
    return isTransient(error) && this.#retries < this.#maxRetries;
  }

  /** The same once more. */
  #again(mode: AttemptMode, error: ChatError, delay = this.#backoff(error)): Step {
    if (isContinuation(mode)) this.#refund(); // It was refused, so nothing was generated.
    return {mode: mode === 'send' ? 'retry' : mode, delay, error};
  }

  /** Gives back what the last continuation took of the budget. */
  #refund(): void {
    if (this.#lastWasGranted) this.#granted++;
    else this.continuations--;
  }

  #backoff(error: ChatError): number {
    return retryDelay(error, this.#retries++, (this.#options.random ?? Math.random)());
  }
}

export function isContinuation(mode: AttemptMode): mode is ContinuationMode {
  return mode === 'prefill' || mode === 'continue-turn';
}

/** The server (or the way to it) refused the request as such, so that it generated nothing. */
function isRefusal(error: ChatError): boolean {
  return error.status !== undefined || error.kind === 'content' || error.kind === 'gap';
}

/** What came cannot be trusted to go on with: a join that failed, a limit, payloads that cannot be read. */
export function isBroken(error: ChatError | undefined): boolean {
  return error?.kind === 'gap' || error?.kind === 'too-large' || error?.kind === 'protocol';
}

function incomplete(): ChatError {
  return new ChatError('incomplete', 'The stream ended before the server said that the answer was over.');
}

export function endOf(status: FinalStatus, error: ChatError): EndEvent {
  return {type: 'end', status, error};
}
