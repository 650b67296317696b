import type {DecodedEvent} from './dialect.ts';
import type {State} from './parts.ts';

const MIN_SAME = 4; // characters; fewer are the same by chance

// For dialects whose events can take back what was said before.

/** The text of this request's answer so far, with what came of it before a reload. */
export function textIn(state: State): string {
  return ((state['text'] ?? state['resume']) as string | undefined) ?? '';
}

/** Adds to the text. */
export function say(state: State, text: string, raw: unknown): DecodedEvent[] {
  if (text === '') return [];
  state['text'] = textIn(state) + text;
  return [{type: 'text', text, raw}];
}

/**
 * The text of this request's answer is this, whole: only what is new is said, and what was otherwise is replaced. What
 * stood at a reload may have come by more than one request.
 */
export function sayWhole(state: State, text: string, raw: unknown): DecodedEvent[] {
  if (state['resume'] && state['lead'] === undefined) {
    const lead = leadOf(textIn(state), text);
    state['lead'] = lead === textIn(state) ? '' : lead;
  }
  return sayAll(state, `${state['lead'] ?? ''}${text}`, raw);
}

/** The same for what stands behind a reload, too. */
export function sayAll(state: State, text: string, raw: unknown): DecodedEvent[] {
  const before = textIn(state);
  if (text.startsWith(before)) return say(state, text.slice(before.length), raw);
  state['text'] = text;
  return [{type: 'replace', text, raw}];
}

/**
 * What of the text stands before a piece of it that is told whole, and of which nothing was told since a reload: all of
 * it before a new piece, less before one that was under way or over then.
 */
export function leadOf(text: string, told: string): string {
  if (told.startsWith(text)) return '';
  for (let size = Math.min(text.length, told.length); size >= MIN_SAME; size--) {
    if (text.endsWith(told.slice(0, size))) return text.slice(0, -size);
  }
  return text;
}
