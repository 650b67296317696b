import {type Attributes, type Elements, setText, type Tag} from './dom.ts';
import type {highlight} from './highlight.ts';
import {type InlineContext, type InlineView, inlineView} from './inline-view.ts';
import {mayBeDefinition} from './link-syntax.ts';
import type {Home} from './paint.ts';
import {trim} from './scan.ts';

/** A block by the element that it is; code is one by `pre`, a row by its section. */
export type Kind =
  | 'html'
  | Extract<
      Tag,
      `h${string}` | 'blockquote' | 'ul' | 'ol' | 'li' | 'p' | 'pre' | 'table' | 'thead' | 'tbody'
    >;

/** What inline text is drawn in, once there is some. */
export interface InlineHome extends Home {
  inline?: InlineView;
}

/** A block in its place: `root` stands in the parent's `body`, children go into its own. */
export interface View extends InlineHome {
  /** Equal kinds under the same parent may stand for one another: what a preview drew becomes the real thing. */
  readonly kind: 'root' | Kind;
  readonly parent: View | undefined;
  root: ChildNode & HTMLElement;
  body: HTMLElement;
  checkbox?: HTMLElement;
  /** Of code and raw HTML. */
  writer?: Writer;
  /** Of code in a language: colours what is drawn. */
  highlight?: ((closed: boolean) => void) | undefined;
  readonly cells: InlineHome[];
}

export interface ViewContext extends InlineContext {
  /** Puts buttons into the bar that each block of code and each table has then, once they have been loaded. */
  readonly buttons?: ((block: HTMLElement, elements: Elements) => void) | undefined;
  readonly highlight?: typeof highlight | undefined;
}

/** UTF-16 units of a text of code after which another one begins. */
const MAX_TEXT = 2000;

/** Makes a block, in its place. */
export function makeView(context: ViewContext, parent: View, kind: Kind, given?: Attributes): View {
  const {create, labels} = context;
  // A block at the top takes its direction from its text; inner blocks inherit, so that a list keeps one side.
  const attributes: Attributes = {...given, dir: !parent.parent && 'auto'};
  let root: HTMLElement;
  let body: HTMLElement;
  /** What scrolls. No `region`, which would be one more landmark of the page, and two of a name. */
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
      // What scrolls begins where the table does.
      root = create('div', {...attributes, 'data-table': '', ...group(labels.table)}, body);
      addBar('');
      break;
    case 'thead':
    case 'tbody': {
      // The section comes with its first row.
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
    // A last line that begins with a pipe may be the head of a table.
    drawInline(context, view, final ? text : text.replace(/\n\|.*$/, ''), final);
  }
  root.hidden = !final && (waits || !root.firstChild);
}

/**
 * Whether a paragraph may yet become a table, definitions or a task, which its own marks would flash before. A task whose
 * text is on the next line is none when that line turns out to begin another block.
 */
function isUndecided(text: string, inItem: boolean): boolean {
  if (text[0] === '|') return !text.includes('\n');
  return (
    text[0] === '[' &&
    ((inItem && /^\[(?:[\sxX]?\]?|[\sxX]\][ \t]*\n[^\n]*)$/.test(text)) || mayBeDefinition(text))
  );
}

/** Makes a heading of a paragraph; its nodes move, they are not made again, unless it was a task, which it is not any more. */
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

/** The text of code and raw HTML, in one node that grows. */
export interface Writer {
  /** Adds what is whole; it is drawn with what is drawn next. */
  add(text: string): void;
  /** Draws what was added, and `part` after it, which may come again, longer. */
  draw(part?: string): void;
}

/**
 * Neither looks at `node.data` nor changes it more often than is drawn. A browser lays out all lines of a box when one
 * comes, so that those of long code stand in boxes, behind the first text; the line end between two is in none.
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
      // A box never ends in an empty line: that would not be seen.
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
