import {ChatError} from '../protocol/chat-error.ts';
import type {AttemptMode, Segment} from '../protocol/message.ts';

type Join = NonNullable<Segment['join']>;

const WINDOW = 2000; // characters at the end of the answer in which evidence is looked for
const MIN_OVERLAP = 24; // characters; shorter ones are met in genuine text too often, see docs/adr/0002-stitching.md
const MIN_RESTART = 4; // characters; the whole answer so far at the start of a continuation is no chance
const MAX_HELD = 400; // characters
const ANCHOR_WITHIN = 200; // characters at the start of the continuation in which the quoted tail may stand
/** How much of the answer's end a continue-turn quotes. */
export const ANCHOR_LENGTH = 60; // characters
/** How long text may be held back while it could still be a repetition. */
export const HOLD_TIME = 1500; // ms

/**
 * Joins what a continuation sends to the text already shown, removing only what was repeated.
 * Positions are UTF-16 code units. A join by position is exact; a join by text is a best effort, made on evidence
 * that is unique in the last 2,000 characters, and it is named in the answer's segments.
 * @throws {ChatError} `gap` when the server skipped positions, or began anew with another text.
 * Source: docs/adr/0002-stitching.md.
 */
export class Stitcher {
  readonly #text: string;
  readonly #mode: AttemptMode;
  /** Characters still to be dropped, once the position is known. */
  #drop = 0;
  #held = '';
  #decided: boolean;
  #fence = '';
  #firstPiece = true;

  /** How the join was made, once it was. */
  join: Join | undefined;

  /**
   * @param text The answer so far.
   * @param asked What the request said of it: `text` may be longer by a lone surrogate, which cannot be sent.
   */
  constructor(mode: AttemptMode, text: string, asked: string = text) {
    this.#mode = mode;
    this.#text = text;
    this.#decided = text === '' || mode === 'send' || mode === 'retry' || mode === 'resume';
    if (!this.#decided) this.#drop = text.length - asked.length;
  }

  /** Whether text is being held back. */
  get holding(): boolean {
    return this.#held !== '';
  }

  /** The server said at which position of the answer its text begins. Only before the first text. */
  from(position: number): void {
    if (this.#held !== '' || !this.#firstPiece) return;
    if (position > this.#text.length) {
      throw new ChatError(
        'gap',
        `The server went on at ${position}, but the answer ends at ${this.#text.length}.`,
      );
    }
    this.#drop = this.#text.length - position;
    this.#decided = true;
    this.join = 'position';
  }

  /** Takes text from the wire; returns what of it is new. */
  push(piece: string): string {
    const first = this.#firstPiece;
    this.#firstPiece = false;
    if (this.#decided) return this.#accept(piece);
    this.#held += piece;
    if (this.#mode === 'prefill') return this.#joinEcho(first);
    return this.#joinTurn(false);
  }

  /**
   * No more will come, or the wait was too long. Returns what was held back, judged by what is there.
   * @param cut The stream broke off: what was still only repeating is dropped, since it will be asked for again.
   */
  flush(cut: boolean): string {
    if (this.#decided || this.#held === '') return '';
    if (this.#mode === 'prefill') {
      return cut && this.#text.startsWith(this.#held) ? this.#discard() : this.#join('raw', 0);
    }
    if (cut && (this.#text.startsWith(this.#held) || this.#couldOverlap())) return this.#discard();
    return this.#joinTurn(true);
  }

  /** Prefill: some servers send the whole prefix again before they go on (Mistral). Nothing else is removed. */
  #joinEcho(first: boolean): string {
    const text = this.#text;
    const {length} = text;
    if (this.#held.length < length) return text.startsWith(this.#held) ? '' : this.#join('raw', 0);
    if (!this.#held.startsWith(text)) return this.#join('raw', 0);
    // A short beginning may be repeated by chance, unless it came as one piece by itself.
    const sure = length >= MIN_OVERLAP || (first && this.#held.length === length);
    return sure ? this.#join('echo', length) : this.#join('raw', 0);
  }

  #joinTurn(final: boolean): string {
    const text = this.#text;
    const held = this.#held;
    // A server that does not know of continuations begins the answer anew.
    const same = commonPrefix(text, held);
    if (same === text.length && same >= MIN_RESTART) return this.#join('restart', same);
    if (same === held.length) {
      // So far it is the beginning of the answer. A long one is no chance, however long it goes on.
      return final && held.length < MIN_RESTART ? this.#join('raw', 0) : '';
    }
    if (same >= MIN_OVERLAP && same > held.length / 2 && !text.endsWith(held.slice(0, same))) {
      throw new ChatError('gap', 'The server began the answer anew, with another text.');
    }
    const overlap = this.#overlap();
    const anchor = this.#anchor();
    if (
      !final &&
      held.length < MAX_HELD &&
      (this.#couldOverlap() || held.length < ANCHOR_WITHIN + ANCHOR_LENGTH)
    ) {
      // An anchor that is found is final; an overlap may still grow.
      if (anchor > 0 && !this.#couldOverlap()) return this.#join('anchor', anchor);
      return '';
    }
    if (overlap > 0) return this.#join('overlap', overlap);
    if (anchor > 0) return this.#join('anchor', anchor);
    return this.#join('raw', 0);
  }

  /** Length of the longest end of the answer that the held text begins with; 0 if it proves nothing. */
  #overlap(): number {
    const end = this.#text.slice(-WINDOW);
    for (let length = Math.min(end.length, this.#held.length); length >= MIN_OVERLAP; length--) {
      const piece = end.slice(-length);
      if (this.#held.startsWith(piece)) return isUnique(end, piece) ? length : 0;
    }
    return 0;
  }

  /** Where the quoted end of the answer is over in the held text; 0 if it is not there. */
  #anchor(): number {
    const end = this.#text.slice(-WINDOW);
    const anchor = end.slice(-ANCHOR_LENGTH);
    if (anchor.length < MIN_OVERLAP || !isUnique(end, anchor)) return 0;
    const at = this.#held.indexOf(anchor);
    return at >= 0 && at <= ANCHOR_WITHIN ? at + anchor.length : 0;
  }

  /** Whether all of the held text could still become an overlap. */
  #couldOverlap(): boolean {
    const end = this.#text.slice(-WINDOW);
    for (let at = end.indexOf(this.#held); at >= 0; at = end.indexOf(this.#held, at + 1)) {
      if (end.length - at >= MIN_OVERLAP) return true;
    }
    return false;
  }

  #join(join: Join, repeated: number): string {
    const rest = this.#held.slice(repeated);
    this.#held = '';
    this.#decided = true;
    this.join = join;
    if (join === 'raw' && this.#mode === 'continue-turn') this.#fence = openFence(this.#text);
    // A lone surrogate was not sent, so nothing that was found by text has to be dropped but itself.
    if (join !== 'raw') this.#drop = 0;
    return this.#accept(rest);
  }

  #discard(): string {
    this.#held = '';
    return '';
  }

  #accept(piece: string): string {
    const dropped = Math.min(this.#drop, piece.length);
    this.#drop -= dropped;
    const rest = piece.slice(dropped);
    return this.#fence === '' ? rest : this.#withoutReopenedFence(rest);
  }

  /** A code block that was cut is often opened again by the model; that line is dropped. */
  #withoutReopenedFence(piece: string): string {
    const fence = this.#fence;
    this.#fence = '';
    const opened = /^\s*(`{3,}|~{3,})[^\n`]*\n/.exec(piece);
    return opened?.[0].trim() === fence ? piece.slice(opened[0].length) : piece;
  }
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
  const length = Math.min(a.length, b.length);
  let same = 0;
  while (same < length && a.charCodeAt(same) === b.charCodeAt(same)) same++;
  return same;
}

/** Whether the piece stands in the text only at its end: what stood there before is no evidence. */
function isUnique(text: string, piece: string): boolean {
  return text.indexOf(piece) === text.length - piece.length;
}

/** The text without half a surrogate pair at its end: such a half cannot be sent. */
export function withoutLoneSurrogate(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}

/** The end of a text that has no half surrogate pair at its end; at most `length` characters, and whole ones. */
export function tailOf(text: string, length: number): string {
  const tail = text.slice(-length);
  const first = tail.charCodeAt(0);
  return first >= 0xdc00 && first <= 0xdfff ? tail.slice(1) : tail;
}
