import type {FinishReason} from './message.ts';

/**
 * Words in servers' finish reasons, tested in this order. Whatever names a failure, a limit or a filter is no good end.
 */
const REASONS: readonly (readonly [FinishReason, RegExp])[] = [
  ['error', /error|fail|abort|cancel|insufficient|malformed|timeout/i],
  ['length', /length|limit|window|max.*tokens/i],
  ['content-filter', /filter|safety|sensitive|recitation|refusal|guardrail/i],
  ['tool-calls', /tool|function/i],
  ['stop', /^stop$/],
];

/** Maps a server's own finish reason; `undefined` if there is none, or it is the string `null`. */
export function finishReasonOf(said: string | undefined): FinishReason | undefined {
  if (!said || said === 'null') return undefined;
  return REASONS.find(([, words]) => words.test(said))?.[0] ?? 'other';
}
