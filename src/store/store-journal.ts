import type {ConversationInfo, Journal, LoadedConversation} from '../conversation/journal.ts';
import type {ChatError} from '../protocol/chat-error.ts';
import {type Clock, systemClock} from '../transport/clock.ts';
import type {ChatStore, ChatStoreWrite, EarlyListener} from './chat-store.ts';
import {memoryStore} from './memory-store.ts';
import {mergeWrites} from './merge-writes.ts';
import {type PageLifecycle, pageLifecycle} from './page-lifecycle.ts';
import {newestFirst} from './records.ts';
import {isReadOnly, storageError} from './storage-error.ts';
import {openTabs, type TabsPlatform} from './tabs.ts';
import {within} from './within.ts';

/** Milliseconds between two checkpoints: even with a slow write or a late timer, no text waits longer than 300. */
const CHECKPOINT_INTERVAL = 200;
/** Milliseconds for which a write may hold up the conversation, and a read the page. */
const WRITE_WAIT = 3_000;
const READ_WAIT = 10_000;
/** Milliseconds between checks whether a failed store works again. */
const PROBE_INTERVAL = 60_000;

/** `memory`: the store fails, and the session continues without it. `read-only`: a newer version has written it. */
export interface StorageStatus {
  readonly state: 'ok' | 'memory' | 'read-only';
  readonly error?: ChatError;
}

export interface StoreJournalOptions {
  readonly clock?: Clock;
  readonly lifecycle?: PageLifecycle;
  /** For a store that other tabs share. */
  readonly tabs?: TabsPlatform;
}

/** The history, as a conversation and the page use it. */
export interface StoreJournal extends Journal {
  readonly status: StorageStatus;
  /** The listener is called when the store fails and when it works again. Returns a function that unsubscribes. */
  subscribe(listener: (status: StorageStatus) => void): () => void;
  /** Newest first. Never rejects. */
  list(): Promise<readonly ConversationInfo[]>;
  /** Keeps a write that bypassed the journal available, should the store fail. */
  keep(write: ChatStoreWrite): void;
  /** Never rejects. `early` is as in `ChatStore`. */
  load(conversationId: string, early?: EarlyListener): Promise<LoadedConversation | undefined>;
  /** @throws {ChatError} `storage`: whoever deletes must know if it did not work. */
  delete(conversationId: string): Promise<void>;
  /** @throws {ChatError} `storage`, as `delete`. */
  clear(): Promise<void>;
  /** Saves what is unsaved and stops listening. Does not close the store, which is its owner's. Never rejects. */
  dispose(): Promise<void>;
}

/**
 * Keeps what is listed and loaded through it available when the store fails. Every change is noted in memory first, and
 * counts as unsaved until a write with exactly that has succeeded, so that a failed, slow or overtaken write loses
 * nothing.
 */
export function storeJournal(store: ChatStore, options: StoreJournalOptions = {}): StoreJournal {
  const {clock = systemClock, lifecycle = pageLifecycle()} = options;
  const memory = memoryStore();
  /** By conversation, everything that changed since its last successful write that no change overtook. */
  const unsaved = new Map<string, ChatStoreWrite>();
  const listeners = new Set<(status: StorageStatus) => void>();
  let status: StorageStatus = {state: 'ok'};
  /** A store that could not be read is not read again until it works: the page has waited once. */
  let isReadable = true;
  /** Settles when every write so far has; never rejects. */
  let writing: Promise<unknown> = Promise.resolve();
  let writes = 0;
  let checkpointedAt = Number.NEGATIVE_INFINITY;
  let cancelCheckpoint: (() => void) | undefined;
  let cancelProbe: (() => void) | undefined;

  const isOk = () => status.state === 'ok';

  function note(write: ChatStoreWrite): void {
    const {id} = write.info;
    void memory.write(write);
    unsaved.set(id, mergeWrites(unsaved.get(id), write));
    tabs?.tell(write);
  }

  async function write(durability: 'strict' | 'relaxed'): Promise<void> {
    await store.write(...[...unsaved.values()].map(write => ({...write, durability})));
  }

  async function save(durability: 'strict' | 'relaxed'): Promise<void> {
    if (!unsaved.size) return;
    const written = [...unsaved];
    await write(durability);
    // What changed meanwhile is written again, with all it was merged with: more than necessary, but never less.
    for (const [id, write] of written) if (unsaved.get(id) === write) unsaved.delete(id);
    setStatus({state: 'ok'});
  }

  /** Writes one after the other: a store may repeat a write on a new connection, and an old text must not come last. */
  function inTurn<T>(write: () => Promise<T>): Promise<T> {
    writes++;
    const done = writing.then(write);
    writing = done
      .catch(() => {})
      .then(() => {
        writes--;
        armCheckpoint();
      });
    return done;
  }

  /** Saves with strict durability, after the writes under way. Waits no longer than a user should have to. */
  async function saveSoon(): Promise<void> {
    if (!isOk() || !unsaved.size) return;
    disarmCheckpoint();
    await within(clock, WRITE_WAIT, () => inTurn(() => save('strict'))).catch(onFailure);
  }

  function armCheckpoint(): void {
    if (cancelCheckpoint || writes || !isOk() || !unsaved.size) return;
    cancelCheckpoint = clock.after(Math.max(0, checkpointedAt + CHECKPOINT_INTERVAL - clock.now()), () => {
      cancelCheckpoint = undefined;
      checkpointedAt = clock.now();
      void inTurn(() => save('relaxed')).catch(onFailure);
    });
  }

  function disarmCheckpoint(): void {
    cancelCheckpoint?.();
    cancelCheckpoint = undefined;
  }

  /**
   * Writes without waiting, because the page may be gone a moment later. This may overtake a write that is being
   * repeated, so it does not count: the same is saved again in its turn.
   */
  const unsubscribe = lifecycle.subscribe(() => {
    if (!isOk() || !unsaved.size) return;
    const leaving = write('relaxed').catch(() => {});
    void inTurn(() => leaving);
  });

  async function erase(act: () => Promise<void>): Promise<void> {
    await within(clock, READ_WAIT, () => inTurn(act)).catch(error => {
      throw storageError(error);
    });
  }

  async function read<T>(act: () => Promise<T>): Promise<T | undefined> {
    if (!isReadable) return undefined;
    return within(clock, READ_WAIT, act).catch(error => {
      isReadable = false;
      onFailure(error);
      return undefined;
    });
  }

  function onFailure(cause: unknown): void {
    const error = storageError(cause);
    disarmCheckpoint();
    setStatus({state: isReadOnly(error) ? 'read-only' : 'memory', error});
    cancelProbe ??= clock.after(PROBE_INTERVAL, () => {
      cancelProbe = undefined;
      probe().catch(onFailure);
    });
  }

  async function probe(): Promise<void> {
    if (writes) throw status.error; // A write never ended, and none may overtake it.
    if (unsaved.size) return inTurn(() => save('strict'));
    await within(clock, READ_WAIT, () => store.list());
    setStatus({state: 'ok'});
  }

  function setStatus(next: StorageStatus): void {
    if (next.state === status.state) return;
    status = next;
    if (isOk()) {
      isReadable = true;
      cancelProbe?.();
      cancelProbe = undefined;
    }
    // In a microtask, because an error of a listener is not the journal's.
    for (const listener of listeners) queueMicrotask(() => listener(next));
  }

  async function list(): Promise<readonly ConversationInfo[]> {
    const inMemory = await memory.list();
    const stored = await read(() => store.list());
    if (!stored) return inMemory;
    if (isOk()) return stored;
    return newestFirst([...new Map([...stored, ...inMemory].map(info => [info.id, info])).values()]);
  }

  async function load(
    conversationId: string,
    early?: EarlyListener,
  ): Promise<LoadedConversation | undefined> {
    await saveSoon(); // The conversation may just have changed.
    const inMemory = await memory.load(conversationId);
    // Of a conversation that was renamed before it was loaded, memory has only the name.
    if (inMemory?.messages[0] && !isOk()) return inMemory;
    const stored = await read(() => store.load(conversationId, early));
    if (!stored) return isOk() ? undefined : inMemory;
    void memory.delete(conversationId);
    // An answer under way may have grown while its conversation was read.
    const {messages, branches = [], attempt} = stored;
    const all = [...branches, ...messages];
    void memory.write({...stored, messages: all, cursor: attempt?.cursor}, ...unsaved.values());
    return stored;
  }

  /** Forgets the conversation in memory, unsaved changes included; without an id, all of them. */
  function drop(conversationId?: string): void {
    if (conversationId === undefined) {
      void memory.clear();
      unsaved.clear();
    } else {
      void memory.delete(conversationId);
      unsaved.delete(conversationId);
    }
  }

  const tabs =
    store.shared &&
    openTabs(
      {store, memory, clock, load, note, drop, inTurn, isSaving: isOk},
      store.shared.name,
      options.tabs,
    );

  return {
    get status() {
      return status;
    },

    claim: tabs?.claim,
    follow: tabs?.follow,

    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    async begin(info, messages, attempt) {
      note({info, messages, attempt, cursor: attempt.cursor}); // The answer is the last of the messages.
      await saveSoon();
    },

    checkpoint(info, message, cursor) {
      note({info, messages: [message], cursor});
      armCheckpoint();
    },

    async end(info, message) {
      note({info, messages: [message], attempt: null});
      await saveSoon();
    },

    async remove(conversationId, removed, messages = []) {
      const info = unsaved.get(conversationId)?.info ?? (await list()).find(({id}) => id === conversationId);
      if (!info) return;
      note({info, removed, messages});
      await saveSoon();
    },

    list,
    keep: memory.write,
    load,

    async delete(conversationId) {
      drop(conversationId);
      await erase(() => store.delete(conversationId));
      tabs?.tellDeleted(conversationId);
    },

    async clear() {
      drop();
      await erase(() => store.clear());
      tabs?.tellDeleted();
    },

    async dispose() {
      unsubscribe();
      tabs?.close();
      listeners.clear();
      await saveSoon();
      disarmCheckpoint();
      cancelProbe?.();
    },
  };
}
