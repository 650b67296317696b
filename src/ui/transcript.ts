import {type ConversationState, messagesOf} from '../conversation/state.ts';
import type {Message} from '../protocol/message.ts';
import {type MessageContext, MessageView} from './message-view.ts';

/**
 * The messages of a conversation, one view each, in `root`. The list itself is gone through only when messages come,
 * go or become final; a token reaches the view of the open message alone.
 */
export class Transcript {
  readonly root: HTMLElement = document.createElement('div');
  #views = new Map<string, MessageView>();
  #settled: readonly Message[] | undefined;
  #openId: string | undefined;
  #context: MessageContext | undefined;

  constructor() {
    this.root.className = 'messages';
  }

  update(state: ConversationState, context: MessageContext): void {
    const same =
      this.#settled === state.settled && this.#openId === state.open?.id && this.#context === context;
    if (same) return;
    this.#settled = state.settled;
    this.#openId = state.open?.id;
    this.#context = context;
    const messages = messagesOf(state);
    const before = this.#views;
    this.#views = new Map();
    messages.forEach((message, index) => {
      const view = before.get(message.id) ?? new MessageView();
      before.delete(message.id);
      this.#views.set(message.id, view);
      view.update(message, context, index === messages.length - 1);
    });
    for (const {article} of before.values()) article.remove();
    // What is in its place stays untouched, so that the focus and a selection in it survive.
    let place = this.root.firstElementChild;
    for (const {article} of this.#views.values()) {
      if (article === place) place = place.nextElementSibling;
      else this.root.insertBefore(article, place);
    }
  }

  /** Draws what changed in the open message. False if that message is not in the list yet. */
  updateOpen(message: Message): boolean {
    const view = this.view(message.id);
    if (!view || !this.#context) return false;
    view.update(message, this.#context, true);
    return true;
  }

  view(id: string): MessageView | undefined {
    return this.#views.get(id);
  }
}
