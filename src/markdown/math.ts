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

/** UTF-16 units, as in the renderer. Copied, since importing anything from there would take one more chunk. */
const MAX_NAME = 200;
/** Milliseconds without a drawing after which a `finish()` is done: longer than the pause between two drawings. */
const AFTER = 300;
/** A formula's placeholder with its backticks, where it did not become a code span: in text, and in a URL. */
const STRAY = /\u2060?`?\ue000(\d+)\ue001`?/g;
const STRAY_IN_URL = /(?:%E2%81%A0)?(?:`|%60)%EE%80%80(\d+)%EE%80%81(?:`|%60)/g;
const ATTRIBUTES = ['alt', 'aria-description', 'aria-label', 'href', 'src', 'title'];

/** Invisible characters, except joiners and variation selectors: they would reverse or hide those beside them. */
const UNSEEN = /(?!\u200c|\u200d|[\ufe00-\ufe0f])\p{DI}/gu;

const ADDRESS = /\/\/|www\.|[^\s.]\.[^\s\d.]{2}/i;

type Formulas = typeof import('./formulas.ts');

let formulas: Formulas | undefined;
let loading: Promise<void> | undefined;
/** Formulas already made: the end of a streaming paragraph is drawn again and again. */
const drawn = new WeakMap<Formula, Element>();
/** Elements that show the source until formulas can be drawn. */
const waiting = new Map<HTMLElement, Formula>();

async function load(): Promise<void> {
  formulas = await import('./formulas.ts').catch(() => undefined); // Then the source stays.
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
    // Its source stays.
  }
  if (element) drawn.set(formula, element);
  code.replaceChildren(element ?? raw);
  if (element && looksLikeAddress(code)) code.replaceChildren(raw);
  if (!formulas) {
    loading ??= load();
    waiting.set(code, formula);
  }
  requestAnimationFrame(() => adoptStyles(code, STYLES)); // It may not be in the document yet.
}

/** Whether the formula makes its link's text look like an address, which was not compared with the target. */
function looksLikeAddress(code: Element): boolean {
  const link = code.closest('a');
  return (
    !!link &&
    [link, code].some(({textContent}, own) => {
      const text = textContent.replace(/\p{DI}/gu, '');
      return ADDRESS.test(own ? text.replace(/\s/g, '') : text);
    })
  );
}

/**
 * A renderer that draws formulas into `container`, where `renderer` draws everything else. The parser sees formulas as
 * code spans; these elements are filled before the page is painted.
 */
export function withMath(
  renderer: MarkdownRenderer,
  container: HTMLElement | DocumentFragment,
): MarkdownRenderer {
  let found: Formula[] = [];
  /** Text nodes with placeholders where no formula can be, until their block is over: its parser counts characters. */
  let strays = new Set<Text>();
  let over = false;
  let finishing = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const begin = () => {
    found = [];
    strays = new Set();
    over = finishing = false;
    return mathFilter(renderer.append, ({raw, source, ...rest}) => {
      const seen = (text: string): string => text.replace(UNSEEN, '');
      return found.push({...rest, raw: seen(raw), source: seen(source)}) - 1;
    });
  };
  let filter = begin();

  function fill(records: readonly MutationRecord[]): void {
    const elements = new Set<Element>();
    const texts = new Set<Text>();
    const note = (node: Node): void => {
      if (node instanceof Text) texts.add(node);
      else if (node instanceof Element) elements.add(node);
      for (const child of node.childNodes) note(child);
    };
    for (const {target, addedNodes, type} of records) {
      if (type === 'characterData') texts.add(target as Text);
      else if (type === 'attributes') elements.add(target as Element);
      else if (target instanceof HTMLElement && target.localName === 'code') note(target);
      for (const node of addedNodes) note(node);
    }
    for (const element of elements) restoreAttributes(element);
    for (const text of texts) {
      if (!text.data.includes('\ue000') || !container.contains(text)) continue;
      const code = text.parentElement;
      const formula = code?.localName === 'code' && found[formulaNumber(code.textContent) ?? -1];
      if (formula) draw(code as HTMLElement, formula);
      else strays.add(text);
    }
    for (const text of strays) {
      if (!isOver(text)) continue;
      strays.delete(text);
      text.data = text.data.replace(STRAY, written);
    }
    observer.takeRecords();
    if (!finishing || !strays.size) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      over = finishing;
      fill(observer.takeRecords());
    }, AFTER);
  }

  const written = (stray: string, number: string): string => found[Number(number)]?.raw ?? stray;

  function restoreAttributes(element: Element): void {
    for (const name of ATTRIBUTES) {
      const isTask = name === 'aria-label' && element.localName === 'input';
      const value = element.getAttribute(name) ?? '';
      const whole = (isTask ? nameOf(element.parentElement!) : value)
        .replace(STRAY, written)
        .replace(STRAY_IN_URL, (...found) => encodeURIComponent(written(found[0], found[1])));
      if (whole !== value) element.setAttribute(name, whole);
    }
  }

  /**
   * The name of a task's checkbox, with the sources of its formulas: a drawn formula's own text says less than its
   * source.
   */
  function nameOf(task: Element): string {
    const copy = task.cloneNode(true) as Element;
    const formulas = task.querySelectorAll('math');
    copy.querySelectorAll('math').forEach((math, at) => {
      math.replaceWith(found.find(each => drawn.get(each) === formulas[at])?.raw ?? '');
    });
    return copy.textContent.trim().slice(0, MAX_NAME);
  }

  /** Whether the text may be changed, since no drawing counts its characters any more. */
  function isOver(text: Text): boolean {
    if (over || text.parentElement?.closest('a')) return true;
    const block = text.parentElement?.closest('pre, [data-html]');
    let end: Node = container;
    while (end.lastChild) end = end.lastChild;
    return !!block && !block.contains(end);
  }

  const observer = new MutationObserver(fill);
  observer.observe(container, {
    childList: true,
    characterData: true,
    subtree: true,
    attributeFilter: ATTRIBUTES,
  });

  return {
    append: text => filter.push(text),
    async end() {
      over = true;
      filter.end();
      const ended = renderer.end();
      fill(observer.takeRecords());
      await ended;
      await loading;
    },
    finish() {
      finishing = true;
      filter.end();
      renderer.finish();
      fill(observer.takeRecords());
    },
    reset() {
      renderer.reset();
      filter = begin();
    },
  };
}
