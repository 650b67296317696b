import {unescapeText} from './entities.ts';
import {scan} from './scan.ts';

/** The pieces of `[label](destination "title")` and `[label]: destination "title"`, read by position. */

/** The scan met the end of the text and what follows could still complete it. */
export const INCOMPLETE = -1;
/** It can never become what was looked for. */
export const FAILED = -2;

export interface Target {
  readonly url: string;
  readonly title: string;
  /** The position after it. */
  readonly end: number;
}

const LABEL = /\[(?:[^\\[\]]|\\[\s\S]){0,999}/y;
const POINTED = /<(?:[^<>\n\\]|\\.)*/y;
const PLAIN = /(?:[^\\()\0- \x7f]|\\[!-/:-@[-`{-~]?)*/y;
const TITLE = /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|\((?:[^()\\]|\\[\s\S])*\)/y;
const SPACES = /[ \t]*(?:\n[ \t]*)?/y;
const LINE_END = /[ \t]*(?:\n|$)/y;

function scanTo(close: string, pattern: RegExp, text: string, at: number): number {
  const end = scan(pattern, text, at);
  if (text[end] === close) return end + 1;
  return end === text.length ? INCOMPLETE : FAILED;
}

/** The position after the label that starts at this `[`, or why there is none. */
export const scanLabel = (text: string, at: number): number => scanTo(']', LABEL, text, at);

/** Labels are equal without regard to case and kind of space. */
export const normalizeLabel = (label: string): string =>
  label
    .trim()
    .replace(/[ \t\r\n]+/g, ' ')
    .toLowerCase()
    .toUpperCase();

/** The position after the destination at `at`; the same position when it is empty. */
function scanDestination(text: string, at: number): number {
  if (text[at] === '<') return scanTo('>', POINTED, text, at);
  let depth = 0;
  let end = scan(PLAIN, text, at);
  for (; text[end] === '(' || (text[end] === ')' && depth); end = scan(PLAIN, text, end + 1)) {
    depth += text[end] === '(' ? 1 : -1;
    if (depth > 32) return FAILED;
  }
  if (!depth) return end;
  return end < text.length ? FAILED : INCOMPLETE;
}

const destination = (text: string, from: number, to: number): string =>
  unescapeText(text[from] === '<' ? text.slice(from + 1, to - 1) : text.slice(from, to));

const title = (text: string, from: number, to: number): string => unescapeText(text.slice(from + 1, to - 1));

/** The rest of an inline link from its `(`. */
export function scanInlineTarget(text: string, at: number): Target | typeof INCOMPLETE | typeof FAILED {
  const from = scan(SPACES, text, at + 1);
  const to = scanDestination(text, from);
  if (to < 0) return to as typeof FAILED;
  const titleAt = scan(SPACES, text, to);
  let titleEnd = titleAt;
  if (titleAt > to && /["'(]/.test(text[titleAt] ?? '')) {
    titleEnd = scan(TITLE, text, titleAt);
    if (!titleEnd) return INCOMPLETE;
  }
  const end = scan(SPACES, text, titleEnd);
  if (end >= text.length) return INCOMPLETE;
  if (text[end] !== ')') return FAILED;
  return {url: destination(text, from, to), title: title(text, titleAt, titleEnd), end: end + 1};
}

/** A link reference definition that starts at this `[`, up to and with its line end. */
export function scanDefinition(text: string, at: number): (Target & {readonly label: string}) | undefined {
  const afterLabel = scanLabel(text, at);
  if (text[afterLabel] !== ':') return undefined;
  const label = normalizeLabel(text.slice(at + 1, afterLabel - 1));
  const from = scan(SPACES, text, afterLabel + 1);
  const to = scanDestination(text, from);
  if (!label || to <= from) return undefined;
  const titleAt = scan(SPACES, text, to);
  const titleEnd = titleAt > to ? scan(TITLE, text, titleAt) : 0;
  const titled = titleEnd && scan(LINE_END, text, titleEnd);
  // What looked like a title on the next line belongs to the paragraph.
  const end = titled || scan(LINE_END, text, to);
  if (!end) return undefined;
  return {label, url: destination(text, from, to), title: titled ? title(text, titleAt, titleEnd) : '', end};
}

const DEFINITIONS = /^(?:\[[^\]]*\]:.*\n)*\[[^\]]*\]:\s*\S*(?:\s+["'(].*)?$/;

/** Whether text could go on as nothing but definitions. */
export const mayBeDefinition = (text: string): boolean => DEFINITIONS.test(text);
