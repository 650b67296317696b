import type {ToolStrings} from './strings.ts';

/** Loaded with the first tool call. */
export const english: ToolStrings = {
  arguments: 'Arguments',
  result: 'Result',
  allow: 'Allow',
  deny: 'Deny',
  ask: 'The assistant wants to use “{name}”.',
  writing: 'preparing',
  waiting: 'waiting for you',
  running: 'running',
  done: 'done',
  failed: 'failed',
  denied: 'denied',
  unfinished: 'not finished',
};
