import type {ContinuationMode} from '../protocol/dialect.ts';
import type {ContinuationPolicy} from './options.ts';

/** What is known when an answer broke off and the question is how to go on. */
export interface LadderState {
  readonly policy: ContinuationPolicy;
  /** The server offered to take up the stream, and has not refused it since. */
  readonly canResume: boolean;
  /** The ways the dialect has words for. */
  readonly dialect: readonly ContinuationMode[];
  /** The model is known to go on with a trailing assistant message. */
  readonly takesPrefill: boolean;
  /** It answered 400 to one. */
  readonly prefillRefused: boolean;
  /** Continuations that may still be made. A resume costs none. */
  readonly budget: number;
}

/**
 * The next way to go on with an answer that broke off: resume, else prefill, else a user turn; `undefined` when
 * only the user may decide. Source: docs/adr/0001-ladder.md.
 */
export function nextRung(state: LadderState): 'resume' | ContinuationMode | undefined {
  const {policy, dialect} = state;
  if (policy === 'off' || policy === 'manual') return undefined;
  if (state.canResume && (policy === 'auto' || policy === 'resume')) return 'resume';
  if (state.budget <= 0) return undefined;
  const prefill = dialect.includes('prefill') && !state.prefillRefused;
  if (policy === 'prefill' && prefill) return 'prefill';
  if (policy === 'auto' && prefill && state.takesPrefill) return 'prefill';
  const turn =
    policy === 'auto' || policy === 'continue-turn' || (policy === 'prefill' && state.prefillRefused);
  return turn && dialect.includes('continue-turn') ? 'continue-turn' : undefined;
}
