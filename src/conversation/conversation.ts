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
import {type ConversationAction, reduce} from './reducer.ts';
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
    const attempt = this.#options.loaded?.attempt;
    const last = this.#state.settled.at(-1);
    if (!attempt || last?.id !== attempt.messageId || last.status !== 'interrupted' || this.#running)
      return undefined;
    const policy = this.#options.continuation ?? 'auto';
    if (policy === 'off' || policy === 'manual') return undefined;
    return this.#goOn(last, {
      ...partialOf(last),
      attempt: attempt.attempt,
      continuations: attempt.continuations,
      ...(attempt.cursor && {resume: attempt.cursor}),
    });
  }

  async send(text: string): Promise<Message> {
    this.#mustBeIdle();
    const now = this.#clock.epoch();
    const question = {
      ...message('user', now),
      text,
      parts: [{type: 'text', text}],
      status: 'complete',
    } as const;
    return this.#ask([...this.#state.settled, question], [question]);
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
    return this.#goOn(last, {...partialOf(last), attempt, continuations: 0, byUser: true});
  }

  /** Asks again for an answer (the last one without an id); what followed it is dropped. */
  async regenerate(id?: string): Promise<Message> {
    this.#mustBeIdle();
    const {settled} = this.#state;
    const at = id === undefined ? lastAnswer(settled) : settled.findIndex(message => message.id === id);
    if (at < 0) throw new ChatError('configuration', 'There is no such answer to ask for again.');
    return this.#askInPlace(at, []);
  }

  /** Replaces a message of the user's, drops what followed it, and asks. */
  async edit(id: string, text: string): Promise<Message> {
    this.#mustBeIdle();
    const at = this.#state.settled.findIndex(message => message.id === id);
    const old = this.#state.settled[at];
    if (old?.role !== 'user')
      throw new ChatError('configuration', 'Only a message of the user’s can be edited.');
    const edited: Message = {
      ...message('user', this.#clock.epoch()),
      text,
      parts: [{type: 'text', text}],
      status: 'complete',
    };
    return this.#askInPlace(at, [edited]);
  }

  /**
   * Closes the stream and lets go of every listener. What came is kept, and goes on by policy when the conversation
   * is loaded again.
   */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#listeners.clear();
    void this.#stream?.close();
  }

  #mustBeIdle(): void {
    if (this.#running) throw new ChatError('busy', 'An answer is under way. Stop it first, or wait for it.');
    if (this.#disposed) throw new ChatError('busy', 'The conversation is closed.');
    parseEndpoint(this.#options.endpoint); // Before anything changes, so that the draft is not lost.
  }

  /** Drops what stands from `at` on, puts `added` there, and asks. */
  async #askInPlace(at: number, added: readonly Message[]): Promise<Message> {
    const {settled, info} = this.#state;
    const dropped = settled.slice(at).map(({id}) => id);
    const answer = this.#ask([...settled.slice(0, at), ...added], added);
    if (dropped.length > 0) void this.#options.journal?.remove(info.id, dropped);
    return answer;
  }

  #ask(kept: readonly Message[], unsaved: readonly Message[]): Promise<Message> {
    const answer = message('assistant', this.#clock.epoch());
    this.#unsaved = [...unsaved];
    return this.#run(kept, answer, undefined);
  }

  #goOn(last: Message, partial: PartialAnswer & {readonly byUser?: boolean}): Promise<Message> {
    const {error: _, finishReason: __, ...rest} = last;
    const kept = this.#state.settled.slice(0, -1);
    return this.#run(kept, {...rest, status: last.text === '' ? 'pending' : 'streaming'}, partial);
  }

  #run(
    kept: readonly Message[],
    answer: Message,
    partial: StreamCompletionOptions['partial'],
  ): Promise<Message> {
    const {journal, loaded: _, id: __, context, contextTurns, contextTokens, ...options} = this.#options;
    const info = this.#touched(kept);
    const stream = new CompletionStream({
      ...options,
      conversationId: info.id,
      messageId: answer.id,
      messages: fitContext(kept, this.#options),
      ...(partial && {partial}),
      onAttempt: async ({mode, attempt, continuations, resume}) => {
        const changed = [...this.#unsaved, this.#state.open ?? answer];
        this.#unsaved = [];
        const record = {conversationId: info.id, messageId: answer.id, mode, attempt, continuations};
        await journal?.begin(this.#state.info, changed, {...record, ...(resume && {cursor: resume})});
      },
    });
    this.#stream = stream;
    this.#apply({type: 'asked', kept, answer, info}, []);
    const running = this.#read(stream);
    this.#running = running;
    return running;
  }

  async #read(stream: CompletionStream): Promise<Message> {
    const {journal} = this.#options;
    for await (const events of stream.batches()) {
      // The text is the stream's own, read in the same breath as its cursor, so that neither runs ahead.
      this.#apply({type: 'streamed', events, text: stream.text}, events);
      const {open, info} = this.#state;
      if (open) journal?.checkpoint(info, open, stream.resumePoint);
    }
    const result = await stream.result();
    const open = this.#state.open as Message;
    const answer: Message = {
      ...open,
      text: result.text,
      status: this.#disposed && result.status === 'stopped' ? 'interrupted' : result.status,
      requestIds: [...new Set([...open.requestIds, ...result.requestIds])],
      metrics: result.metrics,
      ...(result.finishReason && {finishReason: result.finishReason}),
      ...(result.usage && {usage: result.usage}),
      ...((result.segments.length > 1 || result.status !== 'complete') && {segments: result.segments}),
      ...(result.error && {error: result.error.toJSON()}),
    };
    // Idle before anybody hears of it: who listens may ask at once.
    this.#running = undefined;
    this.#stream = undefined;
    const info = this.#touched(this.#state.settled);
    // Of a conversation that was put away the record of the attempt stays: who opens it again goes on with it.
    const leaves = this.#disposed && answer.status === 'interrupted';
    const saved = leaves ? undefined : journal?.end(info, answer);
    this.#apply({type: 'ended', answer, error: result.error, info}, []);
    await saved;
    return answer;
  }

  #touched(messages: readonly Message[]): ConversationInfo {
    const {info} = this.#state;
    const first =
      messages
        .find(({role}) => role === 'user')
        ?.text.trim()
        .replace(/\s+/g, ' ') ?? '';
    const title = info.title || first.slice(0, TITLE_LENGTH);
    return {...info, title, updatedAt: this.#clock.epoch()};
  }

  #apply(action: ConversationAction, events: readonly CompletionEvent[]): void {
    this.#state = reduce(this.#state, action);
    for (const listener of this.#listeners) listener(this.#state, events);
  }
}

function message(role: Message['role'], now: number): Message {
  return {id: createId(now), role, text: '', parts: [], status: 'pending', createdAt: now, requestIds: []};
}

function partialOf({text, segments}: Message): Pick<PartialAnswer, 'text' | 'segments'> {
  return {text, ...(segments && {segments})};
}

/** The place of the last answer; behind the last question if that has none. */
function lastAnswer(messages: readonly Message[]): number {
  const last = messages.at(-1);
  if (!last) return -1;
  return last.role === 'user' ? messages.length : messages.length - 1;
}
