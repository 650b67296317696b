import {html, noChange, type TemplateResult} from 'lit';
import {Directive, directive, type ElementPart, type PartInfo, PartType} from 'lit/directive.js';
import {guard} from 'lit/directives/guard.js';
import {repeat} from 'lit/directives/repeat.js';
import {type ConversationState, messagesOf} from '../conversation/state.ts';
import type {Message} from '../protocol/message.ts';
import {type MessageContext, MessageView} from './message-view.ts';

class MessageDirective extends Directive {
  constructor(info: PartInfo) {
    super(info);
    if (info.type !== PartType.ELEMENT) throw new Error('The message directive stands on an element.');
  }

  render(_transcript: Transcript, _message: Message, _context: MessageContext, _last: boolean): unknown {
    return noChange;
  }

  override update(
    part: ElementPart,
    [transcript, message, context, last]: Parameters<this['render']>,
  ): unknown {
    transcript.viewOf(message, part.element as HTMLElement).update(message, context, last);
    return noChange;
  }
}

const messageIn = directive(MessageDirective);

/**
 * The messages of a conversation, one view each. The list itself is gone through only when messages come, go or
 * become final; a token reaches the view of the open message alone.
 */
export class Transcript {
  readonly #views = new Map<string, MessageView>();
  #context: MessageContext | undefined;

  render(state: ConversationState, context: MessageContext): unknown {
    this.#context = context;
    return guard([state.settled, state.open?.id, context], () => {
      const messages = messagesOf(state);
      const last = messages.at(-1);
      const ids = new Set(messages.map(message => message.id));
      for (const id of this.#views.keys()) if (!ids.has(id)) this.#views.delete(id);
      return repeat(
        messages,
        message => message.id,
        (message): TemplateResult =>
          html`<article ${messageIn(this, message, context, message === last)}></article>`,
      );
    });
  }

  /** Draws what is new in the open message. False if that message is not in the list yet. */
  updateOpen(message: Message): boolean {
    const view = this.#views.get(message.id);
    if (!view || !this.#context) return false;
    view.update(message, this.#context, true);
    return true;
  }

  view(id: string): MessageView | undefined {
    return this.#views.get(id);
  }

  viewOf(message: Message, article: HTMLElement): MessageView {
    let view = this.#views.get(message.id);
    if (view?.article !== article) {
      view = new MessageView(article);
      this.#views.set(message.id, view);
    }
    return view as MessageView;
  }
}
