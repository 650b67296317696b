import type {ReactiveControllerHost} from 'lit';
import type {Conversation} from '../conversation/conversation.ts';
import type {ConversationState} from '../conversation/state.ts';
import type {ChatError} from '../protocol/chat-error.ts';
import type {CompletionEvent} from '../protocol/completion.ts';
import {isFinal, type Message} from '../protocol/message.ts';

/** What the interface uses of a `Conversation`. */
export type ConversationPort = Pick<
  Conversation,
  | 'state'
  | 'messages'
  | 'subscribe'
  | 'resume'
  | 'send'
  | 'stop'
  | 'retry'
  | 'continue'
  | 'regenerate'
  | 'edit'
  | 'dispose'
> & {configure(options: object): void};

/** What happens in a conversation, told as it happens and not at the pace of the screen. */
export interface ConversationObserver {
  /** `cause`: why the attempt before this one ended, while another is waited for. */
  onStatus(state: ConversationState, cause: ChatError | undefined): void;
  onText(text: string, message: Message): void;
  /** An answer is final. `error` where it ended in one. */
  onAnswer(message: Message, error: ChatError | undefined): void;
  /** New text for the open message's renderer, which draws it in the next frame. */
  feed(open: Message, added: string): void;
  /** The open message changed, at most once a frame. False if that message is not on screen yet. */
  draw(open: Message): boolean;
}

type RenderHost = Pick<ReactiveControllerHost, 'requestUpdate' | 'updateComplete'>;

/** In a page that is not visible no frame comes. Then the screen is brought up to date at this pace, in ms. */
const HIDDEN_PACE = 250;

/** Joins a conversation to at most one render a frame. */
export class ConversationController {
  readonly #host: RenderHost;
  readonly #observer: ConversationObserver;
  #conversation: ConversationPort | undefined;
  #unsubscribe: (() => void) | undefined;
  #drawn: ConversationState | undefined;
  #frame: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #whenDrawn: (() => void)[] = [];
  #cause: ChatError | undefined;

  constructor(host: RenderHost, observer: ConversationObserver) {
    this.#host = host;
    this.#observer = observer;
  }

  get conversation(): ConversationPort | undefined {
    return this.#conversation;
  }

  /** What is on screen, or will be by the next render. */
  get state(): ConversationState | undefined {
    return this.#drawn;
  }

  /** Why the attempt before this one ended, or the last answer. */
  get cause(): ChatError | undefined {
    return this.#drawn?.error ?? this.#cause;
  }

  /** Resolves once all that has come is on screen. */
  get drawn(): Promise<void> {
    if (this.#frame === undefined) return this.#host.updateComplete.then(() => {});
    return new Promise<void>(resolve => this.#whenDrawn.push(resolve)).then(() => this.drawn);
  }

  /** Takes the conversation over: it is disposed of by `close`, or by the next one. */
  show(conversation: ConversationPort): void {
    this.close();
    this.#conversation = conversation;
    let before = conversation.state;
    this.#drawn = before;
    this.#unsubscribe = conversation.subscribe((state, events) => {
      const previous = before;
      before = state;
      this.#tell(previous, state, events);
      this.#schedule();
    });
    this.#host.requestUpdate();
  }

  close(): void {
    this.#cancelFrame();
    // First, so that the end of the stream is not told as an answer of a conversation that is no longer shown.
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#conversation?.dispose();
    this.#conversation = undefined;
    this.#drawn = undefined;
    this.#cause = undefined;
  }

  #tell(before: ConversationState, state: ConversationState, events: readonly CompletionEvent[]): void {
    let text = '';
    for (const event of events) {
      if (event.type === 'text') text += event.text;
      else if (event.type === 'progress') this.#cause = event.error;
    }
    const id = state.open?.id ?? before.open?.id;
    const message = state.open ?? state.settled.findLast(each => each.id === id);
    if (text && state.open) this.#observer.feed(state.open, text);
    if (text && message) this.#observer.onText(text, message);
    if (before.open && before.open.id !== state.open?.id) {
      const answer = state.settled.findLast(each => each.id === before.open?.id);
      if (answer && isFinal(answer.status)) this.#observer.onAnswer(answer, errorOf(state, events));
    }
    if (state.status !== before.status || state.retryAt !== before.retryAt)
      this.#observer.onStatus(state, state.error ?? this.#cause);
  }

  #schedule(): void {
    this.#frame ??= requestAnimationFrame(this.#draw);
    // Not otherwise: where frames are slow, a state would be shown before the text that the renderer draws in a frame.
    if (document.hidden) this.#timer ??= setTimeout(this.#draw, HIDDEN_PACE);
  }

  #cancelFrame(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = undefined;
    this.#timer = undefined;
  }

  readonly #draw = (): void => {
    this.#cancelFrame();
    const state = this.#conversation?.state;
    const drawn = this.#drawn;
    if (!state || !drawn) return;
    this.#drawn = state;
    const shown = state.open === undefined || this.#observer.draw(state.open);
    const same =
      shown &&
      state.settled === drawn.settled &&
      state.open?.id === drawn.open?.id &&
      state.status === drawn.status &&
      state.retryAt === drawn.retryAt &&
      state.error === drawn.error;
    if (!same) this.#host.requestUpdate();
    for (const resolve of this.#whenDrawn.splice(0)) resolve();
  };
}

function errorOf(state: ConversationState, events: readonly CompletionEvent[]): ChatError | undefined {
  const end = events.findLast(event => event.type === 'end');
  return (end?.type === 'end' ? end.error : undefined) ?? state.error;
}
