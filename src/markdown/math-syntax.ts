/** A formula in a text, with its marks in `raw` and without them in `source`. */
export interface Formula {
  readonly end: number;
  readonly raw: string;
  readonly source: string;
  /** On a line of its own. */
  readonly display: boolean;
}

/** UTF-16 units of the longest formula: of one that may be money, of an inline one, and of one on its own. */
const MAX_NUMBER = 60;
const MAX_INLINE = 400;
const MAX_DISPLAY = 5000;

/** Each start with its end. `body` matches up to the end, an empty line or the end of the text; escapes end nothing. */
const FORMS: readonly (readonly [start: string, end: string, body: RegExp])[] = [
  ['$$', '$$', /(?:[^\\$\n]|\\[\s\S]|\$(?!\$)|\n(?![ \t]*\n))*/y],
  ['$', '$', /(?:[^\\$\n]|\\[\s\S]|\n(?![ \t]*\n))*/y],
  ['\\(', '\\)', /(?:[^\\\n]|\\[^)]|\n(?![ \t]*\n))*/y],
  ['\\[', '\\]', /(?:[^\\\n]|\\[^\]]|\n(?![ \t]*\n))*/y],
];

/** What follows `$$` in a list of prices, in a table or in a shell; no formula begins like this. */
const NO_START = /^(?:\$|\s*[),;:]|[ \t]+\|\s)/;
/** `\[1\]`, `\[2, 3\]` and `\[^4\]` are citations in escaped brackets. */
const SOURCE = /^\^?\d+(?:[,–-] ?\d+)*$/;

/**
 * The formula that begins at `at`; `held` while the text is not `final` and more of it may complete one.
 *
 * A `$` that begins a formula has no space after it and no letter, digit, `$` or backtick before it; one that ends it
 * has no space before it and no letter, digit or backtick after it. Letters of scripts without case do not count there:
 * Chinese has no spaces, and others attach particles and the like directly. A number followed by a word is money.
 */
export function scanFormula(text: string, at: number, final: boolean): Formula | 'held' | undefined {
  const form = FORMS.find(([start]) => text.startsWith(start, at));
  if (!form) return undefined;
  const [start, end, body] = form;
  const display = start === '$$' || start === '\\[';
  const from = at + start.length;
  const next = text[from];
  const before = text.slice(Math.max(at - 2, 0), at);
  if (next === undefined) return final ? undefined : 'held';
  if (start === '$' && (/\s/.test(next) || /[\p{LC}\p{N}$`]$/u.test(before))) return undefined;
  if (start === '$$' && (before.endsWith('$') || NO_START.test(text.slice(from, from + 9)))) return undefined;
  const limit = from + (display ? MAX_DISPLAY : /\d/.test(next) && start === '$' ? MAX_NUMBER : MAX_INLINE);
  body.lastIndex = from;
  const to = Math.min(from + (body.exec(text.slice(0, limit))?.[0].length ?? 0), limit);
  const after = to + end.length;
  if (!text.startsWith(end, to)) {
    const goesOn = /^(?:[\\$]?|\n[ \t]*)$/.test(text.slice(to));
    return final || to >= limit || !goesOn ? undefined : 'held';
  }
  const source = text.slice(from, to);
  if (!source.trim() || (start === '\\[' && SOURCE.test(source))) return undefined;
  if (start[0] === '$' && text[after] === undefined && !final) return 'held';
  if (start === '$$') {
    if (text[after] === '$' || /\n[ \t>]*[-+*][ \t]+$/.test(source)) return undefined;
    // After other text and at the end of its line, it needs an end on a line of its own.
    if (/[^\s>+-]\s?$/.test(before) && /^[ \t]*\n/.test(source) && !/\n[ \t>]*$/.test(source))
      return undefined;
  }
  if (start === '$') {
    if (/\s$/.test(source) || /^\d[\d.,]*(?:(?<=[.,])$|\s+\p{L}{2}|\s*(?![ªº])\p{Lo})/u.test(source))
      return undefined;
    // `${a}/${b}` and `$(a)-$(b)` are no formulas.
    if (/[{(]/.test(next) && text[after] === next) return undefined;
    if (/^[\p{LC}\p{N}`]/u.test(text.slice(after, after + 2))) return undefined;
  }
  return {end: after, raw: text.slice(at, after), source: source.trim(), display};
}
