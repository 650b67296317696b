import type {Tag} from './dom.ts';

/**
 * A run of `*`, `_` or `~` in the line of tokens, and its place on the stack of delimiters. Matching never moves
 * tokens: it takes characters off the run and notes the elements that close before what is left of it and open after.
 */
export interface RunToken {
  readonly t: 'run';
  readonly ch: string;
  /** Characters still literal, and those it was written with. */
  n: number;
  readonly length: number;
  readonly closes: Tag[];
  readonly opens: Tag[];
  readonly canOpen: boolean;
  readonly canClose: boolean;
  /** Its order in the text, to compare positions. */
  readonly at: number;
  previous: RunToken | undefined;
  next: RunToken | undefined;
}

/** Takes the characters of one element off a run that has `n` of them. */
export const takeElement = (ch: string, n: number): readonly [count: number, tag: Tag] =>
  ch === '~' ? [n, 'del'] : n > 1 ? [2, 'strong'] : [1, 'em'];

/** The stack of open delimiters of one inline text, and CommonMark's procedure on it. */
export class Delimiters {
  last: RunToken | undefined;
  /**
   * Below these positions there is no opener for a kind of closer. Without them `*a_ ` again and again is
   * quadratic. Only of whole-stack matches: those with a bottom did not look below it.
   */
  readonly #floors: Record<string, number> = {};

  push(ch: string, n: number, at: number, canOpen: boolean, canClose: boolean): RunToken {
    const run: RunToken = {
      t: 'run',
      ch,
      n,
      length: n,
      closes: [],
      opens: [],
      canOpen,
      canClose,
      at,
      previous: this.last,
      next: undefined,
    };
    if (this.last) this.last.next = run;
    this.last = run;
    return run;
  }

  #remove({previous, next}: RunToken): void {
    if (previous) previous.next = next;
    if (next) next.previous = previous;
    else this.last = previous;
  }

  /** Drops everything above `bottom` without matching it. */
  drop(bottom: RunToken | undefined): void {
    this.last = bottom;
    if (bottom) bottom.next = undefined;
  }

  /** Matches all closers above `bottom`; what opens and was not closed stays on the stack. */
  match(bottom?: RunToken): void {
    let first: RunToken | undefined;
    for (let each = this.last; each && each !== bottom; each = each.previous) first = each;
    this.matchFrom(first, bottom);
  }

  /** Matches from `first` on; all before it must have been. */
  matchFrom(first: RunToken | undefined, bottom?: RunToken): void {
    const floor = bottom ? bottom.at : -1;
    const floors = bottom ? {} : this.#floors;
    for (let closer = first; closer; ) {
      const {ch, canOpen, length, previous, next}: RunToken = closer;
      if (!closer.canClose) {
        closer = next;
        continue;
      }
      const kind = `${ch}${canOpen}${length % 3}`;
      const stop = floors[kind] ?? floor;
      let opener = previous;
      while (opener && opener.at > stop && !matches(opener, closer)) opener = opener.previous;
      if (opener && opener.at > stop) {
        const [count, tag] = takeElement(ch, Math.min(opener.n, closer.n));
        opener.opens.push(tag);
        closer.closes.push(tag);
        opener.next = closer;
        closer.previous = opener;
        opener.n -= count;
        if (!opener.n) this.#remove(opener);
        closer.n -= count;
        if (closer.n) continue;
      } else {
        floors[kind] = previous && previous !== bottom ? previous.at : floor;
        if (canOpen) {
          closer = next;
          continue;
        }
      }
      this.#remove(closer);
      closer = next;
    }
  }
}

function matches(opener: RunToken, closer: RunToken): boolean {
  if (!opener.canOpen || opener.ch !== closer.ch) return false;
  if (closer.ch === '~') return opener.length === closer.length;
  return !(
    (closer.canOpen || opener.canClose) &&
    closer.length % 3 &&
    (opener.length + closer.length) % 3 === 0
  );
}

const SPACE = /^$|[\s\u0085]/;
const PUNCTUATION = /[\p{P}\p{S}]/u;

/** Whether a run between these characters may open and close; an empty string is an end of the text. */
export function flanking(ch: string, before: string, after: string): [canOpen: boolean, canClose: boolean] {
  const afterSpace = SPACE.test(after);
  const beforeSpace = SPACE.test(before);
  const afterMark = PUNCTUATION.test(after);
  const beforeMark = PUNCTUATION.test(before);
  const left = !afterSpace && (!afterMark || beforeSpace || beforeMark);
  const right = !beforeSpace && (!beforeMark || afterSpace || afterMark);
  return ch === '_' ? [left && (!right || beforeMark), right && (!left || afterMark)] : [left, right];
}
