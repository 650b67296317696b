import {html, nothing, type TemplateResult} from 'lit';
import type {ChatErrorKind} from '../protocol/chat-error.ts';
import {alertIcon, closeIcon, launcherIcon} from './icons.ts';
import type {Piece} from './message-parts.ts';
import {type ChatStrings, fillCount} from './strings.ts';

/** Its name stays the same when it is pressed: `aria-expanded` says whether the popup is open. */
export function renderLauncher(
  texts: ChatStrings,
  open: boolean,
  unread: number,
  onClick: (event: Event) => void,
): TemplateResult {
  return html`<button class="launcher" part="launcher" type="button" aria-haspopup="dialog" aria-controls="panel"
    aria-expanded=${open} aria-label=${unread ? fillCount(texts, texts.openUnread, unread) : texts.open} @click=${onClick}>
    <slot name="launcher">${open ? closeIcon : launcherIcon}</slot>
    ${unread ? html`<span class="badge" aria-hidden="true">${unread}</span>` : nothing}
  </button>`;
}

/** What the transcript shows while there are no messages. */
export function renderWelcome(
  texts: ChatStrings,
  greeting: string | null | undefined,
  suggestions: readonly string[],
  onSuggestion: (text: string) => void,
): TemplateResult {
  const item = (text: string): TemplateResult =>
    html`<li><button class="suggestion" part="suggestion" type="button" dir="auto" @click=${() => onSuggestion(text)}>${text}</button></li>`;
  return html`<div class="welcome">
    <slot name="greeting"><p class="greeting" part="greeting" dir="auto">${greeting || texts.greeting}</p></slot>
    ${suggestions.length ? html`<ul class="suggestions" aria-label=${texts.suggestions}>${suggestions.map(item)}</ul>` : nothing}
  </div>`;
}

/** What the chat is waiting for. The narrator announces it, so it is not a live region itself. */
export function renderActivity(sentence: string): Piece {
  return sentence ? html`<p class="activity" part="activity" dir="auto">${sentence}</p>` : nothing;
}

/** What is wrong with the chat as a whole rather than with one answer. */
export function renderNotices(
  texts: ChatStrings,
  problem: ChatErrorKind | undefined,
  unsaved: boolean,
): Piece {
  if (!problem && !unsaved) return nothing;
  return html`<div class="notices">
    ${problem ? html`<p class="notice loud" part="notice" dir="auto">${alertIcon}<span>${texts.errors[problem]}</span></p>` : nothing}
    ${unsaved ? html`<p class="notice" part="notice" dir="auto">${texts.notSaved}</p>` : nothing}
  </div>`;
}
