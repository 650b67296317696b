import type {Tag} from './dom.ts';

/**
 * A run of `*`, `_` or `~` in the list of tokens. Matching never moves tokens: it takes characters off the run and
 * notes the elements that close before the rest of it and open after it.
 */
export interface RunToken {
  readonly t: 'run';
  readonly ch: string;
  /** Characters still literal, and how many there were at first. */
  n: number;
  readonly length: number;
  readonly closes: Tag[];
  readonly opens: Tag[];
  readonly canOpen: boolean;
  readonly canClose: boolean;
  /** Its position in the text. */
  readonly at: number;
}

/** How many characters one element takes off a run that has `n` left, and which element it is. */
export const takeElement = (ch: string, n: number): readonly [count: number, tag: Tag] =>
  ch === '~' ? [n, 'del'] : n > 1 ? [2, 'strong'] : [1, 'em'];

/**
 * Matches runs, in the order of the text, with the stack of open runs before them, and pushes those that stay open.
 * `floors` has, for each kind of closer, the position up to which the stack has no opener for it; without them,
 * repeating `*a_ ` takes quadratic time.
 */
export function matchRuns(
  openers: RunToken[],
  runs: readonly RunToken[],
  floors: Record<string, number>,
): void {
  for (const run of runs) {
    const kind = `${run.ch}${run.canOpen}${run.length % 3}`;
    while (run.canClose && run.n) {
      const floor = floors[kind] ?? -1;
      let i = openers.length;
      let opener: RunToken | undefined;
      do opener = openers[--i];
      while (opener && opener.at > floor && !matches(opener, run));
      if (!opener || opener.at <= floor) {
        floors[kind] = openers.at(-1)?.at ?? -1;
        break;
      }
      const [count, tag] = takeElement(run.ch, Math.min(opener.n, run.n));
      opener.opens.push(tag);
      run.closes.push(tag);
      opener.n -= count;
      run.n -= count;
      openers.length = opener.n ? i + 1 : i;
    }
    if (run.canOpen && run.n) openers.push(run);
  }
}

function matches(opener: RunToken, closer: RunToken): boolean {
  if (opener.ch !== closer.ch) return false;
  if (closer.ch === '~') return opener.length === closer.length;
  return !(
    (closer.canOpen || opener.canClose) &&
    closer.length % 3 &&
    (opener.length + closer.length) % 3 === 0
  );
}

/** 0 for a space or an end of the text, 1 for punctuation, 2 for anything else. */
const weight = (c: string): number => (/^$|[\t\n\f\r\p{Zs}]/u.test(c) ? 0 : /[\p{P}\p{S}]/u.test(c) ? 1 : 2);

/**
 * Whether a run between these characters may open and close; an empty string is an end of the text. Beside Chinese,
 * Japanese and Korean, which have no spaces there, it may do both (commonmark-spec#839).
 */
export function flanking(ch: string, before: string, after: string): [canOpen: boolean, canClose: boolean] {
  const left = weight(before);
  const right = weight(after);
  const isCjk = /[\u2e80-\ud7ff\uff00-\uff20]/.test(before + after);
  const may = (to: number, from: number): boolean =>
    to > 0 && (from < 2 || (ch !== '_' && (to > 1 || isCjk)));
  return [may(right, left), may(left, right)];
}
