import {scanTag} from './raw-html.ts';

/** What a line can begin with, judged by its text after the indent. */

/** A line that is not whole and could still become a marker, a rule, a fence or an underline: it is not shown yet. */
export const UNDECIDED =
  /^(?:[-+][ \t]*|\d{1,9}(?:[.)][ \t]*)?|(?:\*[ \t]*)+|(?:_[ \t]*)+|=+[ \t]*|#{1,6}[ \t]*|`{1,2}|~{1,2}|(?:`{3,}|~{3,})[^`]*|[|:\- \t]+)$/;

/** A cheap first look. */
export const MAY_START = /^[#`~*+_=<>\d|:-]/;

export const RULE = /^(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$/;
export const UNDERLINE = /^(?:=+|-+)[ \t]*$/;
export const FENCE = /^`{3,}(?!.*`)|^~{3,}/;
export const FENCE_END = /^(?:`{3,}|~{3,})(?=[ \t]*$)/;

/** The level and text of a `#` heading. */
export function parseHeading(rest: string): {level: number; text: string} | undefined {
  const marks = /^#{1,6}(?=[ \t]|$)/.exec(rest)?.[0];
  if (!marks) return undefined;
  const text = rest.slice(marks.length).trim();
  let end = text.length;
  while (text[end - 1] === '#') end--;
  const closed = end === 0 || text[end - 1] === ' ' || text[end - 1] === '\t';
  return {level: marks.length, text: closed ? text.slice(0, end).trimEnd() : text};
}

export interface ListMarker {
  readonly ordered: boolean;
  /** `-`, `+`, `*`, `.` or `)`: another one begins another list. */
  readonly sign: string;
  readonly start: number;
  readonly width: number;
}

export function parseMarker(rest: string): ListMarker | undefined {
  const found = /^(?:([-+*])|(\d{1,9})([.)]))(?=[ \t]|$)/.exec(rest);
  if (!found) return undefined;
  const [whole, bullet, digits, sign] = found;
  return {ordered: !bullet, sign: (bullet ?? sign)!, start: Number(digits ?? 0), width: whole.length};
}

const BLOCK_TAG =
  /^<\/?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?:[ \t]|\/?>|$)/i;

const HTML: readonly (readonly [start: RegExp, end: RegExp])[] = [
  [/^<(?:script|pre|textarea|style)(?:[ \t>]|$)/i, /<\/(?:script|pre|textarea|style)>/i],
  [/^<!--/, /-->/],
  [/^<\?/, /\?>/],
  [/^<![a-z]/i, />/],
  [/^<!\[CDATA\[/, /\]\]>/],
];

/** How an HTML block that starts here ends: by what a line contains, or by a blank line (`null`). */
export function htmlBlockEnd(rest: string, inParagraph: boolean): RegExp | null | undefined {
  for (const [start, end] of HTML) if (start.test(rest)) return end;
  if (BLOCK_TAG.test(rest)) return null;
  if (inParagraph) return undefined;
  const end = scanTag(rest, 0);
  return end > 0 && !rest.slice(end).trim() ? null : undefined;
}
