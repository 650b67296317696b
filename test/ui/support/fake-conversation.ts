import {turned} from '../../../src/conversation/branches.ts';
import type {
  ConversationListener,
  ConversationOptions,
  SendOptions,
} from '../../../src/conversation/conversation.ts';
import {type ConversationState, messagesOf} from '../../../src/conversation/state.ts';
import {ChatError} from '../../../src/protocol/chat-error.ts';
import type {CompletionEvent} from '../../../src/protocol/completion.ts';
import type {Attachment, Feedback, FinalStatus, Message} from '../../../src/protocol/message.ts';
import type {ConversationPort} from '../../../src/ui/conversation-controller.ts';
import {SseChat} from '../../../src/ui/sse-chat.ts';

let ids = 0;

export function messageOf(role: Message['role'], text: string, rest: Partial<Message> = {}): Message {
  return {
    id: `m${++ids}`,
    role,
    text,
    parts: text ? [{type: 'text', text}] : [],
    status: 'complete',
    createdAt: new Date().setHours(10, 5, 0, 0), // Today, so that no day is named.
    requestIds: [],
    ...rest,
  };
}

/** A conversation whose every state is set by the test. Notes what it was asked. */
export class FakeConversation implements ConversationPort {
  readonly options: ConversationOptions;
  readonly calls: string[] = [];
  readonly configured: object[] = [];
  disposed = false;
  /** What went along with the last text. */
  attachments: readonly Attachment[] = [];
  /** Rejects the next thing that is asked. */
  failure: Error | undefined;
  #state: ConversationState;
  #listeners = new Set<ConversationListener>();
  #resolve: ((message: Message) => void) | undefined;

  constructor(options: ConversationOptions) {
    // An option that is `undefined` is as good as one that is not there.
    this.options = Object.fromEntries(
      Object.entries(options).filter(([, value]) => value !== undefined),
    ) as unknown as ConversationOptions;
    const now = Date.now();
    const info = options.loaded?.info ?? {
      id: options.id ?? `c${++ids}`,
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

  configure(options: object): void {
    this.configured.push(options);
  }

  subscribe(listener: ConversationListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async resume(): Promise<undefined> {}

  send(text: string, {attachments = []}: SendOptions = {}): Promise<Message> {
    this.attachments = attachments;
    const files = attachments.map((file, at) => ({...file, type: 'file' as const, id: `${at}`}));
    const said = messageOf('user', text);
    return this.#ask(`send ${text}`, [...this.#state.settled, {...said, parts: [...said.parts, ...files]}]);
  }

  async stop(): Promise<void> {
    this.calls.push('stop');
    if (this.#state.open) this.end('stopped');
  }

  retry(): Promise<Message> {
    return this.#ask('retry', this.#state.settled.slice(0, -1));
  }

  continue(): Promise<Message> {
    const last = this.#state.settled.at(-1) as Message;
    return this.#ask('continue', this.#state.settled.slice(0, -1), {...last, status: 'streaming'});
  }

  regenerate(id?: string): Promise<Message> {
    return this.#ask(`regenerate ${id}`, this.#state.settled.slice(0, -1));
  }

  edit(id: string, text: string): Promise<Message> {
    const at = this.#state.settled.findIndex(message => message.id === id);
    return this.#ask(`edit ${text}`, [...this.#state.settled.slice(0, at), messageOf('user', text)]);
  }

  async showBranch(id: string): Promise<void> {
    this.calls.push(`show ${id}`);
    this.set(turned(this.#state, id, {}).state);
  }

  async rate(id: string, feedback?: Feedback): Promise<void> {
    this.calls.push(`rate ${JSON.stringify(feedback)}`);
    if (this.#state.open) throw new ChatError('busy', 'Another answer.');
    const rate = ({feedback: _, ...rest}: Message): Message => ({...rest, ...(feedback && {feedback})});
    this.set({settled: this.#state.settled.map(each => (each.id === id ? rate(each) : each))});
  }

  dispose(): void {
    this.disposed = true;
    this.#listeners.clear();
  }

  set(change: Partial<ConversationState>, events: readonly CompletionEvent[] = []): void {
    const next = {...this.#state, ...change};
    if (next.status !== 'waiting') delete next.retryAt;
    this.#state = next;
    for (const listener of this.#listeners) listener(next, events);
  }

  /** One chunk of the network. */
  text(text: string): void {
    const open = this.#state.open as Message;
    const whole = open.text + text;
    this.set(
      {
        open: {...open, text: whole, parts: [{type: 'text', text: whole}], status: 'streaming'},
        status: 'streaming',
        at: performance.now(),
      },
      [{type: 'text', text, raw: undefined}],
    );
  }

  end(status: FinalStatus, rest: Partial<Message> = {}): void {
    const message: Message = {...(this.#state.open as Message), ...rest, status};
    this.set({
      settled: [...this.#state.settled, message],
      open: undefined,
      status: status === 'error' ? 'error' : 'ready',
      ...(message.error && {error: new ChatError(message.error.kind, message.error.message)}),
    });
    this.#resolve?.(message);
  }

  #ask(call: string, kept: readonly Message[], open = messageOf('assistant', '', {status: 'pending'})) {
    this.calls.push(call);
    const failure = this.#state.elsewhere
      ? new ChatError('busy', 'Another tab is getting an answer.')
      : this.failure;
    this.failure = undefined;
    if (failure) return Promise.reject(failure);
    this.set({settled: kept, open, status: open.text ? 'reconnecting' : 'submitted'});
    return new Promise<Message>(resolve => {
      this.#resolve = resolve;
    });
  }
}

/** The element over fake conversations, newest last. */
export class FakeChat extends SseChat {
  readonly fakes: FakeConversation[] = [];

  get fake(): FakeConversation {
    return this.fakes.at(-1) as FakeConversation;
  }

  protected override createConversation(options: ConversationOptions): ConversationPort {
    const fake = new FakeConversation(options);
    this.fakes.push(fake);
    return fake;
  }
}

if (!customElements.get('fake-chat')) customElements.define('fake-chat', FakeChat);
