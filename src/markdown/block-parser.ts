import * as starts from './block-starts.ts';
import type {Shape, View, ViewContext} from './block-views.ts';
import * as views from './block-views.ts';
import type {Attributes, Tag} from './dom.ts';
import {unescapeText} from './entities.ts';
import {mayBeDefinition, scanDefinition} from './link-syntax.ts';
import {scan} from './scan.ts';
import {type Align, parseDelimiterRow, splitRow} from './table-syntax.ts';

type Kind = 'root' | 'quote' | 'list' | 'item' | 'paragraph' | 'leaf' | 'code' | 'html' | 'table';

/** A block that is open. Flat, so that a copy for a preview is a spread. */
interface Block {
  readonly kind: Kind;
  readonly view: View;
  /** The last line that belongs to it, and the last of its latest child (-1 without one). */
  end: number;
  childEnd: number;
  /** Of a paragraph. Of code and raw HTML, what comes before the next line: line ends that count only with it. */
  text: string;
  /** Of an item: the columns its content is indented by. Of code: the columns that are no part of it. */
  indent: number;
  /** Of a list: its sign. Of fenced code: its fence. */
  sign: string;
  /** Of a raw HTML block: what ends it, `null` for a blank line. */
  until: RegExp | null;
  aligns: readonly Align[];
}

const MAX_DEPTH = 32;
/** UTF-16 units of a task's text that name its checkbox. */
const MAX_NAME = 200;
/** Cells that rows lack are added up to this many a document: two bytes must not make 64 of them for ever. */
const MAX_ADDED_CELLS = 10_000;

export interface BlockParser {
  /** Consumes a whole line, without its end. */
  line(text: string): void;
  /** Draws what is known so far, `text` being the beginning of the next line. */
  preview(text: string): void;
  /** Closes everything that is open. */
  end(): void;
}

/**
 * The block structure of a document, a line at a time. Each whole line is consumed once; the line that is not
 * whole is previewed on a copy of the open path. What a preview draws is used again by the next look at the
 * same line when it comes to the same blocks, and is removed when not.
 */
export function blockParser(rootView: View, context: ViewContext): BlockParser {
  // The place in the line, in columns: tabs stop at every fourth one, and part of a tab may belong to a container and
  // the rest, as spaces, to its content.
  let column = 0;
  /** What is left of the line, how many columns of spaces and tabs it begins with, and what follows these. */
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

  /** Goes past the spaces, and `width` characters of a marker. */
  function toContent(width = 0): void {
    column += indent + width;
    look(rest.slice(width));
  }

  /** Skips up to `count` columns of spaces and tabs. */
  function skip(count: number): void {
    let text = left;
    for (let n = Math.min(count, indent); n > 0; n--) {
      if (text[0] === '\t') text = ' '.repeat(4 - (column % 4)) + text.slice(1);
      text = text.slice(1);
      column++;
    }
    look(text);
  }

  let lineNumber = 0;
  let previewing = false;
  let open = [block('root', rootView, 0)];
  /** What the last preview drew and this pass has not come to, in order; and what this pass came to. */
  let pool: View[] = [];
  let made: View[] = [];
  /** Lists that the last preview found loose. */
  let loose = new Set<View>();
  let addedCells = 0;

  function pass(text: string, preview: boolean): void {
    const wasLoose = loose;
    previewing = preview;
    made = [];
    loose = new Set();
    lineNumber++;
    incorporate(text);
    removeUnused();
    for (const list of wasLoose) {
      if (!loose.has(list)) (list.root as HTMLElement).setAttribute('data-tight', '');
    }
    if (preview) pool = made;
    else loose.clear();
  }

  function incorporate(text: string): void {
    column = 0;
    look(text);
    let depth = 0;
    while (depth + 1 < open.length) {
      const matched = continues(depth + 1);
      if (matched === undefined) return;
      if (!matched) break;
      depth++;
    }
    while (!/code|html/.test(open[depth]!.kind)) {
      const done = start(depth);
      if (done) return;
      if (done === undefined) break;
      depth = open.length - 1;
    }
    addText(depth);
  }

  /** Whether the open block at `depth` goes on in this line; nothing when the line is used up by it. */
  function continues(depth: number): boolean | undefined {
    const each = open[depth]!;
    switch (each.kind) {
      case 'list':
        return true;
      case 'quote':
        if (indent > 3 || rest[0] !== '>') return false;
        each.end = lineNumber;
        toContent(1);
        skip(1);
        return true;
      case 'item':
        if (!rest) {
          if (each.childEnd < 0 && open.length - 1 === depth) return false;
          toContent();
        } else {
          if (indent < each.indent) return false;
          skip(each.indent);
        }
        return true;
      case 'code':
        return continuesCode(each);
      case 'html':
        return rest !== '' || each.until !== null;
      case 'paragraph':
      case 'table':
        return rest !== '';
      default:
        return false;
    }
  }

  function continuesCode(code: Block): boolean | undefined {
    if (!code.sign) {
      if (indent < 4 && rest) return false;
    } else if (indent < 4 && rest[0] === code.sign[0]) {
      const fence = starts.FENCE_END.exec(rest)?.[0] ?? '';
      if (fence.length >= code.sign.length) {
        code.end = lineNumber;
        if (!previewing) close();
        return undefined;
      }
      // It may become the closing fence.
      if (previewing && /^(?:`+|~+)[ \t]*$/.test(rest)) return undefined;
    }
    skip(code.indent);
    return true;
  }

  /** Tries to begin blocks below `depth`: whether the line is used up by them; nothing when there are none. */
  function start(depth: number): boolean | undefined {
    const container = open[depth]!;
    const tip = open.at(-1)!;
    const inParagraph = container.kind === 'paragraph';
    if (!rest) return undefined;
    if (indent > 3) {
      if (tip.kind === 'paragraph' || container.kind === 'table') return undefined;
      skip(4);
      add('code', '', () => views.makeCode(context, ''), depth).indent = 4;
      return false;
    }
    if (!starts.MAY_START.test(rest)) return undefined;
    if (rest[0] === '>' && hasRoom()) {
      toContent(1);
      skip(1);
      addBlock('quote', 'blockquote', depth);
      return false;
    }
    if (previewing && starts.UNDECIDED.test(rest)) return true;
    const level = starts.HEADING.exec(rest)?.[0].length;
    if (level) {
      const tag = `h${level}` as 'h1';
      const {view} = add('leaf', tag, parent => views.makeInline(context, parent, tag), depth);
      const text = rest.slice(level).trim();
      view.inline!.update(text.replace(/(?:^|[ \t])#+$/, '').trimEnd(), !previewing);
      close();
      return true;
    }
    const fence = starts.FENCE.exec(rest)?.[0];
    if (fence) {
      const info = unescapeText(rest.slice(fence.length).trim());
      const code = add('code', info, () => views.makeCode(context, info), depth);
      code.sign = fence;
      code.indent = indent;
      return true;
    }
    if (rest[0] === '<') {
      const until = starts.htmlBlockEnd(rest, tip.kind === 'paragraph');
      if (until === undefined) return undefined;
      add('html', '', parent => views.makeHtml(context, parent), depth).until = until;
      return false;
    }
    if (inParagraph && starts.UNDERLINE.test(rest) && underline(container, rest[0] === '=' ? 'h1' : 'h2')) {
      return true;
    }
    if (starts.RULE.test(rest)) {
      addBlock('leaf', 'hr', depth);
      close();
      return true;
    }
    return (inParagraph && startTable(container, rest)) || startItem(depth, rest, inParagraph);
  }

  /** Makes a heading of a paragraph, unless it is nothing but definitions. */
  function underline(paragraph: Block, tag: 'h1' | 'h2'): boolean {
    paragraph.text = define(paragraph.text);
    if (!paragraph.text.trim()) return false;
    paragraph.end = lineNumber;
    if (!previewing) {
      views.promote(context, paragraph.view, tag);
      close();
    }
    return true;
  }

  function startTable(paragraph: Block, rest: string): boolean {
    const aligns = previewing ? undefined : parseDelimiterRow(rest);
    const headAt = paragraph.text.lastIndexOf('\n') + 1;
    const head = paragraph.text.slice(headAt);
    if (!aligns || splitRow(head).length !== aligns.length) return false;
    paragraph.text = paragraph.text.slice(0, headAt);
    const table = add('table', '', parent => views.makeTable(context, parent));
    table.aligns = aligns;
    addRow(table, head, true);
    return true;
  }

  function addRow(table: Block, line: string, head: boolean): void {
    const {aligns} = table;
    table.end = lineNumber;
    const row = use(head ? 'head' : 'row', table.view, parent => views.makeRow(context, parent, head));
    const texts = splitRow(line);
    const whole = !previewing;
    // What a row lacks is added when it is whole.
    const count = whole ? aligns.length : Math.min(texts.length, aligns.length);
    for (let i = 0; i < count; i++) {
      if (i >= texts.length && ++addedCells > MAX_ADDED_CELLS) break;
      const cell = row.cells![i] ?? views.makeCell(context, row, head, aligns[i]);
      cell.update(texts[i] ?? '', whole || i < texts.length - 1);
    }
  }

  function startItem(depth: number, rest: string, inParagraph: boolean): false | undefined {
    const marker = starts.MARKER.exec(rest);
    if (!marker || !hasRoom()) return undefined;
    const [{length}, digits] = marker;
    const number = Number(digits ?? 1);
    const empty = !rest.slice(length).trim();
    if (inParagraph && (empty || number !== 1)) return undefined;
    const markerEnd = indent + length;
    toContent(length);
    // With code in the item, or nothing, only one space belongs to the marker.
    const padding = empty || indent > 4 ? 1 : indent;
    skip(padding);
    unwind(depth);
    const sign = rest[length - 1]!;
    const {kind, sign: lastSign} = open[depth]!;
    if (kind !== 'list' || lastSign !== sign) {
      const attributes = {'data-tight': '', ...(number !== 1 && {start: String(number)})};
      addBlock('list', digits ? 'ol' : 'ul', depth, sign + number, attributes).sign = sign;
    }
    addBlock('item', 'li').indent = markerEnd + padding;
    return false;
  }

  /** What is left of the line is text. */
  function addText(depth: number): void {
    const text = left;
    const tip = open.at(-1)!;
    // A lazy line goes on with the paragraph though its containers were not marked.
    const lazy = rest && tip.kind === 'paragraph';
    if (!lazy) unwind(depth);
    let each = lazy ? tip : open[depth]!;
    const {kind, sign, until} = each;
    if (kind === 'table') addRow(each, rest, false);
    else if (kind === 'code' && !sign && !rest) each.text += `${text}\n`;
    else if (kind === 'code' || kind === 'html') {
      const isCode = kind === 'code';
      each.view.write!(each.text + text + (isCode && !previewing ? '\n' : ''), !previewing);
      each.text = isCode ? '' : '\n';
      each.end = lineNumber;
      if (until && scan(until, text, 0) && !previewing) close();
    } else if (rest) {
      if (kind !== 'paragraph') each = add('paragraph', '', parent => views.makeInline(context, parent, 'p'));
      each.text += each.end === lineNumber ? rest : `\n${rest}`;
      each.end = lineNumber;
    }
  }

  /** Closes the blocks below `depth`. */
  function unwind(depth: number): void {
    while (open.length > depth + 1) close();
  }

  /** Opens a block below `depth`, in the nearest block that may have it. */
  function add(kind: Kind, key: string, make: (parent: View) => Shape, depth = open.length): Block {
    unwind(depth);
    let parent = open.at(-1)!;
    while (!(kind === 'item' ? /list/ : /root|quote|item/).test(parent.kind)) {
      close();
      parent = open.at(-1)!;
    }
    if (parent.childEnd >= 0 && parent.childEnd !== lineNumber - 1) {
      const list = parent.kind === 'item' ? open.at(-2)! : parent;
      if (list.kind === 'list') {
        loose.add(list.view);
        (list.view.root as HTMLElement).removeAttribute('data-tight');
      }
    }
    const added = block(kind, use(kind + key, parent.view, make), lineNumber);
    open.push(added);
    return added;
  }

  function addBlock(kind: Kind, tag: Tag, depth?: number, key = '', attributes?: Attributes): Block {
    return add(kind, key, parent => views.makeBlock(context, parent, tag, attributes), depth);
  }

  /** Takes what the last preview drew in this place, or makes it. */
  function use(key: string, parent: View, make: (parent: View) => Shape): View {
    let view = pool[0];
    if (view?.key === key && view.parent === parent) pool.shift();
    else {
      removeUnused();
      view = {...make(parent), key, parent};
      if (!view.root.parentNode) parent.body.appendChild(view.root);
      if (!parent.parent) context.begin(view.root as HTMLElement);
    }
    made.push(view);
    return view;
  }

  /** Removes what the last preview drew and the line did not come to. */
  function removeUnused(): void {
    for (const view of pool.splice(0)) {
      const root = view.root as HTMLElement;
      const section = root.parentElement;
      root.remove();
      if (section?.localName === 'tbody' && !section.firstChild) section.remove();
    }
  }

  const hasRoom = (): boolean => open.filter(({kind}) => /quote|item/.test(kind)).length < MAX_DEPTH;

  /** Closes the innermost block. A preview closes only its copy, and draws nothing for it. */
  function close(): void {
    const each = open.pop()!;
    if (each.kind === 'paragraph' && !previewing) {
      each.text = define(each.text);
      // Definitions alone leave nothing to see, though they count as a block of their container.
      if (each.text.trim()) drawParagraph(each, true);
      else (each.view.root as HTMLElement).remove();
    }
    const parent = open.at(-1)!;
    parent.childEnd = Math.max(parent.childEnd, each.end, each.childEnd);
  }

  /** Takes the definitions off the beginning of a paragraph. */
  function define(text: string): string {
    let at = 0;
    while (text[at] === '[') {
      const found = scanDefinition(text, at);
      if (!found) break;
      if (!previewing) context.references.define(found.label, found);
      at = found.end;
    }
    return text.slice(at);
  }

  function drawTip(): void {
    const tip = open.at(-1)!;
    if (tip.kind === 'paragraph') drawParagraph(tip, false);
  }

  function drawParagraph({view, text: whole}: Block, final: boolean): void {
    const root = view.root as HTMLElement;
    const inItem = view.parent!.key === 'item';
    let text = whole.trimEnd();
    if (!final && isUndecided(text, inItem)) {
      root.hidden = true;
      return;
    }
    if (inItem && !root.previousSibling && /^\[[ xX]\][ \t]+\S/.test(text)) {
      if (!view.checkbox) views.makeTask(context, view, text[1] !== ' ');
      text = text.slice(3);
    }
    view.inline!.update(text, final);
    if (view.checkbox && (final || !view.checkbox.hasAttribute('aria-label'))) {
      view.checkbox.setAttribute('aria-label', root.textContent.trim().slice(0, MAX_NAME));
    }
    const empty = !final && !root.firstChild;
    if (root.hidden !== empty) root.hidden = empty;
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
      unwind(0);
      context.begin();
    },
  };
}

/** Whether a paragraph may yet become a table, definitions or a task, which its own marks would flash before. */
function isUndecided(text: string, inItem: boolean): boolean {
  if (text[0] === '|') return !text.includes('\n');
  if (text[0] !== '[') return false;
  return (inItem && /^\[[ xX]?\]?$/.test(text)) || mayBeDefinition(text);
}

function block(kind: Kind, view: View, line: number): Block {
  return {kind, view, end: line, childEnd: -1, text: '', indent: 0, sign: '', until: null, aligns: []};
}
