import {scan} from './scan.ts';

/** GFM's extended autolinks: bare addresses in text. All positions are in the same text. */

export interface Autolink {
  readonly start: number;
  readonly end: number;
  /** As far as more text could make it longer. */
  readonly limit: number;
  readonly url: string;
}

// No ideographs: text before one is settled, so an address must be one by then.
const HOST =
  /(?:[^\s!-,./:-@[-^`{-\u007f\u2e80-\ud7ff\uff00-\uff20]+\.)*[^\s!-,./:-@[-^`{-\u007f\u2e80-\ud7ff\uff00-\uff20]+/y;
// Ideographic punctuation ends an address in running text.
const REST = /[^\s<\u3000-\u3002\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]*/y;
const REST_IN_BRACKETS = /[^\s<\]\u3000-\u3002\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]*/y;
const MAIL_HOST = /[a-z0-9_-]+(?:\.[a-z0-9_-]+)+/iy;

/** Cuts what ends a sentence rather than an address. */
function trimEnd(text: string, start: number, limit: number): number {
  const balance = (sign: string) => text.slice(start, limit).split(sign).length;
  let extra = balance(')') - balance('(');
  let end = limit;
  for (; end > start; end--) {
    const c = text[end - 1]!;
    if (c === ')') {
      if (extra-- <= 0) break;
    } else if (c === ';') {
      const entity = /&[a-z0-9]+;$/i.exec(text.slice(Math.max(start, end - 34), end));
      if (!entity) break;
      end = end - entity[0].length + 1;
    } else if (!/[?!.,:*_~'"]/.test(c)) break;
  }
  return end;
}

function finish(
  text: string,
  start: number,
  hostAt: number,
  bracketed: boolean,
  prefix = '',
): Autolink | undefined {
  const labels = text.slice(hostAt, scan(HOST, text, hostAt)).split('.');
  if (!labels[0] || labels.slice(-2).some(label => label.includes('_'))) return undefined;
  const limit = scan(bracketed ? REST_IN_BRACKETS : REST, text, hostAt);
  const end = trimEnd(text, start, limit);
  return end > hostAt ? {start, end, limit, url: prefix + text.slice(start, end)} : undefined;
}

/** At a `w`. */
export function scanWww(text: string, at: number, bracketed: boolean): Autolink | undefined {
  return /[^\s*_~([]/.test(text[at - 1] ?? '') ? undefined : finish(text, at, at + 4, bracketed, 'http://');
}

/** At the `:` of `http://`; looks back no further than `from`. */
export function scanHttp(text: string, at: number, from: number, bracketed: boolean): Autolink | undefined {
  const scheme = text.startsWith('//', at + 1) && /https?$/i.exec(text.slice(Math.max(from, at - 5), at));
  if (!scheme) return undefined;
  const start = at - scheme[0].length;
  return /[a-z0-9]/i.test(text[start - 1] ?? '') ? undefined : finish(text, start, at + 3, bracketed);
}

/** At an `@`; looks back no further than `from`. */
export function scanMail(text: string, at: number, from: number): Autolink | undefined {
  let start = at;
  while (start > from && /[a-z0-9._+-]/i.test(text[start - 1]!)) start--;
  const end = start < at ? scan(MAIL_HOST, text, at + 1) : 0;
  if (!end || /[-_]/.test(text[end - 1]!)) return undefined;
  const limit = end + /^[.-]*/.exec(text.slice(end, end + 9))![0].length;
  return {start, end, limit, url: `mailto:${text.slice(start, end)}`};
}
