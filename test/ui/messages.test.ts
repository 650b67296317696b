import {assert} from 'chai';
import {ChatError} from '../../src/protocol/chat-error.ts';
import {hurry} from '../support/hurry.ts';
import {type FakeChat, messageOf} from './support/fake-conversation.ts';
import {type FakeSynthesis, fakeSpeech, ownSpeech} from './support/fake-speech.ts';
import {
  activeIn,
  all,
  composer,
  drawn,
  mount,
  nameOf,
  press,
  spoken,
  the,
  unmount,
  until,
  write,
} from './support/page.ts';

async function asking(properties = {}): Promise<FakeChat> {
  const chat = await mount(properties);
  void chat.send('What is SSE?');
  await until(() => chat.fake.calls.length > 0, 'a request');
  await drawn(chat);
  return chat;
}

const answer = (chat: Element) => all(chat, 'article').at(-1) as HTMLElement;
const text = (element: Element) => element.querySelector('[part~="text"]')?.textContent ?? '';
const names = (element: Element) => [...element.querySelectorAll('button')].map(nameOf);

describe('messages', () => {
  let unhurry = () => {};
  afterEach(() => {
    unhurry();
    return unmount();
  });

  it('are articles with a name, an author and a status, in a labelled log that is not live', async () => {
    const chat = await asking();
    chat.fake.text('One way.');
    await drawn(chat);
    const log = the(chat, 'log', 'Messages');
    assert.equal(log.getAttribute('aria-live'), 'off');
    const [question, open] = all(chat, 'article');
    // Their time may be told once the first answer is over.
    assert.match(nameOf(question as Element), /^You(, |$)/);
    assert.match(nameOf(open as Element), /^Assistant(, |$)/);
    assert.deepEqual({...question?.dataset}, {role: 'user', status: 'complete', id: question?.dataset['id']});
    assert.equal(open?.dataset['status'], 'streaming');
    chat.fake.end('complete');
    await until(() => open?.dataset['status'] === 'complete', 'the end');
    await until(() => /^Assistant, \d/.test(nameOf(open as Element)), 'the time');
    assert.match(nameOf(question as Element), /^You, \d/);
    for (const time of [question, open].map(article => article?.querySelector('time'))) {
      assert.match(time?.textContent ?? '', /\d/);
    }
  });

  it('keep the text as it is when something changes around it: it would be styled anew', async () => {
    const chat = await asking();
    chat.fake.text('One way.');
    await drawn(chat);
    const records: MutationRecord[] = [];
    const observer = new MutationObserver(found => records.push(...found));
    for (const body of chat.shadowRoot!.querySelectorAll('[part~="text"]')) {
      observer.observe(body, {attributes: true});
    }
    chat.fake.end('complete');
    await drawn(chat);
    records.push(...observer.takeRecords());
    assert.deepEqual(
      records.map(({attributeName}) => attributeName),
      [],
    );
  });

  it('of the user are plain text, whatever is in them', async () => {
    const chat = await mount();
    chat.fake.set({settled: [messageOf('user', '**not bold** <img src=x>\n  indented')]});
    await drawn(chat);
    assert.equal(text(answer(chat)), '**not bold** <img src=x>\n  indented');
    assert.lengthOf(answer(chat).querySelectorAll('img, strong'), 0);
  });

  it('of the assistant are Markdown, the same live and stored', async () => {
    const markdown = 'Use **SSE**.\n\n- one\n- two\n\n```ts\nlet a = 1;\n```\n';
    const live = await asking();
    for (const character of markdown) {
      live.fake.text(character);
      if (character === '\n') await drawn(live);
    }
    live.fake.end('complete');
    await drawn(live);
    const stored = await mount();
    stored.fake.set({settled: [messageOf('assistant', markdown)]});
    await drawn(stored);
    const hasButtons = (chat: Element) => answer(chat).querySelector('[data-bar] button') !== null;
    await until(() => hasButtons(live) && hasButtons(stored), 'the buttons over code');
    const html = (chat: Element) => answer(chat).querySelector('[part~="text"]')?.outerHTML;
    assert.equal(html(live), html(stored));
    assert.equal(answer(live).querySelector('strong')?.textContent, 'SSE');
  });

  it('keep their nodes while text arrives and when they become final', async () => {
    const chat = await asking();
    chat.fake.text('First paragraph.\n\nSecond');
    await drawn(chat);
    const article = answer(chat);
    const paragraph = article.querySelector('p');
    chat.fake.text(' paragraph.');
    await drawn(chat);
    chat.fake.end('complete');
    await drawn(chat);
    assert.equal(answer(chat), article);
    assert.equal(article.querySelector('p'), paragraph);
    assert.equal(article.dataset['status'], 'complete');
  });

  it('change nothing but the open one while text arrives', async () => {
    const chat = await asking();
    chat.fake.text('One');
    await drawn(chat);
    const changed = new Set<string>();
    const observer = new MutationObserver(records => {
      for (const {target} of records) {
        const element = target instanceof Element ? target : target.parentElement;
        changed.add(element?.closest('article')?.dataset['role'] ?? `outside: ${element?.outerHTML}`);
      }
    });
    observer.observe(chat.shadowRoot as ShadowRoot, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    for (let i = 0; i < 20; i++) {
      chat.fake.text(` word${i}`);
      await drawn(chat);
    }
    observer.disconnect();
    assert.deepEqual([...changed], ['assistant']);
  });

  it('draw many tokens of one frame at once', async () => {
    const chat = await asking();
    let draws = 0;
    const observer = new MutationObserver(() => draws++);
    chat.fake.text('a');
    await drawn(chat);
    observer.observe(answer(chat), {subtree: true, childList: true, characterData: true});
    await new Promise(resolve => requestAnimationFrame(resolve));
    for (let i = 0; i < 100; i++) chat.fake.text(' b');
    await drawn(chat);
    observer.disconnect();
    assert.isAtMost(draws, 2);
    assert.lengthOf(text(answer(chat)).match(/b/g) ?? [], 100);
  });

  it('that wait say so until the first character', async () => {
    const chat = await asking();
    assert.equal(answer(chat).dataset['status'], 'pending');
    assert.include(answer(chat).textContent, 'Thinking…');
    chat.fake.text('Hi');
    await drawn(chat);
    assert.notInclude(answer(chat).textContent, 'Thinking…');
  });

  it('that were cut say that they are incomplete and offer Continue and Retry', async () => {
    const chat = await asking();
    chat.fake.text('Half an ans');
    chat.fake.end('interrupted');
    await drawn(chat);
    assert.include(answer(chat).textContent, 'The connection was lost. This answer is incomplete.');
    assert.equal(answer(chat).dataset['status'], 'interrupted');
    the(chat, 'button', 'Retry');
    the(chat, 'button', 'Continue').click();
    await drawn(chat);
    assert.equal(chat.fake.calls.at(-1), 'continue');
    chat.fake.text('wer');
    chat.fake.end('complete');
    await drawn(chat);
    assert.equal(text(answer(chat)), 'Half an answer');
    assert.notInclude(answer(chat).textContent, 'incomplete');
  });

  it('that were cut offer no Continue where continuation is off', async () => {
    const chat = await asking({continuation: 'off'});
    chat.fake.text('Half an ans');
    chat.fake.end('interrupted');
    await drawn(chat);
    assert.lengthOf(all(chat, 'button', 'Continue'), 0);
    the(chat, 'button', 'Retry');
  });

  for (const [status, sentence] of [
    ['stopped', 'You stopped this answer.'],
    ['length', 'This answer reached its length limit.'],
  ] as const) {
    it(`that ended as ${status} say so and offer Continue`, async () => {
      const chat = await asking();
      chat.fake.text('Some');
      chat.fake.end(status);
      await drawn(chat);
      assert.include(answer(chat).textContent, sentence);
      the(chat, 'button', 'Continue');
    });
  }

  it('that failed say why, offer Retry, and have the ids to quote', async () => {
    const chat = await asking();
    chat.fake.end('error', {
      error: {kind: 'rate-limit', message: 'The endpoint answered 429.', status: 429, requestIds: ['req_7']},
    });
    await drawn(chat);
    assert.include(answer(chat).textContent, 'The server is busy.');
    await until(
      () => answer(chat).querySelector('details')?.textContent?.includes('req_7') === true,
      'the details',
    );
    the(chat, 'button', 'Retry').click();
    await drawn(chat);
    assert.equal(chat.fake.calls.at(-1), 'retry');
  });

  it('of several days have the day above the first of each, which is another one after midnight', async () => {
    const {setTimeout} = globalThis;
    const {now} = Date;
    let pass = () => {};
    globalThis.setTimeout = ((run: () => void, ms: number, ...rest: []) => {
      if (ms > 60_000) pass = run;
      return setTimeout(run, ms, ...rest);
    }) as typeof setTimeout;
    try {
      const chat = await mount({lang: 'en'});
      const noon = (days: number) =>
        new Date(new Date().setHours(12, 0, 0, 0)).setDate(new Date().getDate() + days);
      const settled = [-30, -1, -1, 0].map((days, at) =>
        messageOf(at % 2 ? 'assistant' : 'user', `${at}`, {createdAt: noon(days)}),
      );
      const date = new Intl.DateTimeFormat('en', {
        weekday: 'long',
        day: 'numeric',
        month: 'long',
        ...(new Date(noon(-30)).getFullYear() !== new Date().getFullYear() && {year: 'numeric'}),
      }).format(noon(-30));
      const order = () =>
        [...(all(chat, 'article')[0]?.parentElement?.children ?? [])].map(each =>
          each.matches('article') ? text(each) : each.textContent,
        );
      chat.fake.set({settled, omitted: 1});
      await until(() => order().length === 8, 'the days');
      const line = 'The assistant no longer sees the messages above.';
      assert.deepEqual(order(), [date, '0', 'Yesterday', line, '1', '2', 'Today', '3']);
      const days = [...chat.shadowRoot!.querySelectorAll('[part=day]')];
      assert.deepEqual(
        days.map(day => [day.localName, day.hasAttribute('tabindex')]),
        [0, 1, 2].map(() => ['h3', false]),
      );
      Date.now = () => noon(1);
      pass();
      assert.deepEqual(order().slice(5), ['2', 'Yesterday', '3']);
      const tool = answer(chat).querySelector('time')!;
      tool.dispatchEvent(new PointerEvent('pointerover', {bubbles: true}));
      assert.match(tool.title, /12:00.PM \(yesterday\)$/);
      // A tooltip is for a mouse alone.
      const [first] = all(chat, 'article');
      first!.focus();
      const shown = first!.querySelector('time')!;
      assert.equal(shown.dataset['ago'], ' (31 days ago)');
      assert.match(getComputedStyle(shown, '::after').content, /ago/); // In Firefox by the name of the attribute.
      Date.now = now;
      chat.fake.set({settled: settled.slice(3), omitted: 0});
      await drawn(chat);
      assert.deepEqual(order(), ['3']);
    } finally {
      Object.assign(globalThis, {setTimeout});
      Date.now = now;
    }
  });

  it('say what they wait for when that takes long, once that nothing comes, and neither once it does', async () => {
    unhurry = hurry(2_000);
    const chat = await asking();
    const wait = () => answer(chat).querySelector('[part=wait]')?.textContent;
    await until(() => wait() !== undefined, 'the line');
    assert.equal(wait(), 'Connecting…');
    chat.fake.set({connected: true, at: performance.now()});
    assert.equal(wait(), 'Thinking…');
    assert.isNotNull(answer(chat).querySelector('[part=thinking] [part=wait]'));
    const said: string[] = [];
    const region = document.querySelector('[data-sse-chat-announcer][role="status"]')!;
    const listen = new MutationObserver(() => said.push(region.textContent ?? ''));
    listen.observe(region, {childList: true});
    const stalled = 'Still waiting for more…';
    chat.fake.set({at: performance.now() - 9_990});
    await until(() => wait() === stalled, 'that it has stalled');
    chat.fake.set({});
    await until(() => said.join().includes(stalled), 'that it is said');
    the(chat, 'button', 'Stop');
    chat.fake.text('One');
    assert.isUndefined(wait());
    chat.fake.set({at: performance.now() - 60_000, status: 'reconnecting'});
    assert.isUndefined(wait());
    await drawn(chat);
    assert.lengthOf(
      said.filter(each => each.includes(stalled)),
      1,
    );
    listen.disconnect();
    const old = performance.now() - 9_990;
    chat.fake.set({at: old, status: 'streaming'});
    await until(() => wait() === stalled, 'that it has stalled again');
    assert.equal(answer(chat).querySelector('.body')?.nextElementSibling?.textContent, stalled);
    assert.equal(text(answer(chat)), 'One');
    chat.fake.end('stopped');
    assert.isUndefined(wait());
  });

  it('can be copied as they came, with their looks where that can be, and regenerated', async () => {
    const chat = await asking();
    chat.fake.text('Use **SSE**.');
    chat.fake.end('complete');
    await drawn(chat);
    assert.includeMembers(names(answer(chat)), ['Copy', 'Regenerate']);
    const copied: string[] = [];
    let refuses = false;
    const clipboard = {
      writeText: async (value: string) => void copied.push(value),
      async write([item]: ClipboardItem[]) {
        if (refuses) throw new DOMException('No.', 'NotAllowedError');
        const texts = item!.types.map(async type => `${type}: ${await (await item!.getType(type)).text()}`);
        copied.push(...(await Promise.all(texts)));
      },
    };
    Object.defineProperty(navigator, 'clipboard', {configurable: true, get: () => clipboard});
    const copy = async () => {
      copied.length = 0;
      answer(chat).querySelector<HTMLElement>('[aria-label="Copy"]')?.click();
      await until(() => copied.length > 0, 'what is copied');
      return copied;
    };
    assert.deepEqual(await copy(), [
      'text/plain: Use **SSE**.',
      'text/html: <p dir="auto">Use <strong>SSE</strong>.</p>',
    ]);
    refuses = true;
    assert.deepEqual(await copy(), ['Use **SSE**.']);
    Reflect.deleteProperty(navigator, 'clipboard');
    the(chat, 'button', 'Regenerate').click();
    await drawn(chat);
    assert.match(chat.fake.calls.at(-1) ?? '', /^regenerate m/);
  });

  it('say from where on they are sent along, without moving what the focus is in', async () => {
    const chat = await mount();
    const messages = ['a', 'b', 'c', 'd', 'e', 'f'].map((each, at) =>
      messageOf(at % 2 ? 'assistant' : 'user', each),
    );
    const sentence = 'The assistant no longer sees the messages above.';
    const order = () =>
      [...(all(chat, 'article')[0]?.parentElement?.children ?? [])].map(
        each => each.querySelector('[part~="text"]')?.textContent ?? each.textContent,
      );
    chat.fake.set({settled: messages.slice(0, 4), omitted: 2});
    await until(() => order().includes(sentence), 'the line');
    assert.deepEqual(order(), ['a', 'b', sentence, 'c', 'd']);
    const article = all(chat, 'article')[2] as HTMLElement;
    article.focus();
    chat.fake.set({settled: messages, omitted: 4});
    await drawn(chat);
    assert.deepEqual(order(), ['a', 'b', 'c', 'd', sentence, 'e', 'f']);
    assert.equal(activeIn(chat), article);
    chat.fake.set({omitted: 0, settled: [...messages]});
    await drawn(chat);
    assert.deepEqual(order(), ['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('of another tab are shown as they grow, and said to be under way there', async () => {
    const chat = await mount();
    const told: string[] = [];
    for (const type of ['chat-token', 'chat-message', 'chat-metrics']) {
      chat.addEventListener(type, () => told.push(type));
    }
    const open = messageOf('assistant', '', {status: 'pending'});
    chat.fake.set({settled: [messageOf('user', 'Hi')], open, status: 'submitted', elsewhere: true});
    await drawn(chat);
    assert.include(the(chat, 'log').textContent, 'Another tab is getting an answer.');
    for (const words of ['Hel', 'Hello **the', 'Hello **there**']) {
      chat.fake.set({open: {...open, text: words, status: 'streaming'}, status: 'streaming'});
      await drawn(chat);
    }
    assert.equal(text(answer(chat)), 'Hello there');
    assert.lengthOf(all(chat, 'button', 'Stop'), 0);
    chat.fake.end('complete', {metrics: {tokens: 2} as never});
    chat.fake.set({elsewhere: undefined});
    await drawn(chat);
    assert.notInclude(the(chat, 'log').textContent, 'Another tab');
    assert.equal(answer(chat).dataset['status'], 'complete');
    the(chat, 'button', 'Regenerate');
    assert.deepEqual(told, []);
  });

  for (const status of ['stopped', 'length', 'complete'] as const) {
    it(`that end as ${status} before their first character can be asked for again`, async () => {
      const chat = await mount();
      void chat.send('Hello');
      await until(() => chat.fake.calls.length > 0, 'a request');
      chat.fake.end(status);
      await drawn(chat);
      the(chat, 'button', 'Regenerate').click();
      await drawn(chat);
      assert.match(chat.fake.calls.at(-1)!, /^regenerate/);
    });
  }

  it('that are waited for are given up with Stop, and what is written meanwhile stays', async () => {
    const chat = await asking();
    chat.fake.set({status: 'waiting', retryAt: Date.now() + 60_000});
    await drawn(chat);
    write(composer(chat), 'And then?');
    await drawn(chat);
    the(chat, 'button', 'Stop').click();
    await drawn(chat);
    assert.deepEqual(chat.fake.calls, ['send What is SSE?', 'stop']);
    assert.notInclude(the(chat, 'log').textContent, 'Retrying');
    assert.equal(composer(chat).value, 'And then?');
    the(chat, 'button', 'Send');
  });

  it('say how long until the next try, and can be stopped meanwhile', async () => {
    const chat = await asking();
    chat.fake.set({status: 'waiting', retryAt: Date.now() + 4_900});
    await drawn(chat);
    assert.match(the(chat, 'log').textContent ?? '', /The server is busy\. Retrying in [1-5] s\./);
    // A busy machine may sleep through a second.
    await until(() => /in [0-4] s\./.test(the(chat, 'log').textContent ?? ''), 'the countdown');
    the(chat, 'button', 'Stop');
  });

  for (const [status, kind, sentence] of [
    ['reconnecting', 'network', 'Connection lost — continuing…'],
    ['reconnecting', undefined, 'The assistant is answering.'], // By Continue, after Stop: nothing was lost.
    ['offline', undefined, 'You are offline.'],
  ] as const) {
    it(`say that the chat is ${status}${kind ? ` by an error of the ${kind}` : ''}`, async () => {
      const chat = await asking();
      chat.fake.text('Half');
      chat.fake.set({status, error: kind && new ChatError(kind, 'Lost.')});
      await drawn(chat);
      assert.include(the(chat, 'log').textContent, sentence);
      chat.fake.text(' more');
      await drawn(chat);
      assert.notInclude(the(chat, 'log').textContent, sentence);
    });
  }

  it('are gone through by the arrow keys, and left by Escape', async () => {
    const chat = await mount();
    const messages = ['a', 'b', 'c'].map(each => messageOf('user', each));
    chat.fake.set({settled: messages});
    await drawn(chat);
    const focused = () => (activeIn(chat) as HTMLElement).dataset['id'];
    the(chat, 'log').focus();
    // What knows these keys is loaded with the focus.
    await until(() => !press(the(chat, 'log'), 'ArrowUp'), 'the keys');
    assert.equal(focused(), messages[2]?.id);
    press(activeIn(chat) as Element, 'ArrowUp');
    assert.equal(focused(), messages[1]?.id);
    press(activeIn(chat) as Element, 'Home');
    assert.equal(focused(), messages[0]?.id);
    press(activeIn(chat) as Element, 'ArrowDown');
    assert.equal(focused(), messages[1]?.id);
    press(activeIn(chat) as Element, 'End');
    assert.equal(focused(), messages[2]?.id);
    press(activeIn(chat) as Element, 'Escape');
    assert.equal(activeIn(chat), composer(chat));
  });
});

describe('feedback', () => {
  afterEach(unmount);

  const thumb = (chat: Element, name: 'Good answer' | 'Bad answer') =>
    answer(chat).querySelector<HTMLElement>(`[aria-label="${name}"]`)!;
  const pressed = (chat: Element) =>
    [...answer(chat).querySelectorAll('[aria-pressed]')]
      .map(each => each.getAttribute('aria-pressed'))
      .join();

  async function answered(properties = {}): Promise<{chat: FakeChat; told: unknown[]}> {
    const chat = await mount({feedback: true, ...properties});
    const told: unknown[] = [];
    chat.addEventListener('chat-feedback', ({rating, note, messageId, conversationId, requestIds}) => {
      told.push({rating, note, messageId, conversationId, requestIds});
    });
    chat.fake.set({
      settled: [messageOf('user', 'One?'), messageOf('assistant', 'Two.', {id: 'a', requestIds: ['r']})],
    });
    await drawn(chat);
    return {chat, told};
  }

  it('is given by a press, told to the page, said once, and taken back by another press', async () => {
    const {chat, told} = await answered();
    await until(() => thumb(chat, 'Good answer') !== null, 'the thumbs');
    assert.equal(pressed(chat), 'false,false');
    thumb(chat, 'Good answer').focus();
    thumb(chat, 'Good answer').click();
    await until(() => pressed(chat) === 'true,false', 'a vote');
    await until(() => spoken('status') === 'Thank you for your feedback.', 'thanks');
    assert.equal(activeIn(chat), thumb(chat, 'Good answer'));
    thumb(chat, 'Bad answer').click();
    await until(() => pressed(chat) === 'false,true', 'another vote');
    thumb(chat, 'Bad answer').click();
    await until(() => pressed(chat) === 'false,false', 'none');
    const about = {
      messageId: 'a',
      conversationId: chat.fake.state.info.id,
      requestIds: ['r'],
      note: undefined,
    };
    assert.deepEqual(
      told,
      ['up', 'down', null].map(rating => ({...about, rating})),
    );
  });

  it('takes a note from the keyboard, and leaves it by Escape without closing anything else', async () => {
    const {chat, told} = await answered({mode: 'popup', open: true});
    await until(() => thumb(chat, 'Bad answer') !== null, 'the thumbs');
    const note = () => answer(chat).querySelector('textarea')!;
    thumb(chat, 'Bad answer').click();
    await until(() => note() !== null, 'the note');
    note().focus();
    assert.isFalse(press(note(), 'Escape'));
    await until(() => note() === null, 'no note');
    assert.equal(activeIn(chat), thumb(chat, 'Bad answer'));
    assert.isTrue(chat.open);
    thumb(chat, 'Good answer').click();
    await until(() => note() !== null, 'the note');
    write(note(), ' Clear and short. ');
    press(note(), 'Enter', {isComposing: true});
    press(note(), 'Enter');
    await until(() => told.length === 3, 'the note in an event');
    assert.deepInclude(told.at(-1), {rating: 'up', note: 'Clear and short.'});
    await until(() => note() === null, 'no note');
    assert.equal(activeIn(chat), thumb(chat, 'Good answer'));
  });

  it('says why a note cannot be sent while another answer is under way, and keeps it', async () => {
    const {chat, told} = await answered();
    await until(() => thumb(chat, 'Bad answer') !== null, 'the thumbs');
    thumb(chat, 'Bad answer').click();
    const first = all(chat, 'article').find(each => each.dataset['id'] === 'a')!;
    const note = () => first.querySelector('textarea')!;
    await until(() => note() !== null, 'the note');
    note().focus();
    write(note(), 'Too short.');
    chat.fake.set({open: messageOf('assistant', 'Three', {status: 'streaming'}), status: 'streaming'});
    await drawn(chat);
    press(note(), 'Enter');
    await until(
      () => /still in progress/.test(chat.shadowRoot!.querySelector('[part~="notice"]')?.textContent ?? ''),
      'the reason',
    );
    assert.equal(note().value, 'Too short.');
    assert.equal(activeIn(chat), note());
    assert.lengthOf(told, 1);
  });

  it('has its note in sight, also at the lower edge', async () => {
    const {chat} = await answered();
    const settled = [messageOf('assistant', 'One.', {id: 'a'})];
    for (let at = 0; at < 20; at++) settled.push(messageOf('user', 'Some words. '.repeat(20)));
    chat.fake.set({settled});
    await until(() => all(chat, 'button', 'Good answer').length > 0, 'the thumbs');
    chat.style.height = '300px';
    const list = the(chat, 'log');
    const bottom = (element: Element) => element.getBoundingClientRect().bottom;
    await until(() => list.scrollTop > 0, 'the end');
    list.scrollTop = 0;
    await until(() => all(chat, 'button', 'Jump to latest').length > 0, 'the top');
    all(chat, 'article')[0]!.style.marginTop =
      `${bottom(list) - bottom(the(chat, 'button', 'Good answer')) - 4}px`;
    await drawn(chat);
    the(chat, 'button', 'Good answer').click();
    const note = () => chat.shadowRoot!.querySelector('.why')!;
    await until(() => note() !== null, 'the note');
    const above = () => bottom(note()) - bottom(list);
    await until(() => above() < 1, 'the note in sight');
    assert.isAbove(above(), -100);
  });

  it('is offered only where it is turned on, for answers that are finished, and waits while another comes', async () => {
    const {chat} = await answered();
    await until(() => thumb(chat, 'Good answer') !== null, 'the thumbs');
    assert.lengthOf(all(chat, 'button', 'Good answer'), 1);
    void chat.fake.send('Three?');
    await drawn(chat);
    assert.equal(the(chat, 'button', 'Good answer').getAttribute('aria-disabled'), 'true');
    the(chat, 'button', 'Good answer').click();
    chat.fake.text('Fo');
    chat.fake.end('error', {error: {kind: 'http', message: 'No.'}});
    await drawn(chat);
    assert.isNull(thumb(chat, 'Good answer'));
    assert.deepEqual(chat.fake.calls, ['send Three?']);
    chat.feedback = false;
    await drawn(chat);
    assert.lengthOf(all(chat, 'button', 'Good answer'), 0);
  });
});

describe('a quotation', () => {
  afterEach(unmount);

  async function answered(text: string): Promise<FakeChat> {
    const chat = await mount();
    chat.fake.set({settled: [messageOf('user', 'One?'), messageOf('assistant', text)]});
    await drawn(chat);
    return chat;
  }

  /** Selects as a person does, from a character of one text to a character of another. */
  async function select(chat: Element, from: Node, start: number, to: Node, end: number): Promise<void> {
    const {getSelection} = chat.shadowRoot as {getSelection?(): Selection | null};
    const selection = getSelection?.call(chat.shadowRoot) ?? document.getSelection()!;
    (from.parentElement ?? from).dispatchEvent(new Event('selectstart', {bubbles: true}));
    selection.setBaseAndExtent(from, start, to, end);
  }
  const buttons = (chat: Element) => all(chat, 'button', 'Quote');
  const textIn = (element: Element, selector: string) =>
    document.createTreeWalker(element.querySelector(selector)!, NodeFilter.SHOW_TEXT).nextNode()!;

  it('of what is selected in an answer goes in front of the draft', async () => {
    const chat = await answered('First **words** here.\n\n- one\n- two');
    write(composer(chat), 'Why?');
    const body = answer(chat);
    await select(chat, textIn(body, 'p'), 2, textIn(body, 'li:last-child'), 2);
    await until(() => buttons(chat).length === 2, 'the buttons');
    const [floating, tool] = [
      buttons(chat).find(each => each.matches('.quote'))!,
      body.querySelector('[aria-label="Quote"]'),
    ];
    assert.include(buttons(chat), tool as HTMLElement);
    const [beside, panel] = [floating, the(chat, 'region')].map(each => each.getBoundingClientRect());
    assert.isAtLeast(beside!.left, panel!.left);
    assert.isAtMost(beside!.right, panel!.right);
    assert.isAtLeast(beside!.height, 24);
    floating.click();
    assert.equal(composer(chat).value, '> rst words here.\n> one\n> tw\n\nWhy?');
    assert.equal(activeIn(chat), composer(chat));
    await until(() => buttons(chat).length === 0, 'no button');
  });

  it('can be made from the keyboard, by the button among those of the message', async () => {
    const chat = await answered('```ts\nif (a) {\n  b();\n}\n```');
    const code = answer(chat).querySelector('code')!;
    await select(chat, code, 0, code, code.childNodes.length);
    await until(() => buttons(chat).length === 2, 'the buttons');
    const tool = answer(chat).querySelector<HTMLElement>('[aria-label="Quote"]')!;
    tool.focus();
    await drawn(chat);
    assert.equal(activeIn(chat), tool);
    tool.click();
    assert.equal(composer(chat).value, '> if (a) {\n>   b();\n> }\n\n');
    assert.equal(activeIn(chat), composer(chat));
  });

  it('is offered for answers alone, and no longer than something is selected', async () => {
    const chat = await answered('Two.');
    const [question] = all(chat, 'article');
    const words = textIn(question!, '.body');
    await select(chat, words, 0, words, 3);
    await drawn(chat);
    const paragraph = textIn(answer(chat), 'p');
    await select(chat, paragraph, 0, paragraph, 3);
    await until(() => buttons(chat).length === 2, 'the buttons');
    document.getSelection()!.removeAllRanges();
    await until(() => buttons(chat).length === 0, 'no button');
  });
});

describe('reading aloud', () => {
  afterEach(async () => {
    await unmount();
    ownSpeech();
  });

  const ANSWER = 'One **two**. Three [four](https://example.com/)?\n\nVier.';
  const button = (chat: Element) => answer(chat).querySelector<HTMLElement>('[aria-label="Read aloud"]')!;
  const pressed = (chat: Element) => button(chat).getAttribute('aria-pressed') === 'true';

  async function answered(properties = {}): Promise<{chat: FakeChat; synthesis: FakeSynthesis}> {
    const synthesis = fakeSpeech();
    const chat = await mount({voice: true, ...properties});
    chat.fake.set({settled: [messageOf('user', 'One?'), messageOf('assistant', ANSWER)]});
    await until(() => all(chat, 'button', 'Read aloud').length === 1, 'the button');
    return {chat, synthesis};
  }

  it('says an answer sentence by sentence, as it is drawn, in a voice of its language', async () => {
    const {chat, synthesis} = await answered();
    button(chat).click();
    await drawn(chat);
    assert.isTrue(pressed(chat));
    for (const text of ['One two.', 'Three four?', 'Vier.']) {
      const {last} = synthesis;
      assert.deepEqual([last.text, last.lang, last.voice?.lang], [text, 'en', 'en-GB']);
      last.onend?.();
    }
    await drawn(chat);
    assert.isFalse(pressed(chat));
    assert.lengthOf(synthesis.spoken, 3);
  });

  it('stops on another press, and goes on there on the next', async () => {
    const {chat, synthesis} = await answered();
    button(chat).click();
    synthesis.last.onend?.();
    button(chat).click();
    await drawn(chat);
    assert.equal(synthesis.cancelled, 1);
    assert.isFalse(pressed(chat));
    button(chat).click();
    assert.equal(synthesis.last.text, 'Three four?');
  });

  it('stops with the chat, its conversation, its message, and where somebody dictates', async () => {
    const {chat, synthesis} = await answered({mode: 'popup', open: true});
    const {settled} = chat.fake.state;
    for (const leave of [
      () => chat.hide(),
      () => the(chat, 'button', 'Dictate').click(),
      () => chat.fake.set({settled: []}),
      () => chat.newConversation(),
      () => chat.remove(),
    ]) {
      if (!chat.open) await chat.show();
      chat.fake.set({settled});
      await drawn(chat);
      button(chat).click();
      const {cancelled} = synthesis;
      await leave();
      await until(() => synthesis.cancelled > cancelled, 'silence');
    }
  });

  it('says so where it fails, and is there only where there is a voice', async () => {
    const {chat, synthesis} = await answered();
    button(chat).click();
    synthesis.last.onerror?.({error: 'synthesis-failed'});
    await drawn(chat);
    assert.isFalse(pressed(chat));
    assert.include(chat.shadowRoot!.querySelector('.voice')!.textContent, 'could not be read aloud');
    synthesis.voices = [];
    synthesis.dispatchEvent(new Event('voiceschanged'));
    await drawn(chat);
    assert.lengthOf(all(chat, 'button', 'Read aloud'), 0);
  });
});
