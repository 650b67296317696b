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

/** A page that is being left loses its streams first, and must not ask anew meanwhile. */
export const CONTINUE_DELAY = 100; // ms
/** Between two requests for the rest of an answer that we make by ourselves. */
const CONTINUE_INTERVAL = 10_000; // ms

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
  readonly target: Target;
  readonly hasText: boolean;
  /** The server offered to take the stream up, and ids came with it. */
  readonly canResume: boolean;
  /** No tool call and no refusal is under way. */
  readonly canContinue: boolean;
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
export interface Recovery {
  /** Requests made so far. */
  attempt: number;
  /** Automatic continuations made so far. */
  continuations: number;
  /** Continuations that the user asked for and that were not made yet; they are not counted as automatic. */
  granted: number;
  /** The server refused to take the stream up. */
  resumeRefused: boolean;
  first(situation: Situation): Step | EndEvent;
  /** An attempt is about to be made. */
  count(mode: AttemptMode): void;
  /** Whether a cut now would be answered by taking the stream up. */
  resumes(situation: Situation): boolean;
  next(outcome: Outcome, situation: Situation): Step | EndEvent;
  /** Another target is asked: it has its own retries. */
  elsewhere(error: ChatError): Step;
}

export function createRecovery(options: StreamCompletionOptions, clock: Clock): Recovery {
  const {partial, continuation = 'auto', continueLength} = options;
  const {maxContinuations = 2, maxRetries = 4} = options;
  let wasGranted = false;
  /** Continuations after a length limit. */
  let lengths = 0;
  /** Not before these times may the next automatic continuation be made; the second: if the last one is given back. */
  let earliest = 0;
  let before = 0;
  let retries = 0;
  let prefillRefused = false;
  let reauthorized = false;

  const backoff = (error: ChatError) => retryDelay(error, retries++, (options.random ?? Math.random)());
  const mayRepeat = (error: ChatError) => isTransient(error) && retries < maxRetries;

  /** Gives back what the last continuation took of the budget. */
  function refund(): void {
    earliest = before;
    if (wasGranted) self.granted++;
    else self.continuations--;
  }

  /** The same once more. */
  function again(mode: AttemptMode, error: ChatError, delay = backoff(error)): Step {
    if (isContinuation(mode)) refund(); // It was refused, so nothing was generated.
    return {mode: mode === 'send' ? 'retry' : mode, delay, error};
  }

  /** The ladder: resume, else prefill, else a user turn; `undefined` when only the user may decide. */
  function rung(
    {target, hasText, canResume, canContinue, dialect}: Situation,
    budget = maxContinuations - self.continuations + self.granted + lengths,
  ): 'resume' | ContinuationMode | undefined {
    // A user who asks to go on has decided; only the way is left to choose.
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
      // A resume costs nothing, but one that brings nothing must not go on for ever.
      if (mode === 'resume' && !progressed && retries >= maxRetries) self.resumeRefused = true;
      return goOn(situation, error, progressed || mode === 'send' ? CONTINUE_DELAY : backoff(error));
    },
  };
  return self;
}

/** The server (or the way to it) refused the request as such, so that it generated nothing. */
function isRefusal({status, kind}: ChatError): boolean {
  return status !== undefined || kind === 'content' || kind === 'gap';
}

/** What came cannot be trusted to go on with: a join that failed, a limit, payloads that cannot be read, or what the page reads them with fails. */
export function isBroken(error: ChatError | undefined): boolean {
  return /^(gap|too-large|protocol|configuration)$/.test(`${error?.kind}`);
}

function incomplete(): ChatError {
  return new ChatError('incomplete', 'The stream ended before the server said that the answer was over.');
}

export function endOf(status: FinalStatus, error: ChatError): EndEvent {
  return {type: 'end', status, error};
}
