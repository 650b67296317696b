import type {DecodedEvent} from './dialect.ts';
import type {State} from './parts.ts';

const MIN_SAME = 4; // characters; a shorter match may be chance

// For dialects whose events can change text that was sent before.

/** The text of this request's answer so far, including what arrived before a reload. */
export function textIn(state: State): string {
  return ((state['text'] ?? state['resume']) as string | undefined) ?? '';
}

/** Appends to the text. */
export function say(state: State, text: string, raw: unknown): DecodedEvent[] {
  if (text === '') return [];
  state['text'] = textIn(state) + text;
  return [{type: 'text', text, raw}];
}

/**
 * Takes the whole text of this request's answer: yields only what is new, or a `replace` if earlier text differs. Text
 * from before a reload may come from several requests, so the part before this one's is kept (`leadOf`).
 */
export function sayWhole(state: State, text: string, raw: unknown): DecodedEvent[] {
  if (state['resume'] && state['lead'] === undefined) {
    const lead = leadOf(textIn(state), text);
    state['lead'] = lead === textIn(state) ? '' : lead;
  }
  return sayAll(state, `${state['lead'] ?? ''}${text}`, raw);
}

/** The same for a text that includes everything from before a reload. */
export function sayAll(state: State, text: string, raw: unknown): DecodedEvent[] {
  const before = textIn(state);
  if (text.startsWith(before)) return say(state, text.slice(before.length), raw);
  state['text'] = text;
  return [{type: 'replace', text, raw}];
}

/**
 * The part of `text`, which stood before a reload, that precedes `told`: a piece that the server now sends whole for
 * the first time since. All of it if the piece is new; less if the piece had begun, or was finished, before the reload.
 */
export function leadOf(text: string, told: string): string {
  if (told.startsWith(text)) return '';
  for (let size = Math.min(text.length, told.length); size >= MIN_SAME; size--) {
    if (text.endsWith(told.slice(0, size))) return text.slice(0, -size);
  }
  return text;
}
