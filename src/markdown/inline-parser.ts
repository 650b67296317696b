import {type Autolink, scanHttp, scanMail, scanWww} from './autolinks.ts';
import {Delimiters, flanking, type RunToken, takeElement} from './delimiters.ts';
import {decodeEntity} from './entities.ts';
import {INCOMPLETE, normalizeLabel, scanInlineTarget, scanLabel, type Target} from './link-syntax.ts';
import {scanHtml} from './raw-html.ts';
import {scan} from './scan.ts';

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
  readonly s: string;
  readonly url: string;
  readonly title: string;
}

/** One line of tokens; ends match their starts by order alone, so that it can be drawn in one pass. */
export type Token =
  | {readonly t: 'text' | 'code' | 'br'; readonly s: string}
  | {readonly t: 'end'}
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
  readonly delimiter: RunToken | undefined;
  /** Another bracket follows inside, so its text cannot be a label. */
  filled?: boolean;
}

const END: Token = {t: 'end'};
const NOTHING: Token = {t: 'text', s: ''};

const PLAIN = /(?:[^\n\\`*_~[\]!<&:@wW]+|[wW](?!ww\.))+/iy;
const ENTITY = /&(?:#x[0-9a-f]{1,6}|#\d{1,7}|[a-z][a-z0-9]{1,31});/iy;
const URI = /<[a-z][a-z0-9+.-]{1,31}:[^\p{Cc} <>]*>/iuy;
const EMAIL =
  /<[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*>/iy;
const SPACES = / */y;
/** Up to the last place that later text cannot reach back over: an address cannot begin before it. */
const SETTLED = /^[\s\S]*[ \t\u2e80-\ud7ff](?=[^ \t])/;
/** UTF-16 units within which a mark without its partner is drawn as if the partner were about to come. */
const SPECULATE = 600;

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
  const tokens: Token[] = [];
  const delimiters = new Delimiters();
  const brackets: Bracket[] = [];
  /** Link openers below this index are inside a link. */
  let closedBrackets = 0;
  /** What raw HTML was looked for in vain. */
  const missing: RegExp[] = [];
  /** Where runs of backticks of each length were last seen, once all of them were looked at. */
  const ticks: number[] = [];
  let allTicks = false;
  let pos = from;
  /** Literal text from here to `pos` is not in a token yet. */
  let literal = from;
  let end = text.length;
  let safe = from;
  let safeToken = 0;
  let settled = true;
  /** A closer inside brackets waits for what the brackets turn out to be. */
  let lateCloser = false;

  function flush(to: number): void {
    if (to > literal) tokens.push({t: 'text', s: text.slice(literal, to)});
    literal = to;
  }

  /** Tokens for the text between two positions; what is before them is literal. */
  function take(start: number, after: number, ...made: Token[]): void {
    flush(start);
    tokens.push(...made);
    pos = literal = after;
  }

  /** Notes that what comes before `to` stays as it is, if nothing is open. */
  function markSafe(to: number): void {
    if (final || !settled || delimiters.last || brackets.length || to >= end) return;
    flush(to);
    safe = to;
    safeToken = tokens.length;
  }

  /** Whether the text ends, for now, within `length` of here. */
  const isHeld = (length: number): boolean => !final && pos + length >= text.length;

  /** Leaves out everything from here on: it cannot be judged yet. */
  function cut(): void {
    flush(pos);
    settled = false;
    end = pos;
  }

  /** A line that ends here, or with the backslash here. */
  function lineEnd(start: number, newline: number, hard: boolean): void {
    take(start, scan(SPACES, text, newline + 1), {t: hard ? 'br' : 'text', s: '\n'});
    markSafe(pos);
  }

  function backslash(): void {
    const next = text[pos + 1];
    if (next === '\n') lineEnd(pos, pos + 1, true);
    else if (/[!-/:-@[-`{-~]/.test(next ?? '')) {
      flush(pos);
      literal = pos + 1;
      pos += 2;
    } else if (isHeld(1)) cut();
    else pos++;
  }

  function codeSpan(): void {
    const open = scan(/`+/y, text, pos);
    const length = open - pos;
    const close = findTicks(length, open);
    if (close >= 0) take(pos, close + length, codeToken(text.slice(open, close)));
    else if (!final && text.length - open < SPECULATE) {
      cut();
      const shown = text.slice(open).replace(/\s*`*$/, '');
      if (shown) tokens.push(codeToken(shown));
    } else {
      pos = open;
      settled = false;
    }
  }

  function findTicks(length: number, after: number): number {
    if (allTicks && (ticks[length] ?? -1) < after) return -1;
    const runs = /`+/g;
    runs.lastIndex = after;
    for (const {0: run, index} of text.matchAll(runs)) {
      if (!allTicks) ticks[run.length] = index;
      if (run.length === length) return index;
    }
    allTicks = true;
    return -1;
  }

  function run(ch: string): void {
    const start = pos;
    const after = scan(/(.)\1*/y, text, start);
    const length = after - start;
    if (isHeld(length)) {
      cut();
      return;
    }
    const [canOpen, canClose] = flanking(
      ch,
      /.?$/su.exec(text.slice(Math.max(start - 2, 0), start))![0],
      /^.?/su.exec(text.slice(after, after + 2))![0],
    );
    pos = after;
    if ((!canOpen && !canClose) || (ch === '~' && length > 2)) return;
    take(start, after, delimiters.push(ch, length, start, canOpen, canClose));
    if (!canClose || final) return;
    // With no bracket open nothing can come between: match now, so that the text after it may be settled.
    if (brackets.length) lateCloser = true;
    else if (!lateCloser) delimiters.matchFrom(delimiters.last);
  }

  function openBracket(image: boolean): void {
    const previous = brackets.at(-1);
    if (previous) previous.filled = true;
    const start = pos;
    const after = image ? start + 2 : start + 1;
    flush(start);
    brackets.push({token: tokens.length, after, image, delimiter: delimiters.last});
    take(start, after, {t: 'text', s: text.slice(start, after)});
  }

  function closeBracket(): void {
    const bracket = brackets.at(-1);
    const target =
      bracket && (bracket.image || brackets.length > closedBrackets) && findTarget(bracket, pos + 1);
    brackets.pop();
    closedBrackets = Math.min(closedBrackets, brackets.length);
    if (!target) {
      pos++;
      return;
    }
    const {token, delimiter, image} = bracket;
    flush(pos);
    delimiters.match(delimiter);
    delimiters.drop(delimiter);
    const label = plain(token + 1);
    if (target === INCOMPLETE) {
      // `[text](htt`: the text is shown as a link that leads nowhere yet, the rest is not shown.
      cut();
      tokens[token] = {t: 'link'};
      tokens.push(END);
      return;
    }
    const {url, title} = target;
    if (image) {
      tokens.length = token;
      tokens.push({t: 'image', s: label, url, title});
    } else {
      tokens[token] = {t: 'link', url, title, label};
      tokens.push(END);
      closedBrackets = brackets.length;
    }
    pos = literal = target.end;
    if (!brackets.length) lateCloser = false;
  }

  function findTarget(bracket: Bracket, after: number): Target | typeof INCOMPLETE | undefined {
    if (text[after] === '(') {
      const inline = scanInlineTarget(text, after);
      if (typeof inline === 'object') return inline;
      if (inline === INCOMPLETE && !final) return inline;
    }
    let to = after;
    let label = '';
    if (text[after] === '[') {
      const scanned = scanLabel(text, after);
      if (scanned === INCOMPLETE && !final) return scanned;
      if (scanned > 0) {
        to = scanned;
        label = text.slice(after + 1, scanned - 1);
      }
    }
    if (to <= after + 2)
      label = bracket.filled || pos - bracket.after > 999 ? '' : text.slice(bracket.after, pos);
    const reference = label.trim() ? lookup(normalizeLabel(label)) : undefined;
    if (reference) return {...reference, end: to};
    // The text ends with `]`: what makes it a link may be the next character.
    return after === text.length && !final ? INCOMPLETE : undefined;
  }

  /** The text of the tokens from `index` on; addresses among them stop being links. */
  function plain(index: number): string {
    let shown = '';
    for (let i = index; i < tokens.length; i++) {
      const token = tokens[i]!;
      if (token.t === 'run') shown += token.ch.repeat(token.n);
      else if ('s' in token) shown += token.s;
      else if (token.t === 'link' && token.auto) tokens[i] = tokens[i + 2] = NOTHING;
    }
    return shown;
  }

  function autolink(link: Autolink | undefined): void {
    if (!link) {
      pos++;
      return;
    }
    // At the end of unfinished text the address may go on, so it leads nowhere yet.
    const open = isHeld(link.limit - pos);
    takeLink(link.start, link.end, text.slice(link.start, link.end), open ? undefined : link.url);
    if (open) settled = false;
  }

  function takeLink(start: number, after: number, label: string, url: string | undefined): void {
    take(start, after, {t: 'link', url, label, auto: true}, {t: 'text', s: label}, END);
  }

  function angle(): void {
    const uri = scan(URI, text, pos);
    const link = uri || scan(EMAIL, text, pos);
    if (link) {
      const label = text.slice(pos + 1, link - 1);
      takeLink(pos, link, label, uri ? label : `mailto:${label}`);
      return;
    }
    const after = scanHtml(text, pos, missing);
    if (!after && !final && /^(?:[a-z/!?]|$)/i.test(text[pos + 1] ?? '')) {
      if (/^<(?:[a-z][a-z0-9+.-]{0,31}(?::[^\s<>]*)?)?$/i.test(text.slice(pos, pos + SPECULATE))) {
        cut();
        return;
      }
      settled = false;
    }
    pos = after || pos + 1;
  }

  function entity(): void {
    const after = scan(ENTITY, text, pos);
    const decoded = decodeEntity(text.slice(pos, after));
    if (decoded) take(pos, after, {t: 'text', s: decoded});
    else if (!final && /^&#?[a-z0-9]{0,31}$/i.test(text.slice(pos, pos + 34))) cut();
    else pos++;
  }

  /** Closes for now what the text has opened near its end, so that half-typed marks are not seen. */
  function speculate(): void {
    let ends = 0;
    const bracket = brackets.at(-1);
    if (bracket && text.length - bracket.after < SPECULATE && brackets.length > closedBrackets) {
      tokens[bracket.token] = {t: 'link'};
      plain(bracket.token + 1);
      ends++;
    }
    for (let each = delimiters.last; each; each = each.previous) {
      if (!each.canOpen || text.length - each.at > SPECULATE) continue;
      if (/[\p{L}\p{N}]/u.test(text[each.at - 1] ?? '')) continue;
      for (; each.n; ends++) {
        const [count, tag] = takeElement(each.ch, each.n);
        each.n -= count;
        each.opens.push(tag);
      }
    }
    while (ends--) tokens.push(END);
  }

  while (pos < end) {
    const start = pos;
    pos = scan(PLAIN, text, start);
    if (pos) {
      const stable = final ? null : SETTLED.exec(text.slice(start, pos));
      if (stable) markSafe(start + stable[0].length);
      continue;
    }
    pos = start;
    const c = text[pos]!;
    switch (c) {
      case '\n': {
        let before = pos;
        while (before > literal && text[before - 1] === ' ') before--;
        lineEnd(before, pos, pos - before > 1);
        break;
      }
      case '\\':
        backslash();
        break;
      case '`':
        codeSpan();
        break;
      case '*':
      case '_':
      case '~':
        run(c);
        break;
      case '[':
      case '!':
        if (isHeld(1)) cut();
        else if (c === '[' || text[pos + 1] === '[') openBracket(c === '!');
        else pos++;
        break;
      case ']':
        closeBracket();
        break;
      case '<':
        angle();
        break;
      case '&':
        entity();
        break;
      case ':':
        autolink(scanHttp(text, pos, literal, brackets.length > 0));
        break;
      case '@':
        autolink(scanMail(text, pos, literal));
        break;
      default:
        autolink(scanWww(text, pos, brackets.length > 0));
    }
  }
  flush(end);
  delimiters.match();
  if (!final) speculate();
  return {tokens, safe, safeToken};
}

function codeToken(source: string): Token {
  const code = source.replaceAll('\n', ' ');
  const padded = code[0] === ' ' && code.endsWith(' ') && /[^ ]/.test(code);
  return {t: 'code', s: padded ? code.slice(1, -1) : code};
}
