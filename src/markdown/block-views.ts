import {copyButton} from './copy-button.ts';
import type {Attributes, Tag} from './dom.ts';
import {type InlineContext, InlineView} from './inline-view.ts';
import type {MarkdownLabels} from './markdown-renderer.ts';
import type {Align} from './table-syntax.ts';

/** The nodes of one block. `root` stands in the parent's `body`; children go into this `body`. */
export interface Shape {
  root: HTMLElement | DocumentFragment;
  body: Node;
  readonly inline?: InlineView;
  readonly text?: GrowingText;
  readonly cells?: InlineView[];
}

/** A block in its place. */
export interface View extends Shape {
  /** Equal keys under the same parent may stand for one another: what a preview drew becomes the real thing. */
  readonly key: string;
  readonly parent: View | undefined;
  checkbox?: HTMLElement;
}

/** Text of code or raw HTML: only ever appended to, but for the part of a line that is not whole. */
export class GrowingText {
  readonly #node: Text;
  #done = 0;
  #part = '';

  constructor(node: Text) {
    this.#node = node;
  }

  /** Draws what came since the last whole line; not `whole`, it may come again, longer or different. */
  write(text: string, whole: boolean): void {
    if (text.startsWith(this.#part)) {
      if (text.length > this.#part.length) this.#node.appendData(text.slice(this.#part.length));
    } else this.#node.replaceData(this.#done, this.#part.length, text);
    if (whole) this.#done += text.length;
    this.#part = whole ? '' : text;
  }
}

export interface ViewOptions extends InlineContext {
  readonly codeActions: boolean;
  readonly labels: MarkdownLabels;
}

const LANGUAGE = /^[\w+#.-]{1,32}$/;

/** Makes the elements of blocks; see `createMarkdownRenderer` for what they look like. */
export class BlockViews {
  readonly #options: ViewOptions;

  constructor(options: ViewOptions) {
    this.#options = options;
  }

  #element(tag: Tag, attributes?: Attributes): HTMLElement {
    return this.#options.elements.create(tag, attributes);
  }

  /** A block at the top begins, or the last one has ended. */
  begin(view?: View): void {
    this.#options.elements.beginBlock(view?.root as HTMLElement | undefined);
  }

  /** A block at the top takes its direction from its text; inner blocks inherit, so that a list keeps one side. */
  #block(parent: View, tag: Tag, attributes: Attributes = {}): HTMLElement {
    return this.#element(tag, parent.parent ? attributes : {...attributes, dir: 'auto'});
  }

  block(parent: View, tag: Tag, attributes?: Attributes): Shape {
    const root = this.#block(parent, tag, attributes);
    return {root, body: root};
  }

  inline(parent: View, tag: Tag): Shape {
    const root = this.#block(parent, tag);
    return {root, body: root, inline: new InlineView(root, this.#options)};
  }

  /** Makes a heading of a paragraph; its nodes move, they are not made again. */
  promote(view: View, level: number): void {
    const heading = this.#block(view.parent!, `h${level}` as Tag);
    (view.root as HTMLElement).replaceWith(heading);
    view.inline!.moveTo(heading);
    view.root = view.body = heading;
  }

  html(parent: View): Shape {
    const root = this.#block(parent, 'p', {'data-html': ''});
    return {root, body: root, text: this.#growing(root)};
  }

  code(info: string): Shape {
    const {labels, codeActions} = this.#options;
    const word = /^\S*/.exec(info)![0];
    const language = LANGUAGE.test(word) ? word : '';
    const root = this.#element('div', {
      'data-code': '',
      ...(language && {'data-lang': language}),
      dir: 'ltr',
    });
    const pre = this.#element('pre', {
      tabindex: '0',
      role: 'region',
      'aria-label': labels.code.replace('{language}', () => language).trim(),
    });
    const code = this.#element('code');
    pre.append(code);
    if (codeActions) {
      const bar = this.#element('div', {'data-code-bar': ''});
      const name = this.#element('span');
      name.textContent = language;
      bar.append(name, copyButton(this.#options.elements, code, labels));
      root.append(bar);
    }
    root.append(pre);
    return {root, body: code, text: this.#growing(code)};
  }

  #growing(parent: Node): GrowingText {
    return new GrowingText(parent.appendChild(this.#options.elements.document.createTextNode('')));
  }

  table(parent: View): Shape {
    const root = this.#element('div', {
      'data-table': '',
      tabindex: '0',
      role: 'region',
      'aria-label': this.#options.labels.table,
    });
    const table = this.#block(parent, 'table');
    root.append(table);
    return {root, body: table};
  }

  /** A row; its section is made when it is the first one there. */
  row(parent: View, head: boolean): Shape {
    const root = this.#element('tr');
    const table = parent.body as HTMLElement;
    let section = table.lastElementChild;
    if (head || section?.nodeName !== 'TBODY') {
      section = this.#element(head ? 'thead' : 'tbody');
      table.append(section);
    }
    section.append(root);
    return {root, body: root, cells: []};
  }

  cell(row: View, head: boolean, align: Align): InlineView {
    const cell = this.#element(head ? 'th' : 'td', {
      ...(head && {scope: 'col'}),
      ...(align && {'data-align': align}),
    });
    row.body.appendChild(cell);
    const view = new InlineView(cell, this.#options);
    row.cells!.push(view);
    return view;
  }

  /** Puts a disabled checkbox before the text of a task. */
  task(view: View, done: boolean): void {
    const attributes = {type: 'checkbox', disabled: '', ...(done && {checked: ''})};
    view.checkbox = this.#element('input', attributes);
    view.inline!.prepend(view.checkbox);
    (view.parent!.root as HTMLElement).setAttribute('data-task', done ? 'done' : 'open');
  }
}
