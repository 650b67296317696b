import {countField, type JsonObject, objectField} from './json.ts';
import type {Usage} from './message.ts';
import type {Mutable} from './mutable.ts';

/** The fields in which providers send each count, the most common first. */
const FIELDS: readonly (readonly [keyof Usage, ...string[]])[] = [
  ['inputTokens', 'prompt_tokens', 'input_tokens'],
  ['outputTokens', 'completion_tokens', 'output_tokens'],
  ['totalTokens', 'total_tokens'],
  ['reasoningTokens', 'reasoning_tokens'],
  ['queueTime', 'queue_time'],
  ['promptTime', 'prompt_time'],
  ['completionTime', 'completion_time'],
];

/** A provider's `usage` object in our vocabulary; `undefined` if it has no count we know. */
export function readUsage(usage: JsonObject | undefined): Usage | undefined {
  if (!usage) return undefined;
  const details = objectField(usage, 'completion_tokens_details') ?? {};
  const known: Mutable<Usage> = {};
  for (const [name, ...keys] of FIELDS) {
    for (const key of keys) {
      const count = countField(usage, key) ?? countField(details, key);
      if (count !== undefined) known[name] ??= count;
    }
  }
  return Object.keys(known).length > 0 ? known : undefined;
}
