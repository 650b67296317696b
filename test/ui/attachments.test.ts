import {assert} from 'chai';
import {ChatError} from '../../src/protocol/chat-error.ts';
import type {ChatSendEvent} from '../../src/ui/events.ts';
import type {SseChat} from '../../src/ui/sse-chat.ts';
import {type FakeChat, messageOf} from './support/fake-conversation.ts';
import {
  activeIn,
  all,
  composer,
  drawn,
  focusIn,
  mount,
  nameOf,
  press,
  spoken,
  the,
  unmount,
  until,
  write,
} from './support/page.ts';

const LONG = 'A long text. '.repeat(800); // 10,400 characters.

const textFile = (name = 'note.txt', text = 'größer') => new File([text], name, {type: 'text/plain'});

async function imageFile(name: string, width: number, height: number, type = 'image/png'): Promise<File> {
  const canvas = Object.assign(document.createElement('canvas'), {width, height});
  const context = canvas.getContext('2d')!;
  context.fillStyle = 'rebeccapurple';
  context.fillRect(0, 0, width, height);
  const blob = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, type));
  return new File([blob!], name, {type});
}

async function show(properties: Partial<SseChat> = {}): Promise<FakeChat> {
  const chat = await mount({attachments: '', ...properties});
  await until(() => all(chat, 'button', 'Attach files').length > 0, 'the button, which is loaded');
  return chat;
}

const root = (chat: FakeChat) => chat.shadowRoot as ShadowRoot;
const part = (chat: FakeChat, name: string) => root(chat).querySelector<HTMLElement>(`[part~="${name}"]`);
const chips = (chat: FakeChat) => [...root(chat).querySelectorAll<HTMLElement>('[part~="attachment"]')];
const names = (chat: FakeChat) => chips(chat).map(chip => chip.querySelector('bdi')?.textContent);
const notices = (chat: FakeChat) =>
  [...root(chat).querySelectorAll('[part~="notice"]')].map(each => each.textContent?.trim());
const isRead = (chat: FakeChat) =>
  chips(chat).every(chip => !chip.querySelector('progress') && chip.querySelector('.size'));

function transferOf(files: readonly File[], texts: Readonly<Record<string, string>> = {}): DataTransfer {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  for (const [type, text] of Object.entries(texts)) transfer.setData(type, text);
  return transfer;
}

/** As the platform does when somebody has picked them. */
function pick(chat: FakeChat, ...files: readonly File[]): void {
  const input = root(chat).querySelector<HTMLInputElement>('input[type="file"]')!;
  input.files = transferOf(files).files;
  input.dispatchEvent(new Event('change', {bubbles: true}));
}

async function picked(chat: FakeChat, ...files: readonly File[]): Promise<void> {
  pick(chat, ...files);
  await until(() => chips(chat).length > 0 && isRead(chat), 'the files');
  await drawn(chat);
}

/** @returns whether the text box got it. */
function paste(
  chat: FakeChat,
  files: readonly File[],
  texts: Readonly<Record<string, string>> = {},
): boolean {
  const event = new Event('paste', {bubbles: true, cancelable: true, composed: true});
  // Not every engine lets a script make a real one with files.
  Object.defineProperty(event, 'clipboardData', {value: transferOf(files, texts)});
  return composer(chat).dispatchEvent(event);
}

/** @returns whether the page got it. */
function drag(chat: FakeChat, type: string, files: readonly File[]): boolean {
  const event = new Event(type, {bubbles: true, cancelable: true, composed: true});
  Object.defineProperty(event, 'dataTransfer', {value: transferOf(files)});
  return part(chat, 'transcript')!.dispatchEvent(event);
}

describe('attachments', () => {
  afterEach(unmount);
  beforeEach(() => sessionStorage.clear());

  it('are not offered unless the page says so, and no longer when it takes that back', async () => {
    const plain = await mount();
    await drawn(plain);
    assert.lengthOf(all(plain, 'button', 'Attach files'), 0);
    assert.isTrue(drag(plain, 'dragover', [textFile()]), 'it is left to the page');
    await unmount();
    const chat = await show();
    await picked(chat, textFile());
    chat.attachments = null;
    await drawn(chat);
    assert.lengthOf(all(chat, 'button', 'Attach files'), 0);
    assert.lengthOf(chips(chat), 0);
    write(composer(chat), 'Hello');
    press(composer(chat), 'Enter');
    await until(() => chat.fake.calls.length > 0, 'a request');
    assert.deepEqual(chat.fake.attachments, []);
  });

  it('are picked: a list of chips with name and size, and sent with the text', async () => {
    const chat = await show({attachments: 'text/*,image/*'});
    const input = root(chat).querySelector<HTMLInputElement>('input[type="file"]')!;
    assert.equal(input.accept, 'text/*,image/*');
    assert.isTrue(input.multiple);
    const dotFile = await imageFile('dot.png', 4, 3);
    const heard = new Set<string>();
    const listening = new MutationObserver(() => {
      for (const sentence of spoken('status').match(/\w+\.\w+ was attached\./g) ?? []) heard.add(sentence);
    });
    listening.observe(document.body, {subtree: true, childList: true});
    await picked(chat, textFile(), dotFile);
    assert.equal(part(chat, 'attachments')?.ariaLabel, 'Attachments');
    assert.equal(part(chat, 'attachments')?.localName, 'ul');
    assert.deepEqual(names(chat), ['note.txt', 'dot.png']);
    assert.equal(chips(chat)[0]?.querySelector('.size')?.textContent, '8 bytes');
    await until(() => chips(chat)[1]?.querySelector('canvas') !== null, 'the preview');
    // Together or one after the other, as the machine is quick or slow.
    await until(() => heard.size === 2, 'the announcements');
    listening.disconnect();
    assert.deepEqual([...heard], ['note.txt was attached.', 'dot.png was attached.']);
    write(composer(chat), 'What is it?');
    press(composer(chat), 'Enter');
    await until(() => chat.fake.calls.length > 0, 'a request');
    assert.deepEqual(chat.fake.calls, ['send What is it?']);
    const [note, dot] = chat.fake.attachments;
    assert.deepEqual(note, {
      url: 'data:text/plain;base64,Z3LDtsOfZXI=',
      mediaType: 'text/plain',
      name: 'note.txt',
    });
    assert.match(dot?.url ?? '', /^data:image\/png;base64,/);
    assert.lengthOf(chips(chat), 0);
  });

  it('need no text', async () => {
    const chat = await show();
    assert.equal(the(chat, 'button', 'Send').ariaDisabled, 'true');
    await picked(chat, textFile());
    assert.equal(the(chat, 'button', 'Send').ariaDisabled, 'false');
    the(chat, 'button', 'Send').click();
    await until(() => chat.fake.calls.length > 0, 'a request');
    assert.deepEqual(chat.fake.calls, ['send ']);
    assert.lengthOf(chat.fake.attachments, 1);
    chat.fake.end('complete');
    await drawn(chat);
    assert.equal(the(chat, 'button', 'Send').ariaDisabled, 'true');
  });

  it('go along with a suggestion that is taken, before the first message as after an answer', async () => {
    const chat = await show({suggestions: ['What is in it?']});
    await picked(chat, textFile());
    the(chat, 'button', 'What is in it?').click();
    await until(() => chat.fake.calls.length > 0, 'a request');
    assert.deepEqual(chat.fake.calls, ['send What is in it?']);
    assert.deepEqual(
      chat.fake.attachments.map(({name}) => name),
      ['note.txt'],
    );
    await until(() => chips(chat).length === 0, 'nothing left over');
  });

  it('are waited for by what is sent meanwhile', async () => {
    const chat = await show();
    write(composer(chat), 'Hello');
    pick(chat, textFile('large.txt', 'x'.repeat(3_000_000)));
    press(composer(chat), 'Enter');
    press(composer(chat), 'Enter');
    await until(() => chat.fake.calls.length > 0, 'a request');
    await drawn(chat);
    assert.deepEqual(chat.fake.calls, ['send Hello']);
    assert.lengthOf(chat.fake.attachments, 1);
  });

  it('are dropped on the chat, which says so while they are over it', async () => {
    const chat = await show();
    const files = [textFile('a.txt'), textFile('b.txt')];
    assert.isTrue(drag(chat, 'dragover', []), 'a text is none of its business');
    assert.isTrue(part(chat, 'drop-zone')?.hidden);
    assert.isFalse(drag(chat, 'dragover', files), 'the chat takes it');
    assert.isFalse(part(chat, 'drop-zone')?.hidden);
    assert.equal(part(chat, 'drop-zone')?.textContent, 'Drop files here');
    await until(() => part(chat, 'drop-zone')?.hidden === true, 'the end of a drag that nothing told of');
    drag(chat, 'dragover', files);
    assert.isFalse(drag(chat, 'drop', files), 'the browser does not open it');
    assert.isTrue(part(chat, 'drop-zone')?.hidden);
    await until(() => names(chat).join() === 'a.txt,b.txt', 'the files');
  });

  it('are pasted, but not the picture of a text', async () => {
    const chat = await show();
    const image = await imageFile('image.png', 4, 3);
    assert.isTrue(paste(chat, [image], {'text/plain': 'A table', 'text/html': '<b>A table</b>'}));
    assert.isTrue(paste(chat, [], {'text/plain': 'Short'}));
    await drawn(chat);
    assert.lengthOf(chips(chat), 0);
    assert.isFalse(paste(chat, [image]));
    await until(() => names(chat).join() === 'image.png', 'the image');
  });

  it('are what a long pasted text becomes, which can be put back where the caret is', async () => {
    const chat = await show();
    write(composer(chat), 'Before. After.');
    composer(chat).setSelectionRange(8, 8);
    assert.isFalse(paste(chat, [], {'text/plain': LONG}));
    await until(() => names(chat).join() === 'Pasted text.txt' && isRead(chat), 'the text');
    await drawn(chat);
    the(chat, 'button', 'Insert into message').click();
    await drawn(chat);
    assert.equal(composer(chat).value, `Before. ${LONG}After.`);
    assert.equal(activeIn(chat), composer(chat));
    assert.lengthOf(chips(chat), 0);
  });

  it('are not what a long text becomes where it may not be attached', async () => {
    for (const rules of [{attachments: 'image/*'}, {maxAttachmentSize: 10_000}, {maxAttachments: 0}]) {
      const chat = await show(rules);
      assert.isTrue(paste(chat, [], {'text/plain': LONG}), 'it goes into the text box');
      await drawn(chat);
      assert.deepEqual([chips(chat), notices(chat)], [[], []]);
      await unmount();
    }
  });

  it('are removed, and the focus goes to the next one, and from the last to the button that adds', async () => {
    const chat = await show();
    await picked(chat, textFile('a.txt'), textFile('b.txt'), textFile('c.txt'));
    const steps = [
      ['a.txt', 'Remove b.txt'],
      ['c.txt', 'Remove b.txt'],
      ['b.txt', 'Attach files'],
    ] as const;
    for (const [name, focus] of steps) {
      const button = the(chat, 'button', `Remove ${name}`);
      button.focus();
      button.click();
      await drawn(chat);
      assert.equal(focusIn(chat), focus);
      await until(() => spoken('status').includes(`${name} was removed.`), 'the announcement');
    }
    composer(chat).focus();
    await picked(chat, textFile('d.txt'));
    the(chat, 'button', 'Remove d.txt').click();
    await drawn(chat);
    assert.equal(activeIn(chat), composer(chat), 'a focus that is elsewhere stays');
  });

  it('have limits of type, number and size, each with a sentence that is shown and spoken', async () => {
    const chat = await show({attachments: 'text/plain', maxAttachments: 2, maxAttachmentSize: 1_500});
    await picked(chat, textFile('a.txt'), new File(['x'], 'b.exe'), textFile('c.txt', 'x'.repeat(1_501)));
    const said = ['Files like “b.exe” cannot be attached here.', '“c.txt” is too large. The limit is 2 kB.'];
    assert.deepEqual(notices(chat), said);
    await until(() => said.every(each => spoken('status').includes(each)), 'the announcement');
    assert.deepEqual(names(chat), ['a.txt']);
    await picked(chat, textFile('d.txt'), textFile('e.txt'), textFile('f.txt'));
    assert.deepEqual(notices(chat), ['Too many files. The limit is 2.']);
    assert.deepEqual(names(chat), ['a.txt', 'd.txt']);
    the(chat, 'button', 'Remove d.txt').click();
    await drawn(chat);
    assert.deepEqual(notices(chat), []);
  });

  it('that cannot be read are said to be so, and are not sent', async () => {
    const chat = await show();
    write(composer(chat), 'Hello');
    pick(chat, textFile('empty.txt', ''));
    press(composer(chat), 'Enter');
    await until(() => notices(chat).join() === '“empty.txt” could not be read.', 'the sentence');
    await until(() => composer(chat).value === 'Hello', 'the text to come back');
    assert.lengthOf(chips(chat), 0);
    assert.deepEqual(chat.fake.calls, []);
  });

  it('of no known type are texts if they read as one', async () => {
    const chat = await show();
    await picked(chat, new File(['größer'], 'notes.org'), new File([new Uint8Array([0, 255])], 'x.bin'));
    press(composer(chat), 'Enter');
    await until(() => chat.fake.calls.length > 0, 'a request');
    assert.deepEqual(
      chat.fake.attachments.map(({mediaType}) => mediaType),
      ['text/plain', 'application/octet-stream'],
    );
    assert.match(chat.fake.attachments[0]?.url ?? '', /^data:text\/plain;base64,/);
  });

  it('that are images are scaled down if the page asks for it, before their size is looked at', async () => {
    const large = await imageFile('large.png', 900, 300);
    const small = await imageFile('small.jpg', 90, 30, 'image/jpeg');
    const chat = await show({maxImageSide: 300, maxAttachmentSize: large.size - 1});
    await picked(chat, large, small);
    press(composer(chat), 'Enter');
    await until(() => chat.fake.calls.length > 0, 'a request');
    const sizes = await Promise.all(
      chat.fake.attachments.map(async ({url}) => {
        const image = Object.assign(new Image(), {src: url});
        await image.decode();
        return [image.naturalWidth, image.naturalHeight];
      }),
    );
    assert.deepEqual(sizes, [
      [300, 100],
      [90, 30],
    ]);
  });

  it('come back with the text when the page or the chat refuses them', async () => {
    const chat = await show();
    const seen: unknown[] = [];
    const refuse = (event: ChatSendEvent) => {
      seen.push(
        event.text,
        event.attachments?.map(({name}) => name),
      );
      event.preventDefault();
    };
    await picked(chat, textFile());
    chat.addEventListener('chat-send', refuse);
    write(composer(chat), 'Hello');
    press(composer(chat), 'Enter');
    await until(() => composer(chat).value === 'Hello', 'the text to come back');
    await drawn(chat);
    assert.deepEqual(seen, ['Hello', ['note.txt']]);
    assert.deepEqual(names(chat), ['note.txt']);
    chat.removeEventListener('chat-send', refuse);
    chat.fake.failure = new ChatError('busy', 'Another answer.');
    press(composer(chat), 'Enter');
    await until(() => chat.fake.calls.length > 0 && composer(chat).value === 'Hello', 'both to come back');
    await drawn(chat);
    assert.deepEqual(names(chat), ['note.txt']);
    press(composer(chat), 'Enter');
    await until(() => chat.fake.calls.length > 1, 'another request');
    assert.lengthOf(chat.fake.attachments, 1);
  });

  it('go along as they were when it was sent, though some were still being read', async () => {
    const chat = await show();
    pick(chat, textFile('large.txt', 'x'.repeat(5_000_000)));
    press(composer(chat), 'Enter');
    pick(chat, textFile('next.txt'));
    await until(() => chat.fake.calls.length > 0, 'a request');
    await drawn(chat);
    assert.deepEqual(
      chat.fake.attachments.map(({name}) => name),
      ['large.txt'],
    );
    assert.deepEqual(names(chat), ['next.txt']);
  });

  it('stay with the draft of their conversation, in this tab', async () => {
    const chat = await show({conversationId: 'one'});
    await picked(chat, await imageFile('dot.png', 4, 3));
    paste(chat, [], {'text/plain': LONG});
    await until(() => names(chat).length === 2 && isRead(chat), 'the text');
    chat.conversationId = 'two';
    await until(() => chips(chat).length === 0, 'the other conversation');
    chat.conversationId = 'one';
    await until(() => chips(chat).length === 2, 'the first one again');
    await unmount();
    const again = await show({conversationId: 'one'});
    assert.deepEqual(names(again), ['dot.png', 'Pasted text.txt']);
    await until(() => chips(again)[0]?.querySelector('canvas') !== null, 'the preview');
    the(again, 'button', 'Insert into message').click();
    await drawn(again);
    assert.equal(composer(again).value, LONG);
    const other = await show({conversationId: 'three'});
    assert.lengthOf(chips(other), 0);
  });

  it('that were too large to be kept are named after a reload', async () => {
    const chat = await show({conversationId: 'one'});
    await picked(chat, textFile('a.txt'), textFile('large.txt', 'x'.repeat(2_000_000)));
    await unmount();
    const again = await show({conversationId: 'one'});
    assert.deepEqual(names(again), ['a.txt']);
    assert.deepEqual(notices(again), ['“large.txt” was too large to keep. Please attach it again.']);
  });

  it('that were sent a moment before a reload are attached again, unless the history has them', async () => {
    const chat = await show({conversationId: 'one'});
    await picked(chat, textFile());
    write(composer(chat), 'Hello');
    press(composer(chat), 'Enter');
    await until(() => chat.fake.calls.length > 0, 'a request');
    const {parts} = chat.messages[0]!;
    await picked(chat, textFile('next.txt'), textFile('large.txt', 'x'.repeat(1_400_000)));
    write(composer(chat), 'Not yet');
    const kept = {...sessionStorage};
    await unmount();

    const again = await show({conversationId: 'one'});
    assert.deepEqual(names(again), ['note.txt', 'next.txt', 'large.txt']);
    await unmount();

    Object.assign(sessionStorage, kept);
    const after = await mount({conversationId: 'one'});
    after.fake.set({settled: [messageOf('user', 'Hello', {parts})]});
    await drawn(after);
    after.attachments = '';
    await until(() => chips(after).length > 0, 'the draft');
    assert.deepEqual(names(after), ['next.txt', 'large.txt']);
    assert.deepEqual(notices(after), []);
  });

  it('that were sent are no draft any more once their answer is over', async () => {
    const chat = await show({conversationId: 'one'});
    await picked(chat, textFile());
    press(composer(chat), 'Enter');
    await until(() => chat.fake.calls.length > 0, 'a request');
    assert.include(sessionStorage['sse-chat:files:one'], 'note.txt');
    chat.fake.text('Hi.');
    chat.fake.end('complete');
    await until(() => sessionStorage['sse-chat:files:one'] === undefined, 'nothing to be kept');
  });

  it('speak the language of the page', async () => {
    const chat = await mount({attachments: '', lang: 'de', maxAttachments: 0});
    await until(() => all(chat, 'button', 'Dateien anhängen').length > 0, 'the button');
    pick(chat, textFile());
    await until(() => notices(chat).join() === 'Zu viele Dateien. Die Grenze ist 0.', 'the sentence');
  });

  it('offer the camera on touch screens, where photos are taken', async () => {
    const chat = await show({attachments: '.pdf'});
    assert.isNull(part(chat, 'camera-button'));
    chat.attachments = '.pdf,image/*';
    await drawn(chat);
    assert.equal(part(chat, 'camera-button')?.ariaLabel, 'Take a photo');
    const input = part(chat, 'camera-button')?.nextElementSibling as HTMLInputElement;
    assert.equal(input.getAttribute('capture'), 'environment');
  });
});

describe('what is attached to a message that waits', () => {
  afterEach(unmount);
  beforeEach(() => sessionStorage.clear());

  const waiting = (chat: FakeChat) => part(chat, 'queued')?.textContent?.replace(/\s+/g, ' ').trim();

  /** A chat in which an answer is under way, and a message with a file waits. */
  async function queued(text = 'And this?'): Promise<FakeChat> {
    const chat = await show({conversationId: 'one', maxAttachments: 3});
    void chat.send('Hello');
    await until(() => chat.fake.calls.length > 0, 'a request');
    await drawn(chat);
    await picked(chat, textFile());
    write(composer(chat), text);
    press(composer(chat), 'Enter');
    await until(() => waiting(chat) !== undefined, 'it to wait');
    await drawn(chat);
    return chat;
  }

  it('waits with it, and goes with it alone', async () => {
    const chat = await queued();
    assert.match(waiting(chat)!, /^And this\? note\.txt Will be sent/);
    assert.deepEqual(names(chat), []);
    await picked(chat, textFile('next.txt'));
    write(composer(chat), 'Not yet');
    chat.fake.text('Hi.');
    chat.fake.end('complete');
    await until(() => chat.fake.calls.length > 1, 'what waits to be sent');
    await drawn(chat);
    assert.deepEqual(
      chat.fake.attachments.map(({name}) => name),
      ['note.txt'],
    );
    assert.equal(waiting(chat), undefined);
    assert.deepEqual(names(chat), ['next.txt']);
    assert.equal(composer(chat).value, 'Not yet');
  });

  it('does not go with one that waits without it', async () => {
    const chat = await show();
    void chat.send('Hello');
    await until(() => chat.fake.calls.length > 0, 'a request');
    await drawn(chat);
    write(composer(chat), 'And then?');
    press(composer(chat), 'Enter');
    await until(() => waiting(chat) !== undefined, 'it to wait');
    await picked(chat, textFile('next.txt'));
    chat.fake.end('complete');
    await until(() => chat.fake.calls.length > 1, 'what waits to be sent');
    await drawn(chat);
    assert.deepEqual(chat.fake.attachments, []);
    assert.deepEqual(names(chat), ['next.txt']);
  });

  it('waits without words, too', async () => {
    const chat = await queued('');
    assert.match(waiting(chat)!, /^note\.txt Will be sent/);
    chat.fake.end('complete');
    await until(() => chat.fake.calls.length > 1, 'what waits to be sent');
    assert.lengthOf(chat.fake.attachments, 1);
    await drawn(chat);
    assert.equal(waiting(chat), undefined);
    assert.deepEqual(names(chat), []);
  });

  it('is beside the text box again when it is edited or the answer is stopped, and gone when it is taken away', async () => {
    const chat = await queued();
    await picked(chat, textFile('next.txt'));
    the(chat, 'button', 'Edit').click();
    await drawn(chat);
    assert.deepEqual(names(chat), ['note.txt', 'next.txt']);
    press(composer(chat), 'Enter');
    await until(() => waiting(chat)?.includes('note.txt next.txt') === true, 'both to wait');
    await picked(chat, textFile('last.txt'));
    pick(chat, textFile('more.txt'));
    await drawn(chat);
    assert.deepEqual(names(chat), ['last.txt'], 'no more than go along at once');
    the(chat, 'button', 'Stop').click();
    await until(() => waiting(chat) === undefined, 'nothing to wait');
    await drawn(chat);
    assert.deepEqual(names(chat), ['note.txt', 'next.txt', 'last.txt']);
    assert.equal(composer(chat).value, 'And this?');

    void chat.send('Again');
    await until(() => chat.fake.state.open !== undefined, 'an answer');
    await drawn(chat);
    press(composer(chat), 'Enter');
    await until(() => waiting(chat) !== undefined, 'it to wait');
    the(chat, 'button', 'Cancel').click();
    await drawn(chat);
    assert.equal(waiting(chat), undefined);
    assert.deepEqual(names(chat), []);
    assert.isUndefined(sessionStorage['sse-chat:files:one']);
  });

  it('is a draft after a reload, in another conversation, and where the page does not let it be sent', async () => {
    const chat = await queued();
    const kept = {...sessionStorage};
    await chat.newConversation();
    await until(() => waiting(chat) === undefined, 'nothing to wait');
    await drawn(chat);
    assert.deepEqual(names(chat), []);
    chat.conversationId = 'two';
    await until(() => chat.fake.state.info.id === 'two', 'another conversation');
    chat.conversationId = 'one';
    await until(() => names(chat).length === 1, 'the file again');
    await unmount();

    Object.assign(sessionStorage, kept);
    const again = await show({conversationId: 'one'});
    assert.deepEqual(names(again), ['note.txt']);
    assert.equal(composer(again).value, 'And this?');
    await unmount();
    sessionStorage.clear();

    const other = await queued();
    other.addEventListener('chat-send', event => event.preventDefault());
    other.fake.end('complete');
    await until(() => composer(other).value === 'And this?', 'the text to come back');
    await drawn(other);
    assert.deepEqual(names(other), ['note.txt']);
  });
});

describe('what a user has attached', () => {
  afterEach(unmount);

  it('stands in the message with its picture, name and size, live and from the history', async () => {
    const dot = await imageFile('dot.png', 40, 30);
    const chat = await show();
    await picked(chat, dot, textFile());
    press(composer(chat), 'Enter');
    const files = () => [...(part(chat, 'files')?.children ?? [])] as HTMLElement[];
    await until(() => files().length === 2, 'the files');
    chat.fake.end('complete');
    await drawn(chat);
    const check = async () => {
      await until(() => (files()[0]?.querySelector('canvas')?.width ?? 0) === 40, 'the picture');
      assert.deepEqual(
        files().map(file => [nameOf(file).replace(/\d+/, 'n'), file.localName]),
        [
          ['dot.png n bytes', 'button'],
          ['note.txt n bytes', 'button'],
        ],
      );
    };
    await check();
    const {parts} = chat.messages[0]!;
    chat.fake.set({settled: []});
    await drawn(chat);
    chat.fake.set({settled: [messageOf('user', '', {parts: JSON.parse(JSON.stringify(parts))})]});
    await until(() => files().length === 2, 'the files again');
    await check();
  });

  it('is a name where it is no image after all', async () => {
    const chat = await show();
    const file = {url: 'data:image/png;base64,AAEC', mediaType: 'image/png', name: 'broken.png'};
    chat.fake.set({settled: [messageOf('user', '', {parts: [{type: 'file', id: '0', ...file}]})]});
    const shown = () => part(chat, 'files')?.firstElementChild;
    await until(
      () => shown() !== null && shown() !== undefined && !shown()?.querySelector('canvas'),
      'the name',
    );
    assert.equal(nameOf(shown()!), 'broken.png 3 bytes');
  });
});
