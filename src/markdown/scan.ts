/**
 * The position after what `pattern` matches: at this position when it is sticky, from there on when it is global.
 * 0 when there is no match.
 */
export function scan(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : 0;
}

/** Without the spaces, tabs and line ends around it. Others, as a space that does not break, are characters like any. */
export function trim(text: string): string {
  let end = text.length;
  while (/[ \t\n]/.test(text[end - 1] ?? '')) end--;
  return text.slice(scan(/[ \t\n]*/y, text, 0), end);
}
