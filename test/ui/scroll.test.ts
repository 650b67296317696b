import {assert} from 'chai';
import {type FakeChat, messageOf} from './support/fake-conversation.ts';
import {all, drawn, mount, the, unmount, until} from './support/page.ts';

async function reading(): Promise<{chat: FakeChat; log: HTMLElement}> {
  const chat = await mount();
  chat.style.height = '400px';
  const settled = Array.from({length: 12}, (_, i) =>
    messageOf(i % 2 ? 'assistant' : 'user', `Message ${i}. `.repeat(30)),
  );
  chat.fake.set({settled});
  await drawn(chat);
  void chat.send('More?');
  await until(() => chat.fake.calls.length > 0, 'a request');
  await drawn(chat);
  const log = the(chat, 'log');
  assert.isAbove(log.scrollHeight, log.clientHeight * 2);
  return {chat, log};
}

const question = (chat: FakeChat) => all(chat, 'article').at(-2) as HTMLElement;
const distance = (log: HTMLElement) => log.scrollHeight - log.clientHeight - log.scrollTop;

/** As a person would: the browser tells of it a frame later. */
async function scrollTo(chat: FakeChat, log: HTMLElement, top: number): Promise<void> {
  log.scrollTop = top;
  await drawn(chat);
}

const posted = async ({src}: HTMLImageElement, body = '') =>
  Number(await (await fetch(src, {method: 'POST', body})).text());

/** Resolves once the browser has asked for it: some do when it is near, some when it is in sight. */
async function asked(image: HTMLImageElement): Promise<void> {
  while (!(await posted(image)));
}

/** The server sends it now, and not before. */
async function come(image: HTMLImageElement, width: number, height: number): Promise<void> {
  await posted(
    image,
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="9" height="9"/></svg>`,
  );
  await until(() => image.complete && image.naturalHeight === height, 'the image');
}

describe('the list of messages', () => {
  afterEach(unmount);

  it('stays at its end while text arrives', async () => {
    const {chat, log} = await reading();
    for (let i = 0; i < 4; i++) {
      chat.fake.text('A line of text.\n\n');
      await drawn(chat);
      assert.isAtMost(distance(log), 2);
    }
  });

  it('stops where the question of a long answer would leave, and goes on with it when asked to', async () => {
    const {chat, log} = await reading();
    const fromTop = () => question(chat).getBoundingClientRect().top - log.getBoundingClientRect().top;
    const line = async () => {
      chat.fake.text('A line of text.\n\n');
      const before = fromTop();
      await drawn(chat);
      return before - fromTop();
    };
    for (let i = 0; i < 30; i++) assert.isAtLeast(await line(), 0, 'it moves up alone');
    assert.closeTo(fromTop(), 16, 1);
    assert.isAbove(distance(log), 400);
    the(chat, 'button', 'Jump to latest').click();
    await until(() => distance(log) <= 2, 'the end');
    for (let i = 0; i < 5; i++) {
      await line();
      assert.isAtMost(distance(log), 2);
    }
    chat.fake.end('complete');
    await drawn(chat);
    assert.isAtMost(distance(log), 2);

    // The next question has its own place, also where its answer comes all at once.
    void chat.send('And then?');
    await until(() => chat.fake.calls.length > 1, 'a request');
    await drawn(chat);
    chat.fake.end('complete', {text: 'A line of text.\n\n'.repeat(100)});
    await until(() => distance(log) > 1_000, 'the answer');
    await drawn(chat);
    assert.closeTo(fromTop(), 16, 1);
  });

  it('keeps the focus when the button to the latest message goes', async () => {
    const {chat, log} = await reading();
    await scrollTo(chat, log, 0);
    await until(() => all(chat, 'button', 'Jump to latest').length > 0, 'the button');
    // What sees to it is loaded once there is such a button.
    await import('../../src/ui/reading-place.ts');
    await drawn(chat);
    the(chat, 'button', 'Jump to latest').focus();
    the(chat, 'button', 'Jump to latest').click();
    await until(() => all(chat, 'button', 'Jump to latest').length === 0, 'no button');
    assert.isTrue(chat.shadowRoot!.activeElement === the(chat, 'textbox', 'Message'));
  });

  it('leaves room for the answer to a question that is long itself', async () => {
    const {chat, log} = await reading();
    chat.fake.end('complete');
    void chat.send('Words. '.repeat(900));
    await until(() => chat.fake.calls.length > 1, 'a request');
    await drawn(chat);
    for (let i = 0; i < 30; i++) {
      chat.fake.text('A line of text.\n\n');
      await drawn(chat);
    }
    const frame = log.getBoundingClientRect();
    assert.closeTo(question(chat).getBoundingClientRect().bottom, frame.top + frame.height / 2, 1);
  });

  it('follows an answer that is gone on with, whose question was left behind', async () => {
    const {chat, log} = await reading();
    chat.fake.text('A line of text.\n\n'.repeat(30));
    chat.fake.end('interrupted');
    await drawn(chat);
    await scrollTo(chat, log, log.scrollHeight);
    the(chat, 'button', 'Continue').click();
    await until(() => chat.fake.calls.includes('continue'), 'a request');
    const {scrollHeight} = log;
    for (let i = 0; i < 8; i++) {
      chat.fake.text('A line of text.\n\n');
      await drawn(chat);
      assert.isAtMost(distance(log), 2);
      assert.isAtLeast(log.scrollHeight, scrollHeight - 60, 'what was there stays there');
    }
  });

  it('does not move under who has scrolled up', async () => {
    const {chat, log} = await reading();
    await scrollTo(chat, log, 300);
    for (let i = 0; i < 20; i++) {
      chat.fake.text('A line of text.\n\n');
      await drawn(chat);
      assert.closeTo(log.scrollTop, 300, 1);
    }
  });

  it('lets go even of who moves up a little', async () => {
    const {chat, log} = await reading();
    const top = log.scrollTop - 20;
    await scrollTo(chat, log, top);
    chat.fake.text('A line of text.\n\nAnother.\n\nAnd another.');
    await drawn(chat);
    assert.closeTo(log.scrollTop, top, 1);
  });

  it('lets go of who moves up by a key, before the first step of that', async () => {
    for (const init of [{key: 'PageUp'}, {key: ' ', shiftKey: true}]) {
      const {chat, log} = await reading();
      log.focus();
      // What sees to it is loaded with the focus.
      await import('../../src/ui/message-keys.ts');
      await drawn(chat);
      const top = log.scrollTop;
      log.dispatchEvent(new KeyboardEvent('keydown', {...init, bubbles: true, composed: true}));
      chat.fake.text('A line of text.\n\nAnother.\n\nAnd another.');
      await drawn(chat);
      assert.closeTo(log.scrollTop, top, 1);
      await unmount();
    }
  });

  it('goes on following for who presses something else', async () => {
    const {chat, log} = await reading();
    log.focus();
    await import('../../src/ui/message-keys.ts');
    await drawn(chat);
    for (const key of ['PageDown', 'End', ' ', 'a'])
      log.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, composed: true}));
    chat.fake.text('A line of text.\n\nAnother.\n\nAnd another.');
    await drawn(chat);
    assert.isAtMost(distance(log), 2);
  });

  it('follows again for who comes back to the end', async () => {
    const {chat, log} = await reading();
    await scrollTo(chat, log, 300);
    await scrollTo(chat, log, log.scrollHeight);
    chat.fake.text('A line of text.\n\nAnother.\n\nAnd another.');
    await drawn(chat);
    assert.isAtMost(distance(log), 2);
  });

  it('offers a way to the latest message while that is out of sight', async () => {
    const {chat, log} = await reading();
    assert.lengthOf(all(chat, 'button', 'Jump to latest'), 0);
    await scrollTo(chat, log, 300);
    the(chat, 'button', 'Jump to latest').click();
    await until(() => distance(log) <= 2, 'the end');
    await drawn(chat);
    assert.lengthOf(all(chat, 'button', 'Jump to latest'), 0);
  });

  it('offers it where the end of an answer is just below the edge, which nobody scrolled away from', async () => {
    const {chat, log} = await reading();
    while (distance(log) < 30) {
      chat.fake.text('A line of text.\n\n');
      await drawn(chat);
    }
    assert.isBelow(distance(log), 70);
    the(chat, 'button', 'Jump to latest').click();
    await until(() => distance(log) <= 2, 'the end');
  });

  it('goes to the end for who sends a message', async () => {
    const {chat, log} = await reading();
    chat.fake.end('complete');
    await drawn(chat);
    await scrollTo(chat, log, 300);
    void chat.send('And now?');
    await until(() => distance(log) <= 2, 'the end');
  });

  it('shows a conversation from its end', async () => {
    const {chat, log} = await reading();
    assert.isAtMost(distance(log), 2);
    await scrollTo(chat, log, 300);
    chat.conversationId = 'another';
    await until(() => chat.fakes.length === 2, 'another conversation');
    chat.fake.set({settled: Array.from({length: 30}, (_, i) => messageOf('user', `Message ${i}`))});
    await drawn(chat);
    assert.isAtMost(distance(log), 2);
  });

  it('does not move what is read for an image that comes above it, or where that is', async () => {
    const chat = await mount({imageOrigins: [SCRIPTED_SERVER]});
    chat.style.height = '500px';
    const words = 'Some words. '.repeat(60);
    const image = () => `![A picture](${SCRIPTED_SERVER}/image/${Math.random()})`;
    const text = [words, image(), words, image(), words, words, words, words].join('\n\n');
    chat.fake.set({settled: [messageOf('user', 'Show me.'), messageOf('assistant', text)]});
    await drawn(chat);
    const log = the(chat, 'log');
    const [first, second] = log.querySelectorAll('img') as unknown as [HTMLImageElement, HTMLImageElement];
    const read = [...log.querySelectorAll('p')].filter(each => each.textContent?.startsWith('Some'));
    const topOf = (element: Element) => element.getBoundingClientRect().top;
    const stays = async (element: Element, task: () => Promise<void>) => {
      const top = topOf(element);
      await task();
      await drawn(chat);
      assert.closeTo(topOf(element), top, 1);
    };
    const show = (element: Element) => scrollTo(chat, log, log.scrollTop + topOf(element) - topOf(log) - 150);
    await show(first);
    await asked(first);
    await show(read[2] as Element);
    await asked(second);
    const {height} = second.getBoundingClientRect();
    assert.isBelow(first.getBoundingClientRect().bottom, topOf(log));
    assert.isAbove(second.getBoundingClientRect().bottom, topOf(log));

    await stays(read[2] as Element, async () => {
      await come(first, 300, 900);
      await until(() => first.clientHeight === 900, 'its own height');
    });
    await stays(read[2] as Element, () => come(second, 300, 90));
    assert.equal(second.getBoundingClientRect().height, height, 'it has the room that was kept for it');
    await scrollTo(chat, log, log.scrollTop + 200);
    await stays(read[4] as Element, () => until(() => second.clientHeight === 90, 'its own height'));
  });
});
