/**
 * The only place that makes elements, and so the allowlist: what these two types do not name cannot come
 * out of a document. There is no way from text to markup here.
 */
export type Tag =
  | 'a'
  | 'blockquote'
  | 'br'
  | 'button'
  | 'code'
  | 'del'
  | 'div'
  | 'em'
  | 'h1'
  | 'h2'
  | 'h3'
  | 'h4'
  | 'h5'
  | 'h6'
  | 'hr'
  | 'img'
  | 'input'
  | 'li'
  | 'ol'
  | 'p'
  | 'pre'
  | 'span'
  | 'strong'
  | 'table'
  | 'tbody'
  | 'td'
  | 'th'
  | 'thead'
  | 'tr'
  | 'ul';

export type Attribute =
  | 'alt'
  | 'aria-label'
  | 'aria-live'
  | 'checked'
  | 'data-align'
  | 'data-blocked'
  | 'data-code'
  | 'data-code-bar'
  | 'data-host'
  | 'data-html'
  | 'data-image'
  | 'data-lang'
  | 'data-table'
  | 'data-task'
  | 'data-tight'
  | 'dir'
  | 'disabled'
  | 'hidden'
  | 'href'
  | 'loading'
  | 'referrerpolicy'
  | 'rel'
  | 'role'
  | 'scope'
  | 'src'
  | 'start'
  | 'tabindex'
  | 'target'
  | 'title'
  | 'type';

export type Attributes = {readonly [name in Attribute]?: string};

/** Elements in one block after which its direction is fixed for a while. */
const SETTLE_AFTER = 64;

/** Makes the elements of one document. */
export class ElementFactory {
  readonly document: Document;
  #block: HTMLElement | undefined;
  #settled: Element | undefined;
  #count = 0;

  constructor(document: Document) {
    this.document = document;
  }

  create(tag: Tag, attributes: Attributes = {}): HTMLElement {
    const element = this.document.createElement(tag);
    for (const name in attributes) element.setAttribute(name, attributes[name as Attribute]!);
    if (++this.#count === SETTLE_AFTER) this.#settle();
    return element;
  }

  /** What is made from now on stands in this block, or nothing more is made. */
  beginBlock(block: HTMLElement | undefined): void {
    this.#settled?.setAttribute('dir', 'auto');
    this.#settled = undefined;
    this.#block = block;
    this.#count = 0;
  }

  // Chromium and WebKit walk a whole `dir=auto` element again for every node that is put into it, so a long one has a
  // fixed direction until it is complete.
  #settle(): void {
    const auto = this.#block?.matches('[dir=auto]') ? this.#block : this.#block?.querySelector('[dir=auto]');
    if (!auto || !CSS.supports('selector(:dir(rtl))')) return;
    auto.setAttribute('dir', auto.matches(':dir(rtl)') ? 'rtl' : 'ltr');
    this.#settled = auto;
  }
}

/** Makes the element's attributes exactly these, touching only what differs. */
export function syncAttributes(element: Element, attributes: Attributes): void {
  for (const name of element.getAttributeNames()) if (!(name in attributes)) element.removeAttribute(name);
  for (const name in attributes) {
    const value = attributes[name as Attribute]!;
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
}

/**
 * Makes what stands in `node` after its first `from` characters equal to `text`. Text that only grew is
 * appended, so that a selection in it survives.
 */
export function setText(node: Text, from: number, text: string): void {
  const old = from ? node.data.slice(from) : node.data;
  if (old === text) return;
  if (text.startsWith(old)) node.appendData(text.slice(old.length));
  else node.replaceData(from, old.length, text);
}
