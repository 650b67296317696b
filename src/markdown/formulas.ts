import * as katex from 'katex';
import {mathElement, type TexNode} from './math-nodes.ts';

/** Returns KaTeX's own tree. Its nodes' `toNode` and `toMarkup` are never called. */
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

/** A formula in MathML, with its source for those who cannot see it. @throws {Error} If it is invalid or too large. */
export function formulaElement(document: Document, source: string, display: boolean): Element {
  const math = mathElement(document, toTree(source, {...OPTIONS, displayMode: display}));
  math.setAttribute('alttext', source);
  return math;
}
