import {type Attributes, setAttributes, setText, type Tag} from './dom.ts';
import type {InlineResult} from './inline-parser.ts';
import type {InlineContext} from './inline-view.ts';
import {cleanLabel, hiddenTarget, IMAGES, LINKS, safeUrl} from './safe-url.ts';
import type {ImageToken, LinkToken, Token} from './tokens.ts';

/** Deeper elements are left out, but not their text. */
const MAX_DEPTH = 32;

/** The block that contains the inline content. */
export interface Home {
  readonly body: HTMLElement;
  /** Precedes all of the content. */
  readonly checkbox?: HTMLElement | undefined;
  /** The text lost its beginning. */
  cut?: boolean;
}

/** A position: after this node, or after its first `length` characters. */
export interface Place {
  readonly node: Node | null;
  readonly length: number;
}

/**
 * Makes the content of `home` after `from` equal to the tokens. Returns the place where the nodes end that the tokens
 * before the last `safe` drew.
 */
export function paint(
  home: Home,
  from: Place | undefined,
  {create, document, imageOrigins, labels}: InlineContext,
  {tokens}: InlineResult,
): Place | undefined {
  const {node, length} = from ?? {node: home.checkbox ?? null, length: 0};
  let settled = from;
  /** The `length` of that place, while the text there is not drawn yet. */
  let settledLength = 0;
  let parent: Node = home.body;
  /** The next existing node, which may be reused. */
  let next = (length ? node : node ? node.nextSibling : parent.firstChild) as ChildNode | null;
  /** The collected text begins after this many characters of `next`. */
  let offset = length;
  let text = '';
  /** The node drawn last. */
  let previous = length ? null : node;
  let depth = 0;
  /** How many of the open elements are left out. */
  let skipped = 0;
  /** The open link, and its real target if that is to be shown after it. */
  let link: Node | undefined;
  let host: string | undefined;

  function flushText(): void {
    if (!text && !offset) return;
    if (next?.nodeType === 3) {
      previous = next;
      setText(next as Text, offset, (next as Text).data.slice(offset), text);
      next = next.nextSibling;
    } else previous = parent.insertBefore(document.createTextNode(text), next);
    text = '';
    offset = 0;
    if (settledLength) settled = {node: previous, length: settledLength};
    settledLength = 0;
  }

  function open(tag: Tag, attributes: Attributes, leadsTo?: string): void {
    if (skipped || depth >= MAX_DEPTH || (link && tag === 'a')) {
      skipped++;
      return;
    }
    flushText();
    if ((next as Element | null)?.localName === tag) {
      parent = next!;
      setAttributes(parent as Element, attributes);
    } else parent = parent.insertBefore(create(tag, attributes), next);
    next = parent.firstChild;
    previous = null;
    depth++;
    if (tag === 'a') {
      link = parent;
      host = leadsTo;
    }
  }

  function close(): void {
    if (skipped) {
      skipped--;
      return;
    }
    removeRest();
    const closed = parent;
    previous = closed;
    next = closed.nextSibling;
    parent = closed.parentNode!;
    depth--;
    if (closed !== link) return;
    link = undefined;
    if (host) leaf('span', {'data-host': '', dir: 'ltr'}, ` (${host})`);
  }

  function leaf(tag: Tag, attributes: Attributes, content: string, leadsTo?: string): void {
    open(tag, attributes, leadsTo);
    add(content);
    close();
  }

  /** Direction overrides are removed: they would also reverse the text of a link after them. */
  function add(content: string): void {
    text += link ? cleanLabel(content) : content.replace(/[\u202d\u202e]/g, '');
  }

  function removeRest(): void {
    flushText();
    while (next) {
      const after: ChildNode | null = next.nextSibling;
      next.remove();
      next = after;
    }
  }

  function openLink({url: raw, title, label}: LinkToken): void {
    const url = raw === undefined ? undefined : safeUrl(raw, document, LINKS);
    const attributes = raw === undefined ? {} : linkAttributes(url, title, labels.newTab);
    open('a', attributes, hiddenTarget(label, url));
  }

  function image({url: raw, title, s}: ImageToken): void {
    const url = safeUrl(raw, document, IMAGES);
    const label = cleanLabel(s);
    if (url && imageOrigins.includes(url.origin)) {
      const attributes: Attributes = {
        alt: label,
        loading: 'lazy',
        referrerpolicy: 'no-referrer',
        src: url.href,
        title: cleanLabel(title) || false,
      };
      leaf('img', attributes, '');
    } else {
      const attributes = {...(!link && linkAttributes(url, title, labels.newTab)), 'data-image': ''};
      leaf(
        link ? 'span' : 'a',
        attributes,
        labels.image + (label || url?.host || ''),
        hiddenTarget(label, url),
      );
    }
  }

  function draw(token: Token): void {
    switch (token.t) {
      case 'text':
        add(token.s);
        break;
      case 'run':
        for (const _ of token.closes) close();
        text += token.ch.repeat(token.n);
        for (const tag of token.opens.reverse()) open(tag, {});
        break;
      case 'safe':
        settledLength = offset + text.length;
        if (!settledLength) settled = {node: previous, length: 0};
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
        openLink(token);
        break;
      case 'image':
        image(token);
    }
  }

  for (const token of tokens) draw(token);
  removeRest();
  return settled;
}

/**
 * A description, since NVDA reads that wherever it comes across a link, but `aria-describedby` only on focus. It
 * includes the title, which would otherwise be the description.
 */
function linkAttributes(url: URL | undefined, given: string, newTab: string): Attributes {
  if (!url) return {'data-blocked': ''};
  const title = cleanLabel(given);
  return {
    'aria-description': IMAGES.test(url.protocol) && (title && `${title} – `) + newTab,
    href: url.href,
    rel: 'noopener noreferrer nofollow ugc',
    target: '_blank',
    title: title || false,
  };
}
