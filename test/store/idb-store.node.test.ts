import 'fake-indexeddb/auto';
import {describe, it, type TestContext} from 'node:test';
import {assert} from 'chai';
import {IDBFactory} from 'fake-indexeddb';
import type {LoadedConversation} from '../../src/conversation/journal.ts';
import type {ChatError} from '../../src/protocol/chat-error.ts';
import {idbStore} from '../../src/store/idb-store.ts';
import {importConversations} from '../../src/store/import-conversations.ts';
import {attempt, info, message} from './history.ts';
import {storeContract} from './store-contract.ts';

/** A store in a database of its own, and a look at the raw records behind it. */
function emptyStore() {
  const factory = new IDBFactory();
  const store = idbStore({factory: () => factory});
  async function withRecords<T>(act: (records: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const database = await promised(factory.open('sse-chat'));
    const result = await promised(act(database.transaction('kv', 'readwrite').objectStore('kv')));
    database.close();
    return result;
  }
  return {
    factory,
    store,
    keys: () => withRecords(records => records.getAllKeys()),
    get: (key: string): Promise<unknown> => withRecords(records => records.get(key)),
    put: (key: string, value: unknown) => withRecords(records => records.put(value, key)),
    remove: (key: string) => withRecords(records => records.delete(key)),
  };
}

function promised<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function rejection(promise: Promise<unknown>): Promise<ChatError> {
  const error = await promise.then(
    () => undefined,
    reason => reason as ChatError,
  );
  assert.equal(error?.name, 'ChatError');
  assert.equal(error?.kind, 'storage');
  return error!;
}

/** Lets puts fail while `isFull()` holds, as a full disk does. */
function fillDisk(context: TestContext, name: string, text: string, isFull: () => boolean) {
  const put = IDBObjectStore.prototype.put;
  context.mock.method(
    IDBObjectStore.prototype,
    'put',
    function (this: IDBObjectStore, value: unknown, key: string) {
      if (isFull()) throw new DOMException(text, name);
      return put.call(this, value, key);
    },
  );
}

/** The same until something is deleted. */
function fillDiskUntilDelete(context: TestContext, name: string, text: string) {
  let isFull = true;
  const {delete: remove} = IDBObjectStore.prototype;
  context.mock.method(IDBObjectStore.prototype, 'delete', function (this: IDBObjectStore, key: string) {
    isFull = false;
    return remove.call(this, key);
  });
  fillDisk(context, name, text, () => isFull);
}

describe('idbStore', () => {
  for (const {title, test} of storeContract) it(title, () => test(emptyStore().store));

  it('keeps the histories of two keys in two databases', async () => {
    const factory = new IDBFactory();
    const [ann, bob] = ['ann', 'bob'].map(key => idbStore({key, factory: () => factory}));
    await ann!.write({info: info('c'), messages: [message('m')], durability: 'strict'});
    assert.isUndefined(await bob!.load('c'));
    assert.deepEqual(
      (await factory.databases()).map(({name}) => name),
      ['sse-chat:ann', 'sse-chat:bob'],
    );
  });

  it('writes all or nothing when one value cannot be cloned', async () => {
    const {store, keys} = emptyStore();
    await store.list();
    const poisoned = {...message('b'), usage: {inputTokens: (() => 1) as unknown as number}};
    const error = await rejection(
      store.write({info: info('c'), messages: [message('a'), poisoned], durability: 'strict'}),
    );
    assert.equal((error.cause as Error).name, 'DataCloneError');
    assert.deepEqual(await keys(), []);
  });

  it('writes all or nothing when the last put fails', async context => {
    const {store, keys} = emptyStore();
    const put = IDBObjectStore.prototype.put;
    context.mock.method(
      IDBObjectStore.prototype,
      'put',
      function (this: IDBObjectStore, value: unknown, key: string) {
        if (key === 'm:c:b') throw new DOMException('No', 'DataError');
        return put.call(this, value, key);
      },
    );
    await rejection(
      store.write({info: info('c'), messages: [message('a'), message('b')], durability: 'strict'}),
    );
    assert.deepEqual(await keys(), []);
  });

  it('writes a text once', async () => {
    const {store, get} = emptyStore();
    await store.write({info: info('c'), messages: [message('a', 'a long answer')], durability: 'strict'});
    assert.equal(JSON.stringify(await get('m:c:a')).split('a long answer').length, 2);
  });

  it('hands over the last messages of a long conversation before it has read them all', async () => {
    const {store} = emptyStore();
    const messages = Array.from({length: 201}, (_, at) => message(`m${at}`));
    await store.write({info: info('long'), messages});
    await store.write({info: info('short'), messages: messages.slice(1)});
    const parts: LoadedConversation[] = [];
    let isOver = false;
    const early = (part: LoadedConversation) => {
      assert.isFalse(isOver);
      parts.push(part);
    };
    assert.deepEqual((await store.load('short', early))?.messages, messages.slice(1));
    assert.deepEqual(parts, []);
    const whole = await store.load('long', early);
    isOver = true;
    assert.deepEqual(whole?.messages, messages);
    assert.deepEqual(parts, [{info: info('long'), messages: messages.slice(-50)}]);
  });

  it('finds messages that the header does not know, and forgets ids without a message', async () => {
    const {store, put, remove} = emptyStore();
    await store.write({info: info('c'), messages: [message('b'), message('a')], durability: 'strict'});
    await put('m:c:x', {schema: 1, message: message('x', '', {createdAt: 3})});
    await put('m:c:y', {schema: 1, message: message('y', '', {createdAt: 2})});
    await remove('m:c:a');
    assert.deepEqual(
      (await store.load('c'))?.messages.map(({id}) => id),
      ['b', 'y', 'x'],
    );
  });

  it('finds a conversation whose header or whose line in the list is lost', async () => {
    const {store, remove} = emptyStore();
    await store.write({info: info('a:b'), messages: [message('m')], durability: 'strict'});
    await remove('i:a%3Ab');
    assert.deepEqual(
      (await store.list()).map(({id}) => id),
      ['a:b'],
    );
    assert.equal((await store.load('a:b'))?.messages.length, 1);
    await remove('c:a%3Ab');
    assert.equal((await store.load('a:b'))?.messages.length, 1);
    await store.write({info: info('a:b'), messages: [message('n')], durability: 'strict'});
    store.close();
    assert.deepEqual(
      (await store.load('a:b'))?.messages.map(({id}) => id),
      ['m', 'n'],
    );
  });

  it('sets records aside that it cannot read, and deletes them with their conversation only', async () => {
    const {store, put, keys, get} = emptyStore();
    await store.write({info: info('c'), messages: [message('a'), message('b')], durability: 'strict'});
    const damaged = {schema: 1, message: {...message('a'), text: 42}};
    await put('m:c:a', damaged);
    await put('c:c', 'nonsense');
    await put('x:c', {schema: 1, attempt: null});
    assert.deepEqual(await store.load('c'), {info: info('c'), messages: [message('b')]});
    assert.deepEqual(await keys(), ['i:c', 'm:c:b', 'q:c:c', 'q:m:c:a', 'q:x:c']);
    assert.deepEqual(await get('q:m:c:a'), damaged);
    await store.delete('c');
    assert.deepEqual(await keys(), []);
  });

  it('sets a header aside that it cannot read before it writes a new one', async () => {
    const {store, put, get} = emptyStore();
    await store.write({info: info('c'), messages: [message('a')], durability: 'strict'});
    await put('c:c', {schema: 1, ids: 'a'});
    await store.write({info: info('c'), messages: [message('b')], durability: 'strict'});
    assert.deepEqual(await get('q:c:c'), {schema: 1, ids: 'a'});
    assert.deepInclude((await get('c:c')) as object, {schema: 1, ids: ['a', 'b']});
  });

  it('reads what a newer version wrote, as far as it can, and never writes there', async () => {
    const {store, put, get, keys} = emptyStore();
    await store.write({info: info('c'), messages: [message('a'), message('b')], durability: 'strict'});
    await put('c:c', {schema: 2, order: {kind: 'tree'}});
    await put('m:c:a', {schema: 2, message: message('a', 'by the newer')});
    await put('m:c:b', {schema: 2, blocks: []});
    const before = await keys();
    const loaded = await store.load('c');
    assert.deepEqual(loaded?.messages, [message('a', 'by the newer')]);
    store.close(); // As after the other tab has upgraded the page.
    const write = {info: info('c'), durability: 'relaxed'} as const;
    const error = await rejection(store.write({...write, messages: [message('a', 'by the older')]}));
    await rejection(store.write({...write, messages: [message('b', 'by the older')]}));
    assert.equal((error.cause as Error).name, 'ReadOnlyError');
    assert.deepEqual(await get('m:c:a'), {schema: 2, message: message('a', 'by the newer')});
    assert.deepEqual(await keys(), before);
  });

  for (const [name, text] of [
    ['QuotaExceededError', 'The current transaction exceeded its quota'],
    ['InvalidStateError', 'A mutation operation was attempted on a database that did not allow mutations.'],
  ] as const) {
    it(`makes room on a full disk by the oldest other conversation, when told so by ${name}`, async context => {
      const {store, keys} = emptyStore();
      for (const [index, id] of ['current', 'old', 'newer', 'newest'].entries()) {
        await store.write({info: info(id, index), messages: [message('m')], durability: 'strict'});
      }
      fillDiskUntilDelete(context, name, text);
      await store.write({info: info('current', 0), messages: [message('n')], durability: 'strict'});
      assert.notInclude(await keys(), 'm:old:m');
      assert.deepEqual(
        (await store.list()).map(({id}) => id),
        ['newest', 'newer', 'current'],
      );
      assert.equal((await store.load('current'))?.messages.length, 2);
    });
  }

  it('makes no room by what a newer version wrote', async context => {
    const {store, put} = emptyStore();
    for (const id of ['newer', 'a', 'b', 'c', 'd'])
      await store.write({info: info(id, 2), messages: [message('m')], durability: 'strict'});
    await put('i:newer', {schema: 2, info: info('newer', 1)});
    fillDiskUntilDelete(context, 'QuotaExceededError', 'Full');
    await store.write({info: info('current', 3), messages: [message('n')], durability: 'strict'});
    const ids = (await store.list()).map(({id}) => id);
    assert.equal(ids.length, 5);
    assert.include(ids, 'newer');
  });

  it('does not eat up the history of a disk that stays full', async context => {
    const {store} = emptyStore();
    const ids = Array.from({length: 8}, (_, index) => `c${index}`);
    for (const id of ids) await store.write({info: info(id), messages: [message('m')], durability: 'strict'});
    let isFull = true;
    fillDisk(context, 'QuotaExceededError', 'Full', () => isFull);
    const write = {info: info('c0', 5), messages: [message('n')], durability: 'strict'} as const;
    for (let tries = 0; tries < 5; tries++) await rejection(store.write(write));
    assert.equal((await store.list()).length, 6);
    isFull = false;
    await store.write(write);
    isFull = true;
    await rejection(store.write({...write, messages: [message('o')]}));
    assert.equal((await store.list()).length, 4);
  });

  it('puts a checkpoint without reading first, and an attempt without the cursor that is not beside the text', async context => {
    const {store, get} = emptyStore();
    const begun = {...attempt('c', 'a'), cursor: {streamId: 's', lastEventId: '9'}};
    await store.write({info: info('c'), messages: [message('a', '')], attempt: begun, durability: 'strict'});
    assert.deepEqual(await get('x:c'), {schema: 1, attempt: attempt('c', 'a')});
    const read = context.mock.method(IDBObjectStore.prototype, 'get');
    await store.write({info: info('c'), messages: [message('a', 'more')], durability: 'relaxed'});
    assert.equal(read.mock.callCount(), 0);
    await store.delete('c');
    await store.write({info: info('c'), messages: [message('a', 'new')], durability: 'relaxed'});
    assert.isAbove(read.mock.callCount(), 0, 'after a deletion the header is looked at again');
    assert.equal((await store.load('c'))?.messages[0]?.text, 'new');
  });

  it('asks for a flushed transaction before a request and at an end, for a fast one between', async context => {
    const {store} = emptyStore();
    await store.list();
    const transaction = context.mock.method(IDBDatabase.prototype, 'transaction');
    const write = {info: info('c'), messages: [message('a')]};
    await store.write({...write, durability: 'strict'});
    await store.write({...write, durability: 'relaxed'});
    await store.write({...write, durability: 'relaxed'}, {...write, info: info('d'), durability: 'strict'});
    assert.deepEqual(
      transaction.mock.calls.map(call => call.arguments[2]?.durability),
      ['strict', 'relaxed', 'strict'],
    );
  });
});

describe('idbStore, of messages that were imported together,', () => {
  const file = {type: 'file', id: '0', url: 'data:text/plain,'} as const;
  const messages = Array.from({length: 250}, (_, at) => message(`m${at}`));
  const odd = [
    message('long', 'x'.repeat(10_001)),
    message('file', '', {parts: [file]}),
    message('!'),
    message(' '),
  ];
  const branches = [{...message('branch'), after: 'm3', rest: [message('rest')]}];
  const all = [...messages, ...odd];

  async function imported() {
    const records = emptyStore();
    const history = {conversations: [{info: info('c'), messages: all, branches}]};
    await importConversations(records.store, history);
    const idsOf = async () => (await records.store.load('c'))?.messages.map(({id}) => id);
    return {...records, idsOf};
  }

  it('keeps many in a record, what is large or not a plain text alone, and all as they were', async () => {
    const {store, keys} = await imported();
    const loaded = await store.load('c');
    assert.deepEqual(loaded, {info: info('c'), messages: all, branches});
    assert.deepEqual(await keys(), [
      'c:c',
      'i:c',
      ...['m:c: ', 'm:c:!', 'm:c:!:0', 'm:c:!:100', 'm:c:!:200', 'm:c:branch', 'm:c:file', 'm:c:long'],
    ]);
  });

  it('shows one that was changed since as it is now, in its place', async () => {
    const {store, idsOf} = await imported();
    const before = await idsOf();
    await store.write({info: info('c'), messages: [message('m7', 'another text'), message('said')]});
    const loaded = await store.load('c');
    assert.equal(loaded?.messages[7]?.text, 'another text');
    assert.deepEqual(await idsOf(), [...before!, 'said']);
  });

  it('keeps them beside messages with any ids', async () => {
    const {store} = emptyStore();
    const some = [...messages, message('!0'), message('!100'), message('!'), message('!:0')];
    await importConversations(store, {conversations: [{info: info('c'), messages: some}]});
    await store.write({info: info('c'), messages: [message('!200'), message('!:100')]});
    const loaded = await store.load('c');
    assert.deepEqual(
      loaded?.messages.map(({id}) => id),
      [...some.map(({id}) => id), '!200', '!:100'],
    );
  });

  it('hands over nothing early that is not all of the last messages', async () => {
    const {store} = await imported();
    const parts: LoadedConversation[] = [];
    await store.load('c', part => parts.push(part));
    await store.write({info: info('c'), messages: [message('said')]});
    await store.load('c', part => parts.push(part));
    assert.deepEqual(parts, []);
  });

  it('shows none that was removed', async () => {
    const {store, idsOf} = await imported();
    await store.write({info: info('c'), removed: messages.slice(2).map(({id}) => id)});
    assert.deepEqual(await idsOf(), ['m0', 'm1', ...odd.map(({id}) => id)]);
  });

  it('finds all when what says their order is lost, also once more is said', async () => {
    const {store, idsOf, remove} = await imported();
    await remove('c:c');
    const ids = all.map(({id}) => id);
    assert.sameMembers((await idsOf())!, ids);
    await store.write({info: info('c'), messages: [message('said')]});
    assert.sameMembers((await idsOf())!, [...ids, 'said']);
  });

  it('doubles nothing of a branch when what says their order is lost, also once more is said', async () => {
    const {store, remove} = await imported();
    const [first, ...rest] = messages.slice(100);
    const aside = {...first!, after: 'm99', rest};
    const removed = rest.map(({id}) => id);
    await store.write({info: info('c'), messages: [aside, message('edited')], removed});
    const textsOf = async () => {
      const {messages = [], branches: found = []} = (await store.load('c')) ?? {};
      return [...messages, ...found.flatMap(each => [each, ...each.rest])].map(({id}) => id);
    };
    const before = await textsOf();
    await remove('c:c');
    assert.sameMembers(await textsOf(), before);
    await store.write({info: info('c'), messages: [message('said')]});
    assert.sameMembers(await textsOf(), [...before, 'said']);
    assert.lengthOf((await store.load('c'))!.branches!, 2);
  });

  it('leaves them where they are when another record cannot be read', async () => {
    const {put, idsOf, keys} = await imported();
    const before = await idsOf();
    await put('m:c:odd', {schema: 1, message: 'odd'});
    await idsOf();
    assert.include(await keys(), 'q:m:c:odd');
    assert.notInclude(String(await keys()), 'q:m:c:!');
    assert.deepEqual(await idsOf(), before);
  });

  it('has a version from before such records take them for newer, and not for damaged', async () => {
    const {get} = await imported();
    const {schema} = (await get('m:c:!:0')) as {schema: number};
    assert.isAbove(schema, 1);
  });

  it('forgets them with their conversation', async () => {
    const {store, keys} = await imported();
    await store.delete('c');
    assert.deepEqual(await keys(), []);
  });

  it('makes room for them on a disk that is full', async context => {
    const {store, keys} = emptyStore();
    await store.write({info: info('old', 1), messages: [message('a')]});
    fillDiskUntilDelete(context, 'QuotaExceededError', 'Full');
    await importConversations(store, {conversations: [{info: info('c'), messages}]});
    assert.deepEqual((await store.load('c'))?.messages, messages);
    assert.notInclude(await keys(), 'm:old:a');
  });
});
