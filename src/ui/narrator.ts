import type {ConversationState} from '../conversation/state.ts';
import type {ChatError, ChatErrorKind} from '../protocol/chat-error.ts';
import type {Message} from '../protocol/message.ts';
import type {Announcer} from './announcer.ts';
import {noteOf} from './message-view.ts';
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

/** Decides what is announced about a conversation, and when. The announcer does the speaking. */
export class Narrator {
  readonly #announcer: Announcer;
  readonly #spokenTextOf: (id: string) => string;
  mode: AnnounceMode = 'complete';
  strings: ChatStrings;
  #status: ConversationState['status'] = 'ready';
  #reminder: ReturnType<typeof setInterval> | undefined;
  #sentences: ReturnType<typeof setTimeout> | undefined;
  /** How much of the open answer's spoken text was said. */
  #said = 0;

  /** `spokenTextOf` gives what is drawn of a message, without marks. */
  constructor(announcer: Announcer, strings: ChatStrings, spokenTextOf: (id: string) => string) {
    this.#announcer = announcer;
    this.strings = strings;
    this.#spokenTextOf = spokenTextOf;
  }

  reset(): void {
    clearInterval(this.#reminder);
    clearTimeout(this.#sentences);
    this.#reminder = this.#sentences = undefined;
    this.#status = 'ready';
    this.#said = 0;
    this.#announcer.alert('');
  }

  onStatus({status, retryAt}: ConversationState, cause: ChatError | undefined): void {
    const before = this.#status;
    this.#status = status;
    const busy = status === 'submitted' || status === 'streaming';
    if (!busy) {
      clearInterval(this.#reminder);
      this.#reminder = undefined;
    }
    if (this.mode === 'off') return;
    const {strings} = this;
    if (status === 'submitted' && (before === 'ready' || before === 'error')) {
      this.#said = 0;
      this.#announcer.alert('');
      this.#announcer.say(strings.answering);
    } else if (status === 'waiting' && retryAt !== undefined) {
      this.#announcer.say(waitingSentence(strings, cause?.kind, retryAt));
    } else if (status === 'reconnecting' && before !== status) this.#announcer.say(strings.reconnecting);
    else if (status === 'offline' && before !== status) this.#announcer.say(strings.offline);
    if (busy && this.#reminder === undefined) {
      this.#reminder = setInterval(() => {
        if (this.mode !== 'off') this.#announcer.say(this.strings.stillAnswering);
      }, REMINDER);
    }
  }

  /** New text was drawn. */
  onText(message: Message): void {
    if (this.mode !== 'sentences' || this.#sentences !== undefined) return;
    this.#sentences = setTimeout(() => {
      this.#sentences = undefined;
      this.#saySentences(message.id);
    }, SENTENCE_PACE);
  }

  /** An answer is final, and drawn. */
  onAnswer(message: Message): void {
    clearTimeout(this.#sentences);
    this.#sentences = undefined;
    if (this.mode === 'off') return;
    const note = noteOf(message, this.strings);
    if (this.mode === 'sentences') {
      const rest = this.#spokenTextOf(message.id).slice(this.#said);
      this.#announcer.say(rest.trim());
    } else if (this.mode === 'complete') {
      const text = this.#spokenTextOf(message.id);
      this.#announcer.say(
        text.length <= WHOLE ? text : `${text.slice(0, sentenceEnds(text)[1])} ${this.strings.moreToRead}`,
      );
    }
    this.#said = 0;
    if (message.status === 'error') this.#announcer.alert(note);
    else this.#announcer.say(note);
  }

  #saySentences(id: string): void {
    const text = this.#spokenTextOf(id);
    const end = Math.max(this.#said, ...sentenceEnds(text).slice(-1));
    this.#announcer.say(text.slice(this.#said, end).trim());
    this.#said = end;
  }
}

/** `retryAt` in milliseconds since the epoch. */
export function waitingSentence(
  strings: ChatStrings,
  kind: ChatErrorKind | undefined,
  retryAt: number,
  now = Date.now(),
): string {
  const seconds = Math.max(0, Math.ceil((retryAt - now) / 1_000));
  const connection = kind === 'network' || kind === 'timeout' || kind === 'incomplete';
  return fill(connection ? strings.waitingConnection : strings.waitingBusy, {seconds});
}
