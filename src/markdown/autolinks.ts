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
  let end = limit;
  let balance = 0;
  for (let i = start; i < end; i++) {
    if (text[i] === '(') balance++;
    else if (text[i] === ')') balance--;
  }
  for (; end > start; end--) {
    const c = text[end - 1]!;
    if (c === ')') {
      if (balance >= 0) break;
      balance++;
    } else if (c === ';') {
      const from = Math.max(start, end - 34);
      const entity = /&[a-z0-9]+;$/i.exec(text.slice(from, end));
      if (!entity) break;
      end -= entity[0].length - 1;
    } else if (!'?!.,:*_~\'"'.includes(c)) break;
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
  HOST.lastIndex = hostAt;
  const labels = HOST.exec(text)?.[0].split('.');
  if (!labels || labels.slice(-2).some(label => label.includes('_'))) return undefined;
  const rest = bracketed ? REST_IN_BRACKETS : REST;
  rest.lastIndex = hostAt;
  const limit = hostAt + rest.exec(text)![0].length;
  const end = trimEnd(text, start, limit);
  return end > hostAt ? {start, end, limit, url: prefix + text.slice(start, end)} : undefined;
}

/** At a `w`. */
export function scanWww(text: string, at: number, bracketed: boolean): Autolink | undefined {
  if (at > 0 && !/[\s*_~([]/.test(text[at - 1]!)) return undefined;
  return finish(text, at, at + 4, bracketed, 'http://');
}

/** At the `:` of `http://`; looks back no further than `from`. */
export function scanHttp(text: string, at: number, from: number, bracketed: boolean): Autolink | undefined {
  if (text[at + 1] !== '/' || text[at + 2] !== '/') return undefined;
  const scheme = /https?$/i.exec(text.slice(Math.max(from, at - 5), at));
  if (!scheme) return undefined;
  const start = at - scheme[0].length;
  if (start > 0 && /[a-z0-9]/i.test(text[start - 1]!)) return undefined;
  return finish(text, start, at + 3, bracketed);
}

/** At an `@`; looks back no further than `from`. */
export function scanMail(text: string, at: number, from: number): Autolink | undefined {
  let start = at;
  while (start > from && /[a-z0-9._+-]/i.test(text[start - 1]!)) start--;
  if (start === at) return undefined;
  MAIL_HOST.lastIndex = at + 1;
  const host = MAIL_HOST.exec(text);
  if (!host || /[-_]$/.test(host[0])) return undefined;
  const end = at + 1 + host[0].length;
  const limit = end + /^[.-]*/.exec(text.slice(end, end + 9))![0].length;
  return {start, end, limit, url: `mailto:${text.slice(start, end)}`};
}
