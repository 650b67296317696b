import {scan, trim} from './scan.ts';

/** The pieces of `[label](destination "title")` and `[label]: destination "title"`, read by position. */

/** Where a label leads, as written: with escapes and references. */
export interface Reference {
  readonly url: string;
  readonly title: string;
}

export interface Target {
  /** Missing if the text ends before the target does. */
  readonly url: string | undefined;
  readonly title: string;
  /** The position after it. */
  readonly end: number;
}

const INCOMPLETE: Target = {url: undefined, title: '', end: Number.POSITIVE_INFINITY};

const LABEL = /\[(?:[^\\[\]]|\\[\s\S]){0,999}/y;
const POINTED = /<(?:[^<>\n\\]|\\.)*/y;
const PLAIN = /(?:[^\\()\0- \x7f]|\\[!-/:-@[-`{-~]?)*/y;
const TITLE = /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|\((?:[^()\\]|\\[\s\S])*\)/y;
const SPACES = /[ \t]*(?:\n[ \t]*)?/y;
const LINE_END = /[ \t]*(?:\n|$)/y;

/** The position after `close`, which must follow the pattern; otherwise `~` (negative) of where it is missing. */
function scanTo(close: string, pattern: RegExp, text: string, at: number): number {
  const end = scan(pattern, text, at);
  return text[end] === close ? end + 1 : ~end;
}

/** The position after the label that starts at this `[`, or `~` of where it fails. */
const scanLabel = (text: string, at: number): number => scanTo(']', LABEL, text, at);

/** The normalised label between these brackets: case and the kind of whitespace make no difference. */
const labelOf = (text: string, from: number, to: number): string =>
  trim(text.slice(from + 1, to - 1))
    .replace(/[ \t\n]+/g, ' ')
    .toLowerCase()
    .toUpperCase();

/** The position after the destination at `at`, which may be empty; or `~` of where it fails. */
function scanDestination(text: string, at: number): number {
  if (text[at] === '<') return scanTo('>', POINTED, text, at);
  let depth = 0;
  let end = scan(PLAIN, text, at);
  for (; text[end] === '(' || (text[end] === ')' && depth); end = scan(PLAIN, text, end + 1)) {
    depth += text[end] === '(' ? 1 : -1;
    if (depth > 32) break;
  }
  return depth ? ~end : end;
}

/** The destination after `at`, and a title if one follows after a space; both as written. */
function scanPair(text: string, at: number) {
  const from = scan(SPACES, text, at);
  const to = scanDestination(text, from);
  const titleAt = to < 0 ? to : scan(SPACES, text, to);
  const titleEnd = titleAt > to ? scan(TITLE, text, titleAt) : 0;
  const pointed = text[from] === '<' ? 1 : 0;
  return {
    from,
    to,
    titleAt,
    titleEnd,
    url: text.slice(from + pointed, to - pointed),
    title: titleEnd ? text.slice(titleAt + 1, titleEnd - 1) : '',
  };
}

/**
 * Where the brackets lead, if anywhere, that open before `inside` and close before `after`. `lookup` finds what a label
 * refers to. Unless `final`, the text may continue, and so may a target at its end.
 */
export function scanTarget(
  text: string,
  inside: number,
  after: number,
  final: boolean,
  lookup: (label: string) => Reference | undefined,
): Target | undefined {
  const isOpen = (at: number): boolean => at === text.length && !final;
  if (text[after] === '(') {
    const {to, titleAt, titleEnd, url, title} = scanPair(text, after + 1);
    // A title without an end extends to the end of the text.
    const isCut = !titleEnd && titleAt > to && /["'(]/.test(text[titleAt] ?? '');
    const end = to < 0 ? ~to : isCut ? text.length : scan(SPACES, text, titleEnd || titleAt);
    if (to >= 0 && text[end] === ')') return {url, title, end: end + 1};
    if (isOpen(end)) return INCOMPLETE;
  }
  const second = text[after] === '[' ? scanLabel(text, after) : after;
  if (isOpen(~second)) return INCOMPLETE;
  // Without a label of its own, what the brackets enclose is the label.
  const [from, to] = second > after + 2 ? [after, second] : [inside - 1, after];
  const label = scanLabel(text, from) === to && labelOf(text, from, to);
  const reference = label ? lookup(label) : undefined;
  if (reference) return {...reference, end: Math.max(second, after)};
  // The next character may make it a link.
  return isOpen(after) ? INCOMPLETE : undefined;
}

export interface Definition extends Reference {
  readonly label: string;
  readonly end: number;
}

/** The link reference definition that the text begins with, including its line end. */
export function scanDefinition(text: string): Definition | undefined {
  const afterLabel = scanLabel(text, 0);
  if (text[afterLabel] !== ':') return undefined;
  const label = labelOf(text, 0, afterLabel);
  const {from, to, titleEnd, url, title} = scanPair(text, afterLabel + 1);
  if (!label || to <= from) return undefined;
  const titled = titleEnd && scan(LINE_END, text, titleEnd);
  // What looked like a title on the next line belongs to the paragraph.
  const end = titled || scan(LINE_END, text, to);
  return end ? {label, url, title: titled ? title : '', end} : undefined;
}

const DEFINITIONS = /^(?:\[[^\]]*\]:\s*(?! |(?<=\n)\[)(?:\S+(?: +|\s+["'(].*)?)?(?:\n|$))+(?:\[[^\]]*\]?)?$/;

/** Whether the text may yet turn out to be definitions and nothing else. */
export const mayBeDefinition = (text: string): boolean => DEFINITIONS.test(text);
