/**
 * Raw HTML is shown as the text it is, but it must be recognised: marks inside a tag mean nothing.
 * One scanner a text; it remembers what it looked for in vain, so that a run of `<!--` stays linear.
 */
export class HtmlScanner {
  readonly #text: string;
  readonly #missing = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  /** The position after the tag, comment or declaration at this `<`, or 0. */
  scan(at: number): number {
    const text = this.#text;
    if (text.startsWith('<!--', at)) {
      if (text.startsWith('>', at + 4)) return at + 5;
      if (text.startsWith('->', at + 4)) return at + 6;
      return this.#until('-->', at + 4);
    }
    if (text.startsWith('<![CDATA[', at)) return this.#until(']]>', at + 9);
    if (text[at + 1] === '?') return this.#until('?>', at + 2);
    if (text[at + 1] === '!') return /[a-z]/i.test(text[at + 2] ?? '') ? this.#until('>', at + 2) : 0;
    return scanTag(text, at);
  }

  #until(terminator: string, from: number): number {
    if (this.#missing.has(terminator)) return 0;
    const found = this.#text.indexOf(terminator, from);
    if (found < 0) this.#missing.add(terminator);
    return found < 0 ? 0 : found + terminator.length;
  }
}

const NAME = /<\/?[a-z][a-z0-9-]*/iy;
const ATTRIBUTE = /[a-z_:][\w.:-]*/iy;
const SPACES = /[ \t\n]*/y;
const BARE_VALUE = /[^\s"'=<>`]+/y;

/** The position after an open or closing tag, or 0. Written by hand: as one expression it backtracks. */
export function scanTag(text: string, at: number): number {
  const skip = (pattern: RegExp, from: number): number => {
    pattern.lastIndex = from;
    return from + (pattern.exec(text)?.[0].length ?? 0);
  };
  let i = skip(NAME, at);
  if (i === at) return 0;
  const closing = text[at + 1] === '/';
  for (;;) {
    const gap = skip(SPACES, i);
    if (text[gap] === '>') return gap + 1;
    if (closing) return 0;
    if (text[gap] === '/') return text[gap + 1] === '>' ? gap + 2 : 0;
    const named = skip(ATTRIBUTE, gap);
    if (gap === i || named === gap) return 0;
    i = named;
    const equals = skip(SPACES, i);
    if (text[equals] !== '=') continue;
    const value = skip(SPACES, equals + 1);
    const quote = text[value];
    if (quote === '"' || quote === "'") {
      i = text.indexOf(quote, value + 1) + 1;
      if (!i) return 0;
    } else {
      i = skip(BARE_VALUE, value);
      if (i === value) return 0;
    }
  }
}
