import {html, type TemplateResult} from 'lit';
import type {Message} from '../protocol/message.ts';
import {adoptStyles} from './adopt-styles.ts';
import {wayButton} from './buttons.ts';
import {css} from './css.ts';
import {english} from './editor-strings.ts';
import type {MessageContext} from './message-view.ts';
import {keysOf} from './small-box.ts';

const styles = css`
  .editor {
    flex-direction: column;
    align-items: stretch;
    gap: 8px;
    padding: 10px 12px;
    border-radius: 16px;
    scroll-margin-bottom: 60px; /* The button to the latest message lies there. */
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
 * Edits a user's message in a text box that replaces the content of its `article`.
 * @param show Draws the box there, or without one the previous content.
 */
export function editMessage(
  article: HTMLElement,
  {id, text}: Message,
  context: () => MessageContext,
  show: (editor?: () => TemplateResult) => void,
): void {
  const box = (): HTMLTextAreaElement | null => article.querySelector('textarea');
  const done = async (sends: boolean): Promise<void> => {
    const typed = box();
    if (!typed || (sends && typed.readOnly)) return;
    const changed = sends && typed.value.trim();
    if (!changed) {
      show();
      article.focus();
      return;
    }
    // If it is accepted, a new message replaces this one. If it is refused, what was typed stays.
    typed.readOnly = true;
    await context().actions.attempt(chat => chat.edit(id, changed));
    typed.readOnly = false;
  };
  adoptStyles(article, styles);
  // A function, since the language may change while the box is shown.
  show(() => {
    const {strings} = context();
    const texts = {...english, ...strings.editor};
    return html`<div class="editor field" part="editor">
    <textarea dir="auto" rows="3" aria-label=${texts.editing} .value=${text} @keydown=${keysOf(done)}></textarea>
    <div class="ways">
      ${wayButton(strings.cancel, () => void done(false))}
      ${wayButton(texts.save, () => void done(true), 'primary')}
    </div>
  </div>`;
  });
  article.querySelector('.editor')?.scrollIntoView({block: 'nearest'});
  box()?.focus({preventScroll: true});
  box()?.setSelectionRange(text.length, text.length);
}
