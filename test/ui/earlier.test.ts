import {assert} from 'chai';
import {idbStore} from '../../src/store/idb-store.ts';
import {createController} from '../../src/ui/conversation-controller.ts';
import * as days from '../../src/ui/day-dividers.ts';
import type {ChatInside} from '../../src/ui/inside.ts';
import * as omitted from '../../src/ui/omitted-line.ts';
import {type FakeChat, messageOf} from './support/fake-conversation.ts';
import {all, drawn, mount, the, unmount, until} from './support/page.ts';

const EARLIER = 'Show earlier messages';

/** A conversation of so many messages, as it is opened from the history. */
async function long(count: number): Promise<{chat: FakeChat; log: HTMLElement}> {
  const chat = await mount();
  chat.style.height = '400px';
  const settled = Array.from({length: count}, (_, i) =>
    messageOf(i % 2 ? 'assistant' : 'user', `Message ${i}. `.repeat(12)),
  );
  chat.fake.set({settled, info: {...chat.fake.state.info, id: `long-${count}`}});
  await drawn(chat);
  return {chat, log: the(chat, 'log')};
}

const first = (chat: FakeChat) => all(chat, 'article')[0]!;
const text = (article: HTMLElement) => article.querySelector('.body')!.textContent!.trim();
const isEarlier = (chat: FakeChat) => all(chat, 'button', EARLIER).length > 0;

/** Scrolls up until more is drawn, under which what is read stays in its place; asserts that it still does. */
async function goUp(chat: FakeChat, log: HTMLElement): Promise<() => void> {
  const read = first(chat);
  log.scrollTop = 40;
  const {top} = read.getBoundingClientRect();
  const staysInPlace = () => assert.closeTo(read.getBoundingClientRect().top, top, 1);
  await until(() => all(chat, 'article').length > 50, 'more messages');
  await drawn(chat);
  staysInPlace();
  return staysInPlace;
}

describe('a long conversation', () => {
  afterEach(unmount);

  it('of 50 messages is drawn whole', async () => {
    const {chat} = await long(50);
    assert.lengthOf(all(chat, 'article'), 50);
    assert.isFalse(isEarlier(chat));
  });

  it('is drawn from its end, and has all its messages', async () => {
    const {chat, log} = await long(400);
    await until(() => isEarlier(chat), 'the button');
    await drawn(chat);
    assert.lengthOf(all(chat, 'article'), 50);
    assert.match(text(first(chat)), /^Message 350\./);
    assert.lengthOf(chat.messages, 400);
    assert.isAtMost(log.scrollHeight - log.clientHeight - log.scrollTop, 2);
  });

  it('goes on upwards under who scrolls there, and what they read stays where it is', async () => {
    const {chat, log} = await long(400);
    await until(() => isEarlier(chat), 'the button');
    await goUp(chat, log);
    assert.match(text(first(chat)), /^Message (300|250)\./);
    assert.isAtMost(all(chat, 'article').length, 150, 'no further than is needed');
  });

  it('has its days above their first messages, and what is read stays where it is', async () => {
    const chat = await mount();
    chat.style.height = '400px';
    const today = new Date().setHours(12, 0, 0, 0);
    /** Seven messages a day, so that no page of them ends with one. */
    const settled = Array.from({length: 140}, (_, i) =>
      messageOf(i % 2 ? 'assistant' : 'user', `Message ${i}. `.repeat(12), {
        createdAt: new Date(today).setDate(new Date(today).getDate() - 20 + Math.floor((i + 5) / 7)),
      }),
    );
    chat.fake.set({settled, info: {...chat.fake.state.info, id: 'days'}});
    const days = () => [...chat.shadowRoot!.querySelectorAll('[part=day]')];
    await until(() => isEarlier(chat) && days().length > 0, 'the days');
    await drawn(chat);
    const below = () =>
      days().map(day =>
        settled.findIndex(({id}) => id === (day.nextElementSibling as HTMLElement).dataset['id']),
      );
    const starts = settled.flatMap((_, i) => (i % 7 === 2 || i === 0 ? [i] : []));
    const drawnFrom = () => settled.length - all(chat, 'article').length;
    assert.deepEqual(
      below(),
      starts.filter(i => i >= drawnFrom()),
    );
    const staysInPlace = await goUp(chat, the(chat, 'log'));
    await chat.loadEarlier(1_000);
    await drawn(chat);
    staysInPlace();
    assert.deepEqual(below(), starts);
  });

  it('may be left before what says its days, or what was not sent along, has come', async () => {
    const chat = await mount();
    const inside = {element: chat, controller: {state: chat.fake.state}, strings: {lang: 'en'}};
    for (const {attach} of [days, omitted]) attach(() => inside as unknown as ChatInside);
    await drawn(chat);
  });

  it('goes on upwards by a button that has a name, to the first message, which has the focus then', async () => {
    const {chat} = await long(120);
    await until(() => isEarlier(chat), 'the button');
    const button = the(chat, 'button', EARLIER);
    for (const count of [100, 120]) {
      button.focus({preventScroll: true});
      button.click();
      assert.lengthOf(all(chat, 'article'), count);
    }
    assert.isFalse(isEarlier(chat));
    assert.match(text(first(chat)), /^Message 0\./);
    const focused = chat.shadowRoot!.activeElement as HTMLElement;
    assert.match(text(focused), /^Message 19\./);
  });

  it('goes on upwards for the page that asks', async () => {
    const {chat} = await long(120);
    assert.isTrue(await chat.loadEarlier(30));
    assert.lengthOf(all(chat, 'article'), 80);
    assert.isFalse(await chat.loadEarlier(1000));
    assert.lengthOf(all(chat, 'article'), 120);
    assert.isFalse(await chat.loadEarlier());
  });

  it('is printed whole', async () => {
    const {chat} = await long(120);
    await until(() => isEarlier(chat), 'the button');
    dispatchEvent(new Event('beforeprint'));
    assert.lengthOf(all(chat, 'article'), 120);
  });

  it('keeps what is drawn when a message comes, and when messages go', async () => {
    const {chat} = await long(120);
    await until(() => isEarlier(chat), 'the button');
    const {settled} = chat.fake.state;
    const read = first(chat);
    chat.fake.set({settled: [...settled, messageOf('user', 'One more')]});
    await drawn(chat);
    assert.equal(first(chat), read);
    assert.lengthOf(all(chat, 'article'), 51);
    chat.fake.set({settled: settled.slice(0, 60)});
    await drawn(chat);
    assert.lengthOf(all(chat, 'article'), 50);
    assert.isTrue(isEarlier(chat));
  });

  it('says above which message the assistant sees no more, once that is drawn', async () => {
    const {chat} = await long(120);
    chat.fake.set({omitted: 60, settled: [...chat.fake.state.settled]});
    await drawn(chat);
    assert.notInclude(chat.shadowRoot!.textContent!, 'no longer sees');
    await chat.loadEarlier(30);
    await until(() => chat.shadowRoot!.querySelector('.omitted') !== null, 'the line');
    const line = chat.shadowRoot!.querySelector('.omitted')!;
    assert.match(text(line.nextElementSibling as HTMLElement), /^Message 60\./);
  });

  it('shows its last messages while the others are still being read, and does not draw them anew', async () => {
    const historyKey = `long-${Date.now()}`;
    const store = idbStore({key: historyKey});
    const messages = Array.from({length: 2000}, (_, at) => messageOf('user', `Message ${at}`));
    const info = {id: 'long', title: '', createdAt: 1, updatedAt: 1};
    await store.write({info, messages});
    const chat = document.createElement('fake-chat') as FakeChat;
    Object.assign(chat, {endpoint: '/api/chat', historyKey});
    document.body.append(chat);
    // In the moment in which they are there: the others may be read before the next frame.
    const [before, whole] = await new Promise<[HTMLElement[], number]>(resolve => {
      const observer = new MutationObserver(() => {
        const drawnNow = all(chat, 'article');
        if (!drawnNow.length) return;
        observer.disconnect();
        resolve([drawnNow, chat.fakes.length]);
      });
      observer.observe(chat.shadowRoot!, {childList: true, subtree: true});
    });
    assert.equal(whole, 0, 'it is not whole yet');
    const note = the(chat, 'log').querySelector('article:last-of-type time')!;
    await until(() => isEarlier(chat), 'the button');
    await drawn(chat);
    assert.deepEqual(
      before.map(text),
      messages.slice(-50).map(each => each.text),
    );
    assert.deepEqual(chat.messages, messages);
    assert.isTrue(before.every((each, at) => each === all(chat, 'article')[at]));
    assert.isTrue(note.isConnected);
    const log = the(chat, 'log');
    assert.isAtMost(log.scrollHeight - log.clientHeight - log.scrollTop, 2);
    chat.remove();
    store.close();
    indexedDB.deleteDatabase(`sse-chat:${historyKey}`);
  });

  it('is not overwritten by what was read too late, nor by nothing', async () => {
    const {chat} = await long(3);
    const controller = createController(chat, {
      onStatus() {},
      onText() {},
      onAnswer() {},
      feed() {},
      draw: () => true,
    });
    const part = {info: chat.fake.state.info, messages: chat.messages};
    const shown = () => controller.state?.settled.length;
    controller.preview({...part, messages: []});
    assert.isUndefined(shown());
    controller.preview(part);
    assert.equal(shown(), 3);
    controller.show(chat.fake);
    controller.preview({...part, messages: part.messages.slice(1)});
    assert.equal(shown(), 3);
  });
});
