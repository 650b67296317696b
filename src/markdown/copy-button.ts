import type {ElementFactory} from './dom.ts';
import type {MarkdownLabels} from './markdown-renderer.ts';

/** How long the button says that it copied, in milliseconds. */
const COPIED_FOR = 2000;

/** A button that copies the text of `code`. It is live, so that the change of its label is announced. */
export function copyButton(elements: ElementFactory, code: HTMLElement, labels: MarkdownLabels): HTMLElement {
  const button = elements.create('button', {type: 'button', 'aria-live': 'polite'});
  button.textContent = labels.copy;
  let timer: ReturnType<typeof setTimeout> | undefined;
  button.addEventListener('click', async () => {
    if (!(await copy(code))) return;
    button.textContent = labels.copied;
    clearTimeout(timer);
    timer = setTimeout(() => {
      button.textContent = labels.copy;
    }, COPIED_FOR);
  });
  return button;
}

async function copy(code: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(code.textContent ?? '');
    return true;
  } catch {
    // No permission or no secure context. Selecting it helps even where the command is refused.
    code.ownerDocument.getSelection()?.selectAllChildren(code);
    return code.ownerDocument.execCommand('copy');
  }
}
