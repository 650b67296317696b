import {ChatError} from '../protocol/chat-error.ts';
import type {CompletionEvent} from '../protocol/completion.ts';
import {
  type Attachment,
  type Feedback,
  type Message,
  type MessagePart,
  textParts,
} from '../protocol/message.ts';
import {type Clock, systemClock} from '../transport/clock.ts';
import {CompletionStream} from '../transport/completion-stream.ts';
import {createId} from '../transport/create-id.ts';
import type {StreamCompletionOptions} from '../transport/options.ts';
import {targetsOf} from '../transport/request.ts';
import type {Changed} from './branches.ts';
import {attachedTo, type ContextOptions, firstSent, fitContext} from './context-window.ts';
import type {AttemptRecord, Branch, ConversationInfo, Journal, LoadedConversation} from './journal.ts';
import {loaded} from './loaded.ts';
import {asked, ended, partsBefore, shown, streamed} from './reducer.ts';
import {type ConversationState, messagesOf, titleOf} from './state.ts';
import type {ToolOptions} from './tool.ts';
import type {RoundsHost} from './tool-rounds.ts';

type Seldom = typeof import('./seldom.ts');

/** Options of `streamCompletion` that a conversation decides by itself. */
type Decided = 'messages' | 'messageId' | 'conversationId' | 'signal' | 'partial' | 'onAttempt';

/** How a conversation reaches its server and its history. Changed between answers by `configure`. */
export interface ConversationOptions
  extends Omit<StreamCompletionOptions, Decided | 'tools'>,
    ContextOptions,
    ToolOptions {
  /** Where it is stored; without one it is not. */
  readonly journal?: Journal;
  /** A conversation loaded from the history. Without it a new one begins. */
  readonly loaded?: LoadedConversation;
  /** The id of a new conversation. */
  readonly id?: string;
}

/** Receives the state after a change, and the stream's events that caused it (none for other changes). */
export type ConversationListener = (state: ConversationState, events: readonly CompletionEvent[]) => void;

export interface SendOptions {
  /** Images and documents to send. If the endpoint's dialect cannot send one, the answer ends as `error` without a request. */
  readonly attachments?: readonly Attachment[];
}

/** An answer to request. */
interface Plan {
  /** The messages before it. */
  readonly kept: readonly Message[];
  /** To be saved: what was set aside, and the user's new message, which is the last of `kept`. */
  readonly said?: readonly (Message | Branch)[];
  readonly branches?: readonly Branch[] | undefined;
  /** Ids of messages that no longer belong. */
  readonly dropped?: readonly string[];
  readonly answer: Message;
  /** What there is of it already. */
  readonly partial?: StreamCompletionOptions['partial'];
}

/**
 * One conversation: its messages, the running answer, and the actions on both.
 * Methods that ask resolve with the answer once it is final, whatever its status; they never reject because of the
 * network.
 * @throws {ChatError} `busy` while an answer is running, here or in another tab, `configuration` without a usable
 * endpoint. Nothing has changed then.
 */
export class Conversation {
  readonly #listeners = new Set<ConversationListener>();
  readonly #clock: Clock;
  readonly #unfollow: (() => void) | undefined;
  #options: ConversationOptions;
  #state: ConversationState;
  /** The attempt of an answer that was cut by a reload, or in another tab. */
  #left: AttemptRecord | undefined;
  /** Aborts the answer under way, and identifies it: what arrives for another one is ignored. */
  #run: AbortController | undefined;
  /** Settles when every answer so far is over and saved; never rejects. */
  #over: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(options: ConversationOptions) {
    const {loaded, clock = systemClock, id, journal} = options;
    this.#options = options;
    this.#clock = clock;
    this.#left = loaded?.attempt;
    const now = clock.epoch();
    const info = {id: id ?? createId(now), title: '', createdAt: now, updatedAt: now};
    const state = shown(info, loaded, undefined);
    this.#state = {...state, omitted: firstSent(state.settled, options)};
    this.#unfollow = journal?.follow?.(state.info.id, (found, open) => this.#follow(found, open));
  }

  get state(): ConversationState {
    return this.#state;
  }

  get messages(): readonly Message[] {
    return messagesOf(this.#state);
  }

  /** Applies from the next answer on; a running answer keeps its options. */
  configure(options: Partial<ConversationOptions>): void {
    this.#options = {...this.#options, ...options};
  }

  /** The listener is called at most once per network chunk. Returns a function that unsubscribes. */
  subscribe(listener: ConversationListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Continues an answer that a reload cut, as far as the policy allows. Never rejects. */
  async resume(): Promise<Message | undefined> {
    const {continuation} = this.#options;
    if (!this.#cut || continuation === 'off' || continuation === 'manual') return undefined;
    return this.#ask(() => {
      if (!this.#cut) throw new ChatError('busy', 'Another tab is getting an answer.');
      const {attempt, continuations, cursor} = this.#cut;
      return this.#goOn({attempt, continuations, ...(cursor && {resume: cursor})});
    }).catch(() => undefined);
  }

  send(text: string, {attachments = []}: SendOptions = {}): Promise<Message> {
    return this.#askInPlace(settled => settled.length, text ?? '', attachments);
  }

  /** Ends the current answer, or the wait before it. Final: the socket is closed and no request follows. */
  async stop(): Promise<void> {
    this.#run?.abort();
    await this.#over;
  }

  /** Asks again for the last answer, replacing one that failed or was cut; what arrived of that becomes a branch. */
  retry(): Promise<Message> {
    return this.regenerate();
  }

  /** Continues the last answer where it ended, running the tools that it called; asks again if it is empty. */
  continue(): Promise<Message> {
    const last = this.#state.settled.at(-1);
    if (last?.role !== 'assistant' || last.parts.length === 0) return this.regenerate();
    const attempt = last.segments?.at(-1)?.attempt ?? 1;
    return this.#ask(() => this.#goOn({attempt, continuations: 0, byUser: true}));
  }

  /** Asks again for an answer, by default the last; the old one and what followed it become a branch. */
  regenerate(id?: string): Promise<Message> {
    return this.#askInPlace(settled =>
      id === undefined ? lastAnswer(settled) : settled.findIndex(each => each.id === id),
    );
  }

  /**
   * Shows a branch; what it replaces becomes one. The next question continues from it.
   * @param id The id of a branch in `state.branches`.
   */
  showBranch(id: string): Promise<void> {
    return this.#change(seldom => seldom.turned(this.#state, id, this.#options));
  }

  /** Stores a user's rating with an answer; without `feedback`, removes it. */
  rate(id: string, feedback?: Feedback): Promise<void> {
    return this.#change(seldom => seldom.rated(this.#state, id, feedback));
  }

  /** Replaces the text of a user's message and asks again; the old one and what followed it become a branch. */
  edit(id: string, text: string): Promise<Message> {
    return this.#askInPlace(
      settled => settled.findIndex(each => each.id === id && each.role === 'user'),
      text,
    );
  }

  /**
   * Closes the stream and removes every listener. What arrived is kept, and continues according to the policy when the
   * conversation is loaded again.
   */
  dispose(): void {
    this.#disposed = true;
    this.#listeners.clear();
    this.#unfollow?.();
    this.#run?.abort();
  }

  /**
   * The attempt of the last answer, if that was cut and can be continued automatically. It cannot if it called the
   * page's tools, which must not run twice, or has a call without a result, unless the stream can be resumed.
   */
  get #cut(): AttemptRecord | undefined {
    const last = this.#state.settled.at(-1);
    const left = last?.id === this.#left?.messageId ? this.#left : undefined;
    const stays = (part: MessagePart) =>
      'round' in part || (part.type === 'tool-call' && !('result' in part || left?.cursor));
    return last?.status === 'interrupted' && !last.parts.some(stays) ? left : undefined;
  }

  /** Sets aside the messages from a place on, puts the user's words there if there are any, and asks. */
  #askInPlace(
    place: (settled: readonly Message[]) => number,
    words?: string,
    attachments: readonly Attachment[] = [],
  ): Promise<Message> {
    return this.#ask(() => {
      const {settled, branches = []} = this.#state;
      const at = place(settled);
      if (at < 0) throw new ChatError('configuration', 'There is no such message.');
      const now = this.#clock.epoch();
      const tail = settled.slice(at);
      const [edited, ...rest] = tail;
      const files = edited ? attachedTo(edited) : attachments; // An edit keeps what was attached.
      if (words?.trim() === '' && files.length === 0)
        throw new ChatError('configuration', 'There is nothing to send.');
      const said = words === undefined ? [] : [message(now, 'user', words, files)];
      // An answer without content is nothing to come back to.
      const isKept = edited && tail.some(({parts}) => parts.length);
      const aside = isKept ? [{...edited, after: settled[at - 1]?.id ?? '', rest}] : [];
      return {
        kept: [...settled.slice(0, at), ...said],
        said: [...aside, ...said],
        branches: [...branches, ...aside],
        dropped: (isKept ? rest : tail).map(({id}) => id),
        answer: message(now, 'assistant', ''),
      };
    });
  }

  /** Continues the last message. */
  #goOn(begun: Omit<Exclude<Plan['partial'], undefined>, 'text'>): Plan {
    const kept = [...this.#state.settled];
    const {error: _, finishReason: __, ...last} = kept.pop() as Message;
    return {
      kept,
      answer: {...last, status: last.text === '' ? 'pending' : 'streaming'},
      partial: {...last, ...begun},
    };
  }

  /** Not while an answer is under way: another write would drop its cursor. */
  #change(make: (seldom: Seldom) => Changed): Promise<void> {
    return this.#alone(async () => {
      const {state, removed, put} = make(await loaded(import('./seldom.ts')));
      this.#apply(state);
      await this.#options.journal?.remove(state.info.id, removed, put);
    });
  }

  /** @param plan Called once nobody else can ask. */
  async #ask(plan: () => Plan): Promise<Message> {
    targetsOf(this.#options); // Before anything changes, so that the draft is not lost.
    return this.#alone(run => this.#answer(run, plan()));
  }

  /** @param act Until it is over, nobody else can ask, neither here nor in another tab. */
  async #alone<Result>(act: (run: AbortController) => Promise<Result>): Promise<Result> {
    if (this.#run || this.#disposed)
      throw new ChatError('busy', 'An answer is in progress, or the conversation was disposed.');
    const run = new AbortController();
    this.#run = run;
    const done = this.#claim(run, act);
    this.#over = done.catch(() => {});
    return done;
  }

  async #claim<Result>(
    run: AbortController,
    act: (run: AbortController) => Promise<Result>,
  ): Promise<Result> {
    const {journal} = this.#options;
    const {id} = this.#state.info;
    let release: (() => void) | undefined;
    try {
      if (journal?.claim) {
        await this.#over; // The answer before this one holds the claim until it is saved.
        release = await journal.claim(id);
        if (!release) throw new ChatError('busy', 'Another tab is getting an answer.');
        if (this.#left || this.#state.elsewhere) {
          // What another tab did last may not have been heard. If nothing changed, nothing is drawn again.
          const found = await journal.load?.(id);
          const isSame =
            found?.attempt?.attempt === this.#left?.attempt &&
            JSON.stringify(found?.messages.at(-1)?.parts) ===
              JSON.stringify(this.#state.settled.at(-1)?.parts);
          if (found && !isSame) this.#show(found);
        }
      }
      return await act(run);
    } finally {
      if (this.#run === run) this.#run = undefined;
      release?.();
    }
  }

  async #answer(
    run: AbortController,
    {kept, said = [], branches = this.#state.branches, dropped = [], answer, partial}: Plan,
  ): Promise<Message> {
    const {journal} = this.#options;
    const {id: messageId} = answer;
    const options = this.#options;
    const hasRounds = options.tools?.length || partsBefore(answer).length;
    const rounds = hasRounds ? await loaded(import('./seldom.ts')) : undefined;
    let open = answer;
    const conversationId = this.#state.info.id;
    const omitted = firstSent(kept, options);
    let messages = fitContext(kept, omitted);
    let mustPrepare = rounds || options.context === 'summary' || options.retrieve;
    let unsaved = said;
    const prepare = async () => {
      mustPrepare = undefined;
      const seldom = await loaded(import('./seldom.ts'));
      const prepared = await seldom.prepareContext(kept, this.#state.info.summary, options, run.signal, open);
      if (this.#run !== run) return;
      messages = prepared.messages;
      const info = {...this.#state.info, summary: prepared.summary};
      this.#apply({...this.#state, info, omitted: prepared.omitted});
    };
    /** Returns false if the answer is no longer this run's. */
    const put: RoundsHost['put'] = (state, events, cursor) => {
      if (this.#run !== run) return false;
      this.#apply(state, events);
      open = this.#state.open ?? open;
      journal?.checkpoint(this.#state.info, open, cursor);
      return true;
    };
    const ask: RoundsHost['ask'] = async (begun, turns = []) => {
      messages = [...messages, ...turns];
      const stream = new CompletionStream({
        ...options,
        conversationId,
        messageId,
        get messages() {
          return messages;
        },
        signal: run.signal,
        ...(begun && {partial: begun}),
        onAttempt: async ({resume, ...attempt}) => {
          if (mustPrepare && !resume) await prepare();
          const changed = [...unsaved, open];
          unsaved = [];
          const cursor = stream.resumePoint; // Not `resume`, which may be ahead of the text.
          await journal?.begin(this.#state.info, changed, {
            ...attempt,
            conversationId,
            messageId,
            ...(cursor && {cursor}),
          });
        },
      });
      for await (const events of stream.batches()) {
        // The stream's text and cursor are read at the same moment, so that neither runs ahead.
        const next = streamed(this.#state, events, stream.text, this.#clock.now());
        if (!put(next, events, stream.resumePoint)) break;
      }
      return {...(await stream.result()), dialect: stream.dialect};
    };
    this.#left = undefined;
    this.#apply(asked(this.#touched(kept), kept, answer, omitted, branches));
    // The request may have to wait for the network, and the question must not be lost meanwhile.
    for (const each of [...said, answer]) journal?.checkpoint(this.#state.info, each, undefined);
    if (dropped.length) void journal?.remove(conversationId, dropped);
    const {status, segments, metrics, requestIds, error} = rounds
      ? await rounds.runRounds({chat: this, options, run, partial, put, ask})
      : await ask(partial);
    const isOurs = this.#run === run;
    // Disposed here, continued in another tab, or deleted there: that is not the user's Stop.
    const isLeft = status === 'stopped' && (this.#disposed || !isOurs);
    const final: Message = {
      ...open,
      status: isLeft ? 'interrupted' : status,
      requestIds: [...new Set([...open.requestIds, ...requestIds])],
      ...(metrics && {metrics}),
      ...((segments[1] || open.segments || status !== 'complete') && {segments}),
      ...(error && {error: error.toJSON()}),
    };
    if (!isOurs) return final;
    // Idle before the listeners are told, because one may ask at once.
    this.#run = undefined;
    const touched = this.#touched(kept);
    // A conversation that was disposed keeps the record of its attempt, to continue when it is loaded again.
    const saved = isLeft ? undefined : journal?.end(touched, final);
    this.#apply(ended(this.#state, touched, final, error));
    await saved;
    return final;
  }

  /** Another tab has done something in this conversation. */
  #follow(found: LoadedConversation | undefined, open?: Message): void {
    if (this.#state.open && !this.#state.elsewhere) {
      if (found && !open) {
        // An answer from before this one ended, or the conversation was renamed.
        this.#state = {...this.#state, info: found.info};
        return;
      }
      this.#run?.abort();
      this.#run = undefined;
    }
    this.#show(found, open);
    if (!open) void this.resume();
  }

  #show(found: LoadedConversation | undefined, open?: Message): void {
    this.#left = found?.attempt;
    this.#apply(shown(this.#state.info, found, open));
  }

  #touched(messages: readonly Message[]): ConversationInfo {
    const {info} = this.#state;
    return {...info, title: info.title || titleOf(messages), updatedAt: this.#clock.epoch()};
  }

  #apply(state: ConversationState, events: readonly CompletionEvent[] = []): void {
    this.#state = state;
    for (const listener of this.#listeners) {
      try {
        listener(this.#state, events);
      } catch (error) {
        queueMicrotask(() => {
          throw error; // What a listener throws is the page's own error.
        });
      }
    }
  }
}

function message(
  createdAt: number,
  role: 'user' | 'assistant',
  text: string,
  attachments: readonly Attachment[] = [],
): Message {
  const files = attachments.map((file, at) => ({...file, type: 'file' as const, id: `${at}`}));
  return {
    id: createId(createdAt),
    role,
    text,
    parts: [...textParts(text), ...files],
    status: role === 'user' ? 'complete' : 'pending',
    createdAt,
    requestIds: [],
  };
}

/** The index of the last answer; after the last question if that has none. */
function lastAnswer(messages: readonly Message[]): number {
  return messages.length - (messages.at(-1)?.role === 'user' ? 0 : 1);
}
