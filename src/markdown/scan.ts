/**
 * The position after the match of `pattern`: at this position if it is sticky, from there on if it is global. 0 if it
 * does not match.
 */
export function scan(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : 0;
}

/** Removes spaces, tabs and line ends from both ends, and no other whitespace, such as no-break spaces. */
export function trim(text: string): string {
  let end = text.length;
  while (/[ \t\n]/.test(text[end - 1] ?? '')) end--;
  return text.slice(scan(/[ \t\n]*/y, text, 0), end);
}
