import {adoptStyles} from './adopt-styles.ts';
import {type CodeState, loadLanguage, type ReadCode} from './code-languages.ts';
import {codeStyles, highlightName} from './code-theme.ts';
import type {CodeToken} from './code-tokens.ts';
import type {Elements} from './dom.ts';

/** Longer code, in UTF-16 units, is not coloured. */
const MAX_LENGTH = 100_000;
/** UTF-16 units that are read at once: highlight.js does not take linear time on every input. */
const PIECE = 2000;
/** Milliseconds that reading may take before it yields to the page. */
const BUDGET = 6;
/** Milliseconds. Two pieces in a row that take longer end the colouring; a single one may fall into a busy moment. */
const TOO_LONG = 200;
/** Milliseconds between two passes over code that is still streaming. */
const PACE = 200;
/** Milliseconds after which finished code is read even if the page is never idle. */
const PATIENCE = 300;

/** A block of code with a known language. */
interface Block {
  readonly code: HTMLElement;
  readonly create: Elements['create'];
  /** Missing until it has loaded, and after giving up. */
  read: ReadCode | undefined;
  /** No more text will come. */
  closed: boolean;
  /** It has text that has not been read. */
  stale: boolean;
  /** The last piece took too long. */
  slow: boolean;
  /** When it was last read. */
  at: number;
  cancel: (() => void) | undefined;
  /** This much of the text is read for good and led to this state; `settled` are its tokens. */
  length: number;
  state: CodeState | undefined;
  readonly settled: CodeToken[];
  /** The tokens of all the text read so far. */
  tokens: readonly CodeToken[];
  readonly painted: Painted[];
}

interface Painted {
  readonly token: CodeToken;
  readonly range: StaticRange;
}

const blocks = new WeakMap<Element, Block>();
/** The blocks on screen, or close to it. */
const near = new Set<Block>();
/** In forced colours, Chromium gives every highlight the colours of a selection, whatever the style sheet says. */
const forced = matchMedia('(forced-colors:active)');
forced.addEventListener('change', () => {
  for (const block of near) paintRanges(block);
});
/** Settles when all languages requested so far have loaded or failed. */
let loads: Promise<unknown> = Promise.resolve();

/**
 * Colours code that names a language; call it again when there is more text. The text and any selection in it stay as
 * they are: ranges are painted. Only where an engine cannot do that does the code get elements, once it is closed.
 *
 * Only code on screen, or close to it, is read and has ranges: an engine goes through all ranges of a document whenever
 * something in it changes.
 *
 * Resolves when the languages requested so far have loaded or failed.
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

/** `undefined` for an unknown language, and in another document, which has its own highlights and styles. */
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
  observer.observe(code.parentElement!); // Unlike the code, it has a box of its own.
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
  // Inside a scrollable box, `scrollMargin` counts, where an engine supports it.
  {rootMargin: '100%', scrollMargin: '100%'} as IntersectionObserverInit,
);

/** Schedules the next pass: open code at its pace; closed code, or the rest of a pass, once the page is idle. */
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

/** The end of a line; if possible before an empty one, where constructs are seldom left open. */
function endOfPiece(text: string, from: number): number {
  const piece = text.slice(from, from + PIECE);
  const gap = piece.lastIndexOf('\n\n');
  const end = gap < PIECE / 2 ? piece.lastIndexOf('\n') : gap;
  if (end >= 0) return from + end + 1;
  return from + PIECE - (/[\ud800-\udbff]$/.test(piece) ? 1 : 0); // Half a surrogate pair would not be drawn.
}

/**
 * Reads the next piece of the code. The tokens' positions are in the whole text. Far into a long line there are none:
 * an engine goes through all ranges of a line whenever it grows.
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
    giveUp(block); // For instance on code that is nested deeper than the stack.
    return undefined;
  }
}

const moved = ({from, to, group}: CodeToken, by: number): CodeToken => ({
  from: from + by,
  to: to + by,
  group,
});

/** Stops reading. What is coloured already stays so. */
function giveUp(block: Block): void {
  block.read = undefined;
}

/** Paints the tokens that should be painted now, leaving alone the leading ones that are painted already. */
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

/** Maps positions in the code's text to its nodes, of which long code has several. Positions must be ascending. */
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

/** The highlight for a group. All copies of this module in the page share it. */
function highlightOf(group: string): Highlight {
  const name = highlightName(group);
  let highlight = CSS.highlights.get(name);
  if (!highlight) {
    highlight = new Highlight();
    CSS.highlights.set(name, highlight);
  }
  return highlight;
}

/** Puts the tokens into elements, but not while something in the code is selected: the selection would be lost. */
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
