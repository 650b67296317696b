import {BREAK, SPECIAL, scanTag} from './raw-html.ts';
import {scan, trim} from './scan.ts';

/** What a line can begin with, judged by its text after the indent. */

/** An incomplete line that could still become a marker, rule, fence, underline or tag; it is not shown yet. */
export const UNDECIDED = /^(?:[-+*_=#|:`~ \t]+|\d{1,9}(?:[.)][ \t]*)?|`{3,}[^`]*|~{3,}.*|<\/?\w{0,10})$/;

export const RULE = /^([-*_])(?:[ \t]*\1){2,}[ \t]*$/;
export const UNDERLINE = /^(?:=+|-+)[ \t]*$/;
export const FENCE = /^`{3,}(?!.*`)|^~{3,}/;
/** A line of fence characters. It closes the block if it begins with the block's fence. */
export const FENCE_END = /^(?:`+|~+)[ \t]*$/;

export const HEADING = /^#{1,6}(?=[ \t]|$)/;
/** A bullet, or an ordered item's number and delimiter; a different bullet or delimiter begins another list. */
export const MARKER = /^(?:[-+*]|(\d{1,9})[.)])(?=[ \t]|$)/;

const BLOCK_TAG =
  /^<\/?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|d[dlt]|details|dialog|di[rv]|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6r]|head|header|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|[ou]l|optgroup|option|p|param|search|section|summary|t[dhr]|table|tbody|tfoot|thead|title|track)(?:[ \t]|\/?>|$)/i;

const RAW_TAG: (typeof SPECIAL)[number] = [
  /<(?:script|pre|textarea|style)(?:[ \t>]|$)/iy,
  /<\/(?:script|pre|textarea|style)>/gi,
];

/**
 * What ends the HTML block that starts here: a pattern in a line, or a blank line (`null`). `undefined` if none starts
 * here.
 */
export function htmlBlockEnd(rest: string, inParagraph: boolean): RegExp | null | undefined {
  for (const [start, end] of [RAW_TAG, ...SPECIAL]) if (scan(start, rest, 0)) return end;
  if (BLOCK_TAG.test(rest)) return null;
  const end = inParagraph || scan(BREAK, rest, 0) ? 0 : scanTag(rest, 0);
  return end && !trim(rest.slice(end)) ? null : undefined;
}
