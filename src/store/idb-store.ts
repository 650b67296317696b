import {promisifyRequest} from 'idb-keyval';
import type {ConversationInfo} from '../conversation/journal.ts';
import type {ChatError} from '../protocol/chat-error.ts';
import type {ChatStore, ChatStoreWrite} from './chat-store.ts';
import {below, deleteConversation, idIn, keyOf} from './idb-keys.ts';
import {type IdbUseStoreOptions, idbUseStore} from './idb-use-store.ts';
import {
  attemptOf,
  infoOf,
  isNewer,
  type KeptMessage,
  keptMessages,
  loadedConversation,
  messageIds,
  messageRecord,
  newestFirst,
  withoutCursor,
} from './records.ts';
import {SCHEMA} from './schema.ts';
import {isQuotaExceeded, readOnlyError} from './storage-error.ts';

export interface IdbStoreOptions extends IdbUseStoreOptions {
  /** Default `sse-chat`. */
  readonly name?: string;
  /** Separates users: each has a database of its own. */
  readonly key?: string;
}

/** How many of the last messages are handed over early, and how many a conversation must have for that. */
const EARLY = 50;
const LONG = 200;

const unknownInfo = (id: string): ConversationInfo => ({id, title: '', createdAt: 0, updatedAt: 0});

const getAll = (store: IDBObjectStore, keys: readonly string[]): Promise<unknown[]> =>
  Promise.all(keys.map(key => promisifyRequest<unknown>(store.get(key))));

/** In the order of the header, followed by those that it does not list, oldest first. */
function inOrder(records: readonly KeptMessage[], ids: readonly string[]): KeptMessage[] {
  const found = new Map(
    [...records]
      .sort((a, b) => a.message.createdAt - b.message.createdAt)
      .map(each => [each.message.id, each]),
  );
  // If the header is lost, a block may still have messages that are a branch's.
  for (const {message} of records) for (const {id} of 'rest' in message ? message.rest : []) found.delete(id);
  return [...new Set([...ids, ...found.keys()])].flatMap(id => found.get(id) ?? []);
}

/**
 * Keeps conversations in IndexedDB, one record per message:
 *
 * - `i:<conversation>`: its line in the list
 * - `c:<conversation>`: the order of its messages
 * - `m:<conversation>:<message>`: a message; for the first of a branch, with all that follow it
 * - `m:<conversation>:!:<n>`: many messages that were imported together
 * - `x:<conversation>`: the answer under way
 * - `x:<conversation>:lease`: the tab that receives it, where there are no locks
 * - `q:…`: what could not be read
 *
 * On a full disk, the oldest other conversations make room, once for each write.
 */
export function idbStore(options: IdbStoreOptions = {}): ChatStore {
  const {key} = options;
  const name = (options.name ?? 'sse-chat') + (key ? `:${key}` : '');
  const use = idbUseStore(name, options);
  /** Keys of messages that this store has put in their place, for which a checkpoint need not read the header. */
  const placed = new Set<string>();
  /** Room is made only once until a write succeeds: on a disk that stays full, retries must not eat up the history. */
  let hasMadeRoom = false;

  async function put(store: IDBObjectStore, write: ChatStoreWrite): Promise<void> {
    const {info, messages = [], removed = [], attempt, cursor, durability} = write;
    const {id} = info;
    const keys = messages.map(message => keyOf('m', id, message.id));
    // A checkpoint waits for no read, so that one made as the page goes away is sent before the page is gone.
    const isCheckpoint = durability === 'relaxed' && !removed.length && keys.every(key => placed.has(key));
    if (!isCheckpoint) await putHeader(store, write);
    if (removed.length) placed.clear();
    store.put({schema: SCHEMA, info}, keyOf('i', id));
    for (const messageId of removed) store.delete(keyOf('m', id, messageId));
    messages.forEach((message, at) => {
      store.put(messageRecord(message, at === messages.length - 1 ? cursor : undefined), keys[at]);
    });
    if (attempt) store.put({schema: SCHEMA, attempt: withoutCursor(attempt)}, keyOf('x', id));
    else if (attempt === null) store.delete(keyOf('x', id));
  }

  async function putHeader(store: IDBObjectStore, {info, messages = [], removed = []}: ChatStoreWrite) {
    const headerKey = keyOf('c', info.id);
    const [header, line] = await getAll(store, [headerKey, keyOf('i', info.id)]);
    if (isNewer(header) || isNewer(line)) throw readOnlyError();
    const known = messageIds(header);
    if (header && !known) store.put(header, `q:${headerKey}`);
    const all: readonly unknown[] = known ? [] : await promisifyRequest(store.getAll(below('m', info.id)));
    const found = all.flatMap(record => keptMessages(record) ?? []).map(({message}) => message.id);
    const ids = new Set(known ?? found);
    for (const id of removed) ids.delete(id);
    for (const {id} of messages) ids.add(id);
    store.put({schema: SCHEMA, ids: [...ids]}, headerKey);
  }

  async function putAll(writes: readonly ChatStoreWrite[]): Promise<void> {
    const isRelaxed = writes.every(write => write.durability === 'relaxed');
    await use(
      'readwrite',
      async store => {
        for (const write of writes) await put(store, write);
        store.transaction.commit?.();
      },
      isRelaxed ? 'relaxed' : 'strict',
    );
    hasMadeRoom = false;
    for (const {info, messages = []} of writes) {
      for (const {id} of messages) placed.add(keyOf('m', info.id, id));
    }
  }

  return {
    shared: {name, use},

    async list() {
      const [lines, headers] = await use(
        'readonly',
        store => [store.getAll(below('i')), store.getAllKeys(below('c'))] as const,
      );
      // A conversation whose line is damaged still exists: it must be listed, so that it can be deleted.
      const infos = new Map(headers.result.map(idIn).map(id => [id, unknownInfo(id)]));
      for (const info of lines.result.map(infoOf)) if (info) infos.set(info.id, info);
      return newestFirst([...infos.values()]);
    },

    async load(conversationId, early) {
      const fixed = ['i', 'c', 'x'].map(kind => keyOf(kind, conversationId));
      const range = below('m', conversationId);

      let unread = 0;
      const read = <T>(as: (record: unknown) => T | undefined, record: unknown): T | undefined => {
        const kept = as(record);
        if (record && !kept && !isNewer(record)) unread++;
        return kept;
      };
      function found([line, header, open]: readonly unknown[], messages: readonly unknown[]) {
        const ids = read(messageIds, header);
        const known = ids && new Set(ids);
        const records = messages.flatMap(record => read(each => keptMessages(each, known), record) ?? []);
        const info = read(infoOf, line) ?? unknownInfo(conversationId);
        return loadedConversation(info, inOrder(records, ids ?? []), read(attemptOf, open));
      }

      const [others, messages] = await use('readonly', async store => {
        const others = await getAll(store, fixed);
        const ids = messageIds(others[1]) ?? [];
        if (early && ids[LONG]) {
          const last = ids.slice(-EARLY).map(id => keyOf('m', conversationId, id));
          const records = await getAll(store, last);
          if (records.every(Boolean)) early(found(others, records)); // With blocks, all is read as fast.
        }
        return [others, await promisifyRequest<unknown[]>(store.getAll(range))] as const;
      });
      if (!others.some(Boolean) && !messages.length) return undefined;
      const all = found(others, messages);
      // The conversation is returned whether this works or not.
      if (unread)
        await import('./seldom.ts').then(seldom => seldom.setAside(use, [...fixed, range])).catch(() => {});
      return all;
    },

    async write(...writes) {
      await putAll(writes).catch(async (error: ChatError) => {
        if (hasMadeRoom || !isQuotaExceeded(error)) throw error;
        hasMadeRoom = true;
        const seldom = await import('./seldom.ts').catch(() => {
          throw error;
        });
        await seldom.makeRoom(use, writes);
        await putAll(writes);
      });
    },

    async delete(conversationId) {
      placed.clear();
      await use('readwrite', store => deleteConversation(store, conversationId), 'strict');
    },

    async clear() {
      placed.clear();
      await use('readwrite', store => store.clear(), 'strict');
    },

    close() {
      placed.clear(); // Another version may have changed the database by the next open.
      use.close();
    },
  };
}
