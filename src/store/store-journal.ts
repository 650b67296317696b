import type {
  AttemptRecord,
  ConversationInfo,
  Journal,
  LoadedConversation,
  ResumeCursor,
} from '../conversation/journal.ts';
import {ChatError} from '../protocol/chat-error.ts';
import type {Message} from '../protocol/message.ts';
import {type Clock, systemClock} from '../transport/clock.ts';
import type {ChatStore, ChatStoreWrite} from './chat-store.ts';
import {memoryStore} from './memory-store.ts';
import {type PageLifecycle, pageLifecycle} from './page-lifecycle.ts';
import {newestFirst} from './records.ts';
import {isReadOnly, storageError} from './storage-error.ts';
import {Unsaved} from './unsaved.ts';

/** Milliseconds between two checkpoints: with a slow write or a late timer, no text waits for longer than 300. */
const CHECKPOINT_INTERVAL = 200;
/** Milliseconds that a write may hold up the conversation, and a read the page. */
const WRITE_WAIT = 3_000;
const READ_WAIT = 10_000;
/** Milliseconds between two looks at whether a failed store works again. */
const PROBE_INTERVAL = 60_000;

/** `memory`: the store fails, and the session goes on without it. `read-only`: a newer version has written it. */
export interface StorageStatus {
  readonly state: 'ok' | 'memory' | 'read-only';
  readonly error?: ChatError;
}

export interface StoreJournalOptions {
  readonly clock?: Pick<Clock, 'now' | 'after'>;
  readonly lifecycle?: PageLifecycle;
}

/**
 * A conversation's way to its history, and the page's: what is listed and loaded through it stays within reach
 * when the store fails. Everything is noted in memory first and leaves the list of the unsaved only when a write
 * with exactly that has succeeded, so a failed, slow or overtaken write loses nothing.
 */
export class StoreJournal implements Journal {
  readonly #store: ChatStore;
  readonly #clock: Pick<Clock, 'now' | 'after'>;
  readonly #memory = memoryStore();
  readonly #unsaved = new Unsaved();
  readonly #listeners = new Set<(status: StorageStatus) => void>();
  readonly #unsubscribe: () => void;
  #status: StorageStatus = {state: 'ok'};
  /** A store that could not be read is not asked again before it works again: the page has waited once. */
  #isReadable = true;
  /** Settles when every write so far has; never rejects. */
  #writing: Promise<unknown> = Promise.resolve();
  #writes = 0;
  #checkpointedAt = Number.NEGATIVE_INFINITY;
  #cancelCheckpoint: (() => void) | undefined;
  #cancelProbe: (() => void) | undefined;

  constructor(store: ChatStore, options: StoreJournalOptions = {}) {
    const {clock = systemClock, lifecycle = pageLifecycle()} = options;
    this.#store = store;
    this.#clock = clock;
    this.#unsubscribe = lifecycle.subscribe(() => this.#saveBeforeLeaving());
  }

  get status(): StorageStatus {
    return this.#status;
  }

  /** Called when the store fails and when it works again. Returns its own undo. */
  subscribe(listener: (status: StorageStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async begin(info: ConversationInfo, messages: readonly Message[], attempt: AttemptRecord): Promise<void> {
    for (const message of messages) {
      this.#note(info, message, message.id === attempt.messageId ? attempt.cursor : undefined);
    }
    this.#note(info, undefined, undefined, attempt);
    await this.#saveSoon();
  }

  checkpoint(info: ConversationInfo, message: Message, cursor: ResumeCursor | undefined): void {
    this.#note(info, message, cursor);
    this.#armCheckpoint();
  }

  async end(info: ConversationInfo, message: Message): Promise<void> {
    this.#note(info, message, undefined, null);
    await this.#saveSoon();
  }

  async remove(conversationId: string, messageIds: readonly string[]): Promise<void> {
    const known = this.#unsaved.infoOf(conversationId) ?? (await this.#infoOf(conversationId));
    if (!known || !messageIds.length) return;
    const write: ChatStoreWrite = {info: known, removed: messageIds, durability: 'strict'};
    void this.#memory.write(write);
    this.#unsaved.add(write);
    await this.#saveSoon();
  }

  /** Newest first. Never rejects. */
  async list(): Promise<readonly ConversationInfo[]> {
    const inMemory = await this.#memory.list();
    const stored = await this.#read(() => this.#store.list());
    if (!stored) return inMemory;
    if (this.#status.state === 'ok') return stored;
    return newestFirst([...new Map([...stored, ...inMemory].map(info => [info.id, info])).values()]);
  }

  /** Never rejects. */
  async load(conversationId: string): Promise<LoadedConversation | undefined> {
    await this.#saveSoon(); // What is asked for may have changed just now.
    const inMemory = await this.#memory.load(conversationId);
    if (inMemory && this.#status.state !== 'ok') return inMemory;
    const stored = await this.#read(() => this.#store.load(conversationId));
    if (!stored) return this.#status.state === 'ok' ? undefined : inMemory;
    const {info, messages, attempt} = stored;
    void this.#memory.delete(conversationId);
    void this.#memory.write({
      info,
      messages,
      attempt: attempt ?? null,
      ...(attempt?.cursor && {cursor: attempt.cursor}),
      durability: 'relaxed',
    });
    // An answer under way has gone on while its conversation was read.
    void this.#memory.write(...this.#unsaved.take('relaxed').writes);
    return stored;
  }

  /** @throws {ChatError} `storage`: who asks to be forgotten must know when that did not work. */
  async delete(conversationId: string): Promise<void> {
    void this.#memory.delete(conversationId);
    this.#unsaved.delete(conversationId);
    await this.#erase(() => this.#store.delete(conversationId));
  }

  /** @throws {ChatError} `storage`, as `delete`. */
  async clear(): Promise<void> {
    void this.#memory.clear();
    this.#unsaved.clear();
    await this.#erase(() => this.#store.clear());
  }

  /** Saves what is not yet saved and stops listening. The store remains its owner's. Never rejects. */
  async dispose(): Promise<void> {
    this.#unsubscribe();
    this.#listeners.clear();
    await this.#saveSoon();
    this.#disarmCheckpoint();
    this.#cancelProbe?.();
  }

  #note(
    info: ConversationInfo,
    message: Message | undefined,
    cursor: ResumeCursor | undefined,
    attempt?: AttemptRecord | null,
  ): void {
    const write: ChatStoreWrite = {
      info,
      ...(message && {messages: [message]}),
      ...(cursor && {cursor}),
      ...(attempt !== undefined && {attempt}),
      durability: 'strict',
    };
    void this.#memory.write(write);
    this.#unsaved.add(write);
  }

  async #infoOf(conversationId: string): Promise<ConversationInfo | undefined> {
    return (await this.list()).find(info => info.id === conversationId);
  }

  /** Strictly, after the writes under way; waits no longer than the user should. */
  async #saveSoon(): Promise<void> {
    if (this.#status.state !== 'ok' || !this.#unsaved.size) return;
    this.#disarmCheckpoint();
    await this.#within(
      WRITE_WAIT,
      this.#inTurn(() => this.#save('strict')),
    ).catch(this.#onFailure);
  }

  #armCheckpoint(): void {
    if (this.#cancelCheckpoint || this.#writes || this.#status.state !== 'ok' || !this.#unsaved.size) return;
    const wait = this.#checkpointedAt + CHECKPOINT_INTERVAL - this.#clock.now();
    this.#cancelCheckpoint = this.#clock.after(Math.max(0, wait), () => {
      this.#cancelCheckpoint = undefined;
      this.#checkpointedAt = this.#clock.now();
      void this.#inTurn(() => this.#save('relaxed')).catch(this.#onFailure);
    });
  }

  #disarmCheckpoint(): void {
    this.#cancelCheckpoint?.();
    this.#cancelCheckpoint = undefined;
  }

  /**
   * Waits for nothing, since the page may be gone a moment later. As it may overtake a write that is being
   * repeated, it counts for nothing: the same is saved again in its turn.
   */
  #saveBeforeLeaving(): void {
    const {writes} = this.#unsaved.take('relaxed');
    if (this.#status.state !== 'ok' || !writes.length) return;
    const leaving = (async () => this.#store.write(...writes))().catch(() => {});
    void this.#inTurn(() => leaving);
  }

  async #save(durability: ChatStoreWrite['durability']): Promise<void> {
    const {writes, confirm} = this.#unsaved.take(durability);
    if (!writes.length) return;
    await this.#store.write(...writes);
    confirm();
    this.#setStatus({state: 'ok'});
  }

  /** One write after the other: a store may repeat one on a new connection, and an old text must not come last. */
  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    this.#writes++;
    const done = this.#writing.then(write);
    this.#writing = done
      .catch(() => {})
      .then(() => {
        this.#writes--;
        this.#armCheckpoint();
      });
    return done;
  }

  async #erase(erase: () => Promise<void>): Promise<void> {
    try {
      await this.#within(READ_WAIT, this.#inTurn(erase));
    } catch (error) {
      throw storageError(error);
    }
  }

  async #read<T>(read: () => Promise<T>): Promise<T | undefined> {
    if (!this.#isReadable) return undefined;
    try {
      return await this.#within(READ_WAIT, (async () => read())());
    } catch (error) {
      this.#isReadable = false;
      this.#onFailure(error);
      return undefined;
    }
  }

  #within<T>(wait: number, promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(wait, () =>
        reject(new ChatError('storage', `The history did not answer within ${wait} ms.`)),
      );
      promise.then(resolve, reject).finally(cancel);
    });
  }

  readonly #onFailure = (cause: unknown): void => {
    const error = storageError(cause);
    this.#disarmCheckpoint();
    this.#setStatus({state: isReadOnly(error) ? 'read-only' : 'memory', error});
    this.#cancelProbe ??= this.#clock.after(PROBE_INTERVAL, () => {
      this.#cancelProbe = undefined;
      this.#probe().catch(this.#onFailure);
    });
  };

  async #probe(): Promise<void> {
    if (this.#writes) throw this.#status.error; // One that never ended: none can overtake it.
    if (this.#unsaved.size) return this.#inTurn(() => this.#save('strict'));
    await this.#within(READ_WAIT, this.#store.list());
    this.#setStatus({state: 'ok'});
  }

  #setStatus(status: StorageStatus): void {
    if (status.state === this.#status.state) return;
    this.#status = status;
    if (status.state === 'ok') {
      this.#isReadable = true;
      this.#cancelProbe?.();
      this.#cancelProbe = undefined;
    }
    // Later, since what a listener throws is not the journal's.
    for (const listener of this.#listeners) queueMicrotask(() => listener(status));
  }
}
