const sheets = new Map<string, CSSStyleSheet>();

/** Gives the shadow root of `element` the styles of a part that was loaded later. Once, however often it is asked. */
export function adoptStyles(element: Element, styles: string): void {
  const {adoptedStyleSheets} = element.getRootNode() as ShadowRoot;
  let sheet = sheets.get(styles);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    sheets.set(styles, sheet);
  }
  if (!adoptedStyleSheets.includes(sheet)) adoptedStyleSheets.push(sheet);
}
