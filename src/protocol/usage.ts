import {countField, type JsonObject, objectField} from './json.ts';
import type {Usage} from './message.ts';

/** Where providers put each count, the usual place first. */
const FIELDS: readonly (readonly [keyof Usage, ...string[]])[] = [
  ['inputTokens', 'prompt_tokens', 'input_tokens'],
  ['outputTokens', 'completion_tokens', 'output_tokens'],
  ['totalTokens', 'total_tokens'],
  ['queueTime', 'queue_time'],
  ['promptTime', 'prompt_time'],
  ['completionTime', 'completion_time'],
];

/** What a `usage` object says, in our words; `undefined` if it says nothing. */
export function readUsage(usage: JsonObject | undefined): Usage | undefined {
  if (!usage) return undefined;
  const details = objectField(usage, 'completion_tokens_details');
  const counts = FIELDS.map(([name, ...keys]) => [
    name,
    keys.map(key => countField(usage, key)).find(isKnown),
  ]);
  if (details) counts.push(['reasoningTokens', countField(details, 'reasoning_tokens')]);
  const known = counts.filter(([, count]) => isKnown(count));
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}

function isKnown(count: unknown): boolean {
  return count !== undefined;
}
