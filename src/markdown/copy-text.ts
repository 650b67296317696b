/**
 * Copies the text that `element` shows, with `html` beside it where an engine supports that. Returns whether it worked;
 * if not, the text is at least selected.
 * @param html May arrive later: an engine waits for it, whereas nothing can be copied once the click is over.
 */
export async function copyText(text: string, element: HTMLElement, html?: Promise<string>): Promise<boolean> {
  const {clipboard} = navigator;
  const plain = () => clipboard.writeText(text);
  const blob = (data: string, type: string) => new Blob([data], {type});
  const rich = async (html: Promise<string>) =>
    clipboard.write([
      new ClipboardItem({
        'text/plain': blob(text, 'text/plain'),
        'text/html': html.then(data => blob(data, 'text/html')),
      }),
    ]);
  try {
    await (html ? rich(html).catch(plain) : plain());
    return true;
  } catch {
    // No permission, or no secure context.
    const page = element.ownerDocument;
    page.getSelection()?.selectAllChildren(element);
    return page.execCommand('copy');
  }
}
