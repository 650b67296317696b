import {promisifyRequest} from 'idb-keyval';
import type {ChatStoreWrite} from './chat-store.ts';
import {below, deleteConversation} from './idb-keys.ts';
import type {IdbUseStore} from './idb-use-store.ts';
import {infoOf, isNewer, newestFirst} from './records.ts';

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

/** Moves records to where nobody reads them and nothing is lost. */
export async function setAside(use: IdbUseStore, keys: readonly IDBValidKey[]): Promise<void> {
  await use('readwrite', store => {
    for (const key of keys) {
      const request = store.get(key);
      request.onsuccess = () => {
        store.put(request.result, `q:${key}`);
        store.delete(key);
      };
    }
  });
}
