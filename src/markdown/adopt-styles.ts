const sheets = new Map<string, CSSStyleSheet>();

/** Gives the tree that a node stands in the styles of what was loaded. A sheet that a script makes needs no leave of a policy. */
export function adoptStyles(node: Node, styles: string): void {
  const {adoptedStyleSheets} = node.getRootNode() as Document | ShadowRoot;
  let sheet = sheets.get(styles);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    sheets.set(styles, sheet);
  }
  // A fragment has none, nor has what was taken away before it was looked at.
  if (adoptedStyleSheets && !adoptedStyleSheets.includes(sheet)) adoptedStyleSheets.push(sheet);
}
