import type {DecodedEvent} from './dialect.ts';
import type {State} from './parts.ts';

// For dialects whose events can take back what was said before.

/** The text of this request's answer so far. */
export function textIn(state: State): string {
  return (state['text'] as string | undefined) ?? '';
}

/** Adds to the text. */
export function say(state: State, text: string, raw: unknown): DecodedEvent[] {
  if (text === '') return [];
  state['text'] = textIn(state) + text;
  return [{type: 'text', text, raw}];
}

/** The text is this, whole: only what is new is said, and what was otherwise is replaced. */
export function sayWhole(state: State, text: string, raw: unknown): DecodedEvent[] {
  const before = textIn(state);
  if (text.startsWith(before)) return say(state, text.slice(before.length), raw);
  state['text'] = text;
  return [{type: 'replace', text, raw}];
}
