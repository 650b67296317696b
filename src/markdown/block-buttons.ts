import {adoptStyles} from './adopt-styles.ts';
import {copyText} from './copy-text.ts';
import type {Elements} from './dom.ts';
import type {ButtonLabels, DrawnLabels} from './markdown-renderer.ts';
import {tableHtml, tableMarkdown, tableTsv} from './table-text.ts';

/** Milliseconds for which a button says that it copied. */
const COPIED_FOR = 2000;

/** Code whose wrap switch is on wraps, whatever the page declares for `pre`. */
const styles = '[data-wrap] pre{white-space:pre-wrap;overflow-wrap:anywhere}';

/**
 * Adds the buttons to the bar of a block: for code, copy and wrap lines; for a table, copy as Markdown and copy as TSV.
 * Markdown is copied as plain text only, for text fields; TSV comes with the table as HTML beside it.
 */
export function addButtons(
  block: HTMLElement,
  {create}: Elements,
  labels: ButtonLabels & Pick<DrawnLabels, 'image'>,
): void {
  const bar = block.querySelector('[data-bar]')!;
  const code = block.querySelector('code');
  const table = block.querySelector('table');

  /** A live region, so that the change of its label is announced. */
  function copyButton(label: string, copy: () => Promise<boolean>): HTMLElement {
    const button = create('button', {type: 'button', 'aria-live': 'polite'}, label);
    let timer: ReturnType<typeof setTimeout> | undefined;
    button.addEventListener('click', async () => {
      if (!(await copy())) return;
      button.textContent = labels.copied;
      clearTimeout(timer);
      timer = setTimeout(() => {
        button.textContent = label;
      }, COPIED_FOR);
    });
    return button;
  }

  function wrapSwitch(): HTMLElement {
    const button = create('button', {type: 'button', 'aria-pressed': 'false'}, labels.wrap);
    button.addEventListener('click', () => {
      button.setAttribute('aria-pressed', `${block.toggleAttribute('data-wrap')}`);
      adoptStyles(block, styles);
    });
    return button;
  }

  if (block.matches('[data-code]') && code) {
    bar.append(
      wrapSwitch(),
      copyButton(labels.copy, () => copyText(code.textContent, code)),
    );
  } else if (table) {
    const as = (format: string) => labels.copyTable.replace('{format}', () => format);
    bar.append(
      copyButton(as('Markdown'), () => copyText(tableMarkdown(table, labels.image), table)),
      copyButton(as('TSV'), () => copyText(tableTsv(table), table, Promise.resolve(tableHtml(table)))),
    );
  }
}
