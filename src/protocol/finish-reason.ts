import type {FinishReason} from './message.ts';

/** The words in what servers call their reasons: one that names a failure, a limit or a filter is no good end. */
const REASONS: readonly (readonly [FinishReason, RegExp])[] = [
  ['error', /error|fail|abort|cancel|insufficient|malformed|timeout/i],
  ['length', /length|limit|window|max.*tokens/i],
  ['content-filter', /filter|safety|sensitive|recitation|refusal|guardrail/i],
  ['tool-calls', /tool|function/i],
  ['stop', /^stop$/],
];

/** What a server's own word for why the answer ended stands for; nothing where it says none, as by `"null"`. */
export function finishReasonOf(said: string | undefined): FinishReason | undefined {
  if (!said || said === 'null') return undefined;
  return REASONS.find(([, words]) => words.test(said))?.[0] ?? 'other';
}
