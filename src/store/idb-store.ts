import {clear, promisifyRequest} from 'idb-keyval';
import type {ConversationInfo} from '../conversation/journal.ts';
import type {ChatError} from '../protocol/chat-error.ts';
import type {ChatStore, ChatStoreWrite} from './chat-store.ts';
import {type IdbUseStoreOptions, idbUseStore} from './idb-use-store.ts';
import {
  type HeaderRecord,
  isHeaderRecord,
  isInfoRecord,
  isNewer,
  isOpenRecord,
  type KeptMessage,
  keptMessage,
  loadedConversation,
  messageRecord,
  newestFirst,
  SCHEMA,
} from './records.ts';
import {isQuotaExceeded, readOnlyError, storageError} from './storage-error.ts';

export interface IdbStoreOptions extends IdbUseStoreOptions {
  /** Default `sse-chat`. */
  readonly name?: string;
  /** Separates users: each has a database of its own. */
  readonly key?: string;
}

/** Ids come from anywhere, so the separator is escaped. */
const escapeId = (id: string) => id.replace(/[%:]/g, encodeURIComponent);
const keyOf = (kind: 'c' | 'i' | 'x', conversationId: string) => `${kind}:${escapeId(conversationId)}`;
const messagePrefix = (conversationId: string) => `m:${escapeId(conversationId)}:`;
const messageKey = (conversationId: string, id: string) => messagePrefix(conversationId) + escapeId(id);
/** All keys that begin with a prefix; no key has U+FFFF. */
const startingWith = (prefix: string) => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

/** Everything of one conversation, its quarantined records included. */
function deleteConversation(store: IDBObjectStore, conversationId: string): void {
  for (const quarantine of ['', 'q:']) {
    store.delete(startingWith(quarantine + messagePrefix(conversationId)));
    for (const kind of ['c', 'i', 'x'] as const) store.delete(quarantine + keyOf(kind, conversationId));
  }
}

/** Sets a record aside that cannot be understood: nobody reads it, and nothing is lost. */
async function quarantine(store: IDBObjectStore, key: string): Promise<void> {
  const value: unknown = await promisifyRequest(store.get(key));
  store.put(value, `q:${key}`);
  store.delete(key);
}

/** The order of messages: by header, then those it does not know by age. */
function inOrder(records: readonly KeptMessage[], ids: readonly string[]): KeptMessage[] {
  const places = new Map(ids.map((id, place) => [id, place]));
  const placeOf = ({message}: KeptMessage) => places.get(message.id) ?? ids.length;
  return [...records].sort(
    (a, b) =>
      placeOf(a) - placeOf(b) ||
      a.message.createdAt - b.message.createdAt ||
      (a.message.id < b.message.id ? -1 : 1),
  );
}

/**
 * Keeps conversations in IndexedDB, one record a message:
 * `i:<conversation>` its line in the list · `c:<conversation>` the order of its messages ·
 * `m:<conversation>:<message>` · `x:<conversation>` the answer under way · `q:…` what could not be read.
 * On a full disk the oldest other conversations make room, once for each write.
 */
export function idbStore(options: IdbStoreOptions = {}): ChatStore {
  const {name = 'sse-chat', key} = options;
  const use = idbUseStore(key ? `${name}:${key}` : name, options);
  /** Keys of messages that this store has put in their place, for which a checkpoint needs no look at the header. */
  const placed = new Set<string>();
  /** Room is made once until a write succeeds: on a disk that stays full, trying again must not eat up the history. */
  let hasMadeRoom = false;

  async function put(store: IDBObjectStore, write: ChatStoreWrite): Promise<void> {
    const {info, messages = [], removed = [], attempt, cursor, durability} = write;
    const {id} = info;
    const keys = messages.map(message => messageKey(id, message.id));
    // A checkpoint waits for no read, so that one made as the page goes away is out before the page is gone.
    const isCheckpoint = durability === 'relaxed' && !removed.length && keys.every(key => placed.has(key));
    if (!isCheckpoint) await putHeader(store, write);
    store.put({schema: SCHEMA, info}, keyOf('i', id));
    for (const messageId of removed) store.delete(messageKey(id, messageId));
    messages.forEach((message, index) => {
      const isLast = index === messages.length - 1;
      store.put(messageRecord(message, isLast ? cursor : undefined), keys[index]);
    });
    if (attempt) {
      const {cursor: _unproven, ...rest} = attempt;
      store.put({schema: SCHEMA, attempt: rest}, keyOf('x', id));
    } else if (attempt === null) {
      store.delete(keyOf('x', id));
    }
  }

  async function putHeader(store: IDBObjectStore, {info, messages = [], removed = []}: ChatStoreWrite) {
    const headerKey = keyOf('c', info.id);
    const prefix = messagePrefix(info.id);
    const [header, line]: unknown[] = await Promise.all([
      promisifyRequest(store.get(headerKey)),
      promisifyRequest(store.get(keyOf('i', info.id))),
    ]);
    if (isNewer(header) || isNewer(line)) throw readOnlyError();
    if (header !== undefined && !isHeaderRecord(header)) await quarantine(store, headerKey);
    const known = isHeaderRecord(header)
      ? header
      : {
          ids: (await promisifyRequest(store.getAllKeys(startingWith(prefix)))).map(key =>
            decodeURIComponent(String(key).slice(prefix.length)),
          ),
          rev: 0,
        };
    const ids = new Set(known.ids);
    for (const id of removed) ids.delete(id);
    for (const {id} of messages) ids.add(id);
    const next: HeaderRecord = {
      schema: SCHEMA,
      ids: [...ids],
      updatedAt: info.updatedAt,
      rev: known.rev + 1,
    };
    store.put(next, headerKey);
  }

  async function putAll(writes: readonly ChatStoreWrite[]): Promise<void> {
    const durability = writes.some(write => write.durability === 'strict') ? 'strict' : 'relaxed';
    await use(
      'readwrite',
      async store => {
        for (const write of writes) await put(store, write);
        store.transaction.commit?.();
      },
      durability,
    );
    hasMadeRoom = false;
    for (const {info, messages = [], removed = []} of writes) {
      for (const id of removed) placed.delete(messageKey(info.id, id));
      const last = messages.at(-1);
      if (last) placed.add(messageKey(info.id, last.id));
    }
  }

  /** Gives up the oldest quarter of the conversations, and what is in quarantine. */
  async function makeRoom(writes: readonly ChatStoreWrite[]): Promise<void> {
    await use('readwrite', async store => {
      const lines: unknown[] = await promisifyRequest(store.getAll(startingWith('i:')));
      const others = newestFirst(
        lines
          .filter(isInfoRecord)
          .filter(line => !isNewer(line) && writes.every(write => write.info.id !== line.info.id))
          .map(line => line.info),
      );
      store.delete(startingWith('q:'));
      for (const {id} of others.slice(Math.floor(others.length * 0.75))) deleteConversation(store, id);
    });
  }

  return {
    async list() {
      const [lines, headerKeys] = await use('readonly', store =>
        Promise.all([
          promisifyRequest<unknown[]>(store.getAll(startingWith('i:'))),
          promisifyRequest(store.getAllKeys(startingWith('c:'))),
        ]),
      );
      const infos = lines.filter(isInfoRecord).map(line => line.info);
      // A conversation whose line is damaged is still there: it must be found, and deleted in its time.
      const listed = new Set(infos.map(info => keyOf('c', info.id)));
      const unlisted = headerKeys.map(String).filter(key => !listed.has(key));
      return newestFirst([...infos, ...unlisted.map(key => unknownInfo(decodeURIComponent(key.slice(2))))]);
    },

    async load(conversationId) {
      const prefix = messagePrefix(conversationId);
      const fixedKeys = (['i', 'c', 'x'] as const).map(kind => keyOf(kind, conversationId));
      const [line, header, open, keys, values] = await use('readonly', store =>
        Promise.all([
          ...fixedKeys.map(key => promisifyRequest<unknown>(store.get(key))),
          promisifyRequest(store.getAllKeys(startingWith(prefix))),
          promisifyRequest<unknown[]>(store.getAll(startingWith(prefix))),
        ] as [
          Promise<unknown>,
          Promise<unknown>,
          Promise<unknown>,
          Promise<IDBValidKey[]>,
          Promise<unknown[]>,
        ]),
      );
      if (line === undefined && header === undefined && !keys.length) return undefined;

      const kept = values.map(keptMessage);
      const invalid = keys.filter((_, index) => !kept[index] && !isNewer(values[index])).map(String);
      if (isInvalid(line, isInfoRecord)) invalid.push(fixedKeys[0]!);
      if (isInvalid(header, isHeaderRecord)) invalid.push(fixedKeys[1]!);
      if (isInvalid(open, isOpenRecord)) invalid.push(fixedKeys[2]!);
      if (invalid.length) {
        // Reading goes on whether this works or not.
        await use('readwrite', store => Promise.all(invalid.map(key => quarantine(store, key)))).catch(
          () => {},
        );
      }

      const records = inOrder(
        kept.filter(record => record !== undefined),
        isHeaderRecord(header) ? header.ids : [],
      );
      const info = isInfoRecord(line) ? line.info : unknownInfo(conversationId, records);
      return loadedConversation(info, records, isOpenRecord(open) ? open.attempt : undefined);
    },

    async write(...writes) {
      try {
        await putAll(writes).catch(async (error: ChatError) => {
          if (!isQuotaExceeded(error) || hasMadeRoom) throw error;
          hasMadeRoom = true;
          await makeRoom(writes);
          await putAll(writes);
        });
      } catch (error) {
        throw storageError(error);
      }
    },

    async delete(conversationId) {
      placed.clear();
      await use('readwrite', store => deleteConversation(store, conversationId), 'strict');
    },

    async clear() {
      placed.clear();
      await clear((mode, callback) => use(mode, callback, 'strict'));
    },

    close() {
      placed.clear(); // Another version may have the database by the time it is opened again.
      use.close();
    },
  };
}

/** A record of a newer version is not invalid, only unknown. */
function isInvalid(value: unknown, isValid: (value: unknown) => boolean): boolean {
  return value !== undefined && !isNewer(value) && !isValid(value);
}

function unknownInfo(id: string, records: readonly KeptMessage[] = []): ConversationInfo {
  const times = records.map(record => record.message.createdAt);
  return {id, title: '', createdAt: times[0] ?? 0, updatedAt: times.at(-1) ?? 0};
}
