import * as starts from './block-starts.ts';
import type {BlockViews, Shape, View} from './block-views.ts';
import {unescapeText} from './entities.ts';
import {LineCursor} from './line-cursor.ts';
import {mayBeDefinition, scanDefinition} from './link-syntax.ts';
import type {References} from './references.ts';
import {type Align, parseDelimiterRow, splitRow} from './table-syntax.ts';

type Kind = 'root' | 'quote' | 'list' | 'item' | 'paragraph' | 'leaf' | 'code' | 'html' | 'table';

/** A block that is open. Flat, so that a copy for a preview is a spread. */
interface Block {
  readonly kind: Kind;
  readonly view: View;
  /** The last line that belongs to it, and the last of its latest child (-1 without one). */
  end: number;
  childEnd: number;
  /** Of a paragraph. */
  text: string;
  /** Blank lines in indented code that count only when code follows. */
  blanks: string;
  /** Of an item: the columns its content is indented by. */
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

/**
 * The block structure of a document, a line at a time. Each whole line is consumed once; the line that is not
 * whole is previewed on a copy of the open path. What a preview draws is used again by the next look at the
 * same line when it comes to the same blocks, and is removed when not.
 */
export class BlockParser {
  readonly #views: BlockViews;
  readonly #references: References;
  readonly #cursor = new LineCursor();
  #open: Block[];
  #lineNumber = 0;
  #preview = false;
  /** Drawn by the last preview, in order, and how many were used again. */
  #pool: View[] = [];
  #reused = 0;
  #made: View[] = [];
  /** Lists that the last preview found loose. */
  #loose = new Set<View>();
  #loosened = new Set<View>();
  #addedCells = 0;

  constructor(root: View, views: BlockViews, references: References) {
    this.#views = views;
    this.#references = references;
    this.#open = [block('root', root, 0)];
  }

  /** Consumes a whole line, without its end. */
  line(text: string): void {
    this.#pass(text, false);
  }

  /** Draws what is known so far, `text` being the beginning of the next line. */
  preview(text: string): void {
    const saved = this.#open;
    if (/[^ \t]/.test(text)) {
      this.#open = saved.map(each => ({...each}));
      this.#pass(text, true);
      this.#drawTip();
      this.#lineNumber--;
      const shown = this.#open.at(-1)!.view;
      this.#open = saved;
      if (saved.at(-1)!.view === shown) return;
    }
    this.#drawTip();
  }

  /** Closes everything that is open. */
  end(): void {
    this.#removeUnused();
    while (this.#open.length > 1) this.#close();
    this.#views.begin();
  }

  #pass(text: string, preview: boolean): void {
    this.#preview = preview;
    this.#reused = 0;
    this.#made = [];
    this.#loosened = new Set();
    this.#lineNumber++;
    this.#incorporate(text);
    this.#removeUnused();
    for (const list of this.#loose) {
      if (!this.#loosened.has(list)) (list.root as HTMLElement).setAttribute('data-tight', '');
    }
    if (preview) this.#pool = this.#made;
    this.#loose = preview ? this.#loosened : new Set();
  }

  #incorporate(text: string): void {
    const cursor = this.#cursor;
    cursor.reset(text);
    let depth = 0;
    while (depth + 1 < this.#open.length) {
      const matched = this.#continues(depth + 1);
      if (matched === undefined) return;
      if (!matched) break;
      depth++;
    }
    cursor.look();
    while (!acceptsLines(this.#open[depth]!)) {
      cursor.look();
      const started = this.#start(depth);
      if (started === 'held' || started === 'done') return;
      if (started === 'none') break;
      depth = this.#open.length - 1;
    }
    this.#addText(depth);
  }

  /** Whether the open block at `depth` goes on in this line; nothing when the line is used up by it. */
  #continues(depth: number): boolean | undefined {
    const each = this.#open[depth]!;
    const cursor = this.#cursor;
    cursor.look();
    switch (each.kind) {
      case 'list':
        return true;
      case 'quote':
        if (cursor.indented || cursor.line[cursor.nextOffset] !== '>') return false;
        cursor.toContent(1);
        cursor.skipSpace();
        each.end = this.#lineNumber;
        return true;
      case 'item':
        if (cursor.blank) {
          if (each.childEnd < 0 && this.#open.length - 1 === depth) return false;
          cursor.toContent();
          return true;
        }
        if (cursor.indent < each.indent) return false;
        cursor.advanceColumns(each.indent);
        return true;
      case 'code':
        return each.sign ? this.#continuesFence(each) : this.#continuesIndented();
      case 'html':
        return !(cursor.blank && each.until === null);
      case 'paragraph':
      case 'table':
        return !cursor.blank;
      default:
        return false;
    }
  }

  #continuesFence(code: Block): boolean | undefined {
    const cursor = this.#cursor;
    if (!cursor.indented && cursor.line[cursor.nextOffset] === code.sign[0]) {
      const {rest} = cursor;
      const fence = starts.FENCE_END.exec(rest)?.[0] ?? '';
      if (fence.length >= code.sign.length) {
        code.end = this.#lineNumber;
        if (!this.#preview) this.#close();
        return undefined;
      }
      // It may become the closing fence.
      if (this.#preview && /^(?:`+|~+)[ \t]*$/.test(rest)) return undefined;
    }
    for (let i = code.indent; i > 0 && cursor.atSpace(); i--) cursor.advanceColumns(1);
    return true;
  }

  #continuesIndented(): boolean {
    const cursor = this.#cursor;
    if (cursor.indented) cursor.advanceColumns(4);
    else if (cursor.blank) cursor.toContent();
    else return false;
    return true;
  }

  /** Tries to begin blocks below `depth`. */
  #start(depth: number): 'none' | 'started' | 'done' | 'held' {
    const cursor = this.#cursor;
    const container = this.#open[depth]!;
    if (cursor.blank) return 'none';
    if (cursor.indented) {
      const tip = this.#open.at(-1)!.kind;
      if (tip === 'paragraph' || container.kind === 'table') return 'none';
      this.#unwind(depth);
      cursor.advanceColumns(4);
      this.#add('code', '', () => this.#views.code(''));
      return 'started';
    }
    const {rest} = cursor;
    if (!starts.MAY_START.test(rest)) return 'none';
    if (rest[0] === '>' && this.#depth() < MAX_DEPTH) {
      this.#unwind(depth);
      cursor.toContent(1);
      cursor.skipSpace();
      this.#add('quote', '', parent => this.#views.block(parent, 'blockquote'));
      return 'started';
    }
    if (this.#preview && starts.UNDECIDED.test(rest)) return 'held';
    const inParagraph = container.kind === 'paragraph';
    return this.#startLeaf(depth, rest, container) ?? this.#startItem(depth, rest, inParagraph);
  }

  #startLeaf(depth: number, rest: string, container: Block): 'started' | 'done' | undefined {
    const cursor = this.#cursor;
    const heading = starts.parseHeading(rest);
    if (heading) {
      const tag = `h${heading.level}` as 'h1';
      this.#unwind(depth);
      const {view} = this.#add('leaf', tag, parent => this.#views.inline(parent, tag));
      view.inline!.update(heading.text, !this.#preview);
      return this.#closeLeaf();
    }
    const fence = starts.FENCE.exec(rest)?.[0];
    if (fence) {
      this.#unwind(depth);
      const info = unescapeText(rest.slice(fence.length).trim());
      const code = this.#add('code', info, () => this.#views.code(info));
      code.sign = fence;
      code.indent = cursor.indent;
      return 'done';
    }
    if (rest[0] === '<') {
      const until = starts.htmlBlockEnd(rest, this.#open.at(-1)!.kind === 'paragraph');
      if (until === undefined) return undefined;
      this.#unwind(depth);
      this.#add('html', '', parent => this.#views.html(parent)).until = until;
      return 'started';
    }
    if (container.kind === 'paragraph') {
      if (starts.UNDERLINE.test(rest) && this.#underline(container, rest[0] === '=' ? 1 : 2)) return 'done';
    }
    if (starts.RULE.test(rest)) {
      this.#unwind(depth);
      this.#add('leaf', 'hr', parent => this.#views.block(parent, 'hr'));
      return this.#closeLeaf();
    }
    return container.kind === 'paragraph' && this.#startTable(container, rest) ? 'done' : undefined;
  }

  #closeLeaf(): 'done' {
    this.#close();
    return 'done';
  }

  /** Makes a heading of a paragraph, unless it is nothing but definitions. */
  #underline(paragraph: Block, level: number): boolean {
    const text = this.#define(paragraph.text);
    paragraph.text = text;
    if (!text.trim()) return false;
    paragraph.end = this.#lineNumber;
    if (this.#preview) return true;
    this.#views.promote(paragraph.view, level);
    this.#close();
    return true;
  }

  #startTable(paragraph: Block, rest: string): boolean {
    const aligns = this.#preview ? undefined : parseDelimiterRow(rest);
    if (!aligns) return false;
    const headAt = paragraph.text.lastIndexOf('\n') + 1;
    const head = paragraph.text.slice(headAt);
    if (splitRow(head).length !== aligns.length) return false;
    paragraph.text = paragraph.text.slice(0, headAt);
    this.#close();
    const table = this.#add('table', '', parent => this.#views.table(parent));
    table.aligns = aligns;
    this.#row(table, head, true);
    return true;
  }

  #row(table: Block, line: string, head: boolean): void {
    table.end = this.#lineNumber;
    const row = this.#view(head ? 'head' : 'row', table.view, parent => this.#views.row(parent, head));
    const texts = splitRow(line);
    const whole = !this.#preview;
    // What a row lacks is added when it is whole.
    const count = whole ? table.aligns.length : Math.min(texts.length, table.aligns.length);
    for (let i = 0; i < count; i++) {
      if (i >= texts.length && ++this.#addedCells > MAX_ADDED_CELLS) break;
      const cell = row.cells![i] ?? this.#views.cell(row, head, table.aligns[i]);
      cell.update(texts[i] ?? '', whole || i < texts.length - 1);
    }
  }

  #startItem(depth: number, rest: string, inParagraph: boolean): 'started' | 'none' {
    const cursor = this.#cursor;
    const marker = starts.parseMarker(rest);
    if (!marker || this.#depth() >= MAX_DEPTH) return 'none';
    const empty = !rest.slice(marker.width).trim();
    if (inParagraph && (empty || (marker.ordered && marker.start !== 1))) return 'none';
    const markerWidth = cursor.indent + marker.width;
    cursor.toContent(marker.width);
    cursor.look();
    // With code in the item, or nothing, only one space belongs to the marker.
    const padding = empty || cursor.indent > 4 ? 1 : cursor.indent;
    cursor.advanceColumns(padding);
    this.#unwind(depth);
    const {ordered, sign, start} = marker;
    const last = this.#open.at(-1)!;
    if (last.kind !== 'list' || last.sign !== sign) {
      const list = this.#add('list', sign + start, parent =>
        this.#views.block(parent, ordered ? 'ol' : 'ul', {
          'data-tight': '',
          ...(ordered && start !== 1 && {start: String(start)}),
        }),
      );
      list.sign = sign;
    }
    const item = this.#add('item', '', parent => this.#views.block(parent, 'li'));
    item.indent = markerWidth + padding;
    return 'started';
  }

  /** What is left of the line is text. */
  #addText(depth: number): void {
    const cursor = this.#cursor;
    const tip = this.#open.at(-1)!;
    if (depth < this.#open.length - 1 && !cursor.blank && tip.kind === 'paragraph') {
      // A lazy line: the paragraph goes on though its containers were not marked.
      this.#addParagraphLine(tip);
      return;
    }
    this.#unwind(depth);
    const container = this.#open[depth]!;
    switch (container.kind) {
      case 'code':
        this.#addCodeLine(container);
        break;
      case 'html': {
        const line = cursor.remainder();
        container.view.text!.write(container.text + line, !this.#preview);
        container.text = '\n';
        container.end = this.#lineNumber;
        if (container.until?.test(line) && !this.#preview) this.#close();
        break;
      }
      case 'table':
        this.#row(container, cursor.rest, false);
        break;
      case 'paragraph':
        this.#addParagraphLine(container);
        break;
      default:
        if (!cursor.blank) {
          this.#addParagraphLine(this.#add('paragraph', '', parent => this.#views.inline(parent, 'p')));
        }
    }
  }

  #addCodeLine(code: Block): void {
    const cursor = this.#cursor;
    const line = cursor.remainder();
    if (code.sign) {
      code.view.text!.write(this.#preview ? line : `${line}\n`, !this.#preview);
      code.end = this.#lineNumber;
    } else if (cursor.blank) {
      code.blanks += `${line}\n`;
    } else {
      code.view.text!.write(code.blanks + line + (this.#preview ? '' : '\n'), !this.#preview);
      code.blanks = '';
      code.end = this.#lineNumber;
    }
  }

  #addParagraphLine(paragraph: Block): void {
    const {rest} = this.#cursor;
    paragraph.text += paragraph.end === this.#lineNumber ? rest : `\n${rest}`;
    paragraph.end = this.#lineNumber;
  }

  /** Closes the blocks below `depth`. */
  #unwind(depth: number): void {
    while (this.#open.length > depth + 1) this.#close();
  }

  #add(kind: Kind, key: string, make: (parent: View) => Shape): Block {
    const item = kind === 'item';
    let parent = this.#open.at(-1)!;
    while (item ? parent.kind !== 'list' : !['root', 'quote', 'item'].includes(parent.kind)) {
      this.#close();
      parent = this.#open.at(-1)!;
    }
    if (parent.childEnd >= 0 && parent.childEnd !== this.#lineNumber - 1) {
      if (parent.kind === 'list') this.#loosen(parent);
      else if (parent.kind === 'item') this.#loosen(this.#open.at(-2)!);
    }
    const made = block(kind, this.#view(kind + key, parent.view, make), this.#lineNumber);
    this.#open.push(made);
    return made;
  }

  #view(key: string, parent: View, make: (parent: View) => Shape): View {
    const candidate = this.#pool[this.#reused];
    let view: View;
    if (candidate?.key === key && candidate.parent === parent) {
      view = candidate;
      this.#reused++;
    } else {
      this.#removeUnused();
      view = {...make(parent), key, parent};
      if (view.root.parentNode === null) parent.body.appendChild(view.root);
      if (!parent.parent) this.#views.begin(view);
    }
    this.#made.push(view);
    return view;
  }

  /** Removes what the last preview drew and the line did not come to. */
  #removeUnused(): void {
    for (const view of this.#pool.splice(this.#reused)) {
      const root = view.root as HTMLElement;
      const section = root.parentElement;
      root.remove();
      if (section?.nodeName === 'TBODY' && !section.firstChild) section.remove();
    }
    this.#pool.length = 0;
    this.#reused = 0;
  }

  #loosen(list: Block): void {
    this.#loosened.add(list.view);
    (list.view.root as HTMLElement).removeAttribute('data-tight');
  }

  #depth(): number {
    return this.#open.filter(each => each.kind === 'quote' || each.kind === 'item').length;
  }

  /** Closes the innermost block. A preview closes only its copy, and draws nothing for it. */
  #close(): void {
    const each = this.#open.pop()!;
    if (each.kind === 'paragraph' && !this.#preview) {
      each.text = this.#define(each.text);
      // Definitions alone leave nothing to see, though they count as a block of their container.
      if (each.text.trim()) this.#drawParagraph(each, true);
      else (each.view.root as HTMLElement).remove();
    }
    const parent = this.#open.at(-1)!;
    parent.childEnd = Math.max(parent.childEnd, each.end, each.childEnd);
  }

  /** Takes the definitions off the beginning of a paragraph. */
  #define(text: string): string {
    let at = 0;
    while (text[at] === '[') {
      const found = scanDefinition(text, at);
      if (!found) break;
      if (!this.#preview) this.#references.define(found.label, found);
      at = found.end;
    }
    return text.slice(at);
  }

  #drawTip(): void {
    const tip = this.#open.at(-1)!;
    if (tip.kind === 'paragraph') this.#drawParagraph(tip, false);
  }

  #drawParagraph(paragraph: Block, final: boolean): void {
    const {view} = paragraph;
    const root = view.root as HTMLElement;
    const inItem = view.parent!.key === 'item';
    let text = paragraph.text.trimEnd();
    if (!final && isUndecided(text, inItem)) {
      root.hidden = true;
      return;
    }
    const first = inItem && !root.previousSibling;
    if (first && /^\[[ xX]\][ \t]+\S/.test(text)) {
      if (!view.checkbox) this.#views.task(view, text[1] !== ' ');
      text = text.slice(3);
    }
    view.inline!.update(text, final);
    if (view.checkbox && (final || !view.checkbox.hasAttribute('aria-label'))) {
      view.checkbox.setAttribute('aria-label', root.textContent!.trim().slice(0, MAX_NAME));
    }
    const empty = !final && !root.firstChild;
    if (root.hidden !== empty) root.hidden = empty;
  }
}

/** Whether a paragraph may yet become a table, definitions or a task, which its own marks would flash before. */
function isUndecided(text: string, inItem: boolean): boolean {
  if (text[0] === '|') return !text.includes('\n');
  if (text[0] !== '[') return false;
  return (inItem && /^\[[ xX]?\]?$/.test(text)) || mayBeDefinition(text);
}

function acceptsLines(each: Block): boolean {
  return each.kind === 'code' || each.kind === 'html';
}

function block(kind: Kind, view: View, line: number): Block {
  return {
    kind,
    view,
    end: line,
    childEnd: -1,
    text: '',
    blanks: '',
    indent: 0,
    sign: '',
    until: null,
    aligns: [],
  };
}
