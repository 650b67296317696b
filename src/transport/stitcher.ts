import {ChatError} from '../protocol/chat-error.ts';
import {isContinuation} from '../protocol/dialect.ts';
import type {AttemptMode, Segment} from '../protocol/message.ts';

type Join = NonNullable<Segment['join']>;

const WINDOW = 2000; // characters at the end of the answer that are searched for evidence
const MIN_OVERLAP = 24; // characters; genuine text has shorter ones too often, see docs/adr/0002-stitching.md
const MIN_RESTART = 4; // characters; enough for a continuation that begins with the whole answer so far
const MAX_HELD = 400; // characters
const ANCHOR_WITHIN = 200; // characters at the start of the continuation in which the quoted tail may occur
/** How much of the answer's end a continue-turn quotes. */
export const ANCHOR_LENGTH = 60; // characters
/** How long text may be held back while it could still be a repetition. */
export const HOLD_TIME = 1500; // ms

/**
 * Joins what a continuation sends to the text already shown, removing only what was repeated.
 * Positions are UTF-16 code units. A join by position is exact; a join by text is a best effort, made on evidence
 * that is unique in the last 2,000 characters, and it is named in the answer's segments.
 * Source: docs/adr/0002-stitching.md.
 */
export interface Stitcher {
  /** Whether text is being held back. */
  holding(): boolean;
  /** Where in the answer the new text begins, if the server said so; otherwise the answer's length. */
  start(): number;
  /** How the join was made, once it was. */
  join(): Join | undefined;
  /**
   * The server said at which position of the answer its text begins. Ignored after the first text.
   * @throws {ChatError} `gap` if that is beyond the end of the answer.
   */
  from(position: number): void;
  /** What was shown is void, so nothing that follows can be a repetition. */
  skip(): void;
  /**
   * Takes text from the wire; returns the part that is new.
   * @throws {ChatError} `gap` if the server began the answer anew, with a different text.
   */
  push(piece: string): string;
  /**
   * No more will come, or the wait was too long. Returns what is new in the held text, judged by what is there.
   * @param cut Whether the stream broke off: what was repetition so far is then dropped, because it will be sent again.
   */
  flush(cut: boolean): string;
}

/** @param text The answer so far. A lone surrogate at its end cannot be sent, so the server repeats it. */
export function createStitcher(mode: AttemptMode, text: string): Stitcher {
  const {length} = text;
  const end = text.slice(-WINDOW);
  let decided = text === '' || !isContinuation(mode);
  /** Characters still to be dropped, once the position is known. */
  let drop = decided ? 0 : length - withoutLoneSurrogate(text).length;
  let start = length;
  let held = '';
  let fence = '';
  let pieces = 0;
  let join: Join | undefined;

  function accept(piece: string): string {
    const dropped = Math.min(drop, piece.length);
    drop -= dropped;
    const rest = piece.slice(dropped);
    if (!fence) return rest;
    // A model often reopens the code block in which it was cut; that line is dropped.
    const line = /^\s*(`{3,}|~{3,})[^\n`]*\n/.exec(rest)?.[0] ?? '';
    const reopened = line.trim() === fence;
    fence = '';
    return reopened ? rest.slice(line.length) : rest;
  }

  function settle(how: Join, repeated: number): string {
    const rest = held.slice(repeated);
    held = '';
    decided = true;
    join = how;
    if (how !== 'raw')
      drop = 0; // A match by text includes the lone surrogate, so it is not dropped again.
    else if (mode === 'continue-turn') fence = openFence(text);
    return accept(rest);
  }

  /** Prefill: some servers send the whole prefix again before they go on (Mistral). Nothing else is removed. */
  function joinEcho(): string {
    if (held.length < length && text.startsWith(held)) return '';
    // A short text may be repeated by chance, unless it is a piece of its own.
    const sure = length >= MIN_OVERLAP || (pieces === 1 && held.length === length);
    return sure && held.startsWith(text) ? settle('echo', length) : settle('raw', 0);
  }

  function joinTurn(final: boolean): string {
    // A server that does not know continuations begins the answer anew, perhaps after different white space.
    const whole = text.trimStart();
    const anew = held.trimStart();
    const same = commonPrefix(whole, anew);
    const least = held.startsWith(text.slice(0, MIN_RESTART)) ? MIN_RESTART : MIN_OVERLAP;
    if (same === whole.length && same >= least) return settle('restart', held.length - anew.length + same);
    // So far it repeats the beginning of the answer. It is held for as long as that lasts: a long match is no chance.
    if (same === anew.length) return final && same < least ? settle('raw', 0) : '';
    if (same >= MIN_OVERLAP && same > held.length / 2 && !text.endsWith(anew.slice(0, same))) {
      throw new ChatError('gap', 'The server restarted the answer with different text.');
    }
    const growing = couldOverlap();
    const waits =
      !final && held.length < MAX_HELD && (growing || held.length < ANCHOR_WITHIN + ANCHOR_LENGTH);
    const repeated = waits ? 0 : overlap();
    if (repeated > 0) return settle('overlap', repeated);
    // An anchor is final once it is found; an overlap may still grow.
    const anchored = waits && growing ? 0 : anchor();
    if (anchored > 0) return settle('anchor', anchored);
    return waits ? '' : settle('raw', 0);
  }

  /** Length of the longest end of the answer that the held text begins with; 0 if it proves nothing. */
  function overlap(): number {
    for (let size = Math.min(end.length, held.length); size >= MIN_OVERLAP; size--) {
      const piece = end.slice(-size);
      if (held.startsWith(piece)) return isUnique(end, piece) ? size : 0;
    }
    return 0;
  }

  /** The index in the held text after the quoted end of the answer; 0 if that does not occur. */
  function anchor(): number {
    const quoted = end.slice(-ANCHOR_LENGTH);
    if (quoted.length < MIN_OVERLAP || !isUnique(end, quoted)) return 0;
    if (!isUnique(quoted, quoted.slice(quoted.length / 2))) return 0; // Repetitive text proves nothing.
    const at = held.indexOf(quoted);
    return at >= 0 && at <= ANCHOR_WITHIN ? at + quoted.length : 0;
  }

  /** Whether all of the held text could still become an overlap. */
  function couldOverlap(): boolean {
    const at = end.indexOf(held);
    return at >= 0 && end.length - at >= MIN_OVERLAP;
  }

  return {
    holding: () => held !== '',
    start: () => start,
    join: () => join,

    from(position) {
      if (pieces > 0) return;
      if (position > length) {
        throw new ChatError('gap', `The server continued at ${position}, but the answer ends at ${length}.`);
      }
      start = position;
      drop = length - position;
      decided = true;
      join = 'position';
    },

    skip() {
      held = '';
      drop = 0;
      decided = true;
    },

    push(piece) {
      pieces++;
      if (decided) return accept(piece);
      held += piece;
      return mode === 'prefill' ? joinEcho() : joinTurn(false);
    },

    flush(cut) {
      if (cut && (text.startsWith(held) || (mode !== 'prefill' && couldOverlap()))) held = '';
      if (held === '') return '';
      return mode === 'prefill' ? settle('raw', 0) : joinTurn(true);
    },
  };
}

/** The line that opened the code block in which the text ends; empty if it ends in none. */
function openFence(text: string): string {
  let open = '';
  for (const [line] of text.matchAll(/^ {0,3}(?:`{3,}|~{3,})[^\n]*$/gm)) {
    const mark = line.trim();
    if (open === '') open = mark;
    else if (/^(`+|~+)$/.test(mark) && open.startsWith(mark)) open = '';
  }
  return open;
}

function commonPrefix(a: string, b: string): number {
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  return same;
}

/** Whether the piece occurs in the text only at its end. One that also occurs earlier proves nothing. */
function isUnique(text: string, piece: string): boolean {
  return text.indexOf(piece) === text.length - piece.length;
}

/** The text without half a surrogate pair at its end: such a half cannot be sent. */
export function withoutLoneSurrogate(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '');
}

/** The last `length` characters of a text, or one less so as not to begin with half a surrogate pair. */
export function tailOf(text: string, length: number): string {
  return text.slice(-length).replace(/^[\udc00-\udfff]/, '');
}
