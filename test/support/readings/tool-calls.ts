import type {CompletionEvent} from '../../../src/protocol/completion.ts';
import type {PlainToolCall} from './plain-reading.ts';

/** The tool calls that a stream reported, in their final state. */
export function toolCallsIn(events: readonly CompletionEvent[]): PlainToolCall[] {
  const calls = new Map<string, PlainToolCall>();
  for (const event of events) {
    if (event.type === 'replace') calls.clear();
    else if (event.type === 'tool-call') calls.set(event.id, event);
  }
  return [...calls.values()].map(({name, arguments: args}) => ({name, arguments: args}));
}
