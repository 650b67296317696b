import * as starts from './block-starts.ts';
import type {Kind, View, ViewContext} from './block-views.ts';
import {drawInline, drawParagraph, makeView, promote, writer} from './block-views.ts';
import type {Attributes} from './dom.ts';
import {unescapeText} from './entities.ts';
import {scanDefinition} from './link-syntax.ts';
import {scan, trim} from './scan.ts';
import {type Align, parseDelimiterRow, splitRow} from './table-syntax.ts';

/** An open block. Flat, so that a preview can copy it with a spread. */
interface Block {
  readonly kind: 'root' | Kind;
  readonly view: View;
  /** The last line that belongs to it, and the last line of its latest child (-1 without one). */
  end: number;
  childEnd: number;
  /** The text of a paragraph. For code and raw HTML, line ends that count only if another line follows. */
  text: string;
  /** Of a list item: the columns that its content is indented by. Of code: the columns to strip from each line. */
  indent: number;
  /** The marker character of a list, or the fence of fenced code. Other blocks have none. */
  sign?: string;
  /** What ends a raw HTML block; `null` means a blank line. */
  until?: RegExp | null;
  aligns?: readonly Align[];
}

/** Nesting depth of blocks. */
const MAX_DEPTH = 64;
/** Cells added to short rows, per document: otherwise two bytes could create 64 cells, again and again. */
const MAX_ADDED_CELLS = 10_000;

const LANGUAGE = /^[\w+#.-]{1,32}(?![^ \t])/;

export interface BlockParser {
  /** Consumes a whole line, without its end. */
  line(text: string): void;
  /** Draws what is known so far; `text` is the beginning of the next line. */
  preview(text: string): void;
  /** Closes everything that is open. */
  end(): void;
}

/**
 * Parses the block structure of a document, line by line. Each complete line is consumed once; an incomplete one is
 * previewed on a copy of the open blocks. What a preview draws is reused if the next pass over the same line arrives at
 * the same blocks, and is removed otherwise.
 */
export function blockParser(container: HTMLElement | DocumentFragment, context: ViewContext): BlockParser {
  const body = container as HTMLElement; // A fragment takes children just as well.
  const rootView: View = {kind: 'root', parent: undefined, root: body, body, cells: []};

  // The position in the line, in columns: a tab extends to the next multiple of four, and part of it may belong to a
  // container and the rest, as spaces, to its content.
  let column = 0;
  /** The rest of the line, how many columns of spaces and tabs it begins with, and what follows these. */
  let left = '';
  let indent = 0;
  let rest = '';

  function look(text: string): void {
    left = text;
    let to = column;
    let i = 0;
    for (; text[i] === ' ' || text[i] === '\t'; i++) to += text[i] === ' ' ? 1 : 4 - (to % 4);
    indent = to - column;
    rest = text.slice(i);
  }

  /** Skips the spaces, and `width` characters of a marker. */
  function toContent(width = 0): void {
    column += indent + width;
    look(rest.slice(width));
  }

  /** Skips up to `count` columns of spaces and tabs. */
  function skip(count: number): void {
    for (let n = Math.min(count, indent); n > 0; n--) {
      left = left.replace(/^\t/, ' '.repeat(4 - (column % 4))).slice(1);
      column++;
    }
    look(left);
  }

  let lineNumber = 0;
  let previewing = false;
  let open = [block('root', rootView, 0)];
  /** The index of the innermost open block that the line belongs to. */
  let depth = 0;
  /** In order: what the last preview drew and this pass has not reached yet, and what this pass has reached. */
  let pool: View[] = [];
  let made: View[] = [];
  /** The list that the last preview found to be loose; one line can do this to one list only. */
  let loose: View | undefined;
  let addedCells = 0;

  function pass(text: string, preview: boolean): void {
    const wasLoose = loose;
    previewing = preview;
    made = [];
    loose = undefined;
    lineNumber++;
    incorporate(text);
    removeUnused();
    if (wasLoose !== loose) wasLoose?.root.setAttribute('data-tight', '');
    if (preview) pool = made;
    else loose = undefined;
  }

  function incorporate(text: string): void {
    column = 0;
    look(text);
    for (depth = 0; depth + 1 < open.length; depth++) {
      const matched = continues(open[depth + 1]!);
      if (matched === undefined) return;
      if (!matched) break;
    }
    while (!/pre|html/.test(open[depth]!.kind)) {
      const done = start();
      if (done) return;
      if (done === undefined) break;
    }
    addText();
  }

  /** Whether an open block continues on this line; `undefined` if it uses up the whole line. */
  function continues(each: Block): boolean | undefined {
    switch (each.kind) {
      case 'ul':
      case 'ol':
        return true;
      case 'blockquote':
        if (indent > 3 || rest[0] !== '>') return false;
        each.end = lineNumber;
        toContent(1);
        skip(1);
        return true;
      case 'li':
        if (rest ? indent < each.indent : each.childEnd < 0 && each === open.at(-1)) return false;
        skip(each.indent);
        return true;
      case 'pre':
        return continuesCode(each);
      case 'html':
        return !!(rest || each.until);
      default:
        return rest !== '';
    }
  }

  function continuesCode(code: Block): boolean | undefined {
    if (!code.sign) {
      if (indent < 4 && rest) return false;
    } else if (indent < 4 && rest[0] === code.sign[0] && starts.FENCE_END.test(rest)) {
      code.end = lineNumber;
      const closes = rest.startsWith(code.sign);
      if (closes) close();
      // In a preview, the line may yet become the closing fence.
      if (closes || previewing) return undefined;
    }
    skip(code.indent);
    return true;
  }

  /**
   * Tries to start a block here: `true` if that uses up the line, `false` if more may start in the rest, `undefined` if
   * none starts.
   */
  function start(): boolean | undefined {
    const container = open[depth]!;
    const tip = open.at(-1)!;
    const inParagraph = container.kind === 'p';
    if (!rest) return undefined;
    if (indent > 3) {
      if (tip.kind === 'p') return undefined;
      skip(4);
      add('pre').indent = 4;
      return false;
    }
    if (rest[0] === '>' && hasRoom()) {
      toContent(1);
      skip(1);
      add('blockquote');
      return false;
    }
    // A preview does not draw a line that could yet become a fence, an underline, a rule or a table.
    if (previewing && starts.UNDECIDED.test(rest)) return true;
    const level = starts.HEADING.exec(rest)?.[0].length;
    if (level) {
      const text = trim(rest.slice(level));
      const {view} = add(`h${level}` as 'h1');
      drawInline(context, view, trim(text.replace(/(?:^|[ \t])#+$/, '')), !previewing);
      close();
      return true;
    }
    const fence = starts.FENCE.exec(rest)?.[0];
    if (fence) {
      const language = LANGUAGE.exec(unescapeText(trim(rest.slice(fence.length)), () => {}))?.[0];
      const code = add('pre', {'data-lang': language});
      const {view} = code;
      view.highlight = language ? context.highlight?.(view.body, language, context) : undefined;
      code.sign = fence;
      code.indent = indent;
      return true;
    }
    if (rest[0] === '<') {
      const until = starts.htmlBlockEnd(rest, tip.kind === 'p');
      if (until === undefined) return undefined;
      add('html').until = until;
      return false;
    }
    if (inParagraph && starts.UNDERLINE.test(rest) && underline(container)) return true;
    if (starts.RULE.test(rest)) {
      add('hr');
      close();
      return true;
    }
    return startItem(inParagraph) ?? (inParagraph ? startTable(container) : undefined);
  }

  /** Turns a paragraph into a heading, unless it consists of definitions alone. */
  function underline(paragraph: Block): boolean {
    define(paragraph);
    if (!trim(paragraph.text)) return false;
    paragraph.end = lineNumber;
    promote(context, paragraph.view, rest[0] === '=' ? 'h1' : 'h2');
    close();
    return true;
  }

  function startTable(paragraph: Block): true | undefined {
    const aligns = parseDelimiterRow(rest);
    if (!aligns) return undefined;
    const headAt = paragraph.text.lastIndexOf('\n') + 1;
    const head = paragraph.text.slice(headAt);
    if (splitRow(head).length !== aligns.length) return undefined;
    paragraph.text = paragraph.text.slice(0, headAt);
    const table = add('table');
    table.aligns = aligns;
    addRow(table, head, 'thead');
    return true;
  }

  function addRow(table: Block, line: string, section: 'thead' | 'tbody'): void {
    const {aligns = []} = table;
    table.end = lineNumber;
    const {body, cells} = use(section, table.view);
    const texts = splitRow(line);
    const whole = !previewing;
    const isHead = section === 'thead';
    // Missing cells are added once the row is complete.
    const count = whole ? aligns.length : Math.min(texts.length, aligns.length);
    for (let i = 0; i < count; i++) {
      if (i >= texts.length && ++addedCells > MAX_ADDED_CELLS) break;
      if (!cells[i]) {
        const cell = context.create(isHead ? 'th' : 'td', {scope: isHead && 'col', 'data-align': aligns[i]});
        body.append(cell);
        cells.push({body: cell});
      }
      drawInline(context, cells[i]!, texts[i] ?? '', whole || i < texts.length - 1);
    }
  }

  function startItem(inParagraph: boolean): false | undefined {
    const marker = starts.MARKER.exec(rest);
    if (!marker || !hasRoom()) return undefined;
    const [{length}, digits] = marker;
    const number = Number(digits ?? 1);
    const empty = !trim(rest.slice(length));
    if (inParagraph && (empty || number !== 1)) return undefined;
    const sign = rest[length - 1]!;
    const markerEnd = indent + length;
    toContent(length);
    // If the item begins with indented code, or is empty, only one space belongs to the marker.
    const padding = empty || indent > 4 ? 1 : indent;
    skip(padding);
    if (open[depth]!.sign !== sign) {
      const attributes: Attributes = {
        'data-tight': '',
        'data-wide': number > 99 && '',
        start: number !== 1 && String(number),
      };
      add(digits ? 'ol' : 'ul', attributes).sign = sign;
    }
    add('li').indent = markerEnd + padding;
    return false;
  }

  /** Adds the rest of the line as text. */
  function addText(): void {
    const text = left;
    const tip = open.at(-1)!;
    // A lazy line continues the paragraph without the markers of its containers.
    const lazy = rest && tip.kind === 'p';
    if (!lazy) unwind();
    let each = lazy ? tip : open[depth]!;
    const {kind, view, sign, until} = each;
    if (kind === 'table') addRow(each, rest, 'tbody');
    else if (kind === 'pre' && !sign && !rest) each.text += `${text}\n`;
    else if (kind === 'pre' || kind === 'html') {
      const isCode = kind === 'pre';
      view.writer ??= writer(view.body, context);
      if (previewing) view.writer.draw(rest && each.text + text);
      else view.writer.add(each.text + text + (isCode ? '\n' : ''));
      each.text = isCode ? '' : '\n';
      each.end = lineNumber;
      if (until && scan(until, text, 0)) close();
    } else if (rest) {
      if (kind !== 'p') each = add('p');
      each.text += each.end === lineNumber ? rest : `\n${rest}`;
      each.end = lineNumber;
    }
  }

  /** Closes the blocks that the line does not belong to. */
  function unwind(): void {
    while (open.length > depth + 1) close();
  }

  /** Opens a block at the current position, in the nearest open block that may contain it. */
  function add(kind: Kind, attributes?: Attributes): Block {
    unwind();
    while (!(kind === 'li' ? /[uo]l/ : /root|quote|li/).test(open.at(-1)!.kind)) close();
    const parent = open.at(-1)!;
    if (parent.childEnd >= 0 && parent.childEnd !== lineNumber - 1) {
      const list = parent.kind === 'li' ? open.at(-2)! : parent;
      if (list.sign) {
        loose = list.view;
        loose.root.removeAttribute('data-tight');
      }
    }
    const added = block(kind, use(kind, parent.view, attributes), lineNumber);
    depth = open.push(added) - 1;
    return added;
  }

  /** Reuses what the last preview drew in this place, or creates it. */
  function use(kind: Kind, parent: View, attributes?: Attributes): View {
    let view = pool[0];
    if (view?.kind === kind && view.parent === parent) pool.shift();
    else {
      removeUnused();
      view = makeView(context, parent, kind, attributes);
      if (!parent.parent) context.begin(view.root);
    }
    made.push(view);
    return view;
  }

  /** Removes what the last preview drew and this pass did not reach. */
  function removeUnused(): void {
    for (const view of pool.splice(0)) view.root.remove();
  }

  const hasRoom = (): boolean => open.length < MAX_DEPTH;

  /** Closes the innermost block. A preview closes only its copy, and draws nothing for it. */
  function close(): void {
    const each = open.pop()!;
    each.view.writer?.draw();
    if (!previewing) each.view.highlight?.(true);
    if (each.kind === 'p' && !previewing) {
      define(each);
      // With definitions alone there is nothing to show, though they count as a block of their container.
      if (trim(each.text)) drawParagraph(context, each.view, each.text, true);
      else {
        promote(context, each.view, 'p'); // Its item is no longer a task.
        each.view.root.remove();
      }
    }
    const parent = open.at(-1)!;
    parent.childEnd = Math.max(parent.childEnd, each.end, each.childEnd);
  }

  /** Moves the definitions at the beginning of a paragraph to the document's references. */
  function define(paragraph: Block): void {
    for (;;) {
      const found = scanDefinition(paragraph.text);
      if (!found) return;
      context.references.define(found);
      paragraph.text = paragraph.text.slice(found.end);
      paragraph.view.cut = true;
    }
  }

  function drawTip(): void {
    const {kind, view, text} = open.at(-1)!;
    view.writer?.draw();
    view.highlight?.(false);
    if (kind === 'p') drawParagraph(context, view, text, false);
  }

  return {
    line(text) {
      pass(text, false);
    },

    preview(text) {
      const saved = open;
      if (/[^ \t]/.test(text)) {
        open = saved.map(each => ({...each}));
        pass(text, true);
        drawTip();
        lineNumber--;
        const shown = open.at(-1)!.view;
        open = saved;
        if (saved.at(-1)!.view === shown) return;
      }
      drawTip();
    },

    end() {
      removeUnused();
      depth = 0;
      unwind();
      context.begin();
    },
  };
}

function block(kind: Block['kind'], view: View, line: number): Block {
  return {kind, view, end: line, childEnd: -1, text: '', indent: 0};
}
