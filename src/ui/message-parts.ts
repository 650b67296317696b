import {html, nothing, type TemplateResult} from 'lit';
import type {Message} from '../protocol/message.ts';
import {wayButton} from './buttons.ts';
import type {MessageContext} from './message-view.ts';
import type {ChatStrings} from './strings.ts';

export type Piece = TemplateResult | typeof nothing;

/** The sentence below a message that did not end as it should; otherwise empty. */
export function noteOf({role, status, error}: Message, strings: ChatStrings): string {
  if (status === 'error' || error?.kind === 'tool-rounds') return strings.errors[error?.kind ?? 'server'];
  const isWhole = role === 'user' || status === 'pending' || status === 'streaming' || status === 'complete';
  return isWhole ? '' : strings[status];
}

/** What a user can do about an answer that ended like this, best first. */
const WAYS: Partial<Record<Message['status'], readonly ('continue' | 'retry')[]>> = {
  interrupted: ['continue', 'retry'],
  stopped: ['continue'],
  length: ['continue'],
  filtered: ['retry'],
  error: ['retry'],
};

/** Whether the note offers *Retry*. *Regenerate* would then be the same once more. */
export function retries({status}: Message): boolean {
  return WAYS[status]?.includes('retry') === true;
}

/** What a user must know about how the answer ended, and what to do about it. */
export function renderNote(
  message: Message,
  {strings, continues, actions}: MessageContext,
  free: boolean,
  details: Piece | undefined,
): Piece {
  const sentence = noteOf(message, strings);
  if (!sentence) return nothing;
  const {status} = message;
  const ways =
    WAYS[status]?.filter(way => free && (way === 'retry' || (continues && message.parts.length > 0))) ?? [];
  return html`<div class="note" part="note">
    <p class=${status === 'error' ? 'loud' : ''} dir="auto">${sentence}</p>
    ${
      ways.length > 0
        ? html`<div class="ways">${ways.map((way, at) =>
            wayButton(
              strings[way],
              () => actions.attempt(chat => chat[way]()),
              at ? '' : 'primary',
              `${way}-button`,
            ),
          )}</div>`
        : nothing
    }
    ${details}
  </div>`;
}
