import type {ToolStrings} from './strings.ts';

/** Loaded with the first tool call. */
export const english: ToolStrings = {
  arguments: 'Asked with',
  result: 'Result',
  allow: 'Allow',
  deny: 'Deny',
  ask: 'The assistant wants to use “{name}”.',
  writing: 'is being prepared',
  waiting: 'waits for you',
  running: 'is running',
  done: 'done',
  failed: 'failed',
  denied: 'denied',
  unfinished: 'not finished',
};
