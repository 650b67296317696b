import {copyButton} from './copy-button.ts';
import type {Attributes, Tag} from './dom.ts';
import {type InlineContext, type InlineView, inlineView} from './inline-view.ts';
import type {Align} from './table-syntax.ts';

/** The nodes of one block. `root` stands in the parent's `body`; children go into this `body`. */
export interface Shape {
  root: HTMLElement | DocumentFragment;
  body: Node;
  readonly inline?: InlineView;
  /** Of code and raw HTML: draws what came since the last whole line; not `whole`, it may come again, longer. */
  readonly write?: (text: string, whole: boolean) => void;
  readonly cells?: InlineView[];
}

/** A block in its place. */
export interface View extends Shape {
  /** Equal keys under the same parent may stand for one another: what a preview drew becomes the real thing. */
  readonly key: string;
  readonly parent: View | undefined;
  checkbox?: HTMLElement;
}

export interface ViewContext extends InlineContext {
  readonly codeActions: boolean;
}

const LANGUAGE = /^[\w+#.-]{1,32}(?!\S)/;

/** A block at the top takes its direction from its text; inner blocks inherit, so that a list keeps one side. */
function create(context: ViewContext, parent: View, tag: Tag, attributes?: Attributes): HTMLElement {
  return context.create(tag, parent.parent ? attributes : {...attributes, dir: 'auto'});
}

export function makeBlock(context: ViewContext, parent: View, tag: Tag, attributes?: Attributes): Shape {
  const root = create(context, parent, tag, attributes);
  return {root, body: root};
}

export function makeInline(context: ViewContext, parent: View, tag: Tag): Shape {
  const root = create(context, parent, tag);
  return {root, body: root, inline: inlineView(root, context)};
}

/** Makes a heading of a paragraph; its nodes move, they are not made again. */
export function promote(context: ViewContext, view: View, tag: Tag): void {
  const heading = create(context, view.parent!, tag);
  (view.root as HTMLElement).replaceWith(heading);
  view.inline!.moveTo(heading);
  view.root = view.body = heading;
}

function growing(context: ViewContext, parent: HTMLElement): Required<Shape>['write'] {
  const node = parent.appendChild(context.document.createTextNode(''));
  let done = 0;
  let part = '';
  // Without a look at `node.data`, which is as long as the block.
  return (text, whole) => {
    if (!text.startsWith(part)) node.replaceData(done, part.length, text);
    else if (text !== part) node.appendData(text.slice(part.length));
    if (whole) done += text.length;
    part = whole ? '' : text;
  };
}

export function makeHtml(context: ViewContext, parent: View): Shape {
  const root = create(context, parent, 'p', {'data-html': ''});
  return {root, body: root, write: growing(context, root)};
}

export function makeCode(context: ViewContext, info: string): Shape {
  const {labels} = context;
  const language = LANGUAGE.exec(info)?.[0] ?? '';
  const body = context.create('code');
  const root = context.create(
    'div',
    {'data-code': '', ...(language && {'data-lang': language}), dir: 'ltr'},
    context.create(
      'pre',
      {
        tabindex: '0',
        role: 'region',
        'aria-label': labels.code.replace('{language}', () => language).trim(),
      },
      body,
    ),
  );
  if (context.codeActions) {
    const name = context.create('span');
    name.textContent = language;
    root.prepend(context.create('div', {'data-code-bar': ''}, name, copyButton(context, body, labels)));
  }
  return {root, body, write: growing(context, body)};
}

export function makeTable(context: ViewContext, parent: View): Shape {
  const body = create(context, parent, 'table');
  const attributes = {'data-table': '', tabindex: '0', role: 'region', 'aria-label': context.labels.table};
  return {root: context.create('div', attributes, body), body};
}

/** A row; its section is made when it is the first one there. */
export function makeRow(context: ViewContext, parent: View, head: boolean): Shape {
  const root = context.create('tr');
  const table = parent.body as HTMLElement;
  let section = table.lastElementChild;
  if (head || section?.localName !== 'tbody') {
    section = table.appendChild(context.create(head ? 'thead' : 'tbody'));
  }
  section.append(root);
  return {root, body: root, cells: []};
}

export function makeCell(context: ViewContext, row: View, head: boolean, align: Align): InlineView {
  const cell = context.create(head ? 'th' : 'td', {
    ...(head && {scope: 'col'}),
    ...(align && {'data-align': align}),
  });
  row.body.appendChild(cell);
  const view = inlineView(cell, context);
  row.cells!.push(view);
  return view;
}

/** Puts a disabled checkbox before the text of a task. */
export function makeTask(context: ViewContext, view: View, done: boolean): void {
  const attributes = {type: 'checkbox', disabled: '', ...(done && {checked: ''})};
  view.checkbox = context.create('input', attributes);
  view.inline!.prepend(view.checkbox);
  (view.parent!.root as HTMLElement).setAttribute('data-task', done ? 'done' : 'open');
}
