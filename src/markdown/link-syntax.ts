import {unescapeText} from './entities.ts';

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

const LABEL = /\[((?:[^\\[\]]|\\[\s\S]){0,999})(\]?)/y;
const POINTED = /<((?:[^<>\n\\]|\\.)*)(>?)/y;
const TITLE = /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|\((?:[^()\\]|\\[\s\S])*\)/y;
const SPACES = /[ \t]*(?:\n[ \t]*)?/y;
const LINE_END = /[ \t]*(?:\n|$)/y;

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const skipSpaces = (text: string, at: number): number => at + match(SPACES, text, at)![0].length;

/** The position after the label that starts at `at`, or why there is none. */
export function scanLabel(text: string, at: number): number {
  const found = match(LABEL, text, at);
  if (!found) return FAILED;
  const end = at + found[0].length;
  if (found[2]) return end;
  return end === text.length ? INCOMPLETE : FAILED;
}

/** Labels are equal without regard to case and kind of space. */
export const normalizeLabel = (label: string): string =>
  label
    .trim()
    .replace(/[ \t\r\n]+/g, ' ')
    .toLowerCase()
    .toUpperCase();

/** The position after the destination at `at`; the same position when it is empty. */
function scanDestination(text: string, at: number): number {
  if (text[at] === '<') {
    const found = match(POINTED, text, at)!;
    const end = at + found[0].length;
    return found[2] ? end : end === text.length ? INCOMPLETE : FAILED;
  }
  let depth = 0;
  let i = at;
  for (; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 92 /* \ */ && /[!-/:-@[-`{-~]/.test(text[i + 1] ?? '')) i++;
    else if (c === 40 /* ( */) {
      if (++depth > 32) return FAILED;
    } else if (c === 41 /* ) */) {
      if (--depth < 0) break;
    } else if (c <= 32 || c === 127) break;
  }
  if (i >= text.length) return depth > 0 ? INCOMPLETE : text.length;
  return depth > 0 ? FAILED : i;
}

const destination = (text: string, from: number, to: number): string =>
  unescapeText(text[from] === '<' ? text.slice(from + 1, to - 1) : text.slice(from, to));

/** The rest of an inline link from its `(`. */
export function scanInlineTarget(text: string, at: number): Target | typeof INCOMPLETE | typeof FAILED {
  const from = skipSpaces(text, at + 1);
  const to = scanDestination(text, from);
  if (to < 0) return to as typeof FAILED;
  let end = skipSpaces(text, to);
  let title = '';
  if (end > to && /["'(]/.test(text[end] ?? '')) {
    const found = match(TITLE, text, end);
    if (!found) return INCOMPLETE;
    title = unescapeText(found[0].slice(1, -1));
    end = skipSpaces(text, end + found[0].length);
  }
  if (end >= text.length) return INCOMPLETE;
  if (text[end] !== ')') return FAILED;
  return {url: destination(text, from, to), title, end: end + 1};
}

/** A link reference definition that starts at `at`, up to and with its line end. */
export function scanDefinition(text: string, at: number): (Target & {readonly label: string}) | undefined {
  const afterLabel = scanLabel(text, at);
  if (afterLabel < 0 || text[afterLabel] !== ':') return undefined;
  const label = normalizeLabel(text.slice(at + 1, afterLabel - 1));
  const from = skipSpaces(text, afterLabel + 1);
  const to = scanDestination(text, from);
  if (!label || to < 0 || to === from) return undefined;
  const url = destination(text, from, to);
  const titleAt = skipSpaces(text, to);
  const found = titleAt > to ? match(TITLE, text, titleAt) : null;
  if (found) {
    const line = match(LINE_END, text, titleAt + found[0].length);
    if (line) {
      return {label, url, title: unescapeText(found[0].slice(1, -1)), end: line.index + line[0].length};
    }
  }
  // What looked like a title on the next line belongs to the paragraph.
  const line = match(LINE_END, text, to);
  return line ? {label, url, title: '', end: line.index + line[0].length} : undefined;
}

const DEFINITIONS = /^(?:\[[^\]]*\]:.*\n)*\[[^\]]*\]:\s*\S*(?:\s+["'(].*)?$/;

/** Whether text could go on as nothing but definitions. */
export const mayBeDefinition = (text: string): boolean => DEFINITIONS.test(text);
