import {type Attributes, type ElementFactory, setText, syncAttributes, type Tag} from './dom.ts';
import {type ImageToken, type LinkToken, parseInline, type Reference, type Token} from './inline-parser.ts';
import {cleanLabel, hiddenTarget, safeImage, safeLink} from './safe-url.ts';

/** What inline text needs to know about its document. */
export interface InlineContext {
  readonly elements: ElementFactory;
  readonly imageOrigins: ReadonlySet<string>;
  readonly imageLabel: string;
  /** Looks up a normalised label; `view` is redrawn when a definition comes later. */
  lookup(label: string, view: InlineView): Reference | undefined;
}

/** Deeper elements are left out, their text is not. */
const MAX_DEPTH = 32;
/** UTF-16 units of unsettled text beyond which it is drawn only after it grew by an eighth, to stay linear. */
const LONG_TAIL = 4096;

/**
 * The inline content of one block: keeps the nodes up to the safe point, and makes the rest equal to what
 * the text means now, changing only the nodes that differ.
 */
export class InlineView {
  readonly #context: InlineContext;
  #element: HTMLElement;
  #text = '';
  #final = false;
  #safe = 0;
  /** The last node that stays, and how much of it when it is a text. */
  #kept: Node | null = null;
  #keptLength = 0;

  constructor(element: HTMLElement, context: InlineContext) {
    this.#element = element;
    this.#context = context;
  }

  get element(): HTMLElement {
    return this.#element;
  }

  /** Moves what is drawn to another element, node by node. */
  moveTo(element: HTMLElement): void {
    while (this.#element.firstChild) element.append(this.#element.firstChild);
    this.#element = element;
  }

  /** Puts a node before everything else, to stay. */
  prepend(node: Node): void {
    this.#element.prepend(node);
    if (!this.#kept) this.#kept = node;
    this.#first = node;
  }
  #first: Node | null = null;

  /** Draws the text that the block has now. `final` when no more can come. */
  update(text: string, final: boolean): void {
    if (text === this.#text && final === this.#final) return;
    if (!text.startsWith(this.#text.slice(0, this.#safe))) this.#forget();
    const tail = text.length - this.#safe;
    if (
      !final &&
      tail > LONG_TAIL &&
      text.length - this.#text.length < tail / 8 &&
      text.startsWith(this.#text)
    )
      return;
    this.#text = text;
    this.#final = final;
    this.#draw();
  }

  /** Draws again from the start, for a definition that came late. */
  redraw(): void {
    this.#forget();
    this.#draw();
  }

  #forget(): void {
    this.#safe = this.#keptLength = 0;
    this.#kept = this.#first;
  }

  #draw(): void {
    const {tokens, safe, safeToken} = parseInline(this.#text, this.#safe, this.#final, label =>
      this.#context.lookup(label, this),
    );
    const painter = new Painter(this.#element, this.#kept, this.#keptLength, this.#context);
    tokens.forEach((token, i) => {
      if (i === safeToken && safeToken > 0) painter.mark();
      painter.draw(token);
    });
    if (safeToken === tokens.length && safeToken > 0) painter.mark();
    painter.finish();
    if (safeToken > 0) {
      this.#safe = safe;
      this.#kept = painter.marked;
      this.#keptLength = painter.markedLength;
    }
  }
}

interface Frame {
  readonly parent: Node;
  /** The node that may be used again. */
  next: ChildNode | null;
  /** The text being gathered begins after this many characters of `next`. */
  offset: number;
  /** The node drawn last. */
  previous: Node | null;
  /** Whether it is in a link, where there is no other. */
  readonly inLink: boolean;
  /** What to add after it: where it really leads. */
  readonly host: string | undefined;
}

class Painter {
  readonly #context: InlineContext;
  readonly #outer: Frame[] = [];
  #frame: Frame;
  #text = '';
  /** Elements left out because they are too deep. */
  #skipped = 0;
  marked: Node | null = null;
  markedLength = 0;
  #marking = false;

  constructor(root: Node, kept: Node | null, keptLength: number, context: InlineContext) {
    this.#context = context;
    const inText = kept !== null && kept.nodeType === 3;
    this.#frame = {
      parent: root,
      next: inText ? (kept as ChildNode) : kept ? kept.nextSibling : root.firstChild,
      offset: inText ? keptLength : 0,
      previous: inText ? null : kept,
      inLink: false,
      host: undefined,
    };
  }

  /** What was drawn so far stays. */
  mark(): void {
    if (this.#text) {
      this.#marking = true;
      this.markedLength = this.#frame.offset + this.#text.length;
    } else {
      const {next, offset, previous} = this.#frame;
      this.marked = offset ? next : previous;
      this.markedLength = offset || (previous?.nodeType === 3 ? (previous as Text).length : 0);
    }
  }

  draw(token: Token): void {
    switch (token.t) {
      case 'text':
        this.#text += this.#frame.inLink ? cleanLabel(token.s) : token.s;
        break;
      case 'run':
        for (const _ of token.closes) this.#close();
        this.#text += token.ch.repeat(token.n);
        for (let i = token.opens.length - 1; i >= 0; i--) this.#open(token.opens[i]!, {});
        break;
      case 'end':
        this.#close();
        break;
      case 'code':
        this.#leaf('code', {}, token.s);
        break;
      case 'br':
        this.#leaf('br', {}, '');
        break;
      case 'link':
        this.#link(token);
        break;
      case 'image':
        this.#image(token);
        break;
    }
  }

  finish(): void {
    while (this.#outer.length || this.#skipped) this.#close();
    this.#endFrame();
  }

  #link({url: raw, title = '', label = ''}: LinkToken): void {
    const url = raw === undefined ? undefined : safeLink(raw, this.#context.elements.document.baseURI);
    const attributes = url ? linkAttributes(url, title) : raw === undefined ? {} : {'data-blocked': ''};
    this.#open('a', attributes, url && hiddenTarget(cleanLabel(label), url));
  }

  #image({url: raw, title, alt}: ImageToken): void {
    const url = safeImage(raw, this.#context.elements.document.baseURI);
    const label = cleanLabel(alt);
    if (url && this.#context.imageOrigins.has(url.origin)) {
      this.#leaf(
        'img',
        {
          alt: label,
          loading: 'lazy',
          referrerpolicy: 'no-referrer',
          src: url.href,
          ...(title && {title: cleanLabel(title)}),
        },
        '',
      );
      return;
    }
    const text = this.#context.imageLabel + (label || url?.host || '');
    if (this.#frame.inLink) this.#leaf('span', {'data-image': ''}, text);
    else if (url) this.#leaf('a', {...linkAttributes(url, title), 'data-image': ''}, text);
    else this.#leaf('a', {'data-image': '', 'data-blocked': ''}, text);
  }

  #open(tag: Tag, attributes: Attributes, host?: string): void {
    if (this.#skipped || this.#outer.length >= MAX_DEPTH) {
      this.#skipped++;
      return;
    }
    const element = this.#element(tag, attributes);
    this.#outer.push(this.#frame);
    const inLink = tag === 'a' || this.#frame.inLink;
    this.#frame = {parent: element, next: element.firstChild, offset: 0, previous: null, inLink, host};
  }

  #close(): void {
    if (this.#skipped) this.#skipped--;
    else if (this.#outer.length) {
      this.#endFrame();
      const {host} = this.#frame;
      this.#frame = this.#outer.pop()!;
      if (host) this.#leaf('span', {'data-host': '', dir: 'ltr'}, ` (${host})`);
    }
  }

  #leaf(tag: Tag, attributes: Attributes, text: string): void {
    const element = this.#element(tag, attributes);
    const {firstChild} = element;
    if (firstChild?.nodeType === 3 && !firstChild.nextSibling) setText(firstChild as Text, 0, text);
    else if (text || firstChild) element.textContent = text;
  }

  #element(tag: Tag, attributes: Attributes): Element {
    this.#flushText();
    const frame = this.#frame;
    let element: Element;
    if (frame.next?.nodeType === 1 && frame.next.nodeName.toLowerCase() === tag) {
      element = frame.next as Element;
      syncAttributes(element, attributes);
      frame.next = element.nextSibling;
    } else {
      element = this.#context.elements.create(tag, attributes);
      frame.parent.insertBefore(element, frame.next);
    }
    frame.previous = element;
    return element;
  }

  #flushText(): void {
    const frame = this.#frame;
    if (!this.#text && !frame.offset) return;
    let node: Text;
    if (frame.next?.nodeType === 3) {
      node = frame.next as Text;
      setText(node, frame.offset, this.#text);
      frame.next = node.nextSibling;
    } else {
      node = this.#context.elements.document.createTextNode(this.#text);
      frame.parent.insertBefore(node, frame.next);
    }
    this.#text = '';
    frame.offset = 0;
    frame.previous = node;
    if (this.#marking && this.#outer.length === 0) {
      this.marked = node;
      this.#marking = false;
    }
  }

  #endFrame(): void {
    this.#flushText();
    const {parent} = this.#frame;
    let {next} = this.#frame;
    while (next) {
      const after: ChildNode | null = next.nextSibling;
      parent.removeChild(next);
      next = after;
    }
  }
}

function linkAttributes(url: URL, title: string): Attributes {
  return {
    href: url.href,
    rel: 'noopener noreferrer nofollow ugc',
    target: '_blank',
    ...(title && {title: cleanLabel(title)}),
  };
}
