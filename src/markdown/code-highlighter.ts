import {adoptStyles} from './adopt-styles.ts';
import {type CodeState, loadLanguage, type ReadCode} from './code-languages.ts';
import {codeStyles, highlightName} from './code-theme.ts';
import type {CodeToken} from './code-tokens.ts';
import type {Elements} from './dom.ts';

/** UTF-16 units of the longest code that has colours. */
const MAX_LENGTH = 100_000;
/** UTF-16 units that are read at once: what reads them is not linear for all that it may meet. */
const PIECE = 2000;
/** Milliseconds that reading may take before the page gets its turn. */
const BUDGET = 6;
/** The second piece in a row that took so many milliseconds is the last one of its code: one may fall into a busy moment. */
const TOO_LONG = 200;
/** Milliseconds between two looks at code that is still coming. */
const PACE = 200;
/** Milliseconds after which closed code is looked at though the page is never idle. */
const PATIENCE = 300;

/** A block of code with a known language. */
interface Block {
  readonly code: HTMLElement;
  readonly create: Elements['create'];
  /** Nothing before it was loaded, or once it has given up. */
  read: ReadCode | undefined;
  /** No more text comes. */
  closed: boolean;
  /** It has text that was not looked at. */
  stale: boolean;
  /** The last piece took too long. */
  slow: boolean;
  /** When it was looked at last. */
  at: number;
  cancel: (() => void) | undefined;
  /** So much of the text is read for good, up to this state; `settled` are its tokens. */
  length: number;
  state: CodeState | undefined;
  readonly settled: CodeToken[];
  /** Those of all of the text, as far as it was looked at. */
  tokens: readonly CodeToken[];
  readonly painted: Painted[];
}

interface Painted {
  readonly token: CodeToken;
  readonly range: StaticRange;
}

const blocks = new WeakMap<Element, Block>();
/** Those that are on screen, or about to be. */
const near = new Set<Block>();
/** Chromium gives every highlight the colours of a selection then, whatever the style sheet says. */
const forced = matchMedia('(forced-colors:active)');
forced.addEventListener('change', () => {
  for (const block of near) paintRanges(block);
});
/** All that was asked for, loaded or not. */
let loads: Promise<unknown> = Promise.resolve();

/**
 * Colours code that has a language; again, once it has more text. The text, and what is selected in it, stays as it
 * is: ranges are painted, and only where an engine cannot do that, the code gets elements once it is closed.
 *
 * Only what is on screen, or near it, is looked at and has ranges: an engine goes through all of a document's ranges
 * whenever something in it changes.
 *
 * Resolves when the languages asked for so far have come, or cannot.
 */
export function highlightCode(
  code: HTMLElement,
  language: string,
  create: Elements['create'],
  closed: boolean,
): Promise<unknown> {
  const block = blocks.get(code) ?? begin(code, language, create);
  if (!block) return loads;
  block.stale = true;
  if (closed && !block.closed) {
    block.closed = true;
    block.cancel?.();
  }
  schedule(block);
  return loads;
}

/** Nothing for a language that is not known, nor in another document, which has highlights and styles of its own. */
function begin(code: HTMLElement, language: string, create: Elements['create']): Block | undefined {
  const load = code.ownerDocument === document ? loadLanguage(language) : undefined;
  if (!load) return undefined;
  const block: Block = {
    code,
    create,
    read: undefined,
    closed: false,
    stale: true,
    slow: false,
    at: Number.NEGATIVE_INFINITY,
    cancel: undefined,
    length: 0,
    state: undefined,
    settled: [],
    tokens: [],
    painted: [],
  };
  blocks.set(code, block);
  observer.observe(code.parentElement!); // It has a box of its own.
  loads = Promise.all([loads, load]);
  void load.then(read => {
    block.read = read;
    schedule(block);
  });
  return block;
}

const observer = new IntersectionObserver(
  entries => {
    for (const {target, isIntersecting} of entries) {
      const block = blocks.get(target.firstElementChild!)!;
      if (isIntersecting) near.add(block);
      else near.delete(block);
      if (isIntersecting) schedule(block);
      else block.cancel?.();
      paintRanges(block);
    }
  },
  // Inside of a box that scrolls the second one counts, where an engine knows it.
  {rootMargin: '100%', scrollMargin: '100%'} as IntersectionObserverInit,
);

/** Has the block looked at: open code at its pace, closed code, or what is left of a look, as soon as the page is idle. */
function schedule(block: Block, soon = block.closed): void {
  if (!near.has(block) || !block.stale || !block.read || block.cancel) return;
  const run = (): void => {
    block.cancel = undefined;
    look(block);
  };
  const idle = soon && typeof requestIdleCallback === 'function';
  const id = idle
    ? requestIdleCallback(run, {timeout: PATIENCE})
    : setTimeout(run, soon ? 0 : block.at + PACE - performance.now());
  block.cancel = () => {
    block.cancel = undefined;
    if (idle) cancelIdleCallback(id as number);
    else clearTimeout(id);
  };
}

function look(block: Block): void {
  const {code, closed, settled} = block;
  const text = code.textContent;
  block.at = performance.now();
  block.stale = false;
  if (text.length > MAX_LENGTH) {
    giveUp(block);
    settled.length = 0;
  }
  while (block.read && text.length - block.length > PIECE && !block.stale) {
    const end = endOfPiece(text, block.length);
    const read = readPiece(block, text, end);
    settled.push(...(read?.tokens ?? []));
    block.state = read?.state;
    block.length = end;
    block.stale = performance.now() - block.at > BUDGET;
  }
  const rest = block.stale ? undefined : readPiece(block, text);
  block.tokens = [...settled, ...(rest?.tokens ?? [])];
  paintRanges(block);
  if (closed && !block.stale && !('highlights' in CSS)) paintElements(block, text);
  schedule(block, true);
}

/** The end of a line, if possible before an empty one, where seldom anything is open that only the next piece closes. */
function endOfPiece(text: string, from: number): number {
  const piece = text.slice(from, from + PIECE);
  const gap = piece.lastIndexOf('\n\n');
  const end = gap < PIECE / 2 ? piece.lastIndexOf('\n') : gap;
  if (end >= 0) return from + end + 1;
  return from + PIECE - (/[\ud800-\udbff]$/.test(piece) ? 1 : 0); // Half of a character would be drawn as none.
}

/**
 * What the next piece of the code is. Their places are in the whole text. So far into a long line there are none: an engine
 * goes through all ranges of a line whenever it grows.
 */
function readPiece(
  block: Block,
  text: string,
  end?: number,
): {tokens: CodeToken[]; state: CodeState} | undefined {
  const {read, state, length} = block;
  const piece = text.slice(length, end);
  const isLong = length > 0 && !text.slice(Math.max(length - PIECE, 0), length).includes('\n');
  const plain = isLong ? piece.search(/\n|$/) : 0;
  const start = performance.now();
  try {
    const found = read?.(piece, state);
    const slow = performance.now() - start > TOO_LONG;
    if (slow && block.slow) giveUp(block);
    block.slow = slow;
    const tokens = found?.tokens.filter(({from}) => from >= plain).map(each => moved(each, length));
    return found && tokens && {...found, tokens};
  } catch {
    giveUp(block); // As on code that is nested deeper than the stack.
    return undefined;
  }
}

const moved = ({from, to, group}: CodeToken, by: number): CodeToken => ({
  from: from + by,
  to: to + by,
  group,
});

/** What has its colours keeps them. */
function giveUp(block: Block): void {
  block.read = undefined;
}

/** Paints the tokens, those that there should be now, and leaves what is painted already. */
function paintRanges(block: Block): void {
  const {code, painted} = block;
  if (!code.firstChild || !('highlights' in CSS)) return;
  const tokens = near.has(block) && !forced.matches ? block.tokens : [];
  let same = 0;
  while (isSame(tokens[same], painted[same]?.token)) same++;
  for (const {token, range} of painted.splice(same)) highlightOf(token.group).delete(range);
  const find = placesIn(code);
  for (const token of tokens.slice(same)) {
    const {from, to, group} = token;
    const [startContainer, startOffset] = find(from);
    const [endContainer, endOffset] = find(to);
    const range = new StaticRange({startContainer, startOffset, endContainer, endOffset});
    highlightOf(group).add(range);
    painted.push({token, range});
  }
  if (tokens.length) adoptStyles(code, codeStyles);
}

/** Finds the places of the code's text in its nodes, of which long code has several, when asked for them in their order. */
function placesIn(code: HTMLElement): (place: number) => [node: Text, offset: number] {
  const nodes = [...code.childNodes].map(each => (each.firstChild ?? each) as Text);
  let at = 0;
  let start = 0;
  return place => {
    while (place - start > nodes[at]!.length && nodes[at + 1]) start += nodes[at++]!.length;
    return [nodes[at]!, place - start];
  };
}

const isSame = (a: CodeToken | undefined, b: CodeToken | undefined): boolean =>
  a !== undefined && a.from === b?.from && a.to === b.to && a.group === b.group;

/** The highlight of a name, which every copy of this module in the page shares. */
function highlightOf(group: string): Highlight {
  const name = highlightName(group);
  let highlight = CSS.highlights.get(name);
  if (!highlight) {
    highlight = new Highlight();
    CSS.highlights.set(name, highlight);
  }
  return highlight;
}

/** Puts the tokens into elements; not while something in there is selected, which would be lost. */
function paintElements(block: Block, text: string): void {
  const {code, create, tokens} = block;
  if (isSelected(code)) {
    document.addEventListener(
      'selectionchange',
      () => {
        block.stale = true;
        schedule(block);
      },
      {once: true},
    );
    return;
  }
  const parts: (Node | string)[] = [];
  let at = 0;
  for (const {from, to, group} of tokens) {
    parts.push(text.slice(at, from), create('span', {'data-scope': group}, text.slice(from, to)));
    at = to;
  }
  code.replaceChildren(...parts, text.slice(at));
  adoptStyles(code, codeStyles);
}

function isSelected(code: Node): boolean {
  const root = code.getRootNode() as Document & {getSelection?: () => Selection | null};
  const selection = root.getSelection?.() ?? getSelection();
  return !!selection?.rangeCount && selection.getRangeAt(0).intersectsNode(code);
}
