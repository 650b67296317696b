import {scan} from './scan.ts';

/** Raw HTML is shown as text, but it must be recognised: Markdown's marks mean nothing inside a tag. */

/** The one tag that is not shown as text, since a table cell has no other way to break a line. */
export const BREAK = /<br ?\/?>/iy;

const NAME = /<(?:\/[a-z][a-z0-9-]*[ \t\n]*>|[a-z][a-z0-9-]*)/iy;
const ATTRIBUTE = /[ \t\n]+[a-z_:][\w.:-]*(?:[ \t\n]*=[ \t\n]*(?:[^ \t\n"'=<>`]+|"[^"]*"|'[^']*'))?/iy;
const CLOSE = /[ \t\n]*\/?>/y;

/** The position after an opening or closing tag, or 0. Read attribute by attribute: a single expression backtracks. */
export function scanTag(text: string, at: number): number {
  let end = scan(NAME, text, at);
  if (text[end - 1] === '>') return end;
  for (let next = end; next; next = scan(ATTRIBUTE, text, end)) end = next;
  return end && scan(CLOSE, text, end);
}

/** Comments, processing instructions, declarations and the like: what starts and what ends them. */
export const SPECIAL: readonly (readonly [start: RegExp, end: RegExp])[] = [
  [/<!--/y, /-->/g],
  [/<\?/y, /\?>/g],
  [/<![a-z]/iy, />/g],
  [/<!\[CDATA\[/y, /\]\]>/g],
];
