import {type Autolink, scanHttp, scanMail, scanWww} from './autolinks.ts';
import {type Delimiter, Delimiters, flanking, type RunToken} from './delimiters.ts';
import {decodeEntity} from './entities.ts';
import {INCOMPLETE, normalizeLabel, scanInlineTarget, scanLabel} from './link-syntax.ts';
import {HtmlScanner} from './raw-html.ts';

/** Without `url` the link is not finished yet: it is drawn without a target. */
export interface LinkToken {
  readonly t: 'link';
  readonly url?: string | undefined;
  readonly title?: string;
  /** The text up to its end, for comparing with where it leads. */
  readonly label?: string;
  /** An address in the text. Two tokens follow: its text and its end. */
  readonly auto?: boolean;
}

export interface ImageToken {
  readonly t: 'image';
  readonly alt: string;
  readonly url: string;
  readonly title: string;
}

/** One line of tokens; ends match their starts by order alone, so that it can be drawn in one pass. */
export type Token =
  | {readonly t: 'text' | 'code'; readonly s: string}
  | {readonly t: 'br' | 'end'}
  | RunToken
  | LinkToken
  | ImageToken;

export interface Reference {
  readonly url: string;
  readonly title: string;
}

export interface InlineResult {
  readonly tokens: Token[];
  /** Everything before this position of the text can never change; it is drawn by the tokens before `safeToken`. */
  readonly safe: number;
  readonly safeToken: number;
}

interface Bracket {
  readonly token: number;
  readonly after: number;
  readonly image: boolean;
  readonly delimiter: Delimiter | undefined;
  /** Another bracket follows inside, so its text cannot be a label. */
  filled: boolean;
}

const END: Token = {t: 'end'};
const NOTHING: Token = {t: 'text', s: ''};

const PLAIN = /(?:[^\n\\`*_~[\]!<&:@wW]+|[wW](?!ww\.))+/iy;
const ENTITY = /&(?:#x[0-9a-f]{1,6}|#\d{1,7}|[a-z][a-z0-9]{1,31});/iy;
const URI = /<[a-z][a-z0-9+.-]{1,31}:[^\p{Cc} <>]*>/iuy;
const EMAIL =
  /<[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*>/iy;
const ESCAPABLE = /[!-/:-@[-`{-~]/;
/** UTF-16 units within which a mark without its partner is drawn as if the partner were about to come. */
const SPECULATE = 600;

function at(pattern: RegExp, text: string, position: number): string {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0] ?? '';
}

/**
 * Parses inline Markdown from position `from`, where nothing is open, to tokens.
 * When not `final`, the text may go on: marks at its very end are held back, and what is open at the end is
 * closed for now.
 * `lookup` is asked for a normalised label.
 */
export function parseInline(
  text: string,
  from: number,
  final: boolean,
  lookup: (label: string) => Reference | undefined,
): InlineResult {
  return new InlineParser(text, from, final, lookup).parse();
}

class InlineParser {
  readonly #text: string;
  readonly #final: boolean;
  readonly #lookup: (label: string) => Reference | undefined;
  readonly #tokens: Token[] = [];
  readonly #delimiters = new Delimiters();
  readonly #brackets: Bracket[] = [];
  readonly #html: HtmlScanner;
  /** Where runs of backticks of each length were last seen, once all of them were looked at. */
  readonly #ticks = new Map<number, number>();
  #allTicks = false;
  /** Link openers below this index are inside a link. */
  #closedBrackets = 0;
  #pos: number;
  /** Literal text from here to `#pos` is not in a token yet. */
  #literal: number;
  #end: number;
  #safe: number;
  #safeToken = 0;
  #settled = true;
  /** A closer inside brackets waits for what the brackets turn out to be. */
  #lateCloser = false;
  /** Elements opened only because the text is not whole. */
  #ends = 0;

  constructor(text: string, from: number, final: boolean, lookup: (label: string) => Reference | undefined) {
    this.#text = text;
    this.#final = final;
    this.#lookup = lookup;
    this.#html = new HtmlScanner(text);
    this.#pos = this.#literal = this.#safe = from;
    this.#end = text.length;
  }

  parse(): InlineResult {
    const text = this.#text;
    while (this.#pos < this.#end) {
      const plain = at(PLAIN, text, this.#pos).length;
      if (plain) {
        const start = this.#pos;
        this.#pos += plain;
        if (!this.#final) this.#markSafe(start);
        continue;
      }
      switch (text[this.#pos]) {
        case '\n':
          this.#lineEnd();
          break;
        case '\\':
          this.#backslash();
          break;
        case '`':
          this.#code();
          break;
        case '*':
        case '_':
        case '~':
          this.#run();
          break;
        case '[':
          this.#openBracket(1);
          break;
        case '!':
          if (text[this.#pos + 1] === '[') this.#openBracket(2);
          else if (this.#held(1)) this.#cut();
          else this.#pos++;
          break;
        case ']':
          this.#closeBracket();
          break;
        case '<':
          this.#angle();
          break;
        case '&':
          this.#entity();
          break;
        case ':':
          this.#autolink(scanHttp(text, this.#pos, this.#literal, this.#brackets.length > 0));
          break;
        case '@':
          this.#autolink(scanMail(text, this.#pos, this.#literal));
          break;
        default:
          this.#autolink(scanWww(text, this.#pos, this.#brackets.length > 0));
      }
    }
    this.#flush(this.#end);
    this.#delimiters.match(undefined);
    if (!this.#final) this.#speculate();
    for (; this.#ends > 0; this.#ends--) this.#tokens.push(END);
    return {tokens: this.#tokens, safe: this.#safe, safeToken: this.#safeToken};
  }

  #flush(to: number): void {
    if (to > this.#literal) this.#tokens.push({t: 'text', s: this.#text.slice(this.#literal, to)});
    this.#literal = to;
  }

  #isSettled(): boolean {
    return !this.#final && this.#settled && !this.#delimiters.last && this.#brackets.length === 0;
  }

  /** Notes the last place in the plain text since `start` that later text cannot reach back over. */
  #markSafe(start: number): void {
    if (!this.#isSettled()) return;
    const text = this.#text;
    let i = this.#pos - 1;
    // Spaces at the end may turn out to be before a line end.
    while (i >= start && (text[i] === ' ' || text[i] === '\t')) i--;
    for (; i > start; i--) {
      const c = text.charCodeAt(i - 1);
      // After a space, or after an ideograph: an address cannot begin before it.
      if (c === 32 || c === 9 || (c >= 0x2e80 && c < 0xd800)) {
        this.#flush(i);
        this.#safe = i;
        this.#safeToken = this.#tokens.length;
        return;
      }
    }
  }

  /** Whether the text ends, for now, within `length` of here. */
  #held(length: number): boolean {
    return !this.#final && this.#pos + length >= this.#text.length;
  }

  /** Leaves out everything from here on: it cannot be judged yet. */
  #cut(): void {
    this.#flush(this.#pos);
    this.#settled = false;
    this.#end = this.#pos;
  }

  #lineEnd(): void {
    const text = this.#text;
    let end = this.#pos;
    while (end > this.#literal && text[end - 1] === ' ') end--;
    const hard = this.#pos - end >= 2;
    this.#flush(end);
    this.#tokens.push(hard ? {t: 'br'} : {t: 'text', s: '\n'});
    this.#pos++;
    while (text[this.#pos] === ' ') this.#pos++;
    this.#literal = this.#pos;
    if (this.#isSettled() && this.#pos < this.#end) {
      this.#safe = this.#pos;
      this.#safeToken = this.#tokens.length;
    }
  }

  #backslash(): void {
    const next = this.#text[this.#pos + 1];
    if (next === '\n') {
      this.#flush(this.#pos);
      this.#tokens.push({t: 'br'});
      this.#pos += 2;
      while (this.#text[this.#pos] === ' ') this.#pos++;
      this.#literal = this.#pos;
    } else if (next !== undefined && ESCAPABLE.test(next)) {
      this.#flush(this.#pos);
      this.#literal = this.#pos + 1;
      this.#pos += 2;
    } else if (this.#held(1)) this.#cut();
    else this.#pos++;
  }

  #code(): void {
    const text = this.#text;
    const start = this.#pos;
    const length = at(/`+/y, text, start).length;
    const open = start + length;
    const close = this.#findTicks(length, open);
    if (close >= 0) {
      this.#flush(start);
      this.#pushCode(text.slice(open, close));
      this.#pos = this.#literal = close + length;
      return;
    }
    this.#pos = open;
    if (this.#final) return;
    this.#settled = false;
    const rest = text.slice(open);
    if (rest.length < SPECULATE) {
      this.#pos = start;
      this.#cut();
      const shown = rest.replace(/\s*`*$/, '');
      if (shown) this.#pushCode(shown);
    }
  }

  #pushCode(source: string): void {
    let code = source.replaceAll('\n', ' ');
    if (code.length > 2 && code.startsWith(' ') && code.endsWith(' ') && /[^ ]/.test(code))
      code = code.slice(1, -1);
    this.#tokens.push({t: 'code', s: code});
  }

  #findTicks(length: number, from: number): number {
    if (this.#allTicks && (this.#ticks.get(length) ?? -1) < from) return -1;
    const runs = /`+/g;
    runs.lastIndex = from;
    for (let found = runs.exec(this.#text); found; found = runs.exec(this.#text)) {
      if (!this.#allTicks) this.#ticks.set(found[0].length, found.index);
      if (found[0].length === length) return found.index;
    }
    this.#allTicks = true;
    return -1;
  }

  #run(): void {
    const text = this.#text;
    const start = this.#pos;
    const ch = text[start]!;
    let end = start + 1;
    while (text[end] === ch) end++;
    if (this.#held(end - start)) {
      this.#cut();
      return;
    }
    const before = codePointBefore(text, start);
    const after = String.fromCodePoint(text.codePointAt(end) ?? 32);
    const {canOpen, canClose} = flanking(ch, before, end < text.length ? after : '');
    this.#pos = end;
    if ((!canOpen && !canClose) || (ch === '~' && end - start > 2)) return;
    this.#flush(start);
    this.#literal = end;
    const run: RunToken = {t: 'run', ch, n: end - start, closes: [], opens: []};
    this.#tokens.push(run);
    this.#delimiters.push(run, canOpen, canClose, start);
    if (!canClose || this.#final) return;
    // With no bracket open nothing can come between: match now, so that the text after it may be settled.
    if (this.#brackets.length) this.#lateCloser = true;
    else if (!this.#lateCloser) this.#delimiters.matchLast();
  }

  #openBracket(length: 1 | 2): void {
    if (length === 2 || this.#pos + 1 < this.#text.length || this.#final) {
      this.#flush(this.#pos);
      const previous = this.#brackets.at(-1);
      if (previous) previous.filled = true;
      this.#brackets.push({
        token: this.#tokens.length,
        after: this.#pos + length,
        image: length === 2,
        delimiter: this.#delimiters.last,
        filled: false,
      });
      this.#tokens.push({t: 'text', s: length === 2 ? '![' : '['});
      this.#pos += length;
      this.#literal = this.#pos;
    } else this.#cut();
  }

  #closeBracket(): void {
    const bracket = this.#brackets.at(-1);
    if (!bracket || (!bracket.image && this.#brackets.length <= this.#closedBrackets)) {
      if (bracket) this.#popBracket();
      this.#pos++;
      return;
    }
    const after = this.#pos + 1;
    const target = this.#target(bracket, after);
    this.#popBracket();
    if (!target) {
      this.#pos++;
      return;
    }
    this.#flush(this.#pos);
    this.#delimiters.match(bracket.delimiter);
    this.#delimiters.drop(bracket.delimiter);
    const label = this.#plain(bracket.token + 1);
    if (target === INCOMPLETE) {
      // `[text](htt`: the text is shown as a link that leads nowhere yet, the rest is not shown.
      this.#cut();
      this.#tokens[bracket.token] = {t: 'link'};
      this.#tokens.push(END);
      return;
    }
    const {url, title} = target;
    if (bracket.image) {
      this.#tokens.length = bracket.token;
      this.#tokens.push({t: 'image', alt: label, url, title});
    } else {
      this.#tokens[bracket.token] = {t: 'link', url, title, label};
      this.#tokens.push(END);
      this.#closedBrackets = this.#brackets.length;
    }
    this.#pos = this.#literal = target.end;
    if (this.#brackets.length === 0) this.#lateCloser = false;
  }

  #popBracket(): void {
    this.#brackets.pop();
    this.#closedBrackets = Math.min(this.#closedBrackets, this.#brackets.length);
  }

  #target(
    bracket: Bracket,
    after: number,
  ): (Reference & {readonly end: number}) | typeof INCOMPLETE | undefined {
    const text = this.#text;
    if (text[after] === '(') {
      const inline = scanInlineTarget(text, after);
      if (typeof inline === 'object') return inline;
      if (inline === INCOMPLETE && !this.#final) return INCOMPLETE;
    }
    let end = after;
    let label = '';
    if (text[after] === '[') {
      const scanned = scanLabel(text, after);
      if (scanned === INCOMPLETE && !this.#final) return INCOMPLETE;
      if (scanned > 0) {
        end = scanned;
        label = text.slice(after + 1, scanned - 1);
      }
    }
    if (end <= after + 2) {
      const length = this.#pos - bracket.after;
      label = bracket.filled || length > 999 ? '' : text.slice(bracket.after, this.#pos);
    }
    const reference = label.trim() ? this.#lookup(normalizeLabel(label)) : undefined;
    if (reference) return {url: reference.url, title: reference.title, end};
    // The text ends with `]`: what makes it a link may be the next character.
    return after === text.length && !this.#final ? INCOMPLETE : undefined;
  }

  /** The text of the tokens from `from` on; addresses among them stop being links. */
  #plain(from: number): string {
    let plain = '';
    for (let i = from; i < this.#tokens.length; i++) {
      const token = this.#tokens[i]!;
      if (token.t === 'run') plain += token.ch.repeat(token.n);
      else if (token.t === 'image') plain += token.alt;
      else if (token.t === 'br') plain += '\n';
      else if ('s' in token) plain += token.s;
      else if (token.t === 'link' && token.auto) this.#tokens[i] = this.#tokens[i + 2] = NOTHING;
    }
    return plain;
  }

  #autolink(link: Autolink | undefined): void {
    if (!link) {
      this.#pos++;
      return;
    }
    this.#flush(link.start);
    // At the end of unfinished text the address may go on, so it leads nowhere yet.
    const open = link.limit === this.#text.length && !this.#final;
    this.#pushLink(this.#text.slice(link.start, link.end), open ? undefined : link.url);
    this.#pos = this.#literal = link.end;
    if (open) this.#settled = false;
  }

  #pushLink(label: string, url: string | undefined): void {
    this.#tokens.push({t: 'link', url, label, auto: true}, {t: 'text', s: label}, END);
  }

  #angle(): void {
    const text = this.#text;
    const start = this.#pos;
    const uri = at(URI, text, start);
    const link = uri || at(EMAIL, text, start);
    if (link) {
      this.#flush(start);
      const label = link.slice(1, -1);
      this.#pushLink(label, uri ? label : `mailto:${label}`);
      this.#pos = this.#literal = start + link.length;
      return;
    }
    const end = this.#html.scan(start);
    const next = text[start + 1];
    if (!end && !this.#final && (next === undefined || /[a-z/!?]/i.test(next))) {
      const rest = text.slice(start, start + SPECULATE);
      if (/^<(?:[a-z][a-z0-9+.-]{0,31}(?::[^\s<>]*)?)?$/i.test(rest)) {
        this.#cut();
        return;
      }
      this.#settled = false;
    }
    this.#pos = end || start + 1;
  }

  #entity(): void {
    const reference = at(ENTITY, this.#text, this.#pos);
    const decoded = reference ? decodeEntity(reference) : undefined;
    if (decoded !== undefined) {
      this.#flush(this.#pos);
      this.#tokens.push({t: 'text', s: decoded});
      this.#pos = this.#literal = this.#pos + reference.length;
    } else if (
      !this.#final &&
      /^&(?:#?[a-z0-9]{0,31})?$/i.test(this.#text.slice(this.#pos, this.#pos + 34))
    ) {
      this.#cut();
    } else this.#pos++;
  }

  /** Closes for now what the text has opened near its end, so that half-typed marks are not seen. */
  #speculate(): void {
    const text = this.#text;
    const bracket = this.#brackets.at(-1);
    if (bracket && text.length - bracket.after < SPECULATE && this.#brackets.length > this.#closedBrackets) {
      this.#tokens[bracket.token] = {t: 'link'};
      this.#plain(bracket.token + 1);
      this.#ends++;
    }
    for (let open = this.#delimiters.last; open; open = open.previous) {
      if (!open.canOpen || text.length - open.at > SPECULATE) continue;
      if (/[\p{L}\p{N}]/u.test(text[open.at - 1] ?? '')) continue;
      const {run} = open;
      for (; run.n > 0; this.#ends++) {
        if (run.ch === '~') {
          run.n = 0;
          run.opens.push('del');
        } else {
          const tag = run.n >= 2 ? 'strong' : 'em';
          run.n -= tag === 'strong' ? 2 : 1;
          run.opens.push(tag);
        }
      }
    }
  }
}

function codePointBefore(text: string, position: number): string {
  if (position === 0) return '';
  const low = text.charCodeAt(position - 1);
  const pair = low >= 0xdc00 && low <= 0xdfff && position > 1;
  return text.slice(position - (pair ? 2 : 1), position);
}
