import {assert} from 'chai';
import type {ExtraPart, Message, MessagePart} from '../../src/protocol/message.ts';
import {messageOf} from './support/fake-conversation.ts';
import {all, drawn, mount, unmount, until} from './support/page.ts';

const PIXEL = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

const answer = (chat: Element) => all(chat, 'article').at(-1) as HTMLElement;
const part = (chat: Element, name: string) =>
  answer(chat)?.querySelector<HTMLElement>(`[part~="${name}"]`) ?? null;

/** A stored answer with these parts before or behind its text. */
async function show(parts: readonly MessagePart[], rest: Partial<Message> = {}, properties = {}) {
  const chat = await mount(properties);
  const all: MessagePart[] = [...parts, {type: 'text', text: 'The answer.'}];
  chat.fake.set({settled: [messageOf('assistant', 'The answer.', {parts: all, ...rest})]});
  const isShown = () => Boolean(answer(chat)?.querySelector('details, section, .files, .refused'));
  await until(isShown, 'what stands beside the text');
  await drawn(chat);
  return chat;
}

describe('what stands beside a text', () => {
  afterEach(unmount);

  it('folds thoughts above it, with how long they took', async () => {
    const chat = await show([
      {type: 'reasoning', text: 'One.', duration: 61_000},
      {type: 'reasoning', text: 'Two.', duration: 11_400},
    ]);
    const details = part(chat, 'reasoning') as HTMLDetailsElement;
    assert.isFalse(details.open);
    assert.equal(details.querySelector('summary')?.textContent, 'Thought for 1 min 12 sec');
    assert.equal(details.querySelector('.plain')?.textContent, 'One.\n\nTwo.');
    assert.isTrue(
      Boolean(details.compareDocumentPosition(part(chat, 'text') as Node) & Node.DOCUMENT_POSITION_FOLLOWING),
    );
  });

  it('says how long in the language of the page, and nothing where that is not known', async () => {
    const german = await show([{type: 'reasoning', text: 'Eins.', duration: 12_000}], {}, {lang: 'de'});
    assert.match(part(german, 'reasoning')?.querySelector('summary')?.textContent ?? '', /12\s*Sek/);
    const silent = await show([{type: 'reasoning', text: 'One.'}]);
    assert.equal(part(silent, 'reasoning')?.querySelector('summary')?.textContent, 'Reasoning');
  });

  it('is drawn while it comes, and what was opened stays open', async () => {
    const chat = await mount();
    void chat.send('Why?');
    await until(() => chat.fake.calls.length > 0, 'a request');
    const open = chat.fake.state.open as Message;
    const think = (text: string, more: MessagePart[] = []) =>
      chat.fake.set({open: {...open, parts: [{type: 'reasoning', text, duration: 3000}, ...more]}});
    think('Hm');
    await until(() => part(chat, 'reasoning') !== null, 'a thought');
    const details = part(chat, 'reasoning') as HTMLDetailsElement;
    assert.equal(details.querySelector('summary')?.textContent, 'Thinking…');
    details.open = true;
    think('Hm, yes');
    await drawn(chat);
    assert.equal(details.querySelector('.plain')?.textContent, 'Hm, yes');
    think('Hm, yes', [{type: 'text', text: 'So'}]);
    await drawn(chat);
    assert.isTrue(details.isConnected && details.open);
    assert.equal(details.querySelector('summary')?.textContent, 'Thought for 3 sec');
  });

  it('lists sources with the host that they really lead to', async () => {
    const chat = await show([
      {
        type: 'source',
        id: '1',
        url: 'https://evil.example/a',
        title: 'bank\u202e.example',
        quote: 'So it is.',
      },
      {type: 'source', id: '2', url: 'https://www.example.org/caf%C3%A9'},
      {type: 'source', id: '3', url: 'javascript:alert(1)', title: 'A script'},
      {type: 'source', id: '4', title: 'A document'},
    ]);
    const items = [...(part(chat, 'sources')?.querySelectorAll('ol > li') ?? [])];
    assert.deepEqual(
      items.map(item => item.textContent?.replace(/\s+/g, ' ').trim()),
      ['bank.example evil.exampleSo it is.', 'www.example.org/café', 'A script', 'A document'],
    );
    assert.deepEqual(
      items.map(item => item.querySelector('a')?.getAttribute('href') ?? null),
      ['https://evil.example/a', 'https://www.example.org/caf%C3%A9', null, null],
    );
    const link = items[0]?.querySelector('a');
    assert.equal(link?.rel, 'noopener noreferrer nofollow ugc');
    assert.equal(link?.getAttribute('aria-description'), 'Opens in a new tab');
    assert.equal(part(chat, 'sources')?.getAttribute('aria-label'), 'Sources');
  });

  it('lists a page once, with all that is quoted of it, unless the text counts the sources', async () => {
    const sources: MessagePart[] = [
      {type: 'source', id: '1', url: 'https://a.example/#:~:text=One', quote: 'One.'},
      {type: 'source', id: '2', url: 'https://b.example/', title: 'B'},
      {type: 'source', id: '3', url: 'https://a.example/', title: 'A', quote: 'Two.'},
      {type: 'source', id: '4', url: 'https://a.example/#:~:text=One', quote: 'One.'},
    ];
    const list = (chat: Element) =>
      [...(part(chat, 'sources')?.querySelectorAll('ol > li') ?? [])].map(item =>
        [...item.querySelectorAll('a, blockquote')].map(each => each.textContent),
      );
    assert.deepEqual(list(await show(sources)), [['A', 'One.', 'Two.'], ['B']]);
    const counted = await show(sources, {text: 'It is so [2][3].'});
    assert.deepEqual(list(counted), [['a.example', 'One.'], ['B'], ['A', 'Two.'], ['a.example', 'One.']]);
  });

  it('links what the text has from a source to that, once the answer is final, and changes no character', async () => {
    const sources: MessagePart[] = [
      {type: 'source', id: '1', url: 'https://a.example/', title: 'A\u202e page'},
      {type: 'source', id: '2', url: 'https://b.example/'},
      {type: 'source', id: '3', url: 'javascript:alert(1)', title: 'A script'},
    ];
    const chat = await mount();
    void chat.send('Why?');
    await until(() => chat.fake.calls.length > 0, 'a request');
    const text =
      'So **it is**[1][2]. Not [3] or [4], `a[1]`, [b[2]](https://c.example/).\n\n- Once more [1] there';
    const open = chat.fake.state.open as Message;
    const parts: MessagePart[] = [{type: 'text', text}, ...sources];
    chat.fake.set({open: {...open, text, parts, status: 'streaming'}});
    await until(() => part(chat, 'sources') !== null, 'the sources');
    await until(() => part(chat, 'text')?.textContent?.endsWith('there') === true, 'the text');
    const body = part(chat, 'text') as HTMLElement;
    const marks = () => [...body.querySelectorAll('.cite')];
    const before = body.textContent;
    assert.lengthOf(marks(), 0);
    const end = body.querySelector('p')!.lastChild as Text;
    const kept = document.createRange();
    kept.selectNodeContents(body.querySelector('p')!);
    const said = `${kept}`;

    chat.fake.end('complete');
    await until(() => marks().length > 0, 'the links');
    await drawn(chat);
    assert.deepEqual(
      marks().map(mark => [mark.textContent, mark.getAttribute('href'), mark.getAttribute('aria-label')]),
      [
        ['[1]', 'https://a.example/', '[1] A page'],
        ['[2]', 'https://b.example/', '[2] b.example'],
        ['[1]', 'https://a.example/', '[1] A page'],
      ],
    );
    assert.equal(body.textContent, before);
    assert.equal(`${kept}`, said);
    assert.isTrue(end.isConnected);
  });

  it('shows images of origins that the page allows, and others as a link', async () => {
    const files: ExtraPart[] = [
      {type: 'file', id: '1', url: 'https://a.example/cat.png', mediaType: 'image/png', name: 'A cat'},
      {type: 'file', id: '2', url: `${location.origin}/none.png`, mediaType: 'image/*', name: 'Mine'},
      {type: 'file', id: '3', url: PIXEL, name: 'A dot'},
      {type: 'file', id: '4', url: 'data:image/svg+xml,<svg/>', name: 'Drawn'},
      {type: 'file', id: '5', url: 'https://a.example/x.pdf', mediaType: 'application/pdf'},
      {type: 'file', id: '6', url: 'file:///etc/passwd', name: 'Local'},
    ];
    const chat = await show(files, {}, {imageOrigins: [location.origin]});
    const drawnAs = [...(part(chat, 'files')?.children ?? [])].map(each => [
      each.localName,
      each.textContent?.trim() || each.getAttribute('alt'),
    ]);
    assert.deepEqual(drawnAs, [
      ['a', 'Image: A cat (a.example)'],
      ['img', 'Mine'],
      ['img', 'A dot'],
      ['button', 'Image: Drawn'],
      ['a', 'File: a.example'],
      ['span', 'File: Local'],
    ]);
  });

  it('shows what a user attached, without words, too', async () => {
    const chat = await mount();
    const parts: MessagePart[] = [{type: 'file', id: '0', url: 'data:text/plain,one', name: 'one.txt'}];
    chat.fake.set({settled: [messageOf('user', '', {parts})]});
    await until(() => part(chat, 'files') !== null, 'the file');
    await drawn(chat);
    assert.equal(part(chat, 'files')?.textContent?.trim(), 'one.txt 3 bytes');
    assert.equal(part(chat, 'text')?.getBoundingClientRect().height, 0);
  });

  it('calls a refusal one, and keeps to itself what is for the page', async () => {
    const chat = await show([
      {type: 'refusal', id: 'r', reason: 'It is a secret.'},
      {type: 'data', id: 'd', name: 'weather', data: {secret: 'rain'}},
    ]);
    assert.equal(part(chat, 'refusal')?.textContent, 'The assistant declined to answer. It is a secret.');
    assert.notInclude(answer(chat).textContent ?? '', 'rain');
    assert.deepInclude(chat.messages[0]?.parts ?? [], {
      type: 'data',
      id: 'd',
      name: 'weather',
      data: {secret: 'rain'},
    });
  });
});
