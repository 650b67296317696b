import {html, type TemplateResult} from 'lit';
import {adoptStyles} from './adopt-styles.ts';
import {wayButton} from './buttons.ts';
import {css} from './css.ts';
import {isComposing} from './keys.ts';
import type {ChatStrings} from './strings.ts';

const styles = css`
  .editor {
    flex-direction: column;
    align-items: stretch;
    gap: 8px;
    padding: 10px 12px;
    border-radius: 16px;
  }
  .editor textarea {
    flex: none;
    min-height: 3.2em;
    max-height: 240px;
    padding: 0;
    scrollbar-width: auto;
  }
  .editor .ways {
    justify-content: flex-end;
  }
`;

/**
 * Edits a text in a text box that takes the place of what is in `article`. Resolves with the text to send instead of
 * it, and with the empty one if there is none.
 * @param show draws what it is given into the article.
 */
export async function editText(
  article: HTMLElement,
  text: string,
  strings: ChatStrings,
  show: (editor: TemplateResult) => void,
): Promise<string> {
  adoptStyles(article, styles);

  const box = (): HTMLTextAreaElement | null => article.querySelector('textarea');
  return new Promise(resolve => {
    const done = (sends: boolean): void => resolve(sends ? (box()?.value.trim() ?? '') : '');
    const onKeydown = (event: KeyboardEvent): void => {
      const sends = event.key === 'Enter' && !event.shiftKey && !isComposing(event);
      if (!sends && event.key !== 'Escape') return;
      event.preventDefault();
      done(sends);
    };
    show(html`<div class="editor field" part="editor">
      <textarea dir="auto" rows="3" aria-label=${strings.editing} .value=${text} @keydown=${onKeydown}></textarea>
      <div class="ways">
        ${wayButton(strings.cancel, () => done(false))}
        ${wayButton(strings.save, () => done(true), 'primary')}
      </div>
    </div>`);
    box()?.focus();
    box()?.setSelectionRange(text.length, text.length);
  });
}
