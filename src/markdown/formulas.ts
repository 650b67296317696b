import * as katex from 'katex';
import {mathElement, type TexNode} from './math-nodes.ts';

/** Makes nothing but nodes of its own; their `toNode` and `toMarkup` are not asked. */
const toTree = (source: string, options: katex.KatexOptions): TexNode =>
  (
    katex as unknown as {__renderToDomTree(source: string, options: katex.KatexOptions): TexNode}
  ).__renderToDomTree(source, options);

const OPTIONS: katex.KatexOptions = {
  output: 'mathml',
  trust: false,
  strict: 'ignore',
  throwOnError: true,
  maxSize: 20,
  maxExpand: 500,
};

/** A formula in MathML, with its source for who cannot see it. @throws {Error} When it cannot be read, or is too large. */
export function formulaElement(document: Document, source: string, display: boolean): Element {
  const math = mathElement(document, toTree(source, {...OPTIONS, displayMode: display}));
  math.setAttribute('alttext', source);
  return math;
}
