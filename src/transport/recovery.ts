import {ChatError} from '../protocol/chat-error.ts';
import type {EndEvent} from '../protocol/completion.ts';
import {type ContinuationMode, isContinuation} from '../protocol/dialect.ts';
import type {Verdict} from '../protocol/end-of-stream.ts';
import type {AttemptMode, FinalStatus, FinishReason} from '../protocol/message.ts';
import {isPrefillRefusal, takesPrefill} from './capabilities.ts';
import type {Clock} from './clock.ts';
import type {StreamCompletionOptions} from './options.ts';
import type {Target} from './request.ts';
import {isTransient, MAX_RETRY_AFTER, retryDelay} from './retry-policy.ts';

/** A page that is being left loses its streams first, and must not send new requests before it is gone. */
export const CONTINUE_DELAY = 100; // ms
/** Minimum time between two automatic continuations. */
const CONTINUE_INTERVAL = 10_000; // ms

/** The next attempt to make. */
export interface Step {
  readonly mode: AttemptMode;
  /** ms */
  readonly delay: number;
  /** Why the previous attempt ended. */
  readonly error?: ChatError;
}

/** Where the answer stands between two attempts. */
export interface Situation {
  readonly target: Target;
  readonly hasText: boolean;
  /** Whether the server lets the stream be resumed, and has sent ids. */
  readonly canResume: boolean;
  /** False while a tool call is open, and after a refusal. */
  readonly canContinue: boolean;
  /** The kinds of continuation that the dialect supports. */
  readonly dialect: readonly ContinuationMode[];
}

/** How an attempt ended. */
export interface Outcome {
  readonly mode: AttemptMode;
  readonly verdict: Verdict;
  /** Why it failed, if the transport or the server did. */
  readonly cause: ChatError | undefined;
  /** Whether it brought text. */
  readonly progressed: boolean;
  readonly finishReason: FinishReason | undefined;
}

/**
 * Decides what follows an attempt, the end or another attempt, and keeps the budgets for that. Before the first visible
 * character, the same request is made again; after it, the ladder says how to continue.
 * Source: docs/adr/0001-ladder.md.
 */
export interface Recovery {
  /** Requests made so far. */
  attempt: number;
  /** Automatic continuations made so far. */
  continuations: number;
  /** Continuations that the user asked for and that were not made yet. They do not count as automatic. */
  granted: number;
  /** Whether the server refused to resume the stream. */
  resumeRefused: boolean;
  first(situation: Situation): Step | EndEvent;
  /** Counts an attempt that is about to be made. */
  count(mode: AttemptMode): void;
  /** Whether a cut now would lead to a resume. */
  resumes(situation: Situation): boolean;
  next(outcome: Outcome, situation: Situation): Step | EndEvent;
  /** Asks another target, which has its own retries. */
  elsewhere(error: ChatError): Step;
}

export function createRecovery(options: StreamCompletionOptions, clock: Clock): Recovery {
  const {partial, continuation = 'auto', continueLength} = options;
  const {maxContinuations = 2, maxRetries = 4} = options;
  let wasGranted = false;
  /** Continuations after a length limit. */
  let lengths = 0;
  /** When the next automatic continuation may be made; `before`: when, if the last one is refunded. */
  let earliest = 0;
  let before = 0;
  let retries = 0;
  let prefillRefused = false;
  let reauthorized = false;

  const backoff = (error: ChatError) => retryDelay(error, retries++, (options.random ?? Math.random)());
  const mayRepeat = (error: ChatError) => isTransient(error) && retries < maxRetries;

  /** Gives the last continuation back to the budget. */
  function refund(): void {
    earliest = before;
    if (wasGranted) self.granted++;
    else self.continuations--;
  }

  /** Makes the same request again. */
  function again(mode: AttemptMode, error: ChatError, delay = backoff(error)): Step {
    if (isContinuation(mode)) refund(); // It was refused, so nothing was generated.
    return {mode: mode === 'send' ? 'retry' : mode, delay, error};
  }

  /** The ladder: resume, else prefill, else a user turn; `undefined` if only the user may decide. */
  function rung(
    {target, hasText, canResume, canContinue, dialect}: Situation,
    budget = maxContinuations - self.continuations + self.granted + lengths,
  ): 'resume' | ContinuationMode | undefined {
    // A user who asks to continue overrules these two; only the way is left to choose.
    const left = self.granted > 0 && (continuation === 'manual' || continuation === 'off');
    const policy = left ? 'auto' : continuation;
    const allows = (way: ContinuationMode | 'resume') => policy === 'auto' || policy === way;
    if (canResume && !self.resumeRefused && allows('resume')) return 'resume'; // It generates nothing, so it costs nothing.
    if (!hasText || !canContinue || budget <= 0) return undefined;
    const prefill = dialect.includes('prefill') && !prefillRefused && allows('prefill');
    if (prefill && (policy === 'prefill' || takesPrefill(target, options.prefillCapabilities)))
      return 'prefill';
    const turn = allows('continue-turn') || (policy === 'prefill' && prefillRefused);
    return turn && dialect.includes('continue-turn') ? 'continue-turn' : undefined;
  }

  function goOn(situation: Situation, error: ChatError, delay: number): Step | EndEvent {
    if (!situation.hasText) {
      const isSoon = (error.retryAfter ?? 0) <= MAX_RETRY_AFTER;
      return isSoon && retries < maxRetries ? again('retry', error) : endOf('error', error);
    }
    const mode = rung(situation);
    return mode ? {mode, delay: delayOf(mode, delay), error} : endOf('interrupted', error);
  }

  function delayOf(mode: AttemptMode, delay: number): number {
    return isContinuation(mode) && self.granted === 0 ? Math.max(delay, earliest - clock.now()) : delay;
  }

  const self: Recovery = {
    attempt: partial?.attempt ?? 0,
    continuations: partial?.continuations ?? 0,
    granted: partial?.byUser ? 1 : 0,
    resumeRefused: false,

    first(situation) {
      if (!partial || partial.isNew) return {mode: 'send', delay: 0};
      if (!situation.hasText) {
        retries = partial.byUser ? 0 : self.attempt;
        if (retries > maxRetries) return endOf('error', incomplete());
      }
      const mode = rung(situation) ?? (situation.hasText ? undefined : 'retry');
      return mode ? {mode, delay: 0} : endOf('interrupted', incomplete());
    },

    count(mode) {
      self.attempt++;
      if (!isContinuation(mode)) return;
      wasGranted = self.granted > 0;
      before = earliest;
      earliest = clock.now() + CONTINUE_INTERVAL;
      if (wasGranted) self.granted--;
      else self.continuations++;
    },

    elsewhere(error) {
      retries = 0;
      return {mode: 'retry', delay: 0, error};
    },

    resumes: situation => rung(situation) === 'resume',

    next({mode, verdict, cause, progressed, finishReason}, situation) {
      if (progressed) retries = 0;
      if (verdict.status === 'error') return endOf('error', verdict.error);
      if (verdict.status !== 'interrupted') {
        const goesOn = verdict.status === 'length' && continueLength && progressed;
        const way = goesOn && rung({...situation, canResume: false}, maxContinuations - lengths);
        if (way) {
          lengths++;
          return {mode: way, delay: delayOf(way, CONTINUE_DELAY)};
        }
        return {type: 'end', status: verdict.status, ...(finishReason && {finishReason})};
      }
      const error = cause ?? incomplete();
      if (!verdict.recoverable) return endOf('interrupted', error);
      const refused = !progressed && isRefusal(error);
      if (error.status === 401 && typeof options.headers === 'function' && !reauthorized) {
        reauthorized = true;
        return again(mode, error, 0);
      }
      if (mode === 'resume' && (error.kind === 'gap' || (refused && !mayRepeat(error)))) {
        self.resumeRefused = true;
        return goOn(situation, error, 0);
      }
      if (mode === 'prefill' && !prefillRefused && isPrefillRefusal(error)) {
        prefillRefused = true;
        refund(); // A 400 is not billed.
        return goOn(situation, error, 0);
      }
      if (!situation.hasText) {
        if (!mayRepeat(error)) return endOf('error', error);
        return again(!refused && rung(situation) ? 'resume' : 'retry', error);
      }
      if (refused) return mayRepeat(error) ? again(mode, error) : endOf('interrupted', error);
      if (isBroken(error)) return endOf('interrupted', error);
      // A resume costs nothing, but those that bring nothing must not repeat for ever.
      if (mode === 'resume' && !progressed && retries >= maxRetries) self.resumeRefused = true;
      return goOn(situation, error, progressed || mode === 'send' ? CONTINUE_DELAY : backoff(error));
    },
  };
  return self;
}

/** Whether the server, or something before it, refused the request itself, so that nothing was generated. */
function isRefusal({status, kind}: ChatError): boolean {
  return status !== undefined || kind === 'content' || kind === 'gap';
}

/**
 * Whether what arrived is no basis to continue from: a failed join, an exceeded limit, unreadable payloads, or a
 * failure in the page's own code that reads them.
 */
export function isBroken(error: ChatError | undefined): boolean {
  return /^(gap|too-large|protocol|configuration)$/.test(`${error?.kind}`);
}

function incomplete(): ChatError {
  return new ChatError('incomplete', 'The stream ended before the server said that the answer was over.');
}

export function endOf(status: FinalStatus, error: ChatError): EndEvent {
  return {type: 'end', status, error};
}
