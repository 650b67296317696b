import type {UseStore} from 'idb-keyval';
import {ChatError} from '../protocol/chat-error.ts';
import {type Clock, systemClock} from '../transport/clock.ts';
import {nameOf, storageError} from './storage-error.ts';

const OBJECT_STORE = 'kv';
/** Milliseconds. An open that is queued behind a blocked `deleteDatabase` would hang until the tab closes. */
const OPEN_TIMEOUT = 3_000;
const OPEN_RETRIES = 3;
/** What a lost connection looks like. The same handle stays lost, so a new one is opened. */
const LOST: readonly string[] = ['InvalidStateError', 'UnknownError', 'AbortError', ''];

export interface IdbUseStoreOptions {
  /** Asked at each open, since reading `indexedDB` itself throws where storage is forbidden. */
  readonly factory?: () => IDBFactory;
  readonly clock?: Pick<Clock, 'after'>;
  /** Where `pagehide` is heard. */
  readonly page?: Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>;
}

/** A `UseStore` for idb-keyval's functions. Rejects with `ChatError`s of kind `storage` only. */
export interface IdbUseStore extends UseStore {
  /**
   * Resolves once the transaction is committed; a callback that rejects aborts it. The callback may run twice,
   * on a new connection, if the first was lost.
   */
  <T>(
    mode: IDBTransactionMode,
    callback: (store: IDBObjectStore) => T | PromiseLike<T>,
    durability?: 'strict' | 'relaxed',
  ): Promise<T>;
  /** Lets go of the connection; the next use opens a new one. */
  close(): void;
}

/**
 * One connection to a database of our own, made new when it is lost. idb-keyval's own store is never used: it
 * shares the host page's database, blocks `deleteDatabase`, and does not repeat an operation that met a dead handle.
 */
export function idbUseStore(name: string, options: IdbUseStoreOptions = {}): IdbUseStore {
  const {factory = () => indexedDB, clock = systemClock, page = globalThis} = options;
  let opening: Promise<IDBDatabase> | undefined;
  let opened: IDBDatabase | undefined;

  function forget(database: IDBDatabase | undefined): void {
    database?.close();
    if (database !== opened) return;
    opening = opened = undefined;
    page.removeEventListener?.('pagehide', onPagehide);
  }

  function onPagehide(event: Event): void {
    // An open connection can keep a page out of the back-forward cache. Transactions under way still finish.
    if ((event as PageTransitionEvent).persisted) forget(opened);
  }

  function openOnce(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const request = factory().open(name);
      let isLate = false;
      const refuse = (error: unknown) => {
        isLate = true;
        stopWaiting();
        reject(error);
      };
      const stopWaiting = clock.after(OPEN_TIMEOUT, () =>
        refuse(new ChatError('storage', `The history did not open within ${OPEN_TIMEOUT} ms.`)),
      );
      request.onupgradeneeded = () => request.result.createObjectStore(OBJECT_STORE);
      request.onblocked = () => refuse(new ChatError('storage', 'The history is blocked by another tab.'));
      request.onerror = () => refuse(request.error);
      request.onsuccess = () => {
        const database = request.result;
        if (isLate) return database.close();
        stopWaiting();
        database.onclose = database.onversionchange = () => forget(database);
        resolve(database);
      };
    });
  }

  async function open(): Promise<IDBDatabase> {
    for (let retries = 0; ; retries++) {
      try {
        return await openOnce();
      } catch (error) {
        if (nameOf(error) !== 'UnknownError' || retries === OPEN_RETRIES) throw storageError(error);
      }
    }
  }

  function connect(): Promise<IDBDatabase> {
    if (opening) return opening;
    const mine = open();
    opening = mine;
    mine.then(
      database => {
        if (opening !== mine) return database.close();
        opened = database;
        page.addEventListener?.('pagehide', onPagehide);
      },
      () => {
        if (opening === mine) opening = undefined;
      },
    );
    return mine;
  }

  async function use<T>(
    mode: IDBTransactionMode,
    callback: (store: IDBObjectStore) => T | PromiseLike<T>,
    durability?: 'strict' | 'relaxed',
  ): Promise<T> {
    for (let retried = false; ; retried = true) {
      const database = await connect();
      try {
        return await transact(database, mode, callback, durability);
      } catch (error) {
        if (error instanceof ChatError) throw error;
        if (retried || !LOST.includes(nameOf(error))) throw storageError(error);
        forget(database);
      }
    }
  }

  function close(): void {
    opening = undefined;
    forget(opened);
  }

  return Object.assign(use, {close});
}

async function transact<T>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  callback: (store: IDBObjectStore) => T | PromiseLike<T>,
  durability: 'strict' | 'relaxed' | undefined,
): Promise<T> {
  const transaction = database.transaction(OBJECT_STORE, mode, durability ? {durability} : {});
  const committed = new Promise<void>((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    // Only here is `transaction.error` set; at the `error` event before it is still null.
    transaction.addEventListener('abort', () => reject(transaction.error));
  });
  committed.catch(() => {}); // Heard below, unless the callback fails first.
  try {
    const result = await callback(transaction.objectStore(OBJECT_STORE));
    await committed;
    return result;
  } catch (error) {
    // Told nothing: the transaction is aborting by itself and will know why.
    if (error === null) await committed;
    try {
      transaction.abort(); // What was put before the callback failed must not be committed.
    } catch {
      // It is over already.
    }
    throw error;
  }
}
