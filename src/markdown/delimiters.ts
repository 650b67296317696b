import type {Tag} from './dom.ts';

/**
 * A run of `*`, `_` or `~` in the line of tokens. Matching never moves tokens: it takes characters off
 * the run and notes the elements that close before what is left of it and open after.
 */
export interface RunToken {
  readonly t: 'run';
  readonly ch: string;
  /** Characters still literal. */
  n: number;
  readonly closes: Tag[];
  readonly opens: Tag[];
}

export interface Delimiter {
  readonly run: RunToken;
  readonly canOpen: boolean;
  readonly canClose: boolean;
  /** The length it was written with. */
  readonly length: number;
  /** Its order in the text, to compare positions. */
  readonly at: number;
  previous: Delimiter | undefined;
  next: Delimiter | undefined;
}

/** The stack of open delimiters of one inline text, and CommonMark's procedure on it. */
export class Delimiters {
  last: Delimiter | undefined;
  /**
   * Below these positions there is no opener for a kind of closer. Without them `*a_ ` again and again is
   * quadratic. Only of whole-stack matches: those with a bottom did not look below it.
   */
  readonly #floors = new Map<string, number>();

  push(run: RunToken, canOpen: boolean, canClose: boolean, at: number): void {
    const delimiter: Delimiter = {
      run,
      canOpen,
      canClose,
      length: run.n,
      at,
      previous: this.last,
      next: undefined,
    };
    if (this.last) this.last.next = delimiter;
    this.last = delimiter;
  }

  #remove(delimiter: Delimiter): void {
    if (delimiter.previous) delimiter.previous.next = delimiter.next;
    if (delimiter.next) delimiter.next.previous = delimiter.previous;
    else this.last = delimiter.previous;
  }

  /** Drops everything above `bottom` without matching it. */
  drop(bottom: Delimiter | undefined): void {
    this.last = bottom;
    if (bottom) bottom.next = undefined;
  }

  /** Matches all closers above `bottom`; what opens and was not closed stays on the stack. */
  match(bottom: Delimiter | undefined): void {
    let closer: Delimiter | undefined;
    for (let each = this.last; each && each !== bottom; each = each.previous) closer = each;
    this.#matchFrom(closer, bottom);
  }

  /** Matches the newest alone; all before it must have been. */
  matchLast(): void {
    this.#matchFrom(this.last, undefined);
  }

  #matchFrom(first: Delimiter | undefined, bottom: Delimiter | undefined): void {
    const floor = bottom ? bottom.at : -1;
    const floors = bottom ? new Map<string, number>() : this.#floors;
    let closer = first;
    while (closer) {
      if (!closer.canClose) {
        closer = closer.next;
        continue;
      }
      const {ch} = closer.run;
      const kind = ch + (ch === '~' ? closer.length : `${closer.canOpen}${closer.length % 3}`);
      const stop = floors.get(kind) ?? floor;
      let opener = closer.previous;
      while (opener && opener.at > stop && !matches(opener, closer)) opener = opener.previous;
      const next: Delimiter | undefined = closer.next;
      if (opener && opener.at > stop) {
        const use = ch === '~' ? closer.run.n : closer.run.n >= 2 && opener.run.n >= 2 ? 2 : 1;
        const tag = ch === '~' ? 'del' : use === 2 ? 'strong' : 'em';
        opener.run.opens.push(tag);
        closer.run.closes.push(tag);
        opener.run.n -= use;
        closer.run.n -= use;
        opener.next = closer;
        closer.previous = opener;
        if (!opener.run.n) this.#remove(opener);
        if (!closer.run.n) {
          this.#remove(closer);
          closer = next;
        }
      } else {
        floors.set(kind, closer.previous && closer.previous !== bottom ? closer.previous.at : floor);
        if (!closer.canOpen) this.#remove(closer);
        closer = next;
      }
    }
  }
}

function matches(opener: Delimiter, closer: Delimiter): boolean {
  if (!opener.canOpen || opener.run.ch !== closer.run.ch) return false;
  if (closer.run.ch === '~') return opener.length === closer.length;
  const odd = (closer.canOpen || opener.canClose) && closer.length % 3 !== 0;
  return !(odd && (opener.length + closer.length) % 3 === 0);
}

const SPACE = /[\s\u0085]/;
const PUNCTUATION = /[\p{P}\p{S}]/u;

/** Whether a run between these characters may open and close; an empty string is an end of the text. */
export function flanking(ch: string, before: string, after: string): {canOpen: boolean; canClose: boolean} {
  const afterSpace = !after || SPACE.test(after);
  const beforeSpace = !before || SPACE.test(before);
  const afterMark = PUNCTUATION.test(after);
  const beforeMark = PUNCTUATION.test(before);
  const left = !afterSpace && (!afterMark || beforeSpace || beforeMark);
  const right = !beforeSpace && (!beforeMark || afterSpace || afterMark);
  return ch === '_'
    ? {canOpen: left && (!right || beforeMark), canClose: right && (!left || afterMark)}
    : {canOpen: left, canClose: right};
}
