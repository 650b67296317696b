import {html, nothing, type TemplateResult} from 'lit';
import type {Message} from '../protocol/message.ts';
import {wayButton} from './buttons.ts';
import {isComposing} from './keys.ts';
import type {MessageContext} from './message-view.ts';
import {type ChatStrings, fill} from './strings.ts';

export type Piece = TemplateResult | typeof nothing;

/** The sentence under a message that did not end as it should, or nothing. */
export function noteOf({role, status, error}: Message, strings: ChatStrings): string {
  if (status === 'error') return strings.errors[error?.kind ?? 'server'];
  const isWhole = role === 'user' || status === 'pending' || status === 'streaming' || status === 'complete';
  return isWhole ? '' : strings[status];
}

/** Where *Retry* stands in the note, *Regenerate* would be the same once more. */
export function retries({status}: Message): boolean {
  return status === 'interrupted' || status === 'error' || status === 'filtered';
}

/** What a person must know about how the answer ended, and the way on. */
export function renderNote(
  message: Message,
  {strings, continues, actions}: MessageContext,
  free: boolean,
): Piece {
  const sentence = noteOf(message, strings);
  if (!sentence) return nothing;
  const {status, text} = message;
  const goesOn = free && continues && text && /^(interrupted|stopped|length)$/.test(status);
  const again = free && retries(message);
  return html`<div class="note" part="note">
    <p class=${status === 'error' ? 'loud' : ''} dir="auto">${sentence}</p>
    ${
      goesOn || again
        ? html`<div class="ways">
          ${goesOn ? wayButton(strings.continue, () => actions.ask('continue'), 'primary', 'continue-button') : nothing}
          ${again ? wayButton(strings.retry, () => actions.ask('retry'), goesOn ? '' : 'primary', 'retry-button') : nothing}
        </div>`
        : nothing
    }
    ${status === 'error' ? renderDetails(message, strings) : nothing}
  </div>`;
}

function renderDetails({requestIds, error}: Message, strings: ChatStrings): Piece {
  const ids = [...new Set([...requestIds, ...(error?.requestIds ?? [])])].join(', ');
  const rows = [
    error?.status && fill(strings.httpStatus, 'status', error.status),
    ids && fill(strings.requestIds, 'ids', ids),
    error?.message,
  ].filter(Boolean);
  if (rows.length === 0) return nothing;
  return html`<details class="more" part="details">
    <summary>${strings.details}</summary>
    <ul>${rows.map(row => html`<li dir="auto">${row}</li>`)}</ul>
  </details>`;
}

/** `onDone` is told whether what is in the text box is to be sent. */
export function renderEditor(
  text: string,
  strings: ChatStrings,
  onDone: (send: boolean) => void,
): TemplateResult {
  const onKeydown = (event: KeyboardEvent): void => {
    const sends = event.key === 'Enter' && !event.shiftKey && !isComposing(event);
    if (!sends && event.key !== 'Escape') return;
    event.preventDefault();
    onDone(sends);
  };
  return html`<div class="editor" part="editor">
    <textarea class="box" dir="auto" rows="3" aria-label=${strings.editing} .value=${text} @keydown=${onKeydown}></textarea>
    <div class="ways">
      ${wayButton(strings.cancel, () => onDone(false))}
      ${wayButton(strings.save, () => onDone(true), 'primary')}
    </div>
  </div>`;
}
