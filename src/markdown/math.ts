import {adoptStyles} from './adopt-styles.ts';
import type {MarkdownRenderer} from './markdown-renderer.ts';
import {formulaNumber, mathFilter} from './math-filter.ts';
import type {Formula} from './math-syntax.ts';

const STYLES = `
code[data-math]{all:unset;unicode-bidi:isolate}
code[data-math=display]{display:block;overflow:auto hidden;text-align:center}
[data-math] mtd[data-align=left]{text-align:left}
[data-math] mtd[data-align=right]{text-align:right}
[data-math] menclose[notation~=box]{padding:.2em;border:1px solid}
[data-math] menclose[notation*=strike]{text-decoration:line-through}`;

type Formulas = typeof import('./formulas.ts');

let formulas: Formulas | undefined;
let loading: Promise<void> | undefined;
/** What was drawn, since the end of a paragraph that is coming is drawn again and again. */
const drawn = new WeakMap<Formula, Element>();
/** What shows its source until formulas can be drawn. */
const waiting = new Map<HTMLElement, Formula>();

async function load(): Promise<void> {
  formulas = await import('./formulas.ts').catch(() => undefined); // Then their source stays.
  for (const [code, formula] of waiting) if (code.textContent === formula.raw) draw(code, formula);
  waiting.clear();
}

function draw(code: HTMLElement, formula: Formula): void {
  const {raw, source, display} = formula;
  code.setAttribute('data-math', display ? 'display' : 'inline');
  code.setAttribute('dir', 'ltr');
  let element = drawn.get(formula);
  try {
    element ??= formulas?.formulaElement(code.ownerDocument, source, display);
  } catch {
    // Then it stays its source.
  }
  if (element) drawn.set(formula, element);
  code.replaceChildren(element ?? raw);
  if (!formulas) {
    loading ??= load();
    waiting.set(code, formula);
  }
  requestAnimationFrame(() => adoptStyles(code, STYLES)); // It may have no place yet.
}

/**
 * A renderer that draws formulas into `container`, where `renderer` draws all else. They come to the parser as spans of
 * code, and their elements are filled before the page is painted.
 */
export function withMath(
  renderer: MarkdownRenderer,
  container: HTMLElement | DocumentFragment,
): MarkdownRenderer {
  let found: Formula[] = [];
  const begin = () => mathFilter(renderer.append, formula => found.push(formula) - 1);
  let filter = begin();

  function fill(records: readonly MutationRecord[]): void {
    const codes = new Set<Element>();
    for (const {target, addedNodes} of records) {
      for (const node of [target, ...addedNodes]) {
        const element = node instanceof Element ? node : node.parentElement;
        const code = element?.closest('code');
        if (code) codes.add(code);
        else if (node !== target && element === node)
          for (const each of element.querySelectorAll('code')) codes.add(each);
      }
    }
    for (const code of codes) {
      const formula = found[formulaNumber(code.textContent) ?? -1];
      if (formula) draw(code as HTMLElement, formula);
    }
    observer.takeRecords();
  }

  const observer = new MutationObserver(fill);
  observer.observe(container, {childList: true, characterData: true, subtree: true});

  return {
    append: text => filter.push(text),
    async end() {
      filter.end();
      const ended = renderer.end();
      fill(observer.takeRecords());
      await ended;
      await loading;
    },
    finish() {
      filter.end();
      renderer.finish();
    },
    reset() {
      renderer.reset();
      found = [];
      filter = begin();
    },
  };
}
