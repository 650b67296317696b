import {scan, trim} from './scan.ts';

/** The pieces of `[label](destination "title")` and `[label]: destination "title"`, read by position. */

/** Where a label leads, as it is written: with escapes and references. */
export interface Reference {
  readonly url: string;
  readonly title: string;
}

export interface Target {
  /** Missing when the text ends before the target does. */
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

/** The position after `close`, which must follow the pattern; else `~` of where it is missing, a negative number. */
function scanTo(close: string, pattern: RegExp, text: string, at: number): number {
  const end = scan(pattern, text, at);
  return text[end] === close ? end + 1 : ~end;
}

/** The position after the label that starts at this `[`, or `~` of where it fails. */
const scanLabel = (text: string, at: number): number => scanTo(']', LABEL, text, at);

/** The label between these brackets. Labels are equal without regard to case and kind of space. */
const labelOf = (text: string, from: number, to: number): string =>
  trim(text.slice(from + 1, to - 1))
    .replace(/[ \t\n]+/g, ' ')
    .toLowerCase()
    .toUpperCase();

/** The position after the destination at `at`, the same one when it is empty; or `~` of where it fails. */
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

/** A destination from `at` on, and a title when one follows after a space; as they are written. */
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
 * Where the brackets lead that open before `inside` and close before `after`, if anywhere. `lookup` is asked for
 * labels. Not `final`, the text may go on, and so may a target that it ends in.
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
    // A title without an end goes to the end of the text.
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
  // What makes it a link may be the next character.
  return isOpen(after) ? INCOMPLETE : undefined;
}

export interface Definition extends Reference {
  readonly label: string;
  readonly end: number;
}

/** The link reference definition that the text begins with, up to and with its line end. */
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

/** Whether text could go on as nothing but definitions. */
export const mayBeDefinition = (text: string): boolean => DEFINITIONS.test(text);
