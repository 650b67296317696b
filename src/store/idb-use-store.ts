import {ChatError} from '../protocol/chat-error.ts';
import {type Clock, systemClock} from '../transport/clock.ts';
import type {PlatformType} from './platform-type.ts';
import {nameOf, storageError} from './storage-error.ts';
import {within} from './within.ts';

const OBJECT_STORE = 'kv';
/** Milliseconds. An open that is queued behind a blocked `deleteDatabase` would hang until the tab closes. */
const OPEN_TIMEOUT = 3_000;
const OPEN_RETRIES = 3;
/** What a lost connection looks like. The same handle stays lost, so a new one is opened. */
const LOST: readonly string[] = ['InvalidStateError', 'UnknownError', 'AbortError', ''];

export interface IdbUseStoreOptions {
  /** Called for each open, because reading `indexedDB` itself throws where storage is forbidden. */
  readonly factory?: () => PlatformType<'IDBFactory'>;
  readonly clock?: Pick<Clock, 'after'>;
  /** Where to listen for `pagehide`. */
  readonly page?: Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>;
}

/**
 * A `UseStore` for idb-keyval's functions. Declared here, because that package's types are not published with ours.
 * Rejects only with `ChatError`s of kind `storage`.
 */
export interface IdbUseStore {
  /**
   * Resolves once the transaction is committed; a callback that rejects aborts it. The callback may run twice,
   * on a new connection, if the first was lost.
   */
  <T>(
    mode: 'readonly' | 'readwrite' | 'versionchange',
    callback: (store: PlatformType<'IDBObjectStore'>) => T | PromiseLike<T>,
    durability?: 'default' | 'strict' | 'relaxed',
  ): Promise<T>;
  /** Closes the connection; the next use opens a new one. */
  close(): void;
}

/**
 * One connection to a database of our own, opened again when it is lost. idb-keyval's own store is never used: it
 * shares the host page's database, blocks `deleteDatabase`, and does not repeat an operation that met a dead handle.
 */
export function idbUseStore(name: string, options: IdbUseStoreOptions = {}): IdbUseStore {
  const {factory = () => indexedDB, clock = systemClock, page = globalThis} = options;
  let current: Promise<IDBDatabase> | undefined;

  function forget(connection: typeof current): void {
    if (connection === current) {
      current = undefined;
      page.removeEventListener?.('pagehide', onPagehide);
    }
    connection?.then(
      database => database.close(),
      () => {},
    );
  }

  function onPagehide(event: Event): void {
    // An open connection can keep a page out of the back-forward cache. Transactions under way still finish.
    if ((event as PageTransitionEvent).persisted) forget(current);
  }

  function connect(): Promise<IDBDatabase> {
    if (current) return current;

    const open = (retries: number): Promise<IDBDatabase> =>
      new Promise<IDBDatabase>((resolve, reject) => {
        const request = factory().open(name);
        request.onupgradeneeded = () => request.result.createObjectStore(OBJECT_STORE);
        request.onblocked = () => reject(new ChatError('storage', 'Another tab is blocking the history.'));
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          const database = request.result;
          resolve(database);
          if (mine !== current) return database.close(); // It opened too late.
          database.onclose = database.onversionchange = () => forget(mine);
          page.addEventListener?.('pagehide', onPagehide);
        };
      }).catch(error => {
        if (!retries || nameOf(error) !== 'UnknownError') throw error;
        return open(retries - 1);
      });
    const mine = within(clock, OPEN_TIMEOUT, () => open(OPEN_RETRIES)).catch(error => {
      forget(mine);
      throw storageError(error);
    });
    current = mine;
    return mine;
  }

  async function use<T>(
    mode: IDBTransactionMode,
    callback: (store: IDBObjectStore) => T | PromiseLike<T>,
    durability?: IDBTransactionDurability,
  ): Promise<T> {
    for (let retried = false; ; retried = true) {
      const connection = connect();
      try {
        return await transact(await connection, mode, callback, durability);
      } catch (error) {
        if (retried || error instanceof ChatError || !LOST.includes(nameOf(error))) throw storageError(error);
        forget(connection);
      }
    }
  }

  return Object.assign(use, {close: () => forget(current)});
}

async function transact<T>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  callback: (store: IDBObjectStore) => T | PromiseLike<T>,
  durability: IDBTransactionDurability = 'default',
): Promise<T> {
  const transaction = database.transaction(OBJECT_STORE, mode, {durability});
  const committed = new Promise<void>((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    // `transaction.error` is set only here; at the earlier `error` event it is still null.
    transaction.addEventListener('abort', () => reject(transaction.error));
  });
  committed.catch(() => {}); // Awaited below, unless the callback fails first.
  try {
    const result = await callback(transaction.objectStore(OBJECT_STORE));
    await committed;
    return result;
  } catch (error) {
    // `null` tells nothing: the transaction is aborting by itself, and will know why.
    if (error === null) await committed;
    try {
      transaction.abort(); // What was put before the callback failed must not be committed.
    } catch {
      // It is over already.
    }
    throw error;
  }
}
