import {type Attributes, type Elements, setText, type Tag} from './dom.ts';
import type {highlight} from './highlight.ts';
import {type InlineContext, type InlineView, inlineView} from './inline-view.ts';
import {mayBeDefinition} from './link-syntax.ts';
import type {Home} from './paint.ts';
import {trim} from './scan.ts';

/** A block, named after its element: code is `pre`, a table row is its section. */
export type Kind =
  | 'html'
  | Extract<
      Tag,
      `h${string}` | 'blockquote' | 'ul' | 'ol' | 'li' | 'p' | 'pre' | 'table' | 'thead' | 'tbody'
    >;

/** A place for inline text; `inline` draws it, and is missing until there is some. */
export interface InlineHome extends Home {
  inline?: InlineView;
}

/** A drawn block: `root` is in the parent's `body`, and children go into its own. */
export interface View extends InlineHome {
  /** Views of the same kind and parent are interchangeable: what a preview drew becomes the real block. */
  readonly kind: 'root' | Kind;
  readonly parent: View | undefined;
  root: ChildNode & HTMLElement;
  body: HTMLElement;
  checkbox?: HTMLElement;
  /** For code and raw HTML. */
  writer?: Writer;
  /** For code in a known language: colours what is drawn. */
  highlight?: ((closed: boolean) => void) | undefined;
  readonly cells: InlineHome[];
}

export interface ViewContext extends InlineContext {
  /** If set, each code block and table has a bar; this adds the buttons to it, once they have loaded. */
  readonly buttons?: ((block: HTMLElement, elements: Elements) => void) | undefined;
  readonly highlight?: typeof highlight | undefined;
}

/** UTF-16 units after which code continues in a new text node. */
const MAX_TEXT = 2000;

/** Creates a block and puts it in its place. */
export function makeView(context: ViewContext, parent: View, kind: Kind, given?: Attributes): View {
  const {create, labels} = context;
  // A top-level block takes its direction from its text; inner blocks inherit it, so that a list keeps to one side.
  const attributes: Attributes = {...given, dir: !parent.parent && 'auto'};
  let root: HTMLElement;
  let body: HTMLElement;
  /** For a scrollable box. Not `region`: each would be a landmark of the page, several of them with the same name. */
  const group = (label: string): Attributes => ({tabindex: '0', role: 'group', 'aria-label': label});
  const addBar = (name: string): void => {
    if (context.buttons)
      root.prepend(create('div', {'data-bar': '', dir: root.dir || 'auto'}, create('span', {}, name)));
    context.buttons?.(root, context);
  };
  switch (kind) {
    case 'pre': {
      const language = attributes['data-lang'] || '';
      body = create('code');
      const label = labels.code.replace('{language}', () => language).trim();
      root = create('div', {...attributes, 'data-code': '', dir: 'ltr'}, create('pre', group(label), body));
      addBar(language);
      break;
    }
    case 'table':
      body = create(kind);
      // `dir` is on the scrollable box, so that it starts at the side where the table starts.
      root = create('div', {...attributes, 'data-table': '', ...group(labels.table)}, body);
      addBar('');
      break;
    case 'thead':
    case 'tbody': {
      // The first row creates the section.
      body = create('tr');
      const section = parent.body.lastElementChild;
      if (section?.localName === kind) {
        root = body;
        section.append(root);
      } else root = create(kind, {}, body);
      break;
    }
    case 'html':
      body = root = create('p', {...attributes, 'data-html': ''});
      break;
    default:
      body = root = create(kind, attributes);
  }
  if (!root.parentNode) parent.body.append(root);
  return {kind, parent, root, body, cells: []};
}

export function drawInline(context: ViewContext, home: InlineHome, text: string, final: boolean): void {
  home.inline ??= inlineView(home, context);
  home.inline(text, final);
}

export function drawParagraph(context: ViewContext, view: View, source: string, final: boolean): void {
  const {root, parent} = view;
  const item = root.localName === 'p' && parent!.kind === 'li' && parent!.root;
  let text = trim(source);
  const waits = !final && isUndecided(text, !!item);
  if (!waits) {
    if (item && !root.previousSibling && /^\[[\sxX]\][ \t\n]/.test(text)) {
      if (!view.checkbox) {
        const done = /x/i.test(text[1]!);
        view.checkbox = context.create('input', {type: 'checkbox', disabled: '', checked: done && ''});
        root.prepend(view.checkbox);
        item.setAttribute('data-task', done ? 'done' : 'open');
      }
      text = text.slice(3);
    }
    // A last line that begins with a pipe may be the head of a table: it waits.
    drawInline(context, view, final ? text : text.replace(/\n\|.*$/, ''), final);
  }
  root.hidden = !final && (waits || !root.firstChild);
}

/**
 * Whether a paragraph may yet become a table, definitions or a task, whose marks would flash up if drawn now. A task
 * whose text is on the next line is none if that line turns out to begin another block.
 */
function isUndecided(text: string, inItem: boolean): boolean {
  if (text[0] === '|') return !text.includes('\n');
  return (
    text[0] === '[' &&
    ((inItem && /^\[(?:[\sxX]?\]?|[\sxX]\][ \t]*\n[^\n]*)$/.test(text)) || mayBeDefinition(text))
  );
}

/**
 * Replaces a paragraph's element, with a heading for instance. Its nodes are moved, not recreated, unless it was a
 * task: it no longer is, and is drawn again.
 */
export function promote({create}: ViewContext, view: View, tag: Tag): void {
  const heading = create(tag, {dir: !view.parent!.parent && 'auto'});
  view.root.replaceWith(heading);
  if (view.checkbox) {
    view.parent!.root.removeAttribute('data-task');
    delete view.checkbox;
    delete view.inline;
  } else while (view.root.firstChild) heading.append(view.root.firstChild);
  view.root = view.body = heading;
}

/** Writes the text of code and raw HTML. */
export interface Writer {
  /** Adds complete text; the next `draw` draws it. */
  add(text: string): void;
  /** Draws what was added, followed by `part`, which is unfinished and comes again, longer, with a later call. */
  draw(part?: string): void;
}

/**
 * Never reads `node.data`, and changes it only when drawing. A browser lays out all lines of a box again when one is
 * added, so the lines of long code are in separate boxes after the first text node; the line end between two boxes is
 * in neither.
 */
export function writer(body: HTMLElement, {create}: ViewContext): Writer {
  let node: Text | undefined;
  let length = 0;
  let shown = '';
  let added = '';

  function draw(part = ''): void {
    const text = added + part;
    if (!text) return;
    if (!node) {
      node = new Text();
      (body.firstChild ? body.appendChild(create('span', {'data-part': ''})) : body).append(node);
    }
    setText(node, node.length - shown.length, shown, text);
    added = '';
    shown = part;
  }

  return {
    add(text) {
      added += text;
      length += text.length;
      // A box never ends in an empty line, which would not be visible.
      if (length < MAX_TEXT || !/[^\n]\n$/.test(text)) return;
      added = added.slice(0, -1);
      draw();
      body.append('\n');
      node = undefined;
      length = 0;
    },
    draw,
  };
}
