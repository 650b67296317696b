import {type Formula, scanFormula} from './math-syntax.ts';

/** Enclose the number of a formula. They are replaced if they occur in the text itself. */
const [OPEN, CLOSE] = ['\ue000', '\ue001'];

/** The number in a formula's placeholder. */
export const formulaNumber = (text: string): number | undefined => {
  const digits = /^\ue000(\d+)\ue001$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
};

/** What may precede a fence in its line: spaces, and the markers of containers. */
const PREFIX = '(?:[ \\t>]|[-+*][ \\t]|\\d{1,9}[.)][ \\t])*';
const FENCE = new RegExp(`^${PREFIX}(\`{3,}(?![^\\n]*\`)|~{3,})`);
const MAYBE_FENCE = new RegExp(
  `^${PREFIX}(?:[-+*]|\\d{1,9}[.)]?|#{1,6}|\`{1,2}|\`{3,}[^\`\\n]*|~+[^\\n]*)?$`,
);

/**
 * Raw HTML as models write it: everything up to an empty line is text. In other HTML blocks, the placeholders of
 * formulas become their source again once the block is over (`withMath`).
 */
const HTML = new RegExp(
  `^${PREFIX}</?(?:blockquote|center|details|div|fig\\w+|h\\d|li|ol|p|section|summary|t(?:able|body|d|h|head|r)|ul)(?![\\w-])`,
  'i',
);
const MAYBE_HTML = new RegExp(`^${PREFIX}</?(?:[a-z]\\w{0,9})?$`, 'i');

/** The beginning of a block, where unclosed backticks before it turn out not to be code. */
const BLOCK = /^[ \t>]*(?:[-+*]|\d{1,9}[.)]|#{1,6})[ \t]/;

const QUOTES = /^(?:[ \t]*>)*/;
/** The marker of an item, up to where its text begins. */
const ITEM = / *(?:[-+*]|\d{1,9}[.)])(?: {1,4}(?=\S)|$)/y;

export interface MathFilter {
  push(text: string): void;
  /** Emits what was held back. */
  end(): void;
}

/**
 * Takes the formulas out of streaming Markdown before it is parsed: their characters are not Markdown's marks, and
 * their lines not its lists. Each is replaced by a code span with the number that `onFormula` returned. Text that may
 * yet be a formula is held back. Code is left alone.
 */
export function mathFilter(
  emit: (text: string) => void,
  onFormula: (formula: Formula) => number,
): MathFilter {
  /** Text not emitted yet, after up to two characters that were. */
  let text = '';
  let at = 0;
  let lineStart = true;
  let quoted = false;
  let html = false;
  /** The fence of the code block, or the backticks of the code span, that the text is in. */
  let fence: string | undefined;
  let ticks = '';
  /**
   * The columns where the content begins of the list items that the line may be in. For the open fence: how deep it is
   * quoted, and the column where its item's content begins.
   */
  let items: number[] = [];
  let [depth, column] = [0, 0];
  let last = '';

  function out(piece: string): void {
    if (!piece) return;
    last = piece.at(-1)!;
    emit(piece);
  }

  /** Emits everything before `to`. */
  function pass(to: number): void {
    out(text.slice(at, to));
    at = to;
  }

  /** Ends an open fence if the line is outside its quotation or item; otherwise finds the items that the line is in. */
  function place(line: string): void {
    const [quotes] = QUOTES.exec(line)!;
    const quoted = quotes.split('>').length - 1;
    const text = line
      .slice(quotes.length)
      .replace(/^[ \t]/, quoted ? '' : '$&')
      .replaceAll('\t', '    ');
    const indent = text.search(/[^ \r]/); // Other whitespace is text.
    if (fence && (quoted < depth || (indent >= 0 && indent < column))) fence = undefined;
    if (fence || indent < 0) return;
    items = items.filter(each => each <= indent);
    ITEM.lastIndex = 0;
    while (ITEM.test(text)) items.push(ITEM.lastIndex);
    [depth, column] = [quoted, items.at(-1) ?? 0];
  }

  /** Handles the beginning of a line. Returns whether it is known yet what it is. */
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

  /** Advances by one step. Returns whether there was one. */
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
        // Otherwise two runs of backticks would become one.
        out(`${last === '`' ? '\u2060' : ''}\`${OPEN}${onFormula({...formula, source})}${CLOSE}\``);
        at = formula.end;
      } else pass(at + (c === '\\' ? 2 : 1));
    }
    return true;
  }

  function go(final: boolean): void {
    while (step(final)) {
      // Each step emits something, or finds out what a line is.
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
