type Root = Document | ShadowRoot;

/** A constructed sheet can only be used in the document that it was created in. */
const sheets = new WeakMap<Document, Map<string, CSSStyleSheet>>();
const adopted = new WeakMap<Root, Set<string>>();

/**
 * Adds the styles of a lazily loaded part to the document or shadow root that contains `node`. Constructed sheets work
 * under any Content Security Policy.
 */
export function adoptStyles(node: Node, styles: string): void {
  const root = node.getRootNode() as Root;
  // A fragment has none, nor has a node that was removed in the meantime.
  if (!root.adoptedStyleSheets) return;
  const known = adopted.get(root) ?? new Set();
  adopted.set(root, known.add(styles));
  const sheet = sheetOf(root, styles);
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
}

/** A shadow root moved to another document loses all its styles: this restores the first ones and those added later. */
export function adoptAnew(root: ShadowRoot, first: readonly string[]): void {
  const all = new Set([...first, ...(adopted.get(root) ?? [])]);
  root.adoptedStyleSheets = [...all].map(styles => sheetOf(root, styles));
}

function sheetOf(root: Root, styles: string): CSSStyleSheet {
  const page = 'defaultView' in root ? root : root.ownerDocument;
  const made = sheets.get(page) ?? new Map<string, CSSStyleSheet>();
  sheets.set(page, made);
  let sheet = made.get(styles);
  if (!sheet) {
    sheet = new (page.defaultView ?? window).CSSStyleSheet();
    sheet.replaceSync(styles);
    made.set(styles, sheet);
  }
  return sheet;
}
