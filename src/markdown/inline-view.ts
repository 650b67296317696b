import {type Attributes, type Elements, setText, syncAttributes, type Tag} from './dom.ts';
import {type ImageToken, type LinkToken, parseInline, type Token} from './inline-parser.ts';
import type {MarkdownLabels} from './markdown-renderer.ts';
import type {References} from './references.ts';
import {cleanLabel, hiddenTarget, IMAGES, LINKS, safeUrl} from './safe-url.ts';

/** What inline text needs to know about its document. */
export interface InlineContext extends Elements {
  readonly imageOrigins: ReadonlySet<string>;
  readonly labels: MarkdownLabels;
  readonly references: References;
}

/** Deeper elements are left out, their text is not. */
const MAX_DEPTH = 32;
/** UTF-16 units of unsettled text beyond which it is drawn only after it grew by an eighth, to stay linear. */
const LONG_TAIL = 4096;

export interface InlineView {
  /** Draws the text that the block has now. `final` when no more can come. */
  update(text: string, final: boolean): void;
  /** Draws again from the start, for a definition that came late. */
  redraw(): void;
  /** Moves what is drawn to another element, node by node. */
  moveTo(element: HTMLElement): void;
  /** Puts a node before everything else, to stay. */
  prepend(node: Node): void;
}

/**
 * The inline content of one block, in `home`: keeps the nodes up to the safe point, and makes the rest equal to what
 * the text means now, changing only the nodes that differ.
 */
export function inlineView(home: HTMLElement, context: InlineContext): InlineView {
  let element = home;
  let text = '';
  let final = false;
  let safe = 0;
  /** The last node that stays, and how much of it when it is a text. */
  let kept: Node | null = null;
  let keptLength = 0;
  let first: Node | null = null;

  function forget(): void {
    safe = keptLength = 0;
    kept = first;
  }

  function draw(): void {
    const parsed = parseInline(text, safe, final, label => context.references.lookup(label, view));
    const {tokens, safeToken} = parsed;
    const drawn = paint(element, kept, keptLength, context, tokens, safeToken);
    if (safeToken) {
      safe = parsed.safe;
      [kept, keptLength] = drawn;
    }
  }

  const view: InlineView = {
    update(now, last) {
      if (now === text && last === final) return;
      if (!now.startsWith(text.slice(0, safe))) forget();
      const tail = now.length - safe;
      const isLong = tail > LONG_TAIL && now.length - text.length < tail / 8 && now.startsWith(text);
      if (isLong && !last) return;
      text = now;
      final = last;
      draw();
    },

    redraw() {
      forget();
      draw();
    },

    moveTo(heading) {
      while (element.firstChild) heading.append(element.firstChild);
      element = heading;
    },

    prepend(node) {
      element.prepend(node);
      kept ??= node;
      first = node;
    },
  };
  return view;
}

/**
 * Makes what follows the first `keptLength` characters of `kept`, or this node, equal to the tokens. Returns the
 * same for what the tokens before `safeToken` drew.
 */
function paint(
  root: Node,
  kept: Node | null,
  keptLength: number,
  {create, document, imageOrigins, labels}: InlineContext,
  tokens: readonly Token[],
  safeToken: number,
): [kept: Node | null, length: number] {
  const inText = kept?.nodeType === 3;
  let parent = root;
  /** The node that may be used again. */
  let next = (inText ? kept : kept ? kept.nextSibling : root.firstChild) as ChildNode | null;
  /** The text being gathered begins after this many characters of `next`. */
  let offset = inText ? keptLength : 0;
  /** The node drawn last. */
  let previous = inText ? null : kept;
  let text = '';
  /** Whether it is in a link, where there is no other. */
  let inLink = false;
  /** Of each open element: whether a link was around it, and what to add after it: where it really leads. */
  const outer: [inLink: boolean, host: string | undefined][] = [];
  /** Elements left out because they are too deep. */
  let skipped = 0;
  let marked: Node | null = null;
  let markedLength = 0;
  let marking = false;

  function flushText(): void {
    if (!text && !offset) return;
    if (next?.nodeType === 3) {
      previous = next;
      setText(next as Text, offset, text);
      next = next.nextSibling;
    } else previous = parent.insertBefore(document.createTextNode(text), next);
    text = '';
    offset = 0;
    if (marking) marked = previous;
    marking = false;
  }

  function element(tag: Tag, attributes: Attributes): HTMLElement {
    flushText();
    let made = next as HTMLElement | null;
    if (made?.localName === tag) {
      syncAttributes(made, attributes);
      next = made.nextSibling;
    } else made = parent.insertBefore(create(tag, attributes), next);
    previous = made;
    return made;
  }

  function leaf(tag: Tag, attributes: Attributes, content: string): void {
    const made = element(tag, attributes);
    const {firstChild} = made;
    if (firstChild?.nodeType === 3 && !firstChild.nextSibling) setText(firstChild as Text, 0, content);
    else if (content || firstChild) made.textContent = content;
  }

  function open(tag: Tag, attributes: Attributes, host?: string): void {
    if (skipped || outer.length >= MAX_DEPTH) skipped++;
    else {
      parent = element(tag, attributes);
      next = parent.firstChild;
      previous = null;
      outer.push([inLink, host]);
      inLink ||= tag === 'a';
    }
  }

  function removeRest(): void {
    flushText();
    while (next) {
      const after: ChildNode | null = next.nextSibling;
      next.remove();
      next = after;
    }
  }

  function close(): void {
    if (skipped) skipped--;
    else if (outer.length) {
      removeRest();
      const [wasInLink, host] = outer.pop()!;
      inLink = wasInLink;
      previous = parent;
      next = parent.nextSibling;
      parent = parent.parentNode!;
      if (host) leaf('span', {'data-host': '', dir: 'ltr'}, ` (${host})`);
    }
  }

  function link({url: raw, title = '', label = ''}: LinkToken): void {
    const url = raw === undefined ? undefined : safeUrl(raw, document, LINKS);
    const attributes = url ? linkAttributes(url, title) : raw === undefined ? {} : {'data-blocked': ''};
    open('a', attributes, url && hiddenTarget(cleanLabel(label), url));
  }

  function image({url: raw, title, s}: ImageToken): void {
    const url = safeUrl(raw, document, IMAGES);
    const label = cleanLabel(s);
    if (url && imageOrigins.has(url.origin)) {
      const attributes = {alt: label, loading: 'lazy', referrerpolicy: 'no-referrer', src: url.href};
      leaf('img', title ? {...attributes, title: cleanLabel(title)} : attributes, '');
    } else {
      const attributes = inLink ? {} : url ? linkAttributes(url, title) : {'data-blocked': ''};
      leaf(
        inLink ? 'span' : 'a',
        {...attributes, 'data-image': ''},
        labels.image + (label || url?.host || ''),
      );
    }
  }

  function draw(token: Token): void {
    switch (token.t) {
      case 'text':
        text += inLink ? cleanLabel(token.s) : token.s;
        break;
      case 'run':
        for (const _ of token.closes) close();
        text += token.ch.repeat(token.n);
        for (const tag of token.opens.reverse()) open(tag, {});
        break;
      case 'end':
        close();
        break;
      case 'code':
        leaf('code', {}, token.s);
        break;
      case 'br':
        leaf('br', {}, '');
        break;
      case 'link':
        link(token);
        break;
      case 'image':
        image(token);
    }
  }

  for (let i = 0; i <= tokens.length; i++) {
    if (i && i === safeToken) {
      // What was drawn so far stays.
      if (text) {
        marking = true;
        markedLength = offset + text.length;
      } else {
        marked = offset ? next : previous;
        markedLength = offset || (previous as Text | null)?.length || 0;
      }
    }
    if (i < tokens.length) draw(tokens[i]!);
  }
  while (outer.length || skipped) close();
  removeRest();
  return [marked, markedLength];
}

function linkAttributes(url: URL, title: string): Attributes {
  return {
    href: url.href,
    rel: 'noopener noreferrer nofollow ugc',
    target: '_blank',
    ...(title && {title: cleanLabel(title)}),
  };
}
