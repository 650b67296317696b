import {type Formula, scanFormula} from './math-syntax.ts';

/** Around the number of a formula; text that has them itself loses them. */
const [OPEN, CLOSE] = ['\ue000', '\ue001'];

/** The number in what stands for a formula. */
export const formulaNumber = (text: string): number | undefined => {
  const digits = /^\ue000(\d+)\ue001$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
};

/** What may stand before a fence in its line: spaces, and the marks of containers. */
const PREFIX = '(?:[ \\t>]|[-+*][ \\t]|\\d{1,9}[.)][ \\t])*';
const FENCE = new RegExp(`^${PREFIX}(\`{3,}(?![^\\n]*\`)|~{3,})`);
const MAYBE_FENCE = new RegExp(
  `^${PREFIX}(?:[-+*]|\\d{1,9}[.)]?|#{1,6}|\`{1,2}|\`{3,}[^\`\\n]*|~+[^\\n]*)?$`,
);

/** Raw HTML as models write it: up to an empty line it is text. Others show what they have in their blocks, too, once these are over. */
const HTML = new RegExp(
  `^${PREFIX}</?(?:blockquote|center|details|div|fig\\w+|h\\d|li|ol|p|section|summary|t(?:able|body|d|h|head|r)|ul)(?![\\w-])`,
  'i',
);
const MAYBE_HTML = new RegExp(`^${PREFIX}</?(?:[a-z]\\w{0,9})?$`, 'i');

/** What begins a block, where code that was not closed is none. */
const BLOCK = /^[ \t>]*(?:[-+*]|\d{1,9}[.)]|#{1,6})[ \t]/;

const QUOTES = /^(?:[ \t]*>)*/;
/** The marker of an item, up to where its text begins. */
const ITEM = / *(?:[-+*]|\d{1,9}[.)])(?: {1,4}(?=\S)|$)/y;

export interface MathFilter {
  push(text: string): void;
  /** Lets out what was held. */
  end(): void;
}

/**
 * Takes the formulas out of Markdown that streams, before it is parsed: their signs are no Markdown, and their lines no
 * lists. In the place of each comes a span of code with its number, which `onFormula` gave out. Text that may yet be one
 * is held. Code is left alone.
 */
export function mathFilter(
  emit: (text: string) => void,
  onFormula: (formula: Formula) => number,
): MathFilter {
  /** Not let out yet, after up to two characters that were. */
  let text = '';
  let at = 0;
  let lineStart = true;
  let quoted = false;
  let html = false;
  /** The fence that the text is in, or the backticks of a span. */
  let fence: string | undefined;
  let ticks = '';
  /** Where the texts of the items begin that the line may stand in; and of the fence, how deep it is quoted and where its item's does. */
  let items: number[] = [];
  let [depth, column] = [0, 0];
  let last = '';

  function out(piece: string): void {
    if (!piece) return;
    last = piece.at(-1)!;
    emit(piece);
  }

  /** Lets out everything before `to`. */
  function pass(to: number): void {
    out(text.slice(at, to));
    at = to;
  }

  /** Ends an open fence in front of a line that is not in its quotation or item; else finds the items that the line is in. */
  function place(line: string): void {
    const [quotes] = QUOTES.exec(line)!;
    const quoted = quotes.split('>').length - 1;
    const text = line
      .slice(quotes.length)
      .replace(/^[ \t]/, quoted ? '' : '$&')
      .replaceAll('\t', '    ');
    const indent = text.search(/[^ \r]/); // Other spaces are text.
    if (fence && (quoted < depth || (indent >= 0 && indent < column))) fence = undefined;
    if (fence || indent < 0) return;
    items = items.filter(each => each <= indent);
    ITEM.lastIndex = 0;
    while (ITEM.test(text)) items.push(ITEM.lastIndex);
    [depth, column] = [quoted, items.at(-1) ?? 0];
  }

  /** Whether the beginning of a line is known for what it is. */
  function startLine(final: boolean): boolean {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? undefined : end);
    if (end < 0 && !final && (MAYBE_FENCE.test(line) || MAYBE_HTML.test(line))) return false;
    place(line);
    const found = html ? undefined : FENCE.exec(line)?.[1];
    html = !fence && !/^[ \t>]*$/.test(line) && (html || HTML.test(line));
    if (html || fence || found) {
      const closes =
        fence && found?.startsWith(fence) && /^[`~]*[ \t]*$/.test(line.slice(line.indexOf(found)));
      fence = closes ? undefined : (fence ?? found);
      ticks = '';
      pass(end < 0 ? text.length : end + 1);
      lineStart = end >= 0;
      return true;
    }
    if ((!line.trim() && end >= 0) || BLOCK.test(line)) ticks = '';
    quoted = /^[ \t]*>/.test(line);
    lineStart = false;
    return true;
  }

  /** Goes on by a step; whether there was one. */
  function step(final: boolean): boolean {
    if (at >= text.length) return false;
    if (lineStart) return startLine(final);
    if (html || fence) {
      const end = text.indexOf('\n', at);
      pass(end < 0 ? text.length : end + 1);
      lineStart = end >= 0;
      return true;
    }
    const plain = /[^\n`$\\]*/y;
    plain.lastIndex = at;
    const to = at + plain.exec(text)![0].length;
    if (to > at) {
      pass(to);
      return true;
    }
    const c = text[at]!;
    if (c === '\n') {
      pass(at + 1);
      lineStart = true;
    } else if (c === '`') {
      const run = /`+/y;
      run.lastIndex = at;
      const [found] = run.exec(text)!;
      if (at + found.length === text.length && !final) return false;
      if (!ticks) ticks = found;
      else if (ticks === found) ticks = '';
      pass(at + found.length);
    } else if (ticks) pass(at + 1);
    else {
      if (c === '\\' && at + 1 === text.length && !final) return false;
      const formula = scanFormula(text, at, final);
      if (formula === 'held') return false;
      if (formula) {
        const source = (
          quoted ? `\n${formula.source}`.replace(/\n[ \t]*>[ \t]?/g, '\n') : formula.source
        ).trim();
        // Two runs of backticks would be one.
        out(`${last === '`' ? '\u2060' : ''}\`${OPEN}${onFormula({...formula, source})}${CLOSE}\``);
        at = formula.end;
      } else pass(at + (c === '\\' ? 2 : 1));
    }
    return true;
  }

  function go(final: boolean): void {
    while (step(final)) {
      // Each has let something out, or found out what a line is.
    }
    const kept = Math.max(0, at - 2);
    text = text.slice(kept);
    at -= kept;
  }

  return {
    push(more) {
      text += more.replace(/[\ue000\ue001]/g, '\ufffd');
      go(false);
    },
    end: () => go(true),
  };
}
