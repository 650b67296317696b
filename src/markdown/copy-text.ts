/** Copies the text that `element` shows. Whether that worked; if not, the text is at least selected. */
export async function copyText(text: string, element: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No permission or no secure page.
    const page = element.ownerDocument;
    page.getSelection()?.selectAllChildren(element);
    return page.execCommand('copy');
  }
}
