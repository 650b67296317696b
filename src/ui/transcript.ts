import {type ConversationState, messagesOf} from '../conversation/state.ts';
import type {Message} from '../protocol/message.ts';
import {createMessageView, type MessageContext, type MessageView} from './message-view.ts';

/** The messages of a conversation, one view each, in `root`. */
export interface Transcript {
  readonly root: HTMLElement;
  update(state: ConversationState, context: MessageContext): void;
  /** Draws what changed in the open message. False if that message is not in the list yet. */
  updateOpen(message: Message): boolean;
  view(id: string): MessageView | undefined;
}

/**
 * The list itself is gone through only when messages come, go or become final; a token reaches the view of the open
 * message alone.
 * @param onFocusLost What had the focus is gone.
 */
export function createTranscript(onFocusLost: () => void): Transcript {
  const root = document.createElement('div');
  root.className = 'messages';
  const line = document.createElement('p');
  Object.assign(line, {className: 'omitted', dir: 'auto', part: 'omitted'});
  let views = new Map<string, MessageView>();
  let drawn: readonly unknown[] = [];
  let context: MessageContext;

  /** What was pressed is often gone by what it did. The focus must not go with it, to the top of the page. */
  function keepFocus(change: () => void): void {
    const focused = (root.getRootNode() as ShadowRoot).activeElement;
    change();
    if (focused?.isConnected === false) onFocusLost();
  }

  function update(state: ConversationState, next: MessageContext): void {
    const looks = Object.values(next);
    const wanted = [...looks, state.settled, state.omitted, state.open?.id];
    const isDrawn = (each: unknown, at: number): boolean => each === drawn[at];
    if (wanted.every(isDrawn)) return;
    if (!looks.every(isDrawn)) context = next;
    drawn = wanted;
    const messages = messagesOf(state);
    const before = views;
    views = new Map();
    for (const message of messages) {
      const view = before.get(message.id) ?? createMessageView();
      before.delete(message.id);
      views.set(message.id, view);
      view.update(message, context, message === messages.at(-1));
    }
    for (const {article} of before.values()) article.remove();
    line.remove();
    // What is in its place stays untouched, so that the focus and a selection in it survive.
    let place = root.firstElementChild;
    for (const {article} of views.values()) {
      if (article === place) place = place.nextElementSibling;
      else root.insertBefore(article, place);
    }
    const first = state.omitted && messages[state.omitted];
    if (!first) return;
    line.textContent = context.strings.omitted;
    views.get(first.id)?.article.before(line);
  }

  return {
    root,
    update: (state, next) => keepFocus(() => update(state, next)),
    updateOpen(message) {
      const view = views.get(message.id);
      keepFocus(() => view?.update(message, context, true));
      return view !== undefined;
    },
    view: id => views.get(id),
  };
}
