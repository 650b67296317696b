import {scanAutolink} from './autolinks.ts';
import {flanking, matchRuns, type RunToken, takeElement} from './delimiters.ts';
import {ESCAPED, unescapeText} from './entities.ts';
import {type Reference, scanTarget} from './link-syntax.ts';
import {BREAK, SPECIAL, scanTag} from './raw-html.ts';
import {scan} from './scan.ts';
import {plainText, type Token} from './tokens.ts';

export interface InlineResult {
  readonly tokens: Token[];
  /** Text before this position can never change; the tokens before the last `safe` draw it. */
  readonly safe: number;
}

interface Bracket {
  readonly token: number;
  readonly image: boolean;
  /** The position after it. */
  readonly inside: number;
  /** The number of waiting runs before it. */
  readonly runs: number;
}

const END: Token = {t: 'end'};
const SAFE: Token = {t: 'safe'};

const PLAIN = /(?:[^\n\\`*_~[\]!<&@fhw]+|f(?!tp:\/\/)|h(?!ttps?:\/\/)|w(?!ww\.))+/iy;
const ESCAPE = new RegExp(ESCAPED.source, 'iy');
const URI = /<[a-z][a-z0-9+.-]{1,31}:[^\0- \x7f<>]*>/iy;
const EMAIL = /<[\w.!#$%&'*+/=?^`{|}~-]+@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.\b|(?=>)))+>/iy;
/** Up to the last place that later text cannot reach back across: no address begins before it and ends after it. */
const SETTLED = /^[\s\S]*[ \t\u2e80-\ud7ff](?=[^ \t])/;
/** A mark this close to the end of the text, in UTF-16 units, is drawn as if its partner were about to come. */
const SPECULATE = 600;
/** The most backticks that may begin code: for each number of them, the whole text may be searched. */
const MAX_TICKS = 80;

/**
 * Parses inline Markdown into tokens, from position `from`, where nothing is open.
 * Unless `final`, the text may continue: marks at its very end are held back, and what is open there is closed for now.
 * `lookup` gets a normalised label. `redraw` is called if the name of a character is loaded later.
 * With `bare`, addresses without any marks become links.
 */
export function parseInline(
  text: string,
  from: number,
  final: boolean,
  bare: boolean,
  lookup: (label: string) => Reference | undefined,
  redraw: () => void,
): InlineResult {
  const tokens: Token[] = [];
  const openers: RunToken[] = [];
  /** Runs in brackets, which wait until it is clear what the brackets are. */
  const waiting: RunToken[] = [];
  const floors: Record<string, number> = {};
  const brackets: Bracket[] = [];
  /** The brackets below this index contain a link, so they cannot become one. */
  let closedBrackets = 0;
  /** Patterns that have no more match. */
  const missing = new Set<string>();
  let pos = from;
  /** The literal text from here to `pos` is in no token yet. */
  let literal = from;
  let end = text.length;
  let safe = from;
  let settled = !final;

  const decode = (source: string): string => unescapeText(source, redraw);

  function flush(to: number): void {
    if (to > literal) tokens.push({t: 'text', s: text.slice(literal, to)});
    literal = to;
  }

  /** Adds tokens for the text between two positions; the text before it is literal. */
  function take(start: number, after: number, ...made: Token[]): void {
    flush(start);
    tokens.push(...made);
    pos = literal = after;
  }

  /** Notes that the text before `to` stays as it is, if nothing is open. */
  function markSafe(to: number): void {
    if (!settled || openers.length || waiting.length || brackets.length || to >= end) return;
    flush(to);
    safe = to;
    tokens.push(SAFE);
  }

  /** Whether unfinished text ends within `length` of here. */
  const isHeld = (length: number): boolean => !final && pos + length >= text.length;

  /** Leaves out everything from here on, since it cannot be judged yet. */
  function cut(): void {
    flush(pos);
    end = pos;
  }

  /** Takes a line end, and the spaces or the backslash before it, which begin at `start`. */
  function lineEnd(start: number, newline: number, hard: boolean): void {
    take(start, scan(/ */y, text, newline + 1), {t: hard ? 'br' : 'text', s: '\n'});
    markSafe(pos);
  }

  function escaped(): void {
    const after = scan(ESCAPE, text, pos);
    const source = text.slice(pos, after);
    const s = decode(source);
    if (s !== source) take(pos, after, {t: 'text', s});
    else if (text.startsWith('\\\n', pos)) lineEnd(pos, pos + 1, true);
    else if (!final && /^(?:\\|&#?[a-z0-9]{0,31})$/i.test(text.slice(pos, pos + 34))) cut();
    else pos++;
  }

  /** The position after the first match of `pattern` from `at` on, or 0; it is then not searched for again. */
  function find(pattern: RegExp, at: number): number {
    const after = missing.has(pattern.source) ? 0 : scan(pattern, text, at);
    if (!after) missing.add(pattern.source);
    return after;
  }

  function codeSpan(): void {
    const open = scan(/`+/y, text, pos);
    const length = open - pos;
    const after = length <= MAX_TICKS ? find(new RegExp(`[^\`]\`{${length}}(?!\`)`, 'g'), open) : 0;
    if (after) {
      take(pos, after, codeToken(text.slice(open, after - length)));
    } else if (!final && text.length - open < SPECULATE) {
      cut();
      const shown = text.slice(open).replace(/\s*`*$/, '');
      if (shown) tokens.push(codeToken(shown));
    } else {
      pos = open;
      settled = false;
    }
  }

  function run(ch: string): void {
    const start = pos;
    const after = scan(/(.)\1*/y, text, start);
    const length = after - start;
    if (isHeld(length)) {
      cut();
      return;
    }
    const [before = ''] = [...text.slice(Math.max(start - 2, 0), start)].reverse();
    const [next = ''] = text.slice(after, after + 2);
    const [canOpen, canClose] = flanking(ch, before, next);
    pos = after;
    if ((!canOpen && !canClose) || (ch === '~' && length > 2)) return;
    const token: RunToken = {
      t: 'run',
      ch,
      n: length,
      length,
      closes: [],
      opens: [],
      canOpen,
      canClose,
      at: start,
    };
    take(start, after, token);
    waiting.push(token);
    // With no bracket open, nothing can come between: match now, so that the text after it can be settled.
    if (!brackets.length) matchRuns(openers, waiting.splice(0), floors);
  }

  function openBracket(image: boolean): void {
    const inside = pos + (image ? 2 : 1);
    flush(pos);
    brackets.push({token: tokens.length, image, inside, runs: waiting.length});
    take(pos, inside, {t: 'text', s: text.slice(pos, inside)});
  }

  function closeBracket(): void {
    const bracket = brackets.pop();
    const target =
      bracket &&
      (bracket.image || brackets.length >= closedBrackets) &&
      scanTarget(text, bracket.inside, pos + 1, final, lookup);
    closedBrackets = Math.min(closedBrackets, brackets.length);
    if (!target) {
      pos++;
      return;
    }
    const {token, image, runs} = bracket;
    const url = target.url && decode(target.url);
    const title = decode(target.title);
    flush(pos);
    matchRuns([], waiting.splice(runs), {});
    const label = plainText(tokens.slice(token + 1));
    if (image && url !== undefined) {
      tokens.length = token;
      tokens.push({t: 'image', s: label, url, title});
    } else {
      // For `[text](htt`, the text is shown as a link that leads nowhere yet, and the rest is not shown.
      tokens[token] = {t: 'link', url, title, label};
      tokens.push(END);
      if (url !== undefined) closedBrackets = brackets.length;
    }
    pos = literal = target.end;
  }

  function autolink(): void {
    const link = bare && scanAutolink(text, pos, literal, brackets.length > 0);
    if (!link) {
      pos++;
      return;
    }
    // At the end of unfinished text, the address may continue, so it leads nowhere yet.
    const open = isHeld(link.limit - pos);
    if (open) settled = false;
    takeLink(link.start, link.end, text.slice(link.start, link.end), open ? undefined : link.url);
  }

  function takeLink(start: number, after: number, label: string, url: string | undefined): void {
    take(start, after, {t: 'link', url, title: '', label}, {t: 'text', s: label}, END);
  }

  function angle(): void {
    const uri = scan(URI, text, pos);
    const link = uri || scan(EMAIL, text, pos);
    if (link) {
      const label = text.slice(pos + 1, link - 1);
      takeLink(pos, link, label, uri ? label : `mailto:${label}`);
      return;
    }
    const line = scan(BREAK, text, pos);
    if (line) {
      take(pos, line, {t: 'br', s: '\n'});
      return;
    }
    const after = rawHtml();
    if (!after && !final) {
      if (/^<(?:[a-z][a-z0-9+.-]{0,31}(?:[:@][^\s<>]*| ?\/?)?)?$/i.test(text.slice(pos, pos + SPECULATE))) {
        cut();
        return;
      }
      settled &&= !/[a-z/!?]/i.test(text[pos + 1]!);
    }
    pos = after || pos + 1;
  }

  /** The position after the tag, comment or declaration here, or 0. */
  function rawHtml(): number {
    const special = SPECIAL.find(([start]) => scan(start, text, pos));
    return special ? find(special[1], pos + 2) : scanTag(text, pos); // A comment may be `<!-->`.
  }

  /** Closes, for now, what is open near the end of the text, so that half-typed marks are not seen. */
  function speculate(): void {
    let ends = 0;
    const bracket = brackets.at(-1);
    if (bracket && text.length - bracket.inside < SPECULATE && brackets.length > closedBrackets) {
      tokens[bracket.token] = {t: 'link', url: undefined, title: '', label: ''};
      ends++;
    }
    for (const each of openers.reverse()) {
      const before = text[each.at - 1] ?? '';
      // Within a word it is seldom a mark (2**3), except in scripts without spaces between words. Nor is a single `~`,
      // as in "about 5" (~5).
      const isDoubtful = /[\p{LC}\p{N}]/u.test(before);
      if (text.length - each.at > SPECULATE || isDoubtful || each.ch.repeat(each.n) === '~') continue;
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
      const stable = settled && SETTLED.exec(text.slice(start, pos));
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
      case '&':
        escaped();
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
      default:
        autolink();
    }
  }
  flush(end);
  matchRuns(openers, waiting, floors);
  if (!final) speculate();
  return {tokens, safe};
}

function codeToken(source: string): Token {
  const code = source.replaceAll('\n', ' ');
  const padded = code[0] === ' ' && code.endsWith(' ') && /[^ ]/.test(code);
  return {t: 'code', s: padded ? code.slice(1, -1) : code};
}
