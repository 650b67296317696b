/**
 * The position after what `pattern` matches: at this position when it is sticky, from there on when it is global.
 * 0 when there is no match.
 */
export function scan(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : 0;
}
