import type {ReactiveControllerHost} from 'lit';
import type {Conversation} from '../conversation/conversation.ts';
import type {LoadedConversation} from '../conversation/journal.ts';
import type {Activity, ConversationState} from '../conversation/state.ts';
import type {ChatError} from '../protocol/chat-error.ts';
import type {CompletionEvent} from '../protocol/completion.ts';
import type {Message} from '../protocol/message.ts';

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
  | 'showBranch'
  | 'rate'
  | 'dispose'
> & {configure(options: object): void};

/** What happens in a conversation, reported as it happens and not at the pace of the screen. */
export interface ConversationObserver {
  /** `cause`: why the last attempt ended, while the next one is awaited. */
  onStatus(state: Activity, cause?: ChatError): void;
  onText(text: string, message: Message): void;
  /** An answer is final. `error`: if it ended in one. `elsewhere`: another tab requested it. */
  onAnswer(message: Message, error: ChatError | undefined, elsewhere: boolean): void;
  /** New text for the open message's renderer, which draws it in the next frame. */
  feed(open: Message, added: string): void;
  /** The open message changed, at most once a frame. False if that message is not on screen yet. */
  draw(open: Message): boolean;
}

type RenderHost = Pick<ReactiveControllerHost, 'requestUpdate' | 'updateComplete'>;

/** Milliseconds between updates of the screen while the page is hidden and gets no frames. */
const HIDDEN_PACE = 250;
/** The state that the element as a whole depends on, besides the open message. */
const LOOKS = ['settled', 'status', 'elsewhere', 'retryAt', 'error'] as const;

/** Connects a conversation to the element, with at most one render per frame. */
export interface ConversationController {
  readonly conversation: ConversationPort | undefined;
  /** What is on screen, or will be by the next render. */
  readonly state: ConversationState | undefined;
  /** Why the last attempt, or the last answer, ended. */
  readonly cause: ChatError | undefined;
  /** Shows the last messages of a conversation that is still being read. */
  preview(part: LoadedConversation): void;
  /** Takes ownership: `close`, or the next conversation, disposes of it. */
  show(conversation: ConversationPort): void;
  close(): void;
  /** Resolves once everything that has arrived is on screen; never if the conversation is closed before. */
  drawn(): Promise<unknown>;
}

export function createController(host: RenderHost, observer: ConversationObserver): ConversationController {
  let conversation: ConversationPort | undefined;
  let unsubscribe: (() => void) | undefined;
  let state: ConversationState | undefined;
  let cause: ChatError | undefined;
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let whenDrawn: (() => void)[] = [];

  function tell(before: ConversationState, now: ConversationState, events: readonly CompletionEvent[]): void {
    const {open} = now;
    let text = '';
    for (const event of events) {
      if (event.type === 'text') text += event.text;
      else if (event.type === 'progress') cause = event.error;
    }
    if (text && open) {
      observer.feed(open, text);
      observer.onText(text, open);
    }
    if (before.open && before.open.id !== open?.id) {
      const answer = now.settled.findLast(({id}) => id === before.open?.id);
      if (answer) observer.onAnswer(answer, now.error, before.elsewhere === true);
    }
    if (now.status !== before.status || now.retryAt !== before.retryAt) {
      observer.onStatus(now, now.error ?? cause);
    }
  }

  function schedule(): void {
    frame ||= requestAnimationFrame(draw);
    // Only then: where frames are slow, a state would be shown before the text that the renderer draws in a frame.
    if (document.hidden) timer ??= setTimeout(draw, HIDDEN_PACE);
  }

  function cancelFrame(): void {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = 0;
    timer = undefined;
  }

  function draw(): void {
    cancelFrame();
    const before = state;
    state = conversation?.state ?? state;
    const shown = !state?.open || observer.draw(state.open);
    const same =
      shown && state?.open?.id === before?.open?.id && LOOKS.every(key => state?.[key] === before?.[key]);
    const drawn = whenDrawn.splice(0);
    const show = () => {
      if (!same) host.requestUpdate();
      for (const resolve of drawn) resolve();
    };
    // The frame has the last of the text to draw already; rendering the finished answer would make it twice as long.
    if (before?.open && !state?.open) setTimeout(show);
    else show();
  }

  function close(): void {
    cancelFrame();
    // First, so that the end of the stream is not reported as an answer of a conversation that is no longer shown.
    unsubscribe?.();
    const {status = 'ready'} = conversation?.state ?? {};
    conversation?.dispose();
    conversation = unsubscribe = state = cause = undefined;
    whenDrawn = [];
    if (status !== 'ready') observer.onStatus({status: 'ready'}); // Otherwise nobody would hear that it is over.
  }

  return {
    get conversation() {
      return conversation;
    },
    get state() {
      return state;
    },
    get cause() {
      return state?.error ?? cause;
    },
    preview({info, messages}) {
      if (conversation || !messages.length) return; // It is too late, or there is nothing to show.
      // Without its id: what is stored under that waits for the whole conversation.
      state = {info: {...info, id: ''}, settled: messages, open: undefined, status: 'ready'};
      host.requestUpdate();
    },
    show(next) {
      close();
      conversation = next;
      let last = next.state;
      state = last;
      unsubscribe = next.subscribe((now, events) => {
        const before = last;
        last = now;
        tell(before, now, events);
        schedule();
      });
      host.requestUpdate();
    },
    close,
    drawn() {
      schedule();
      return new Promise<void>(resolve => whenDrawn.push(resolve)).then(() => host.updateComplete);
    },
  };
}
