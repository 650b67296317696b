import {assert} from 'chai';
import {
  assertAsked,
  assertGoesOn,
  assertWhole,
  broken,
  closeAll,
  databaseOf,
  halted,
  hasText,
  newKey,
  openChat,
  pause,
  until,
} from './support/chat.ts';
import {leaveAndComeBack, restore, takeNetwork, takeVisibility} from './support/page-faults.ts';

// What a page is told, in every engine. What a browser does to it is in lifecycle.e2e.test.ts.

/** Milliseconds in which a request that should not be made would be. */
const QUIET = 500;

afterEach(async () => {
  await closeAll();
  restore();
});

/** An answer that was cut in a page that nobody looks at. */
async function cutWhileHidden() {
  const network = takeNetwork();
  const page = takeVisibility();
  const opened = await openChat({responses: [halted]});
  void opened.chat.send('Count.');
  await until('some text', () => hasText(opened));
  page.hide();
  network.breakBodies(new TypeError('The connection was reset.'));
  await until('the cut', () => opened.chat.status === 'offline');
  return {page, opened};
}

describe('while nobody looks, a chat', () => {
  it('gets its answer by the one request, however often the page is left', async () => {
    const page = takeVisibility();
    const opened = await openChat();
    void opened.chat.send('Count.');
    await until('some text', () => hasText(opened));
    for (let times = 0; times < 5; times++) {
      page.hide();
      await pause(10);
      page.show();
      await pause(10);
    }
    page.hide();
    await assertWhole(opened, ['send']);
    page.show();
    await assertGoesOn(opened);
  });

  it('asks at once in a page that was opened behind others, since somebody asked', async () => {
    takeVisibility('hidden');
    const opened = await openChat();
    await opened.chat.send('Count.');
    await assertWhole(opened, ['send']);
  });

  it('does not go on with what would be billed again, and does once it is seen', async () => {
    const {page, opened} = await cutWhileHidden();
    await pause(QUIET);
    await assertAsked(opened, ['send']);
    page.show();
    await assertWhole(opened, ['send', 'continue-turn']);
  });

  it('is not taken for seen by a user who only passes by', async () => {
    const {page, opened} = await cutWhileHidden();
    for (let times = 0; times < 3; times++) {
      page.show();
      await pause(50);
      page.hide();
      await pause(50);
    }
    await pause(QUIET);
    await assertAsked(opened, ['send']);
    page.show();
    await assertWhole(opened, ['send', 'continue-turn']);
  });

  it('takes its stream up, which costs nothing', async () => {
    const page = takeVisibility();
    const opened = await openChat({resume: 'offered', responses: [broken]});
    void opened.chat.send('Count.');
    await until('some text', () => hasText(opened));
    page.hide();
    await assertWhole(opened, ['send', 'resume']);
  });

  it('asks again for what it had nothing of, since somebody asked', async () => {
    const page = takeVisibility();
    const opened = await openChat({responses: [{status: 503, headers: {'retry-after': '0.3'}}]});
    void opened.chat.send('Count.');
    await until('the wait', () => opened.chat.status === 'waiting');
    page.hide();
    await assertWhole(opened, ['send', 'send']);
  });

  it('that loses its stream as phones do it, by an abort of the browser, goes on once it is seen', async () => {
    const network = takeNetwork();
    const page = takeVisibility();
    const opened = await openChat({responses: [halted]});
    void opened.chat.send('Count.');
    await until('some text', () => hasText(opened));
    page.hide();
    network.breakBodies(new DOMException('The operation was aborted.', 'AbortError'));
    await until('the cut', () => opened.chat.status === 'offline');
    assert.equal(opened.answer()?.status, 'streaming', 'recovery is under way by itself');
    page.show();
    await assertWhole(opened, ['send', 'continue-turn']);
    await assertGoesOn(opened);
  });
});

describe('a page that is opened behind others with an answer that was cut', () => {
  for (const [resume, modes] of [
    ['none', ['send', 'continue-turn']],
    ['offered', ['send', 'resume']],
  ] as const) {
    it(`goes on ${resume === 'none' ? 'once it is seen' : 'at once where that costs nothing'}`, async () => {
      const before = await openChat({resume, responses: [halted]});
      void before.chat.send('Count.');
      await until('some text', () => hasText(before));
      const page = takeVisibility('hidden');
      const opened = await before.reopen();
      if (resume === 'none') {
        await until('the wait', () => opened.chat.status === 'offline');
        await pause(QUIET);
        await assertAsked(opened, ['send']);
        page.show();
      }
      await assertWhole(opened, modes);
    });
  }
});

describe('a page that is kept for going back', () => {
  it('has let go of its history meanwhile, and keeps what came after that', async () => {
    const opened = await openChat();
    void opened.chat.send('Count.');
    await until('some text', () => hasText(opened));
    leaveAndComeBack();
    await assertWhole(opened, ['send']);
    const again = await opened.reopen();
    await assertWhole(again, ['send']);
    await assertGoesOn(again);
  });
});

describe('a page that the browser had thrown away', () => {
  it('goes on with its answer as after a reload', async () => {
    const before = await openChat({responses: [halted]});
    void before.chat.send('Count.');
    await until('some text', () => hasText(before));
    Object.defineProperty(document, 'wasDiscarded', {configurable: true, value: true});
    const opened = await before.reopen();
    await assertWhole(opened, ['send', 'continue-turn']);
    Reflect.deleteProperty(document, 'wasDiscarded');
  });
});

/** Keeps everybody else from writing there, as another tab may do with its own transaction, until it is called. */
async function occupy(database: string): Promise<() => void> {
  const opening = indexedDB.open(database);
  await new Promise(resolve => opening.addEventListener('success', resolve));
  const {result: connection} = opening;
  const store = connection.transaction('kv', 'readwrite').objectStore('kv');
  let isOver = false;
  const goOn = () => {
    if (!isOver) store.get('none').onsuccess = goOn;
  };
  goOn();
  return () => {
    isOver = true;
    connection.close();
  };
}

describe('a history that fails', () => {
  it('is said not to be saved until it is', async () => {
    const historyKey = newKey();
    const opened = await openChat({}, {historyKey});
    await opened.chat.send('Count.');
    const words = () => opened.chat.shadowRoot?.querySelector('[part="notice"]');
    assert.notExists(words());
    const leave = await occupy(databaseOf(historyKey));
    const answer = opened.chat.send('Once more.');
    await until('the word that it is not saved', () => Boolean(words()));
    leave();
    await answer;
    await until('the end of that', () => !words());
    assert.lengthOf(opened.storageErrors, 1);
    const again = await opened.reopen();
    await until('what was said', () => again.chat.messages.length === 4);
  });
});
