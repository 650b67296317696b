import type {DecodedEvent} from './dialect.ts';
import type {State} from './parts.ts';

const NO_CHANCE = 24; // characters: what repeats so many does so on purpose

/** What is remembered between the events. */
interface Memory {
  /** How an event begins if it repeats: with all that was said. After a reload, at first what stood then. */
  said?: string;
  /** The text of the event before. */
  last?: string;
  /** Each event began with the one before. */
  grows?: boolean;
  /** The server is believed to say again what it said. */
  repeats?: boolean;
  /** Events in a row that did so. */
  times?: number;
  /** What the text is if that was a chance, as long as it may be one. */
  pieces?: string | undefined;
}

/**
 * Reads the text of a plain server that says again what it said: the whole text so far each time, or once, at last. An
 * event that begins with all that came before it is believed to do so; if the next one does not, it was a piece like any
 * other, and the text is put right.
 * @param said All that came before the event.
 * @param isEnd The event says that the answer is over, too.
 */
export function readRepeated(
  event: DecodedEvent & {readonly type: 'text'},
  said: string,
  isEnd: boolean,
  state: State,
): DecodedEvent[] {
  const memory: Memory = state;
  const {text} = event;
  const {last = said, times = 0, pieces, repeats} = memory;
  memory.last = text;
  memory.grows = memory.grows !== false && text.length > last.length && text.startsWith(last);

  if (text.startsWith(said) && (repeats || tells(said, text) || (isEnd && text === said))) {
    const isChance = said.length < NO_CHANCE && times === 0 && !repeats;
    Object.assign(memory, {said: text, repeats: true, times: times + 1});
    memory.pieces = isChance ? said + text : undefined;
    return text === said ? [] : [{...event, text: text.slice(said.length)}];
  }
  if (!repeats && memory.grows && tells(last, text)) {
    // The beginning was too short to tell, so it stands there more than once.
    Object.assign(memory, {said: text, repeats: true, times: 1, pieces: said + text});
    return [{...event, type: 'replace'}];
  }
  if (repeats && pieces === undefined && times > 1 && text.startsWith(said.charAt(0))) {
    memory.said = text; // It took something back.
    return [{...event, type: 'replace'}];
  }
  Object.assign(memory, {said: (pieces ?? said) + text, repeats: false, times: 0, pieces: undefined});
  return pieces === undefined ? [event] : [{...event, type: 'replace', text: pieces + text}];
}

/** Whether it is no chance that a text begins with this. With `=` and `===`, or `ha` and `haha`, it may be one. */
function tells(piece: string, text: string): boolean {
  return piece.length > 1 && !isRhythm(piece) && !isRhythm(text);
}

/** Whether the text is one piece, again and again. */
function isRhythm(text: string): boolean {
  return (text + text).indexOf(text, 1) < text.length;
}
