import {ChatError} from './chat-error.ts';
import type {FinishReason} from './message.ts';
import {serverError} from './wire-error.ts';

/** What is known when a stream is over: what the dialect said, an error in the stream, how the transport ended. */
export interface EndSignals {
  readonly finishReason: FinishReason | undefined;
  /** `[DONE]` or an equivalent was seen. */
  readonly done: boolean;
  /** Whether `done` alone counts as an end of the answer for this server. */
  readonly doneIsEnough: boolean;
  readonly error: ChatError | undefined;
  /** Whether the answer, over all its attempts, has any text. */
  readonly hasText: boolean;
}

export type Verdict =
  | {readonly status: 'complete' | 'length' | 'filtered'}
  | {readonly status: 'error'; readonly error: ChatError}
  /** `recoverable`: the transport failed, so the rest is requested automatically; otherwise only the user may ask. */
  | {readonly status: 'interrupted'; readonly recoverable: boolean};

/**
 * Judges how an answer ended. Only what the server said makes it complete; a closed connection never does.
 * Source: the end-of-stream table in docs/adr/0003-what-counts-as-complete.md.
 */
export function judgeEnd({finishReason, done, doneIsEnough, error, hasText}: EndSignals): Verdict {
  if (finishReason === 'length') return {status: 'length'};
  if (finishReason === 'content-filter') return {status: 'filtered'};
  if (finishReason === 'error' || (error && !finishReason)) {
    return {status: 'error', error: error ?? serverError(undefined)};
  }
  if (!finishReason && !done) return {status: 'interrupted', recoverable: true};
  if (!hasText && finishReason !== 'tool-calls') {
    return {status: 'error', error: new ChatError('empty', 'The server sent an empty answer.')};
  }
  return finishReason || doneIsEnough ? {status: 'complete'} : {status: 'interrupted', recoverable: false};
}
