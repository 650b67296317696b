import {scan} from './scan.ts';

/** GFM's extended autolinks: bare addresses in text. */
export interface Autolink {
  readonly start: number;
  readonly end: number;
  /** Where the characters end that could still become part of the address once more text arrives. */
  readonly limit: number;
  readonly url: string;
}

// Excludes ideographs: the inline parser treats text before one as settled, so an address must be recognisable by then.
// At most as long as a domain: longer text that is no address would be scanned again from each of its parts.
const HOST = /[^\s!-,/:-@[-^`{-\u007f\u2e80-\ud7ff\uff00-\uff20]{0,255}/y;
// Ideographic punctuation ends an address in running text.
const REST = /[^\s<\u201c-\u201f\u3000-\u3002\u3008-\u3011\uff00-\uff20]*/y;
const MAIL_HOST = /[\w-]+(?:\.[\w-]+)+/y;
/** Trailing characters that belong to the sentence rather than the address. */
const TAIL = /(?:[?!.,:;*_~'")\]\xbb\u2019\u2026\u203a\u060c\u061b\u061f]|&[a-z0-9]+;)$/i;

/**
 * The address that begins at `at`, or whose `@` is there; then it begins at `from` at the earliest. If `bracketed`, it
 * ends before the next `]`.
 */
export function scanAutolink(
  text: string,
  at: number,
  from: number,
  bracketed: boolean,
): Autolink | undefined {
  if (text[at] === '@') return scanMail(text, at, from);
  const isWww = /w/i.test(text[at]!);
  if ((isWww ? /[^ \t\n*_~(]/ : /[a-z0-9]/i).test(text[at - 1] ?? '')) return undefined;
  const hostAt = scan(/[^.:]*(?:\.|:\/\/)/y, text, at);
  const labels = text.slice(hostAt, scan(HOST, text, hostAt)).split('.');
  if (!labels[0] || labels.slice(-2).join('').includes('_')) return undefined;
  let limit = scan(REST, text, hostAt);
  if (bracketed) limit = hostAt + text.slice(hostAt, limit).split(']')[0]!.length;
  const end = trimEnd(text, at, limit);
  return end > hostAt
    ? {start: at, end, limit, url: (isWww ? 'http://' : '') + text.slice(at, end)}
    : undefined;
}

function trimEnd(text: string, start: number, limit: number): number {
  const count = (sign: string) => text.slice(start, limit).split(sign).length;
  let extra = count(')') - count('(');
  let end = limit;
  for (;;) {
    const tail = TAIL.exec(text.slice(Math.max(start, end - 34), end))?.[0];
    if (!tail || (tail === ')' && extra-- <= 0)) return end;
    end -= tail.length;
  }
}

function scanMail(text: string, at: number, from: number): Autolink | undefined {
  let start = at;
  while (start > from && /[\w.+-]/.test(text[start - 1]!)) start--;
  const end = start < at ? scan(MAIL_HOST, text, at + 1) : 0;
  if (!end || /[-_]/.test(text[end - 1]!)) return undefined;
  return {start, end, limit: scan(/[\w.-]*/y, text, end), url: `mailto:${text.slice(start, end)}`};
}
