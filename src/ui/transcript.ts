import {type ConversationState, messagesOf} from '../conversation/state.ts';
import type {Message} from '../protocol/message.ts';
import type {EarlierMessages} from './earlier-messages.ts';
import {createMessageView, later, type MessageContext, type MessageView, warmUp} from './message-view.ts';

/** How many messages are drawn at first, the last ones. The others wait until the user scrolls to them. */
const DRAWN = 50;

/** The messages of a conversation, one view each, in `root`. */
export interface Transcript {
  readonly root: HTMLElement;
  update(state: ConversationState, context: MessageContext): void;
  /** Draws what changed in the open message. False if that message is not in the list yet. */
  updateOpen(message: Message): boolean;
  /** The view of a drawn message. */
  view(id: string): MessageView | undefined;
  /** Draws earlier messages. Resolves with whether there are more. */
  drawEarlier(count?: number): Promise<boolean>;
}

/**
 * The list itself is gone through only when messages are added, removed or become final; a token reaches only the view
 * of the open message.
 * @param onFocusLost What had the focus is gone.
 * @param rootOf The element that contains it, with the styles.
 */
export function createTranscript(onFocusLost: () => void, rootOf: () => Element): Transcript {
  const root = document.createElement('div');
  root.className = 'messages';
  let views = new Map<string, MessageView>();
  let drawn: readonly unknown[] = [];
  let state: ConversationState;
  let context: MessageContext;
  /** The index of the first drawn message. */
  let start = 0;
  let earlier: EarlierMessages | undefined;

  /** A pressed button often disappears by what it did. The focus must not be lost with it, to the top of the page. */
  function keepFocus(change: () => void): void {
    const focused = (root.getRootNode() as ShadowRoot).activeElement;
    change();
    if (focused?.isConnected === false) onFocusLost();
  }

  function update(nextState: ConversationState, next: MessageContext): void {
    const looks = Object.values(next);
    const {settled, open, info} = nextState;
    const last = Math.max(0, settled.length - DRAWN);
    start = info.id === state?.info.id ? Math.min(start, last) : last;
    state = nextState;
    const wanted = [...looks, settled, open?.id, start, earlier];
    const isDrawn = (each: unknown, at: number): boolean => each === drawn[at];
    if (wanted.every(isDrawn)) return;
    if (!looks.every(isDrawn)) context = next;
    drawn = wanted;
    const messages = messagesOf(state).slice(start);
    if (messages.length === 0) warmUp(rootOf, () => context);
    const before = views;
    views = new Map();
    for (const message of messages) {
      const view = before.get(message.id) ?? createMessageView();
      before.delete(message.id);
      views.set(message.id, view);
      view.update(message, context, message === messages.at(-1));
    }
    for (const {article} of before.values()) article.remove();
    const button = earlier?.button;
    if (button && start) {
      button.textContent = context.strings.earlier;
      if (button !== root.firstElementChild) root.prepend(button);
    } else if (button?.parentNode) button.remove(); // Prototype.js' own `remove` throws without a parent.
    // Articles already in their place stay untouched, so that the focus and a selection in them survive.
    let place = root.firstElementChild;
    for (const {article} of views.values()) {
      while (place && !place.matches('article')) place = place.nextElementSibling; // Not a message.
      if (article === place) place = place.nextElementSibling;
      else root.insertBefore(article, place);
    }
    if (start && !earlier) void loadEarlier();
  }

  function draw(count: number): boolean {
    start = Math.max(0, start - count);
    update(state, context);
    return start > 0;
  }

  async function loadEarlier(): Promise<void> {
    const chunk = await later().catch(() => undefined);
    if (!chunk)
      draw(start); // Otherwise nothing would ever show them.
    else if (!earlier) {
      earlier = chunk.earlierMessages({root, draw});
      draw(0);
    }
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
    async drawEarlier(count) {
      if (!start) return false;
      await loadEarlier();
      return earlier?.show(count) ?? false;
    },
  };
}
