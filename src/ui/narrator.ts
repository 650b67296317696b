import type {ConversationState} from '../conversation/state.ts';
import type {ChatErrorKind} from '../protocol/chat-error.ts';
import type {Message} from '../protocol/message.ts';
import type {Announcer} from './announcer.ts';
import {noteOf} from './message-parts.ts';
import {sentenceEnds} from './plain-text.ts';
import {type ChatStrings, fill} from './strings.ts';

/** How much a screen reader says about an answer. */
export type AnnounceMode = 'complete' | 'sentences' | 'status-only' | 'off';

/** While an answer is being written, this is said again after so many milliseconds. */
const REMINDER = 7_000;
/** An answer up to this length is read as a whole, in UTF-16 units. */
const WHOLE = 500;
/** How often whole sentences of an answer under way are spoken, in milliseconds. */
const SENTENCE_PACE = 1_500;

/** Decides what is announced about a conversation, and when. */
export interface Narrator {
  onStatus(state: ConversationState, cause: ChatErrorKind | undefined): void;
  /** New text was drawn. */
  onText(message: Message): void;
  /** An answer is final, and drawn. */
  onAnswer(message: Message): void;
  reset(): void;
}

/** The announcer does the speaking. `spokenText` is what is drawn of a message, without marks. */
export function createNarrator(
  announcer: Announcer,
  mode: () => AnnounceMode,
  strings: () => ChatStrings,
  spokenText: (id: string) => string,
): Narrator {
  let before: ConversationState['status'] = 'ready';
  let activity = '';
  let reminder: ReturnType<typeof setInterval> | undefined;
  let sentences: ReturnType<typeof setTimeout> | undefined;
  /** How much of the open answer's spoken text was said. */
  let said = 0;

  function say(text: string): void {
    if (mode() !== 'off') announcer.say(text);
  }

  function remind(on: boolean): void {
    if (on) reminder ??= setInterval(() => say(strings().stillAnswering), REMINDER);
    else {
      clearInterval(reminder);
      reminder = undefined;
    }
  }

  function beginAnew(): void {
    clearTimeout(sentences);
    sentences = undefined;
    said = 0;
  }

  return {
    onStatus(state, cause) {
      const {status, elsewhere} = state;
      const told = activity;
      activity = activityOf(state, cause, strings());
      remind(!elsewhere && (status === 'submitted' || status === 'streaming'));
      if (activity !== told) say(activity);
      else if (!elsewhere && status === 'submitted' && (before === 'ready' || before === 'error')) {
        beginAnew();
        announcer.alert('');
        say(strings().answering);
      }
      before = status;
    },
    onText({id}) {
      if (mode() !== 'sentences') return;
      sentences ??= setTimeout(() => {
        sentences = undefined;
        const text = spokenText(id);
        const from = said;
        said = Math.max(said, ...sentenceEnds(text).slice(-1));
        say(text.slice(from, said).trim());
      }, SENTENCE_PACE);
    },
    onAnswer(message) {
      const whole = mode() === 'complete';
      if (whole || mode() === 'sentences') {
        const text = spokenText(message.id).slice(said).trim();
        const isLong = whole && text.length > WHOLE;
        say(isLong ? `${text.slice(0, sentenceEnds(text)[1])} ${strings().moreToRead}` : text);
      }
      beginAnew();
      const note = noteOf(message, strings());
      if (message.status !== 'error') say(note);
      else if (mode() !== 'off') announcer.alert(note);
    },
    reset() {
      remind(false);
      beginAnew();
      before = 'ready';
      activity = '';
      announcer.alert('');
    },
  };
}

/** What the chat waits for, or nothing. `cause` is why it has to. */
export function activityOf(
  {status, elsewhere, retryAt = 0}: ConversationState,
  cause: ChatErrorKind | undefined,
  strings: ChatStrings,
): string {
  if (elsewhere) return strings.elsewhere;
  if (status === 'reconnecting' || status === 'offline') return strings[status];
  if (status !== 'waiting') return '';
  const connection = cause === 'network' || cause === 'timeout' || cause === 'incomplete';
  const seconds = Math.max(0, Math.ceil((retryAt - Date.now()) / 1_000));
  return fill(connection ? strings.waitingConnection : strings.waitingBusy, 'seconds', seconds);
}
