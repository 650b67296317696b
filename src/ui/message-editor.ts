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
 * Edits a message of the user's in a text box that takes the place of what is in its `article`.
 * @param show draws the box there, and without it what was there before.
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
    // What is taken has a message of its own in the place of this one. What is refused keeps what was typed.
    typed.readOnly = true;
    await context().actions.attempt(chat => chat.edit(id, changed));
    typed.readOnly = false;
  };
  adoptStyles(article, styles);
  // Another language may come while it is shown.
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
