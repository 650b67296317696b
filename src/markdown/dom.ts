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

const AUTO = '[dir=auto]';
/** Elements in one block after which its direction is fixed for a while. */
const SETTLE_AFTER = 64;

/** Makes the elements of one document. */
export interface Elements {
  readonly document: Document;
  create(tag: Tag, attributes?: Attributes, ...children: readonly (Node | string)[]): HTMLElement;
  /** What is made from now on stands in this block, or nothing more is made. */
  begin(block?: HTMLElement): void;
}

export function elementsOf(document: Document): Elements {
  let block: HTMLElement | undefined;
  let settled: Element | undefined;
  let count = 0;

  // Chromium and WebKit walk a whole `dir=auto` element again for every node that is put into it, so a long one has a
  // fixed direction until it is complete.
  function settle(): void {
    settled = (block?.matches(AUTO) ? block : block?.querySelector(AUTO)) ?? undefined;
    if (!CSS.supports('selector(:dir(rtl))')) settled = undefined;
    settled?.setAttribute('dir', settled.matches(':dir(rtl)') ? 'rtl' : 'ltr');
  }

  return {
    document,
    create(tag, attributes = {}, ...children) {
      const element = document.createElement(tag);
      for (const name in attributes) element.setAttribute(name, attributes[name as Attribute]!);
      for (const child of children) element.append(child);
      if (++count === SETTLE_AFTER) settle();
      return element;
    },
    begin(next) {
      settled?.setAttribute('dir', 'auto');
      settled = undefined;
      block = next;
      count = 0;
    },
  };
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
