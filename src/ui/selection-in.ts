/**
 * The selection, if it is inside a shadow root. Chromium has the root's own `getSelection`; the standard's
 * `getComposedRanges` takes the roots that it may look into, in older versions of WebKit as plain arguments; a Firefox
 * without it reports selections in shadow roots anyway.
 */
export function selectionIn(root: ShadowRoot): Range | undefined {
  const {getSelection} = root as {getSelection?(): Selection | null};
  const own = getSelection?.call(root);
  const selection = own ?? document.getSelection();
  if (!selection?.rangeCount) return undefined;
  const found = (!own && composed(selection, root)) || selection.getRangeAt(0);
  const {startContainer, startOffset, endContainer, endOffset, collapsed} = found;
  if (collapsed || !root.contains(startContainer) || !root.contains(endContainer)) return undefined;
  const range = document.createRange();
  range.setStart(startContainer, startOffset);
  range.setEnd(endContainer, endOffset);
  return range;
}

function composed(selection: Selection, root: ShadowRoot): StaticRange | undefined {
  const {getComposedRanges} = selection as {getComposedRanges?(roots: unknown): readonly StaticRange[]};
  try {
    return getComposedRanges?.call(selection, {shadowRoots: [root]})[0];
  } catch {
    return getComposedRanges?.call(selection, root)[0];
  }
}
