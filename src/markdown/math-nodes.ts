import {inVariant} from './math-variants.ts';

/** A node of KaTeX's tree. It is private there: test/markdown/math.test.ts checks that it still looks like this. */
export interface TexNode {
  /** Of an element: its name. */
  readonly type?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly children?: readonly TexNode[];
  /** Of a text. A space has a width or a character instead. */
  readonly text?: string;
  readonly character?: string | null;
  readonly width?: number;
}

/** All that a formula can contain: MathML's own elements and attributes, none that links anywhere or holds a style. */
const TAGS = new Set(
  'math menclose mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover'.split(
    ' ',
  ),
);
const ATTRIBUTES = new Set(
  'accent accentunder columnlines depth display displaystyle fence height largeop linethickness lspace mathbackground mathcolor mathsize mathvariant maxsize minsize notation rowlines rspace scriptlevel separator stretchy voffset width'.split(
    ' ',
  ),
);
/** Lengths, in em. One that would cover the surroundings, or push them away, is left out. */
const LENGTHS = new Set('depth height lspace rspace voffset width'.split(' '));
const [LEAST, MOST] = [-2, 40];
/** Elements of one formula, and their nesting depth. */
const MAX_NODES = 5000;
const MAX_DEPTH = 100;

const NAMESPACE = 'http://www.w3.org/1998/Math/MathML';

/** @throws {RangeError} For a formula that is too large. */
export function mathElement(document: Document, root: TexNode): Element {
  let count = 0;

  function make(tag: string, depth: number): Element {
    if (++count > MAX_NODES || depth > MAX_DEPTH) throw new RangeError('The formula is too large.');
    return document.createElementNS(NAMESPACE, tag);
  }

  function append(parent: Element, node: TexNode, variant: string, depth: number): void {
    const {type, attributes = {}, children = [], text, character, width} = node;
    if (text !== undefined) parent.append(inVariant(text, variant));
    else if (character) {
      const space = make('mtext', depth);
      space.append(character);
      parent.append(space);
    } else if (width !== undefined)
      append(parent, {type: 'mspace', attributes: {width: `${width}em`}}, '', depth);
    else if (type === undefined) for (const child of children) append(parent, child, variant, depth);
    // What it looks like and what it means: only the first is kept, the source is on the outermost element.
    else if (type === 'semantics') append(parent, children[0]!, '', depth);
    else if (TAGS.has(type)) {
      const element = make(type, depth);
      for (const [name, value] of Object.entries(attributes)) {
        if (ATTRIBUTES.has(name) && isFit(name, `${value}`)) element.setAttribute(name, `${value}`);
      }
      const own = attributes['mathvariant'];
      for (const child of children) append(element, child, typeof own === 'string' ? own : '', depth + 1);
      if (type === 'mtable') align(element, `${attributes['columnalign'] ?? ''}`.split(' '));
      parent.append(element);
    } else for (const child of children) append(parent, child, variant, depth);
  }

  const box = document.createElementNS(NAMESPACE, 'mrow');
  append(box, root, '', 0);
  return box.firstElementChild!;
}

function isFit(name: string, value: string): boolean {
  if (name === 'mathvariant') return value === 'normal';
  if (!LENGTHS.has(name)) return /^[\w#. -]{1,64}$/.test(value);
  const length = Number.parseFloat(value);
  return length >= LEAST && length <= MOST;
}

/** Aligns each cell, since only one engine supports `columnalign` on a table. */
function align(table: Element, aligns: readonly string[]): void {
  for (const row of table.children) {
    [...row.children].forEach((cell, at) => {
      const wanted = aligns[at] ?? aligns.at(-1);
      if (wanted === 'left' || wanted === 'right') cell.setAttribute('data-align', wanted);
    });
  }
}
