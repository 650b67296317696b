import {promisifyRequest} from 'idb-keyval';
import type {ChatStoreWrite} from './chat-store.ts';
import {below, deleteConversation} from './idb-keys.ts';
import type {IdbUseStore} from './idb-use-store.ts';
import {attemptOf, infoOf, isNewer, keptMessages, messageIds, newestFirst} from './records.ts';

// Loaded when a disk is full or a record damaged, and not before.

/** Gives up the oldest quarter of the conversations, and what was set aside. Not what is to be written. */
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

/** What each kind of record is read by. */
const READERS: Partial<Record<string, (record: unknown) => unknown>> = {
  i: infoOf,
  c: messageIds,
  x: attemptOf,
  m: record => keptMessages(record),
};

/**
 * Moves those of these records that cannot be read to where nobody reads them and nothing is lost. What a newer version
 * wrote is not damaged.
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
