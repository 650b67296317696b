import 'fake-indexeddb/auto';
import {describe, it} from 'node:test';
import {assert} from 'chai';
import {IDBFactory} from 'fake-indexeddb';
import {get, set, setMany} from 'idb-keyval';
import {ChatError} from '../../src/protocol/chat-error.ts';
import {idbUseStore} from '../../src/store/idb-use-store.ts';
import {FakeClock, settle} from '../support/fake-clock.ts';

/** A factory that counts its opens and can refuse, hang or throw at them. */
class ScriptedFactory {
  readonly real = new IDBFactory();
  opens = 0;
  readonly opened: IDBDatabase[] = [];
  before: (open: number) => DOMException | 'hang' | 'block' | undefined = () => undefined;

  open(name: string): IDBOpenDBRequest {
    this.opens++;
    const refusal = this.before(this.opens);
    if (!refusal) {
      const request = this.real.open(name);
      request.addEventListener('success', () => this.opened.push(request.result));
      return request;
    }
    const request = new EventTarget() as IDBOpenDBRequest;
    if (refusal === 'hang') return request;
    if (refusal instanceof DOMException) Object.assign(request, {error: refusal});
    queueMicrotask(() => {
      const event = new Event(refusal === 'block' ? 'blocked' : 'error') as IDBVersionChangeEvent;
      (refusal === 'block' ? request.onblocked : request.onerror)?.call(request, event);
    });
    return request;
  }
}

function newStore() {
  const factory = new ScriptedFactory();
  const clock = new FakeClock();
  const page = new EventTarget();
  const use = idbUseStore('db', {factory: () => factory as unknown as globalThis.IDBFactory, clock, page});
  return {factory, clock, page, use};
}

async function failureOf(promise: Promise<unknown>): Promise<ChatError> {
  const error: unknown = await promise.then(
    () => undefined,
    reason => reason,
  );
  assert.instanceOf(error, ChatError);
  assert.equal(error.kind, 'storage');
  return error;
}

describe('idbUseStore', () => {
  it('works with the functions of idb-keyval, on one connection', async () => {
    const {factory, clock, use} = newStore();
    await set('k', 1, use);
    assert.equal(await get('k', use), 1);
    assert.equal(factory.opens, 1);
    assert.equal(clock.pending, 0);
  });

  it('commits nothing of a setMany that fails', async () => {
    const {use} = newStore();
    const error = await failureOf(
      setMany(
        [
          ['k', 2],
          ['z', () => {}],
        ],
        use,
      ),
    );
    assert.equal((error.cause as Error).name, 'DataCloneError');
    assert.isUndefined(await get('k', use));
  });

  it('rejects where reading indexedDB throws, and where there is none', async () => {
    const forbidden = idbUseStore('db', {
      factory() {
        throw new DOMException('Denied', 'SecurityError');
      },
    });
    assert.equal(((await failureOf(get('k', forbidden))).cause as Error).name, 'SecurityError');
    const missing = idbUseStore('db', {factory: () => undefined as unknown as globalThis.IDBFactory});
    await failureOf(get('k', missing));
  });

  it('gives up on an open that hangs after 3 s, and opens anew at the next use', async () => {
    const {factory, clock, use} = newStore();
    factory.before = open => (open === 1 ? 'hang' : undefined);
    const reading = failureOf(get('k', use));
    await clock.runUntil(reading);
    assert.equal(clock.now(), 3_000);
    assert.isUndefined(await get('k', use));
    assert.equal(factory.opens, 2);
  });

  it('closes a connection that comes after it gave up', async () => {
    const {factory, use} = newStore();
    const clock = {
      after(_: number, expire: () => void) {
        queueMicrotask(expire); // Before the database can be open.
        return () => {};
      },
    };
    const impatient = idbUseStore('db', {factory: () => factory as unknown as globalThis.IDBFactory, clock});
    await failureOf(get('k', impatient));
    await set('k', 1, use);
    await settle();
    assert.throws(() => factory.opened[0]!.transaction('kv'), DOMException);
  });

  it('does not wait for another tab that blocks it', async () => {
    const {factory, clock, use} = newStore();
    factory.before = () => 'block';
    await failureOf(get('k', use));
    assert.equal(clock.now(), 0);
  });

  it('opens again up to three times on an UnknownError', async () => {
    const {factory, use} = newStore();
    const unknown = new DOMException('Internal error opening backing store', 'UnknownError');
    factory.before = open => (open <= 3 ? unknown : undefined);
    assert.isUndefined(await get('k', use));
    assert.equal(factory.opens, 4);
    use.close();
    factory.before = () => unknown;
    assert.strictEqual((await failureOf(get('k', use))).cause, unknown);
    assert.equal(factory.opens, 8);
  });

  it('opens but once on any other error', async () => {
    const {factory, use} = newStore();
    factory.before = () => new DOMException('Full', 'QuotaExceededError');
    await failureOf(get('k', use));
    assert.equal(factory.opens, 1);
  });

  for (const name of ['InvalidStateError', 'UnknownError', 'AbortError', 'null']) {
    it(`repeats an operation that failed with ${name} once, on a new connection`, async () => {
      const {factory, use} = newStore();
      let runs = 0;
      const lose = (times: number) =>
        use('readwrite', store => {
          if (++runs <= times) throw name === 'null' ? null : new DOMException('Lost', name);
          store.put(1, 'k');
          return 'done';
        });
      assert.equal(await lose(1), 'done');
      assert.equal(runs, 2);
      assert.equal(factory.opens, 2);
      assert.equal(await get('k', use), 1);
      runs = 0;
      await failureOf(lose(2));
      assert.equal(runs, 2);
    });
  }

  it('opens one new connection for all operations that lost theirs', async () => {
    const {factory, use} = newStore();
    await set('k', 1, use);
    factory.opened[0]!.close();
    const [first, second] = [get('k', use), Promise.resolve().then(() => get('k', use))];
    assert.deepEqual(await Promise.all([first, second, get('k', use)]), [1, 1, 1]);
    assert.equal(factory.opens, 2);
  });

  it('does not repeat what failed for a reason of its own', async () => {
    const {factory, use} = newStore();
    let runs = 0;
    const failing = (error: Error) =>
      use('readwrite', () => {
        runs++;
        throw error;
      });
    await failureOf(failing(new DOMException('Full', 'QuotaExceededError')));
    const own = new ChatError('storage', 'Read only.');
    assert.strictEqual(await failureOf(failing(own)), own);
    assert.equal(runs, 2);
    assert.equal(factory.opens, 1);
  });

  it('rejects with the reason why a transaction was aborted where idb-keyval is told null', async () => {
    const {use} = newStore();
    const error = await failureOf(
      use('readwrite', store => {
        store.put(1, 'k');
        store.add(1, 'k');
        return new Promise((_, reject) => {
          store.transaction.onerror = () => reject(store.transaction.error);
        });
      }),
    );
    assert.equal((error.cause as Error).name, 'ConstraintError');
  });

  it('lets go when another connection wants to delete the database, and opens it again', async () => {
    const {factory, use} = newStore();
    await set('k', 1, use);
    const request = factory.real.deleteDatabase('db');
    await new Promise((resolve, reject) => {
      request.onsuccess = resolve;
      request.onblocked = reject;
    });
    await set('k', 2, use);
    assert.equal(await get('k', use), 2);
    assert.equal(factory.opens, 2);
  });

  it('opens anew after the browser closed the connection', async () => {
    const {factory, use} = newStore();
    await set('k', 1, use);
    const [database] = factory.opened;
    database!.onclose?.call(database!, new Event('close'));
    assert.equal(await get('k', use), 1);
    assert.equal(factory.opens, 2);
  });

  it('lets go when the page may be kept for going back, and not when it ends', async () => {
    const {factory, page, use} = newStore();
    const pagehide = (persisted: boolean) =>
      page.dispatchEvent(Object.assign(new Event('pagehide'), {persisted}));
    await set('k', 1, use);
    pagehide(false);
    assert.equal(await get('k', use), 1);
    assert.equal(factory.opens, 1);
    const written = set('k', 2, use);
    await Promise.resolve();
    pagehide(true);
    await written;
    assert.equal(await get('k', use), 2);
    assert.equal(factory.opens, 2);
  });

  it('closes a connection that was still opening when it was told to', async () => {
    const {factory, use} = newStore();
    const reading = get('k', use);
    use.close();
    assert.isUndefined(await reading);
    assert.equal(factory.opens, 2);
    assert.throws(() => factory.opened[0]!.transaction('kv'), DOMException);
  });
});
