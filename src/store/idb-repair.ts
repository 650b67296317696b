import {promisifyRequest} from 'idb-keyval';
import type {ChatStoreWrite} from './chat-store.ts';
import {below, deleteConversation} from './idb-keys.ts';
import type {IdbUseStore} from './idb-use-store.ts';
import {attemptOf, infoOf, isNewer, keptMessages, messageIds, newestFirst} from './records.ts';

// Loaded only when the disk is full or a record is damaged.

/** Deletes the oldest quarter of the conversations, and what was set aside. Spares what is about to be written. */
export async function makeRoom(use: IdbUseStore, writes: readonly ChatStoreWrite[]): Promise<void> {
  const written = writes.map(write => write.info.id);
  await use('readwrite', async store => {
    const lines: unknown[] = await promisifyRequest(store.getAll(below('i')));
    const infos = lines.filter(line => !isNewer(line)).flatMap(line => infoOf(line) ?? []);
    const others = newestFirst(infos.filter(({id}) => !written.includes(id)));
    store.delete(below('q'));
    for (const {id} of others.slice(others.length * 0.75)) deleteConversation(store, id);
  });
}

/** What reads each kind of record. */
const READERS: Partial<Record<string, (record: unknown) => unknown>> = {
  i: infoOf,
  c: messageIds,
  x: attemptOf,
  m: record => keptMessages(record),
};

/**
 * Moves unreadable records to where nobody reads them, but nothing is lost. What a newer version wrote does not count
 * as damaged.
 */
export async function setAside(use: IdbUseStore, keys: readonly (string | IDBKeyRange)[]): Promise<void> {
  await use('readwrite', store => {
    for (const each of keys) {
      const request = store.openCursor(each);
      request.onsuccess = () => {
        const cursor = request.result;
        if (!cursor) return;
        const key = String(cursor.key);
        if (!READERS[key[0]!]?.(cursor.value) && !isNewer(cursor.value)) {
          store.put(cursor.value, `q:${key}`);
          cursor.delete();
        }
        cursor.continue();
      };
    }
  });
}
