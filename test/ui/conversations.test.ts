import {assert} from 'chai';
import '../../src/index.ts';
import {createMarkdownRenderer} from '../../src/markdown.ts';
import type {SseChat} from '../../src/ui/sse-chat.ts';
import {
  activeIn,
  all,
  composer,
  drawn,
  focusIn,
  nameOf,
  press,
  spoken,
  the,
  unmount,
  until,
} from './support/page.ts';

const ANSWER = 'An answer about lentils.';
let keys = 0;
const gates: (() => void)[] = [];

/** Answers whatever is asked at once; `hold` waits until `release` is called. */
function answering(text = ANSWER, hold = false): typeof fetch {
  return async () => {
    if (hold) await new Promise<void>(resolve => gates.push(resolve));
    return new Response(`data: {"token": ${JSON.stringify(text)}}\n\ndata: [DONE]\n\n`, {
      headers: {'content-type': 'text/event-stream'},
    });
  };
}

function release(): void {
  for (const open of gates.splice(0)) open();
}

async function show(historyKey: string, properties: Partial<SseChat> = {}): Promise<SseChat> {
  const chat = document.createElement('sse-chat');
  Object.assign(chat, {endpoint: '/chat', historyKey, fetch: answering(), ...properties});
  document.body.append(chat);
  await drawn(chat);
  return chat;
}

/** A chat with three conversations, of which the last is shown. */
async function withThree(properties: Partial<SseChat> = {}): Promise<SseChat> {
  const chat = await show(`list-${performance.timeOrigin}-${++keys}`, properties);
  for (const [question, answer] of [
    ['First question', 'Soup is *made* of lentils.'],
    ['Second question', 'It rains.'],
    ['Third question', 'Who knows?'],
  ] as const) {
    if (chat.messages.length > 0) await chat.newConversation();
    chat.fetch = answering(answer);
    await chat.updateComplete;
    await chat.send(question);
  }
  await until(() => chat.conversations.length === 3, 'three conversations');
  return chat;
}

/** Never given to an assertion: printing an element takes WebKit minutes. */
const listOf = (chat: SseChat) => chat.shadowRoot?.querySelector<HTMLElement>('[part=conversations]');
const isOpen = (chat: SseChat) => Boolean(listOf(chat));
const items = (chat: SseChat) => [...(listOf(chat)?.querySelectorAll<HTMLElement>('.item') ?? [])];
const titles = (chat: SseChat) => items(chat).map(item => item.querySelector('.title')?.textContent);
const search = (chat: SseChat) => listOf(chat)?.querySelector<HTMLInputElement>('input[type=search]');
const button = (chat: SseChat, name: string) =>
  [...(listOf(chat)?.querySelectorAll('button') ?? [])].find(each => nameOf(each) === name)!;

async function openList(chat: SseChat): Promise<HTMLElement> {
  const opener = the(chat, 'button', 'Conversations');
  opener.focus();
  opener.click();
  await until(() => items(chat).length > 0 || isOpen(chat), 'the list');
  await drawn(chat);
  return opener;
}

async function look(chat: SseChat, words: string): Promise<void> {
  const box = search(chat)!;
  box.value = words;
  box.dispatchEvent(new InputEvent('input', {bubbles: true, composed: true}));
  await drawn(chat);
}

describe('the list of conversations', () => {
  beforeEach(() => sessionStorage.clear());
  afterEach(async () => {
    release();
    await unmount();
  });

  it('has each with its title, the newest first, and says which is shown', async () => {
    const chat = await withThree();
    const opener = await openList(chat);
    assert.deepEqual(titles(chat), ['Third question', 'Second question', 'First question']);
    assert.equal(items(chat)[0]?.getAttribute('aria-current'), 'true');
    assert.equal(opener.getAttribute('aria-expanded'), 'true');
    assert.equal(focusIn(chat), 'Search conversations');
    assert.isTrue(composer(chat).matches('[inert] *'), 'what lies below takes no keys');
  });

  it('gives a long title two lines, so that it can be read on a phone', async () => {
    const chat = await withThree();
    chat.style.width = '320px';
    await chat.newConversation();
    await chat.send('Why does my proxy hold back the events of a stream until it is over?');
    await openList(chat);
    const [long, short] = items(chat).map(item => item.querySelector('.title bdi')!);
    assert.closeTo(long!.clientHeight, 2 * short!.clientHeight, 2);
  });

  it('shows the one that is chosen, with the focus where one writes', async () => {
    const chat = await withThree();
    const opener = await openList(chat);
    items(chat)[2]?.click();
    await until(() => !isOpen(chat), 'the list to close');
    assert.equal(chat.messages[0]?.text, 'First question');
    assert.equal(focusIn(chat), 'Message');
    assert.equal(opener.getAttribute('aria-expanded'), 'false');
    assert.isFalse(composer(chat).matches('[inert] *'));
  });

  for (const mode of ['inline', 'popup'] as const) {
    it(`lies over the ${mode} chat, which stays where it is, with room around what is in it`, async () => {
      const chat = await withThree({mode, open: true});
      const box = () => [...the(chat, mode === 'inline' ? 'region' : 'dialog').getClientRects()];
      // What has no end, as the dots before an answer, cannot be finished.
      for (const motion of chat.shadowRoot!.getAnimations())
        if (Number.isFinite(motion.effect?.getComputedTiming().endTime)) motion.finish();
      const before = box();
      await openList(chat);
      const list = listOf(chat)!;
      assert.deepEqual(box(), before);
      assert.closeTo(list.getBoundingClientRect().bottom, before[0]!.bottom, 1);
      const inset = search(chat)!.getBoundingClientRect().left - list.getBoundingClientRect().left;
      assert.isAtLeast(inset, 10);
    });
  }

  it('brings no keyboard over the one that a finger chose', async () => {
    const own = globalThis.matchMedia;
    globalThis.matchMedia = query =>
      query.includes('coarse') ? ({...own(query), matches: true} as MediaQueryList) : own(query);
    const chat = await withThree();
    await openList(chat);
    items(chat)[2]!.click();
    await until(() => !isOpen(chat), 'the end of the list');
    globalThis.matchMedia = own;
    assert.isTrue(activeIn(chat)?.matches('.panel'));
  });

  it('is walked by the arrow keys and left by Escape, which leads back to its button', async () => {
    const chat = await withThree({mode: 'popup', open: true});
    await openList(chat);
    press(search(chat)!, 'ArrowDown');
    assert.include(focusIn(chat), 'Third question');
    press(activeIn(chat)!, 'ArrowDown');
    assert.include(focusIn(chat), 'Second question');
    press(activeIn(chat)!, 'Escape');
    assert.isFalse(isOpen(chat));
    assert.equal(focusIn(chat), 'Conversations');
    assert.isTrue(chat.open, 'the popup stays');
  });

  it('keeps what is typed into it from the page', async () => {
    const chat = await withThree();
    await openList(chat);
    let heard = 0;
    const listen = () => heard++;
    document.addEventListener('keydown', listen);
    press(search(chat)!, 's');
    document.removeEventListener('keydown', listen);
    assert.equal(heard, 0);
  });

  it('finds words in messages, whatever their case, and shows where they stand', async () => {
    const chat = await withThree();
    await openList(chat);
    await look(chat, 'MADE of');
    await until(() => titles(chat).length === 1 && !!items(chat)[0]?.querySelector('mark'), 'what was found');
    assert.deepEqual(titles(chat), ['First question']);
    // Marks of Markdown are no part of what is read.
    await look(chat, 'lentils');
    await until(() => items(chat)[0]?.querySelector('mark')?.textContent === 'lentils', 'the word');
    assert.include(items(chat)[0]?.querySelector('.line')?.textContent ?? '', 'made of lentils');
    await look(chat, '(.*');
    await until(() => all(chat, 'button').every(each => !each.matches('.item')), 'nothing');
    assert.include(listOf(chat)?.textContent ?? '', 'No results.');
    await until(() => spoken('status') === 'No results.', 'that to be said');
  });

  it('renames for good, and Escape takes a new name back', async () => {
    const chat = await withThree();
    await openList(chat);
    const rename = async (title: string, key: string) => {
      button(chat, `Rename: ${titles(chat)[0]}`).click();
      const box = activeIn(chat) as HTMLInputElement;
      box.value = title;
      press(box, key);
      await drawn(chat);
    };
    await rename('Never', 'Escape');
    assert.equal(titles(chat)[0], 'Third question');
    assert.include(focusIn(chat), 'Third question');
    await rename('On knowledge', 'Enter');
    await until(() => titles(chat)[0] === 'On knowledge', 'the new name');
    await chat.send('And now?');
    const {historyKey} = chat;
    chat.remove();
    await new Promise(resolve => setTimeout(resolve, 50));
    const again = await show(historyKey!);
    await until(() => again.conversations.length === 3, 'the history');
    assert.equal(again.conversations[0]?.title, 'On knowledge');
    await until(() => again.messages.length === 4, 'what was said');
  });

  it('puts what is pinned first, and keeps it there', async () => {
    const chat = await withThree();
    await openList(chat);
    button(chat, 'Pin: First question').click();
    await until(() => titles(chat)[0] === 'First question', 'the pinned one');
    assert.equal(button(chat, 'Pin: First question').getAttribute('aria-pressed'), 'true');
    assert.isTrue(chat.conversations.find(({title}) => title === 'First question')?.pinned);
    const {conversations} = await chat.exportHistory('json');
    assert.isTrue(conversations.find(({info}) => info.title === 'First question')?.info.pinned);
  });

  it('keeps the focus with its conversation, wherever that goes in the list', async () => {
    const chat = await withThree();
    await openList(chat);
    button(chat, 'Pin: First question').focus();
    button(chat, 'Pin: First question').click();
    await until(() => titles(chat)[0] === 'First question', 'the pinned one');
    assert.equal(nameOf(activeIn(chat)!), 'Pin: First question');
    await chat.clear();
    await until(() => items(chat).length < 3, 'another list');
    assert.isTrue(activeIn(chat) === search(chat));
  });

  it('exports each message as Markdown in its own place, also behind one that was cut off in its code', async () => {
    const chat = await show(`list-${performance.timeOrigin}-${++keys}`);
    const source = {type: 'source', id: 's', url: 'https://a.example/'};
    const answers = [
      '```js\nlet a;\n``',
      '- b\n  ~~~~\n  ~~~\n  c',
      '1. ````md\n   ```\n   d\n   ```',
      '> ```\n> e',
      '```\nf\n```\n`` ` ``\n\n1. g',
    ];
    await chat.importHistory({
      messages: answers.flatMap((text, at) => [
        {role: 'user', text: 'What?'},
        {
          id: `answer-${at}`,
          role: 'assistant',
          text,
          parts: [{type: 'text', text}, source],
          status: 'length',
          createdAt: 1,
          requestIds: [],
        },
      ]),
    });
    const body = document.createElement('div');
    const renderer = createMarkdownRenderer(body);
    renderer.append((await chat.exportHistory('markdown')) as string);
    await renderer.end();
    const texts = (selector: string) =>
      [...body.querySelectorAll(selector)].map(each => each.textContent.trim());
    assert.deepEqual(texts('pre'), ['let a;\n``', '~~~\nc', '```\nd\n```', 'e', 'f']);
    assert.deepEqual(
      texts(':scope > p > strong'),
      answers.flatMap(() => ['You', 'Assistant']),
    );
    assert.deepEqual(
      texts(':scope > ol[data-tight] a'),
      answers.map(() => 'https://a.example/'),
    );
  });

  it('keeps it, too, with one that was imported under an odd id', async () => {
    const chat = await withThree();
    const info = {id: 'a"]b', title: 'Odd', createdAt: 1, updatedAt: 1};
    await chat.importHistory({conversations: [{info, messages: []}]});
    await openList(chat);
    button(chat, 'Pin: Odd').focus();
    button(chat, 'Pin: Odd').click();
    await until(() => titles(chat)[0] === 'Odd', 'the pinned one');
    assert.equal(nameOf(activeIn(chat)!), 'Pin: Odd');
  });

  it('has new names and pins at once where words are looked for, too', async () => {
    const chat = await withThree();
    await openList(chat);
    await look(chat, 'lentils');
    await until(() => !!items(chat)[0]?.querySelector('mark'), 'what was found');
    button(chat, 'Rename: First question').click();
    const box = activeIn(chat) as HTMLInputElement;
    box.value = 'On soup';
    press(box, 'Enter');
    await until(() => titles(chat).join() === 'On soup', 'the new name');
    const pinned = () => button(chat, 'Pin: On soup').getAttribute('aria-pressed');
    button(chat, 'Pin: On soup').click();
    await until(() => pinned() === 'true', 'the pin');
    button(chat, 'Pin: On soup').click();
    await until(() => pinned() === 'false', 'no pin');
    await look(chat, '');
    await until(() => titles(chat).length === 3, 'all of them');
    assert.include(titles(chat), 'On soup');
    assert.isNotTrue(chat.conversations.find(({title}) => title === 'On soup')?.pinned);
  });

  it('renames what is shown in another tab, which does not take it back', async () => {
    const chat = await withThree();
    const other = await show(chat.historyKey!, {conversationId: chat.conversations[2]!.id});
    await until(() => other.messages.length === 2, 'what was said');
    await openList(chat);
    button(chat, 'Rename: First question').click();
    const box = activeIn(chat) as HTMLInputElement;
    box.value = 'On soup';
    press(box, 'Enter');
    await until(() => titles(chat).includes('On soup'), 'the new name');
    await new Promise(resolve => setTimeout(resolve, 300)); // It is told there.
    await other.send('And now?');
    const {conversations} = await other.exportHistory('json');
    assert.include(
      conversations.map(({info}) => info.title),
      'On soup',
    );
  });

  it('brings the draft of a conversation back with it', async () => {
    const chat = await withThree();
    const box = composer(chat);
    box.value = 'half a thought';
    box.dispatchEvent(new InputEvent('input', {bubbles: true, composed: true}));
    await openList(chat);
    button(chat, 'Delete: Third question').click();
    await until(() => focusIn(chat) === 'Undo', 'the way back');
    assert.equal(composer(chat).value, '');
    button(chat, 'Undo').click();
    await until(() => composer(chat).value === 'half a thought', 'the draft');
  });

  it('brings what was attached to that draft back, too', async () => {
    const chat = await withThree({attachments: ''});
    const names = () =>
      [...chat.shadowRoot!.querySelectorAll('[part~="attachment"] bdi')].map(each => each.textContent);
    const {id} = chat.conversations[0]!;
    await until(() => chat.shadowRoot!.querySelector('input[type="file"]') !== null, 'the button');
    const input = chat.shadowRoot!.querySelector<HTMLInputElement>('input[type="file"]')!;
    const transfer = new DataTransfer();
    transfer.items.add(new File(['Hello'], 'note.txt', {type: 'text/plain'}));
    input.files = transfer.files;
    input.dispatchEvent(new Event('change', {bubbles: true}));
    await until(() => sessionStorage[`sse-chat:files:${id}`]?.includes('data:'), 'the file');
    await openList(chat);
    button(chat, 'Delete: Third question').click();
    await until(() => focusIn(chat) === 'Undo', 'the way back');
    assert.deepEqual(names(), []);
    button(chat, 'Undo').click();
    await until(() => focusIn(chat).includes('Third question'), 'the focus on it');
    await drawn(chat);
    assert.deepEqual(names(), ['note.txt']);
  });

  it('is closed with the popup that it is in', async () => {
    const chat = await withThree({mode: 'popup', open: true});
    await openList(chat);
    const launcher = chat.shadowRoot!.querySelector<HTMLElement>('.launcher')!;
    launcher.focus();
    await chat.hide();
    await chat.show();
    assert.isFalse(isOpen(chat));
    await until(() => focusIn(chat) === 'Message', 'the focus');
  });

  it('deletes one, and brings it back whole', async () => {
    const chat = await withThree();
    const before = chat.messages.map(({text}) => text);
    await openList(chat);
    button(chat, 'Delete: Third question').click();
    await until(() => titles(chat).length === 2, 'the rest');
    await until(() => focusIn(chat) === 'Undo', 'the way back');
    assert.lengthOf(chat.messages, 0);
    assert.lengthOf(chat.conversations, 2);
    button(chat, 'Undo').click();
    await until(() => titles(chat).length === 3, 'all of them');
    await until(() => focusIn(chat).includes('Third question'), 'the focus on it');
    assert.deepEqual(
      chat.messages.map(({text}) => text),
      before,
    );
  });

  it('brings one back for as long as the page is open where the disk has no room for it any more', async () => {
    const chat = await withThree();
    await openList(chat);
    button(chat, 'Delete: First question').click();
    await until(() => focusIn(chat) === 'Undo', 'the way back');
    const {put} = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('Full', 'QuotaExceededError');
    };
    try {
      button(chat, 'Undo').click();
      await until(() => titles(chat).length === 3, 'all of them');
      const {conversations} = await chat.exportHistory();
      const back = conversations.find(({info}) => info.title === 'First question');
      assert.equal(back?.messages.at(-1)?.text, 'Soup is *made* of lentils.');
    } finally {
      IDBObjectStore.prototype.put = put;
    }
  });

  it('has no use for an Enter that is held: what has the focus then is another thing', async () => {
    const chat = await withThree();
    await openList(chat);
    const held = (target: Element) => !press(target, 'Enter', {repeat: true});
    button(chat, 'Rename: Third question').click();
    const box = activeIn(chat) as HTMLInputElement;
    assert.isTrue(held(box));
    assert.equal(activeIn(chat), box);
    press(box, 'Enter');
    assert.isTrue(held(activeIn(chat)!), 'does not open the one that was renamed');
    button(chat, 'Delete: Third question').click();
    await until(() => focusIn(chat) === 'Undo', 'the way back');
    assert.isTrue(held(activeIn(chat)!), 'does not bring it back');
  });

  it('deletes all of them after it has asked', async () => {
    const chat = await withThree();
    await openList(chat);
    button(chat, 'Delete all').click();
    assert.equal(focusIn(chat), 'Cancel');
    assert.lengthOf(chat.conversations, 3);
    button(chat, 'Cancel').click();
    button(chat, 'Delete all').click();
    button(chat, 'Delete all').click();
    await until(() => chat.conversations.length === 0, 'nothing');
    await until(() => !isOpen(chat), 'the list to close');
    assert.equal(focusIn(chat), 'Message');
  });

  it('leaves the title of a conversation alone while that is being answered', async () => {
    const chat = await withThree();
    chat.fetch = answering(ANSWER, true);
    await chat.updateComplete;
    const answer = chat.send('Slowly, please.');
    await openList(chat);
    await until(() => gates.length > 0, 'the request');
    await until(() => !button(chat, 'Rename: Third question'), 'the title to be let alone');
    assert.isTrue(Boolean(button(chat, 'Rename: Second question')));
    release();
    assert.equal((await answer).status, 'complete');
    await until(() => Boolean(button(chat, 'Rename: Third question')), 'the button');
  });

  it('can be reached as a whole where the window is low', async () => {
    const chat = await withThree();
    chat.style.height = '280px';
    chat.style.width = '320px';
    await openList(chat);
    const list = listOf(chat)!;
    const frame = list.getBoundingClientRect();
    assert.isAbove(list.querySelector('.found')!.clientHeight, 120, 'two of them at once');
    assert.isAtLeast(frame.height, 150);
    button(chat, 'Delete all').scrollIntoView();
    assert.isAtMost(button(chat, 'Delete all').getBoundingClientRect().bottom, frame.bottom + 0.5);
    search(chat)!.scrollIntoView();
    assert.isAtLeast(search(chat)!.getBoundingClientRect().top, frame.top - 0.5);
  });

  it('begins below the header, wherever the chat stands in the page', async () => {
    const chat = await withThree();
    chat.style.marginTop = '150px';
    await openList(chat);
    const header = chat.shadowRoot!.querySelector('.header')!.getBoundingClientRect();
    assert.closeTo(listOf(chat)!.getBoundingClientRect().top, header.bottom, 1);
  });

  describe('of which two are long', () => {
    const log = (chat: SseChat) => the(chat, 'log');
    const message = (chat: SseChat, words: string) =>
      [...log(chat).querySelectorAll<HTMLElement>('article')].find(each =>
        each.textContent!.includes(`${words}. `),
      );
    const top = (chat: SseChat, words: string) =>
      (message(chat, words)?.getBoundingClientRect().top ?? Number.NaN) -
      log(chat).getBoundingClientRect().top;
    const distance = (chat: SseChat) => log(chat).scrollHeight - log(chat).clientHeight - log(chat).scrollTop;

    /** Soup is shown, and read at its tenth message, which is not drawn at first. */
    async function reading(historyKey: string, history: SseChat['history']): Promise<SseChat> {
      await import('../../src/ui/reading-place.ts'); // Or it would be there some time after the first step up.
      const chat = await show(historyKey, {history});
      chat.style.height = '400px';
      for (const name of ['Rain', 'Soup']) {
        const messages = Array.from({length: 70}, (_, at) => ({
          role: at % 2 ? 'assistant' : 'user',
          text: `${name} ${at}. ${'Some more words. '.repeat(20)}`,
        }));
        await chat.importHistory({messages});
      }
      await drawn(chat);
      await until(() => distance(chat) <= 2, 'the end'); // Days that come above the messages move it for a frame.
      await chat.loadEarlier();
      log(chat).scrollTop += top(chat, 'Soup 10') + 30;
      await until(() => all(chat, 'button', 'Jump to latest').length === 1, 'the place to be noticed');
      await drawn(chat);
      assert.closeTo(top(chat, 'Soup 10'), -30, 1);
      return chat;
    }

    it('keeps a conversation where what keeps it is set to nothing, as a framework does', async () => {
      const key = `unset-${performance.timeOrigin}`;
      const unset = {history: undefined} as object;
      const chat = await show(key, unset);
      await chat.importHistory({messages: [{role: 'user', text: 'Kept?'}]});
      await unmount();
      const again = await show(key, unset);
      await until(() => again.messages.length > 0, 'the message');
    });

    it('leads back to where one read, and to the end of what was read to its end', async () => {
      const chat = await reading('', 'memory');
      const go = async (title: string) => {
        await openList(chat);
        items(chat)
          .find(item => item.textContent!.includes(title))!
          .click();
        await until(() => !isOpen(chat) && message(chat, `${title} 60`) !== undefined, title);
        await drawn(chat);
      };
      await go('Rain');
      assert.isAtMost(distance(chat), 2);
      await go('Soup');
      assert.closeTo(top(chat, 'Soup 10'), -30, 1, 'though it was not drawn at first');
      await go('Rain');
      assert.isAtMost(distance(chat), 2);
      await chat.send('More?');
      await until(() => distance(chat) <= 2, 'the end');
      await go('Soup');
      assert.closeTo(top(chat, 'Soup 10'), -30, 1);
    });

    it('shows one where it was read, after New chat, by its id, and in another element of the tab', async () => {
      const key = `places-${performance.timeOrigin}`;
      const chat = await reading(key, 'indexeddb');
      const id = chat.conversations.find(({title}) => title.startsWith('Soup'))!.id;
      await chat.newConversation();
      await until(() => message(chat, 'Soup 60') === undefined, 'the new chat');
      chat.conversationId = id;
      await until(() => Math.abs(top(chat, 'Soup 10') + 30) <= 1, 'the place');
      await drawn(chat);
      chat.conversationId = chat.conversations.find(({title}) => title.startsWith('Rain'))!.id;
      await until(() => message(chat, 'Rain 60') !== undefined, 'the other one');
      await drawn(chat);
      assert.isAtMost(distance(chat), 2);
      chat.conversationId = id;
      await until(() => Math.abs(top(chat, 'Soup 10') + 30) <= 1, 'the place');
      await drawn(chat);
      await unmount();

      const other = await show(key);
      other.style.height = '400px';
      await until(() => Math.abs(top(other, 'Soup 10') + 30) <= 1, 'the place');
      await drawn(other);
      assert.closeTo(top(other, 'Soup 10'), -30, 1);
      the(other, 'button', 'Jump to latest').click();
      await drawn(other);
      await unmount();
      assert.isUndefined(sessionStorage['sse-chat:places'], 'what was read to its end has none');
    });
  });

  it('closes for a new chat, and is not there without a history', async () => {
    const chat = await withThree();
    await openList(chat);
    the(chat, 'button', 'New chat').click();
    await until(() => focusIn(chat) === 'Message', 'the new chat');
    assert.isFalse(isOpen(chat));
    chat.history = 'none';
    await drawn(chat);
    assert.lengthOf(all(chat, 'button', 'Conversations'), 0);
  });
});
