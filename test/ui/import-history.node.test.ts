import {afterEach, describe, it} from 'node:test';
import {assert} from 'chai';
import type {LoadedConversation} from '../../src/conversation/journal.ts';
import {type StoreJournal, storeJournal} from '../../src/store/store-journal.ts';
import {importHistory} from '../../src/ui/history-exchange.ts';
import type {Session} from '../../src/ui/session.ts';
import {info, message} from '../store/history.ts';
import {ScriptedStore} from '../store/scripted-store.ts';

let journal: StoreJournal;

/** A session that shows what it is given, and keeps the order in which it was. */
async function setUp() {
  const store = new ScriptedStore();
  await store.kept.write({info: info('before'), messages: [message('a')]});
  journal = storeJournal(store);
  const shown: (LoadedConversation | undefined)[] = [await journal.load('before')];
  const session: Pick<Session, 'current' | 'history' | 'replace'> = {
    history: {store, journal, lastKey: ''},
    current: () =>
      Promise.resolve({state: {info: shown.at(-1)?.info, settled: shown.at(-1)?.messages}} as never),
    async replace(next) {
      shown.push(next);
    },
  };
  return {store, shown, session: session as Session};
}

/** Lets the first write wait, or fail. */
function holdWrite(store: ScriptedStore) {
  const held = {write: () => {}, fail: (_: Error) => {}};
  const first = new Promise<void>((write, fail) => Object.assign(held, {write, fail}));
  store.before = method => {
    return method === 'write' ? first : undefined;
  };
  return held;
}

const soon = () => new Promise(resolve => setTimeout(resolve));
const data = {
  schema: 1,
  conversations: [
    {info: info('new', 2_000), messages: [message('b'), message('c', 'half', {status: 'streaming'})]},
  ],
};

describe('importHistory', () => {
  afterEach(() => journal.dispose());

  it('shows a new conversation while it is written, as it is read later', async () => {
    const {store, shown, session} = await setUp();
    const {write} = holdWrite(store);
    const importing = importHistory(session, data);
    await soon();
    assert.equal(shown.at(-1)?.info.id, 'new');
    write();
    await importing;
    assert.deepEqual(
      shown.map(each => each?.info.id),
      ['before', 'new'],
    );
    assert.deepEqual(await journal.load('new'), shown.at(-1));
  });

  it('goes back to what was shown where it cannot be kept', async () => {
    const {store, shown, session} = await setUp();
    const {fail} = holdWrite(store);
    const importing = importHistory(session, data);
    await soon();
    fail(new Error('full'));
    const error = await importing.then(
      () => undefined,
      (reason: Error) => reason,
    );
    assert.equal(error?.message, 'full');
    assert.deepEqual(
      shown.map(each => each?.info.id),
      ['before', 'new', 'before'],
    );
  });

  it('leaves alone what was opened meanwhile', async () => {
    const {store, shown, session} = await setUp();
    const {fail} = holdWrite(store);
    const importing = importHistory(session, data).catch(() => {});
    await soon();
    shown.push({info: info('other'), messages: []});
    fail(new Error('full'));
    await importing;
    assert.equal(shown.at(-1)?.info.id, 'other');
  });

  it('keeps within reach what it shows, for when the store fails', async () => {
    const {store, session} = await setUp();
    await importHistory(session, data);
    await soon();
    store.before = () => {
      throw new Error('gone');
    };
    assert.lengthOf((await journal.load('new'))?.messages ?? [], 2);
  });

  it('shows one that is there already as it is there', async () => {
    const {store, shown, session} = await setUp();
    await store.kept.write({info: info('new', 2_000), messages: [message('a0')]});
    await importHistory(session, data);
    assert.deepEqual(
      shown.at(-1)?.messages.map(({id}) => id),
      ['a0', 'b', 'c'],
    );
  });
});
