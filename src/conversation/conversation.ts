import type {CompletionEvent} from '../protocol/completion.ts';
import type {Message} from '../protocol/message.ts';
import type {Journal, LoadedConversation} from './journal.ts';
import {type ConversationState, messagesOf} from './state.ts';

/** How a conversation reaches its server and its history. May be changed between answers by `configure`. */
export interface ConversationOptions {
  readonly endpoint: string | URL;
  readonly journal?: Journal;
  /** A conversation found in the history. Without it a new one is begun. */
  readonly loaded?: LoadedConversation;
}

/** `state` after the change, and the stream's events behind it (none for a change of another kind). */
export type ConversationListener = (state: ConversationState, events: readonly CompletionEvent[]) => void;

/**
 * One conversation: what was said, what is being answered, and what can be done about it.
 * Each method resolves with the answer's message once that is final; it never rejects for the network.
 * @throws {ChatError} `busy` while an answer is under way, `configuration` without a usable endpoint.
 */
export class Conversation {
  readonly #state!: ConversationState;
  get state(): ConversationState {
    return this.#state;
  }
  get messages(): readonly Message[] {
    return messagesOf(this.#state);
  }
  constructor(_options: ConversationOptions) {
    throw new Error('being written');
  }
  /** For the next answer on; the one under way keeps what it began with. */
  configure(_options: Partial<ConversationOptions>): void {}
  /** Called at most once for each chunk of the network. Returns its own undo. */
  subscribe(_listener: ConversationListener): () => void {
    return () => {};
  }
  /** Goes on with an answer that was cut by a reload, as far as the policy allows. Does nothing otherwise. */
  resume(): Promise<Message | undefined> {
    throw new Error('being written');
  }
  send(_text: string): Promise<Message> {
    throw new Error('being written');
  }
  /** Ends the answer under way, or the wait before it; final: no request follows. */
  stop(): Promise<void> {
    throw new Error('being written');
  }
  /** Asks again for the last answer, in place of one that failed or was cut. */
  retry(): Promise<Message> {
    throw new Error('being written');
  }
  /** Goes on with the last answer where it ended. */
  continue(): Promise<Message> {
    throw new Error('being written');
  }
  /** Asks again for an answer (the last one without an id); what followed it is dropped. */
  regenerate(_id?: string): Promise<Message> {
    throw new Error('being written');
  }
  /** Replaces a message of the user's, drops what followed it, and asks. */
  edit(_id: string, _text: string): Promise<Message> {
    throw new Error('being written');
  }
  /** Closes the stream and lets go of every listener. What came is kept as `interrupted`, and is on disk. */
  dispose(): void {}
}
