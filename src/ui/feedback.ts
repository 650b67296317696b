import {html, nothing} from 'lit';
import type {Feedback, Message} from '../protocol/message.ts';
import {adoptStyles} from './adopt-styles.ts';
import {wayButton} from './buttons.ts';
import {css} from './css.ts';
import {ChatFeedbackEvent} from './feedback-event.ts';
import {english} from './feedback-strings.ts';
import {icon} from './icons.ts';
import type {ChatInside} from './inside.ts';
import type {MessageContext, MessageTool} from './message-view.ts';
import {keysOf} from './small-box.ts';

/** Maximum length of a note, in UTF-16 units. */
const LONGEST = 1_000;

const styles = css`
  .tool[aria-pressed='true'] {
    color: var(--_text);
  }
  .tool[aria-pressed='true'] .icon {
    fill: currentColor;
  }
  .tool[aria-disabled='true'] {
    opacity: 0.4;
    cursor: default;
  }
  .bad .icon {
    transform: rotate(180deg);
  }
  .message > .tools.tools:has(.why) {
    margin-block: 6px 0;
    opacity: 1;
  }
  .why {
    order: 1;
    flex: 1 0 calc(100% - 10px);
    flex-direction: column;
    align-items: stretch;
    margin: 4px 5px;
    padding: 10px 12px;
    border-radius: 16px;
    color: var(--_text);
  }
  .why textarea {
    flex: none;
    min-height: 2.4em;
    max-height: 160px;
    padding: 0;
  }
  .why .ways {
    justify-content: flex-end;
  }
  @media (pointer: coarse) {
    .why {
      flex-basis: calc(100% - 26px);
      margin-inline: 13px;
    }
    .why .way {
      min-height: 44px;
    }
  }
`;

const thumbIcon = icon(
  'M7 11v9H4v-9ZM7 11l3.6-7.6c1.6 0 2.7 1.1 2.7 2.6V9.5h5.2c1.3 0 2.1 1.1 1.9 2.3l-1.1 6.4c-.2 1-1 1.8-2.1 1.8H7',
);

/** Whether an answer can be rated: it has text, and does not continue by itself. */
const isRated = ({role, status, text}: Message): unknown =>
  role === 'assistant' && text && /^(complete|stopped|length|filtered)$/.test(status);

/** Lets users rate an answer, with a note if they like, and take that back. */
export function attach(inside: () => ChatInside): void {
  const {element, addTool} = inside();
  adoptStyles(element.renderRoot.querySelector('.transcript')!, styles);

  /** The id of the answer that a note is being written about. */
  let noted: string | undefined;
  /** What the buttons were last drawn with. */
  let isOn = false;
  let said: readonly (Feedback | undefined)[] = [];

  const textsOf = ({feedback}: MessageContext['strings']) => ({...english, ...feedback});
  const find = (id: string, selector: string) =>
    element.renderRoot.querySelector<HTMLElement>(`article[data-id="${CSS.escape(id)}"] ${selector}`);

  async function rate(message: Message, feedback?: Feedback): Promise<void> {
    const {attempt, controller, session, say, strings} = inside();
    let conversationId = '';
    const isKept = await attempt(async () => {
      const conversation = await session.current();
      conversationId = conversation.state.info.id;
      await conversation.rate(message.id, feedback);
    });
    if (!isKept) return;
    const {id, requestIds} = message;
    const {rating = null, note: words} = feedback ?? {};
    element.dispatchEvent(new ChatFeedbackEvent(id, conversationId, rating, words, requestIds));
    const texts = textsOf(strings);
    say(feedback ? texts.thanks : texts.undone);
    await controller.drawn(); // The note is only drawn once the rating is.
    note(feedback && !words ? id : undefined);
    await element.updateComplete;
    find(id, '.why')?.scrollIntoView({block: 'nearest'});
  }

  function note(id: string | undefined): void {
    noted = id;
    addTool(drawNote);
  }

  /** Moves the focus to the button that the note belongs to. */
  function leave({id}: Message): void {
    find(id, '[aria-pressed="true"]')?.focus();
  }

  const drawThumbs: MessageTool = (message, {busy, strings}) => {
    if (!element.feedback || !isRated(message)) return nothing;
    const texts = textsOf(strings);
    const thumb = (name: 'good' | 'bad', rating: Feedback['rating']) => {
      const isPressed = message.feedback?.rating === rating;
      const onClick = () => void (busy || rate(message, isPressed ? undefined : {rating}));
      return html`<button class=${`tool ${name}`} part=${`${name}-button`} type="button" aria-label=${texts[name]} title=${texts[name]}
        aria-pressed=${isPressed} aria-disabled=${busy} @click=${onClick}>${thumbIcon}</button>`;
    };
    return html`${thumb('good', 'up')}${thumb('bad', 'down')}`;
  };

  const drawNote: MessageTool = (message, {busy, strings}) => {
    const {id, feedback} = message;
    if (!element.feedback || !feedback || id !== noted) return nothing;
    const texts = textsOf(strings);
    const send = () => {
      const words = find(id, 'textarea') as HTMLTextAreaElement;
      const note = words.value.trim();
      if (!busy) leave(message); // Otherwise the note stays, and the chat says why.
      if (note) void rate(message, {...feedback, note});
      else cancel();
    };
    const cancel = () => {
      leave(message);
      note(undefined);
    };
    return html`<div class="field why" part="feedback-note">
      <textarea dir="auto" rows="2" maxlength=${LONGEST} aria-label=${texts.note} placeholder=${texts.note}
        @keydown=${keysOf(sends => (sends ? send() : cancel()))}></textarea>
      <div class="ways">${wayButton(strings.cancel, cancel)}${wayButton(texts.send, send, 'primary')}</div>
    </div>`;
  };

  /** A rating changes nothing else in a message, so the message's view does not notice it. */
  function update(): void {
    const {settled = []} = inside().controller.state ?? {};
    const now = settled.map(({feedback}) => feedback);
    const isSame = isOn === element.feedback && now.every((each, at) => each === said[at]);
    isOn = element.feedback;
    said = now;
    if (!isSame) addTool(drawThumbs);
  }

  element.addController({hostUpdated: update});
  addTool(drawThumbs);
}
