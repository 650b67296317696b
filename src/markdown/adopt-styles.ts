type Root = Document | ShadowRoot;

/** A sheet belongs to the document that it was made in. */
const sheets = new WeakMap<Document, Map<string, CSSStyleSheet>>();
const adopted = new WeakMap<Root, Set<string>>();

/** Gives the tree that a node stands in the styles of what was loaded. A sheet that a script makes needs no leave of a policy. */
export function adoptStyles(node: Node, styles: string): void {
  const root = node.getRootNode() as Root;
  // A fragment has none, nor has what was taken away before it was looked at.
  if (!root.adoptedStyleSheets) return;
  const known = adopted.get(root) ?? new Set();
  adopted.set(root, known.add(styles));
  const sheet = sheetOf(root, styles);
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
}

/** A shadow root that came from another document has lost all its styles: those that it began with, and those that it got. */
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
