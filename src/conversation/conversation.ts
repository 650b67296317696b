import {ChatError} from '../protocol/chat-error.ts';
import type {CompletionEvent} from '../protocol/completion.ts';
import type {Message} from '../protocol/message.ts';
import {type Clock, systemClock} from '../transport/clock.ts';
import {CompletionStream} from '../transport/completion-stream.ts';
import {createId} from '../transport/create-id.ts';
import type {PartialAnswer, StreamCompletionOptions} from '../transport/options.ts';
import {parseEndpoint} from '../transport/request.ts';
import {type ContextOptions, fitContext} from './context-window.ts';
import type {ConversationInfo, Journal, LoadedConversation} from './journal.ts';
import {asked, ended, streamed} from './reducer.ts';
import {type ConversationState, messagesOf} from './state.ts';

/** Options of `streamCompletion` that a conversation decides by itself. */
type Decided = 'messages' | 'messageId' | 'conversationId' | 'signal' | 'partial' | 'onAttempt';

/** How a conversation reaches its server and its history. Changed between answers by `configure`. */
export interface ConversationOptions extends Omit<StreamCompletionOptions, Decided>, ContextOptions {
  /** Where it is kept; without one it is not. */
  readonly journal?: Journal;
  /** A conversation found in the history. Without it a new one is begun. */
  readonly loaded?: LoadedConversation;
  /** The id of a new conversation. */
  readonly id?: string;
}

/** `state` after the change, and the stream's events behind it (none for a change of another kind). */
export type ConversationListener = (state: ConversationState, events: readonly CompletionEvent[]) => void;

const TITLE_LENGTH = 60; // characters of the first question

/**
 * One conversation: what was said, what is being answered, and what can be done about it.
 * Methods that ask resolve with the answer once it is final, whatever became of it; they never reject for the
 * network. The message's status tells.
 * @throws {ChatError} `busy` while an answer is under way, `configuration` without a usable endpoint.
 */
export class Conversation {
  readonly #listeners = new Set<ConversationListener>();
  readonly #clock: Clock;
  #options: ConversationOptions;
  #state: ConversationState;
  #stream: CompletionStream | undefined;
  #running: Promise<Message> | undefined;
  /** What the journal has not seen yet. */
  #unsaved: Message[] = [];
  #disposed = false;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const now = this.#clock.epoch();
    const info = options.loaded?.info ?? {
      id: options.id ?? createId(now),
      title: '',
      createdAt: now,
      updatedAt: now,
    };
    this.#state = {info, settled: options.loaded?.messages ?? [], open: undefined, status: 'ready'};
  }

  get state(): ConversationState {
    return this.#state;
  }

  get messages(): readonly Message[] {
    return messagesOf(this.#state);
  }

  /** For the next answer on; the one under way keeps what it began with. */
  configure(options: Partial<ConversationOptions>): void {
    this.#options = {...this.#options, ...options};
  }

  /** Called at most once for each chunk of the network. Returns its own undo. */
  subscribe(listener: ConversationListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Goes on with an answer that was cut by a reload, as far as the policy allows. Does nothing otherwise. */
  async resume(): Promise<Message | undefined> {
    const {loaded, continuation} = this.#options;
    const last = this.#state.settled.at(-1);
    if (!loaded?.attempt || last?.id !== loaded.attempt.messageId || last.status !== 'interrupted')
      return undefined;
    if (this.#running || continuation === 'off' || continuation === 'manual') return undefined;
    const {attempt, continuations, cursor} = loaded.attempt;
    return this.#goOn(last, {attempt, continuations, ...(cursor && {resume: cursor})});
  }

  async send(text: string): Promise<Message> {
    this.#mustBeIdle();
    return this.#askInPlace(this.#state.settled.length, text);
  }

  /** Ends the answer under way, or the wait before it. Final: the socket is closed and no request follows. */
  async stop(): Promise<void> {
    await this.#stream?.close();
    await this.#running;
  }

  /** Asks again for the last answer, in place of the one that failed or was cut. */
  retry(): Promise<Message> {
    return this.regenerate();
  }

  /** Goes on with the last answer where it ended; asks again if it has no text. */
  async continue(): Promise<Message> {
    this.#mustBeIdle();
    const last = this.#state.settled.at(-1);
    if (last?.role !== 'assistant' || last.text === '') return this.regenerate();
    const attempt = last.segments?.at(-1)?.attempt ?? 1;
    return this.#goOn(last, {attempt, continuations: 0, byUser: true});
  }

  /** Asks again for an answer (the last one without an id); what followed it is dropped. */
  async regenerate(id?: string): Promise<Message> {
    this.#mustBeIdle();
    const {settled} = this.#state;
    const at = id === undefined ? lastAnswer(settled) : placeOf(settled, id);
    if (at < 0) throw new ChatError('configuration', 'There is no such answer.');
    return this.#askInPlace(at);
  }

  /** Replaces a message of the user's, drops what followed it, and asks. */
  async edit(id: string, text: string): Promise<Message> {
    this.#mustBeIdle();
    const {settled} = this.#state;
    const at = placeOf(settled, id);
    if (settled[at]?.role !== 'user')
      throw new ChatError('configuration', 'Only a message of the user’s can be edited.');
    return this.#askInPlace(at, text);
  }

  /**
   * Closes the stream and lets go of every listener. What came is kept, and goes on by policy when the conversation
   * is loaded again.
   */
  dispose(): void {
    this.#disposed = true;
    this.#listeners.clear();
    void this.#stream?.close();
  }

  #mustBeIdle(): void {
    if (this.#running) throw new ChatError('busy', 'An answer is under way.');
    if (this.#disposed) throw new ChatError('busy', 'The conversation is closed.');
    parseEndpoint(this.#options.endpoint); // Before anything changes, so that the draft is not lost.
  }

  /** Drops what stands from `at` on, puts the user's words there if there are any, and asks. */
  #askInPlace(at: number, said?: string): Promise<Message> {
    const {settled, info} = this.#state;
    const now = this.#clock.epoch();
    this.#unsaved = said === undefined ? [] : [message(now, said)];
    const running = this.#run([...settled.slice(0, at), ...this.#unsaved], message(now));
    const dropped = settled.slice(at).map(({id}) => id);
    if (dropped.length > 0) void this.#options.journal?.remove(info.id, dropped);
    return running;
  }

  #goOn(
    last: Message,
    begun: Omit<PartialAnswer, 'text' | 'segments'> & {readonly byUser?: boolean},
  ): Promise<Message> {
    const {error: _, finishReason: __, ...rest} = last;
    const status = last.text === '' ? 'pending' : 'streaming';
    return this.#run(this.#state.settled.slice(0, -1), {...rest, status}, {...rest, ...begun});
  }

  #run(
    kept: readonly Message[],
    answer: Message,
    partial?: StreamCompletionOptions['partial'],
  ): Promise<Message> {
    const {journal} = this.#options;
    const info = this.#touched(kept);
    const stream = new CompletionStream({
      ...this.#options,
      conversationId: info.id,
      messageId: answer.id,
      messages: fitContext(kept, this.#options),
      ...(partial && {partial}),
      onAttempt: async ({resume, ...attempt}) => {
        const changed = [...this.#unsaved, this.#state.open ?? answer];
        this.#unsaved = [];
        await journal?.begin(this.#state.info, changed, {
          ...attempt,
          conversationId: info.id,
          messageId: answer.id,
          ...(resume && {cursor: resume}),
        });
      },
    });
    this.#stream = stream;
    this.#apply(asked(info, kept, answer));
    const running = this.#read(stream);
    this.#running = running;
    return running;
  }

  async #read(stream: CompletionStream): Promise<Message> {
    const {journal} = this.#options;
    for await (const events of stream.batches()) {
      // The text is the stream's own, read in the same breath as its cursor, so that neither runs ahead.
      this.#apply(streamed(this.#state, events, stream.text), events);
      const {open, info} = this.#state;
      if (open) journal?.checkpoint(info, open, stream.resumePoint);
    }
    const {status, text, finishReason, usage, segments, metrics, requestIds, error} = await stream.result();
    const open = this.#state.open as Message;
    const answer: Message = {
      ...open,
      text,
      status: this.#disposed && status === 'stopped' ? 'interrupted' : status,
      requestIds: [...new Set([...open.requestIds, ...requestIds])],
      metrics,
      ...(finishReason && {finishReason}),
      ...(usage && {usage}),
      ...((segments.length > 1 || status !== 'complete') && {segments}),
      ...(error && {error: error.toJSON()}),
    };
    // Idle before anybody hears of it: who listens may ask at once.
    this.#running = undefined;
    this.#stream = undefined;
    const info = this.#touched(this.#state.settled);
    // Of a conversation that was put away the record of the attempt stays: who opens it again goes on with it.
    const leaves = this.#disposed && answer.status === 'interrupted';
    const saved = leaves ? undefined : journal?.end(info, answer);
    this.#apply(ended(this.#state, info, answer, error));
    await saved;
    return answer;
  }

  #touched(messages: readonly Message[]): ConversationInfo {
    const {info} = this.#state;
    const question = messages.find(({role}) => role === 'user')?.text ?? '';
    const title = info.title || question.trim().replace(/\s+/g, ' ').slice(0, TITLE_LENGTH);
    return {...info, title, updatedAt: this.#clock.epoch()};
  }

  #apply(state: ConversationState, events: readonly CompletionEvent[] = []): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(this.#state, events);
  }
}

/** The user's words; without any, the empty answer to them. */
function message(createdAt: number, text?: string): Message {
  const fields = {id: createId(createdAt), createdAt, requestIds: []};
  return text === undefined
    ? {...fields, role: 'assistant', text: '', parts: [], status: 'pending'}
    : {...fields, role: 'user', text, parts: [{type: 'text', text}], status: 'complete'};
}

function placeOf(messages: readonly Message[], id: string): number {
  return messages.findIndex(message => message.id === id);
}

/** The place of the last answer; behind the last question if that has none. */
function lastAnswer(messages: readonly Message[]): number {
  return messages.length - (messages.at(-1)?.role === 'user' ? 0 : 1);
}
