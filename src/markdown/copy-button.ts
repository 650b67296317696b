import {copyText} from './copy-text.ts';
import type {Elements} from './dom.ts';
import type {MarkdownLabels} from './markdown-renderer.ts';

/** How long the button says that it copied, in milliseconds. */
const COPIED_FOR = 2000;

/** A button that copies the text of `code`. It is live, so that the change of its label is announced. */
export function copyButton({create}: Elements, code: HTMLElement, labels: MarkdownLabels): HTMLElement {
  const button = create('button', {type: 'button', 'aria-live': 'polite'}, labels.copy);
  let timer: ReturnType<typeof setTimeout> | undefined;
  button.addEventListener('click', async () => {
    if (!(await copyText(code.textContent, code))) return;
    button.textContent = labels.copied;
    clearTimeout(timer);
    timer = setTimeout(() => {
      button.textContent = labels.copy;
    }, COPIED_FOR);
  });
  return button;
}
