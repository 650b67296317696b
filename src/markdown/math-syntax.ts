/** A formula in a text, with its marks in `raw` and without them in `source`. */
export interface Formula {
  readonly end: number;
  readonly raw: string;
  readonly source: string;
  /** On a line of its own. */
  readonly display: boolean;
}

/** UTF-16 units of the longest formulas: of those that may be money, of those in a line, and of those on their own. */
const MAX_NUMBER = 60;
const MAX_INLINE = 400;
const MAX_DISPLAY = 5000;

/** Each beginning with what ends it. `body` goes up to there, an empty line or the end; what is escaped ends nothing. */
const FORMS: readonly (readonly [start: string, end: string, body: RegExp])[] = [
  ['$$', '$$', /(?:[^\\$\n]|\\[\s\S]|\$(?!\$)|\n(?![ \t]*\n))*/y],
  ['$', '$', /(?:[^\\$\n]|\\[\s\S]|\n(?![ \t]*\n))*/y],
  ['\\(', '\\)', /(?:[^\\\n]|\\[^)]|\n(?![ \t]*\n))*/y],
  ['\\[', '\\]', /(?:[^\\\n]|\\[^\]]|\n(?![ \t]*\n))*/y],
];

/** Behind `$$` in a list of prices, in a table, or in a shell; no formula begins so. */
const NO_START = /^(?:\$|\s*[),;:]|[ \t]+\|\s)/;
/** `\[1\]`, `\[2, 3\]` and `\[^4\]` are sources, in brackets that are escaped. */
const SOURCE = /^\^?\d+(?:[,–-] ?\d+)*$/;

/**
 * The formula that begins at this place; `held` while the text is not `final` and more of it may make one.
 *
 * A `$` that begins one has no space after it and no letter, digit, `$` or backtick before it; one that ends it has no
 * space before it and no letter, digit or backtick after it. Letters of scripts without case do not count there: Chinese has no
 * spaces, and others write what belongs to a word right beside it. A number and then a word is money.
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
    // Behind other text, and with nothing behind it in its line, it takes an end that is on a line of its own.
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
