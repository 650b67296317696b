/**
 * The only place that creates elements, and so the allowlist: what these two types do not name cannot come out of a
 * document. Nothing here turns text into markup.
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
  | 'aria-description'
  | 'aria-label'
  | 'aria-live'
  | 'aria-pressed'
  | 'checked'
  | 'data-align'
  | 'data-bar'
  | 'data-blocked'
  | 'data-code'
  | 'data-host'
  | 'data-html'
  | 'data-image'
  | 'data-lang'
  | 'data-part'
  | 'data-scope'
  | 'data-table'
  | 'data-task'
  | 'data-tight'
  | 'data-wide'
  | 'data-wrap'
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

/** An attribute whose value is `false` or missing is left out. */
export type Attributes = {readonly [name in Attribute]?: string | false | undefined};

/** Elements in one block after which its direction is fixed until it is complete. */
const SETTLE_AFTER = 64;

/** Creates the elements of one document. */
export interface Elements {
  readonly document: Document;
  create(tag: Tag, attributes?: Attributes, ...children: readonly (Node | string)[]): HTMLElement;
  /** What is created from now on is in this block; without one, nothing more is created. */
  begin(block?: HTMLElement): void;
}

export function elementsOf(document: Document): Elements {
  let block: HTMLElement | undefined;
  let settled: HTMLElement | undefined;
  let count = 0;

  // Chromium and WebKit walk through all of a `dir=auto` element for every node inserted into it, so a long one has a
  // fixed direction until it is complete.
  function settle(): void {
    if (block?.dir !== 'auto') return;
    settled = block;
    settled.dir = getComputedStyle(block).direction;
  }

  return {
    document,
    create(tag, attributes = {}, ...children) {
      const element = document.createElement(tag);
      setAttributes(element, attributes);
      element.append(...children);
      if (++count === SETTLE_AFTER) settle();
      return element;
    },
    begin(next) {
      if (settled) settled.dir = 'auto';
      settled = undefined;
      block = next;
      count = 0;
    },
  };
}

/** Gives the element exactly these attributes, in this order, touching only what differs. */
export function setAttributes(element: Element, attributes: Attributes): void {
  const given = element.getAttributeNames();
  const wanted = Object.entries(attributes).filter(([, value]) => typeof value === 'string');
  if (given[0] && given.join() !== wanted.map(([name]) => name).join())
    for (const name of given) element.removeAttribute(name);
  for (const [name, value] of wanted)
    if (element.getAttribute(name) !== value) element.setAttribute(name, value as string);
}

/**
 * Replaces what `node` has after its first `from` characters, which is `old`, with `text`. Their common beginning is
 * not touched, so that a selection in it survives.
 */
export function setText(node: Text, from: number, old: string, text: string): void {
  if (old === text) return;
  let same = 0;
  while (old[same] === text[same]) same++;
  node.replaceData(from + same, old.length - same, text.slice(same));
}
