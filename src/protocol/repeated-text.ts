import type {DecodedEvent} from './dialect.ts';
import type {State} from './parts.ts';

const NO_CHANCE = 24; // characters: what repeats so many does so on purpose

/** What is remembered between the events. */
interface Memory {
  /** All that was said; after a reload, at first what stood then. */
  readonly said: string;
  /** The text of the event before. */
  readonly last?: string;
  /** Each event began with the one before. */
  readonly grows?: boolean;
  /** The server is believed to say again what it said. */
  readonly repeats?: boolean;
  /** Events in a row that did so, and went on. */
  readonly times?: number;
  /** What the text is if that was a chance, as long as it may be one. */
  readonly pieces?: string | undefined;
}

/**
 * Reads the text of a plain server that says again what it said: the whole text so far each time, or once, at last. An
 * event that begins with all that came before it is believed to do so; if the next one does not, it was a piece like any
 * other, and the text is put right.
 * @param isEnd The event says that the answer is over, too.
 * @param before What was remembered before the event; what is from then on goes to `state`.
 */
export function readRepeated(
  event: DecodedEvent & {readonly type: 'text'},
  isEnd: boolean,
  before: Memory,
  state: State,
): DecodedEvent[] {
  const {text} = event;
  const {said, last, grows = last === undefined || last === said, repeats, times = 0, pieces} = before;
  const keep = (memory: Memory) => Object.assign(state, memory);
  const isSame = text === said;
  const isShort = said.length < NO_CHANCE;
  const isSecond = last === said; // All that came is one piece. A second one like it may be the same word again.
  const goesOn = grows && text !== last && text.startsWith(last ?? said);
  state['grows'] = goesOn;

  const isTold = isSame ? isEnd || ((!isSecond || !isShort) && tells(said, text)) : tells(said, text);
  if (text.startsWith(said) && (repeats || isTold)) {
    const isSure = repeats ? !pieces || (times > 0 && !isSame) : !isSecond && !isShort;
    const more = isSure ? undefined : (pieces ?? said) + text;
    keep({said: text, repeats: true, times: isSame ? times : times + 1, pieces: more});
    return isSame ? [] : [{...event, text: text.slice(said.length)}];
  }
  if (!repeats && goesOn && tells(last ?? said, text)) {
    // The beginning was too short to tell, so it stands there more than once.
    keep({said: text, repeats: true, times: 1, pieces: said + text});
    return [{...event, type: 'replace'}];
  }
  if (repeats && !pieces && times > 1 && text.startsWith(said.charAt(0))) {
    keep({said: text}); // It took something back.
    return [{...event, type: 'replace'}];
  }
  keep({said: (pieces ?? said) + text, repeats: false, times: 0, pieces: undefined});
  return pieces ? [{...event, type: 'replace', text: pieces + text}] : [event];
}

/** Whether it is no chance that a text begins with this. With `=` and `===`, or `ha` and `haha`, it may be one. */
function tells(piece: string, text: string): boolean {
  return piece.length > 1 && !isRhythm(piece) && !isRhythm(text);
}

/** Whether the text is one piece, again and again. */
function isRhythm(text: string): boolean {
  return (text + text).indexOf(text, 1) < text.length;
}
