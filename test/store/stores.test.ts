import {assert} from 'chai';
import {exportConversations} from '../../src/store/export-conversations.ts';
import {idbStore} from '../../src/store/idb-store.ts';
import {importConversations} from '../../src/store/import-conversations.ts';
import {memoryStore} from '../../src/store/memory-store.ts';
import {pageLifecycle} from '../../src/store/page-lifecycle.ts';
import {storeJournal} from '../../src/store/store-journal.ts';
import {attempt, info, message} from './history.ts';
import {storeContract} from './store-contract.ts';

let databases = 0;
const newName = () => `store-test-${++databases}`;

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onblocked = () => reject(new Error('The deletion is blocked.'));
    request.onerror = () => reject(request.error);
  });
}

describe('memoryStore in a browser', () => {
  for (const {title, test} of storeContract) it(title, () => test(memoryStore()));
});

describe('idbStore in a browser', () => {
  for (const {title, test} of storeContract) {
    it(title, async () => {
      const name = newName();
      const store = idbStore({name});
      await test(store);
      store.close();
      await deleteDatabase(name);
    });
  }

  it('does not block the deletion of its database, and goes on in a new one', async () => {
    const name = newName();
    const store = idbStore({name});
    await store.write({info: info('c'), messages: [message('a')], durability: 'strict'});
    await deleteDatabase(name);
    assert.deepEqual(await store.list(), []);
    await store.write({info: info('c'), messages: [message('b')], durability: 'relaxed'});
    assert.equal((await store.load('c'))?.messages.length, 1);
    store.close();
    await deleteDatabase(name);
  });

  it('keeps nothing of a write that holds a value that cannot be cloned', async () => {
    const name = newName();
    const store = idbStore({name});
    const poisoned = {...message('b'), usage: {inputTokens: (() => 1) as unknown as number}};
    const kind = await store
      .write({info: info('c'), messages: [message('a'), poisoned], durability: 'strict'})
      .then(
        () => 'written',
        (error: {kind: string}) => error.kind,
      );
    assert.equal(kind, 'storage');
    assert.isUndefined(await store.load('c'));
    store.close();
    await deleteDatabase(name);
  });

  it('is seen by another store on the same database, as by a second tab', async () => {
    const name = newName();
    const [one, two] = [idbStore({name}), idbStore({name})];
    await Promise.all([
      one.write({info: info('a'), messages: [message('1')], durability: 'strict'}),
      two.write({info: info('b'), messages: [message('2')], durability: 'strict'}),
      one.write({info: info('c'), messages: [message('3')], durability: 'relaxed'}),
      two.write({info: info('c'), messages: [message('4')], durability: 'relaxed'}),
    ]);
    assert.equal((await two.list()).length, 3);
    assert.deepEqual(
      (await one.load('c'))?.messages.map(({id}) => id),
      ['3', '4'],
    );
    one.close();
    two.close();
    await deleteDatabase(name);
  });

  it('imports, loads and goes on with 5,000 messages', async () => {
    const name = newName();
    const store = idbStore({name});
    const messages = Array.from({length: 5_000}, (_, index) => ({
      role: index % 2 ? 'assistant' : 'user',
      text: `Message ${index}. ${'The quick brown fox jumps over the lazy dog. '.repeat(5)}`,
    }));
    const [imported] = await importConversations(store, {messages});
    const loaded = await store.load(imported!.id);
    assert.deepEqual(
      loaded?.messages.map(({role, text}) => ({role, text})),
      messages,
    );
    await store.write({info: imported!, messages: [message('last')], durability: 'strict'});
    const exported = await exportConversations(store);
    assert.equal(exported.conversations[0]?.messages.at(-1)?.id, 'last');
    store.close();
    await deleteDatabase(name);
  });
});

interface StreamingPage extends Window {
  /** Set by test/store/streaming-page.ts: what was shown and when, by the page's own clock. */
  readonly shown?: readonly {readonly at: number; readonly text: string}[];
  readonly failed?: unknown;
}

describe('pageLifecycle', () => {
  it('calls when the page is hidden, left or frozen, and not when it is shown', () => {
    const page = new EventTarget();
    const pageDocument = Object.assign(new EventTarget(), {visibilityState: 'visible'});
    const heard: string[] = [];
    const undo = pageLifecycle(page, pageDocument).subscribe(() => heard.push('saved'));
    pageDocument.dispatchEvent(new Event('visibilitychange'));
    assert.deepEqual(heard, []);
    pageDocument.visibilityState = 'hidden';
    pageDocument.dispatchEvent(new Event('visibilitychange'));
    page.dispatchEvent(new Event('pagehide'));
    pageDocument.dispatchEvent(new Event('freeze'));
    assert.deepEqual(heard, ['saved', 'saved', 'saved']);
    undo();
    pageDocument.dispatchEvent(new Event('visibilitychange'));
    page.dispatchEvent(new Event('pagehide'));
    pageDocument.dispatchEvent(new Event('freeze'));
    assert.equal(heard.length, 3);
  });
});

describe('storeJournal in a browser', () => {
  it('has all but the last 300 ms of a stream after its page was left at a random moment', async () => {
    const late: string[] = [];
    for (let round = 0; round < 6; round++) {
      const name = newName();
      const frame = document.createElement('iframe');
      frame.src = 'about:blank';
      document.body.append(frame);
      const page = frame.contentWindow as StreamingPage;
      const script = page.document.createElement('script');
      script.type = 'module';
      script.src = new URL(`./streaming-page.ts?name=${name}`, import.meta.url).href;
      page.document.body.append(script);
      const until = 300 + Math.random() * 400;
      await new Promise<void>(resolve => {
        const look = () => {
          const first = page.shown?.[0];
          if (first && performance.now() - first.at > until) resolve();
          else setTimeout(look, 1);
        };
        look();
      });
      const shown = [...page.shown!];
      const left = performance.now();
      frame.remove();

      const store = idbStore({name});
      const loaded = await store.load('c');
      const stored = loaded?.messages[1];
      assert.equal(loaded?.attempt?.messageId, 'answer');
      assert.equal(stored?.status, 'interrupted');
      assert.isTrue(shown.at(-1)!.text.startsWith(stored!.text), 'a prefix of what was shown');
      const due = shown.findLast(({at}) => at < left - 300)?.text ?? '';
      if (!stored!.text.startsWith(due)) {
        late.push(`${stored!.text.length} of ${due.length} at ${until} ms`);
      }
      store.close();
      await deleteDatabase(name);
    }
    assert.isAtMost(late.length, 2, `a busy machine is late now and then, not so often: ${late.join('; ')}`);
  });

  it('goes on in memory where the store cannot be opened', async () => {
    const store = idbStore({
      factory() {
        throw new DOMException('Denied', 'SecurityError');
      },
    });
    const journal = storeJournal(store);
    const statuses: string[] = [];
    journal.subscribe(({state}) => statuses.push(state));
    await journal.begin(info('c'), [message('a')], attempt('c', 'a'));
    await journal.end(info('c'), message('a', 'all'));
    assert.deepEqual(statuses, ['memory']);
    assert.equal((await journal.load('c'))?.messages[0]?.text, 'all');
    await journal.dispose();
  });
});
