import {assert} from 'chai';
import {ChatError} from '../../src/protocol/chat-error.ts';
import type {ChatSendEvent} from '../../src/ui/events.ts';
import {type FakeChat, messageOf} from './support/fake-conversation.ts';
import {FakeRecognition, fakeSpeech, noSpeech, ownSpeech} from './support/fake-speech.ts';
import {
  activeIn,
  all,
  composer,
  drawn,
  mount,
  press,
  spoken,
  the,
  unmount,
  until,
  write,
} from './support/page.ts';

function asOnAndroid(act: () => void): void {
  Object.defineProperty(navigator, 'userAgent', {
    value: 'Mozilla/5.0 (Linux; Android 14)',
    configurable: true,
  });
  act();
  Reflect.deleteProperty(navigator, 'userAgent');
}

describe('the composer', () => {
  afterEach(unmount);
  beforeEach(() => sessionStorage.clear());

  it('sends on Enter, and is empty then', async () => {
    const chat = await mount();
    write(composer(chat), 'Hello');
    press(composer(chat), 'Enter');
    await until(() => chat.fake.calls.length > 0, 'a request');
    assert.deepEqual(chat.fake.calls, ['send Hello']);
    assert.equal(composer(chat).value, '');
  });

  it('makes a new line on Shift+Enter', async () => {
    const chat = await mount();
    write(composer(chat), 'Hello');
    assert.isTrue(press(composer(chat), 'Enter', {shiftKey: true}), 'the key is left to the text box');
    await drawn(chat);
    assert.deepEqual(chat.fake.calls, []);
  });

  for (const [title, init] of [
    ['composing', {isComposing: true, keyCode: 229}],
    ['composing, by its own code', {isComposing: true, keyCode: 13}],
    ['composing in Safari', {keyCode: 229}],
  ] as const) {
    it(`does not send on the Enter that ends ${title}`, async () => {
      const chat = await mount();
      write(composer(chat), 'にほん');
      press(composer(chat), 'Enter', init);
      await drawn(chat);
      assert.deepEqual(chat.fake.calls, []);
      assert.equal(composer(chat).value, 'にほん');
    });
  }

  it('sends on the Enter of a keyboard that composes each word, as those of Android do', async () => {
    const chat = await mount();
    write(composer(chat), 'Hello');
    asOnAndroid(() => {
      assert.isFalse(
        press(composer(chat), 'Enter', {isComposing: true, keyCode: 13}),
        'and makes no new line',
      );
    });
    await until(() => chat.fake.calls.length > 0, 'a request');
    assert.deepEqual(chat.fake.calls, ['send Hello']);
  });

  it('does not send on an Enter that is held since it ended a word, or was for what had the focus before', async () => {
    const chat = await mount();
    write(composer(chat), 'にほん');
    assert.isFalse(press(composer(chat), 'Enter', {repeat: true}), 'and makes no new line');
    assert.isTrue(press(composer(chat), 'Enter', {repeat: true, shiftKey: true}), 'as Shift does');
    await drawn(chat);
    assert.deepEqual(chat.fake.calls, []);
    assert.equal(composer(chat).value, 'にほん');
  });

  it('does not send what is only white space', async () => {
    const chat = await mount();
    write(composer(chat), ' \n ');
    press(composer(chat), 'Enter');
    the(chat, 'button', 'Send').click();
    await drawn(chat);
    assert.deepEqual(chat.fake.calls, []);
  });

  it('turns Send into Stop in place, keeps the focus on it, and stops', async () => {
    const chat = await mount();
    write(composer(chat), 'Hello');
    const button = the(chat, 'button', 'Send');
    button.focus();
    const {left, top} = button.getBoundingClientRect();
    button.click();
    await until(() => all(chat, 'button', 'Stop').length > 0, 'the Stop button');
    assert.equal(the(chat, 'button', 'Stop'), button);
    for (const motion of button.getAnimations()) motion.finish();
    const {x, y} = button.getBoundingClientRect();
    assert.deepEqual([x, y], [left, top]);
    assert.equal(activeIn(chat), button);
    button.click();
    await drawn(chat);
    assert.deepEqual(chat.fake.calls, ['send Hello', 'stop']);
    assert.equal(the(chat, 'button', 'Send'), button);
    assert.equal(activeIn(chat), button);
  });

  it('takes a double click on Send for one, and nothing else', async () => {
    const chat = await mount();
    const click = (name: string, detail: number) =>
      the(chat, 'button', name).dispatchEvent(
        new MouseEvent('click', {detail, bubbles: true, cancelable: true}),
      );
    write(composer(chat), 'Hello');
    click('Send', 2); // The launcher stood where it stands, and was pressed just now.
    await until(() => all(chat, 'button', 'Stop').length > 0, 'the Stop button');
    click('Stop', 2);
    await drawn(chat);
    assert.deepEqual(chat.fake.calls, ['send Hello'], 'it is not stopped');
    click('Stop', 1);
    await drawn(chat);
    assert.deepEqual(chat.fake.calls, ['send Hello', 'stop']);
  });

  it('sends once for an Enter that is held on Send, and does not stop that', async () => {
    const chat = await mount();
    write(composer(chat), 'Hello');
    const button = the(chat, 'button', 'Send');
    assert.isTrue(press(button, 'Enter'), 'the first one clicks');
    button.click();
    await until(() => all(chat, 'button', 'Stop').length > 0, 'the Stop button');
    assert.isFalse(press(button, 'Enter', {repeat: true}), 'the next ones do not');
    assert.isTrue(press(button, 'Enter'), 'another one does again');
    assert.isTrue(press(button, 'Tab', {repeat: true}), 'a held Tab goes on to what is next');
  });

  describe('while an answer is under way', () => {
    async function answering(properties = {}): Promise<FakeChat> {
      const chat = await mount(properties);
      void chat.send('Hello');
      await until(() => chat.fake.calls.length > 0, 'a request');
      await drawn(chat);
      return chat;
    }
    const waiting = (chat: Element) => chat.shadowRoot!.querySelector('[part="queued"]');
    async function queue(chat: FakeChat, text: string): Promise<void> {
      write(composer(chat), text);
      press(composer(chat), 'Enter');
      await until(() => waiting(chat)?.textContent?.includes(text) === true, 'it to wait');
    }

    it('what is written stays, and what is sent waits for the end, and then goes by itself', async () => {
      const chat = await answering();
      write(composer(chat), 'And');
      await drawn(chat);
      assert.isNull(waiting(chat));
      await queue(chat, 'And then?');
      assert.equal(waiting(chat)?.ariaLabel, 'Queued message');
      await until(() => spoken('status').includes('Will be sent when'), 'it to be said');
      assert.equal(composer(chat).value, '');
      assert.equal(all(chat, 'button', 'Stop').length, 1);
      await queue(chat, 'And after that?');
      write(composer(chat), 'Not yet');
      assert.deepEqual(chat.fake.calls, ['send Hello'], 'no request beside the one under way');
      chat.fake.text('Hi.');
      chat.fake.end('complete');
      await until(() => chat.fake.calls.length > 1, 'what waits to be sent');
      assert.deepEqual(chat.fake.calls, ['send Hello', 'send And then?\n\nAnd after that?']);
      assert.isNull(waiting(chat));
      assert.equal(composer(chat).value, 'Not yet');
      const kept = () => sessionStorage[`sse-chat:draft:${chat.fake.state.info.id}`];
      assert.equal(kept(), 'And then?\n\nAnd after that?\n\nNot yet', 'it may not be in the history yet');
      chat.fake.text('Hi.');
      chat.fake.end('complete');
      await until(() => kept() === 'Not yet', 'what was sent to be no draft any more');
    });

    it('what is typed while another conversation is being found is no draft of its own', async () => {
      const historyKey = `queued-${Date.now()}`;
      const chat = await mount({history: 'indexeddb', historyKey, conversationId: 'one'});
      void chat.send('Hello');
      await until(() => chat.fake.calls.length > 0, 'a request');
      await drawn(chat);
      await queue(chat, 'And then?');
      write(composer(chat), 'Not yet');
      chat.conversationId = 'two';
      await chat.updateComplete;
      assert.equal(chat.fakes.length, 1, 'it is being found');
      write(composer(chat), 'Hi');
      await until(() => chat.fakes.length > 1, 'the other conversation');
      await drawn(chat);
      assert.equal(composer(chat).value, 'Hi');
      assert.equal(sessionStorage['sse-chat:draft:one'], 'And then?\n\nNot yet');
      await unmount();
      indexedDB.deleteDatabase(`sse-chat:${historyKey}`);
    });

    it('what is typed behind it, before it is known where it waits, is not sent with it', async () => {
      const chat = await answering();
      write(composer(chat), 'And then?');
      press(composer(chat), 'Enter');
      write(composer(chat), 'And then? Not ye');
      await until(() => waiting(chat) !== null, 'it to wait');
      assert.include(waiting(chat)?.textContent, 'And then?');
      assert.notInclude(waiting(chat)?.textContent, 'Not');
      assert.equal(composer(chat).value, 'Not ye');
    });

    it('what is sent before the answer to the one before is drawn waits for that', async () => {
      const chat = await mount();
      write(composer(chat), 'Hello');
      press(composer(chat), 'Enter');
      write(composer(chat), 'And then?');
      press(composer(chat), 'Enter');
      write(composer(chat), 'And then? Not ye');
      await until(() => waiting(chat) !== null, 'it to wait');
      assert.include(waiting(chat)?.textContent, 'And then?');
      assert.equal(composer(chat).value, 'Not ye');
      assert.deepEqual(chat.fake.calls, ['send Hello']);
    });

    it('what is to wait is sent where the answer is complete before it can', async () => {
      const chat = await answering();
      write(composer(chat), 'And then?');
      press(composer(chat), 'Enter');
      chat.fake.text('Hi.');
      chat.fake.end('complete');
      await until(() => chat.fake.calls.length > 1, 'it to be sent');
      assert.deepEqual(chat.fake.calls, ['send Hello', 'send And then?']);
      assert.equal(composer(chat).value, '');
    });

    for (const status of ['stopped', 'interrupted', 'error', 'length'] as const) {
      it(`what waits is in the text box again after one that ends as ${status}`, async () => {
        const chat = await answering();
        await queue(chat, 'And then?');
        write(composer(chat), 'Later');
        chat.fake.text('Hi');
        if (status === 'stopped') the(chat, 'button', 'Stop').click();
        else chat.fake.end(status);
        await until(() => waiting(chat) === null, 'nothing to wait');
        assert.equal(composer(chat).value, 'And then?\n\nLater');
        assert.notInclude(chat.fake.calls.join(), 'And then');
      });
    }

    it('what comes back leaves the caret where somebody writes', async () => {
      const chat = await answering();
      await queue(chat, 'And then?');
      write(composer(chat), 'Later');
      composer(chat).setSelectionRange(1, 3);
      chat.fake.text('Hi');
      chat.fake.end('interrupted');
      await until(() => waiting(chat) === null, 'nothing to wait');
      const {value, selectionStart, selectionEnd} = composer(chat);
      assert.equal(value, 'And then?\n\nLater');
      assert.equal(value.slice(selectionStart, selectionEnd), 'at');
    });

    it('what waits can be edited and taken away, and the focus stays in the composer', async () => {
      const chat = await answering();
      await queue(chat, 'And then?');
      the(chat, 'button', 'Edit').click();
      assert.equal(composer(chat).value, 'And then?');
      assert.equal(activeIn(chat), composer(chat));
      press(composer(chat), 'Enter');
      assert.equal(composer(chat).value, '');
      the(chat, 'button', 'Cancel').focus();
      the(chat, 'button', 'Cancel').click();
      assert.isNull(waiting(chat));
      assert.equal(activeIn(chat), composer(chat));
      chat.fake.end('complete');
      await drawn(chat);
      assert.deepEqual(chat.fake.calls, ['send Hello']);
    });

    it('what waits is the draft of another element of the conversation, as after a reload', async () => {
      const chat = await answering({conversationId: 'kept'});
      await queue(chat, 'And then?');
      write(composer(chat), 'Later');
      chat.remove();
      const other = await mount({conversationId: 'kept'});
      await until(() => composer(other).value !== '', 'the draft');
      assert.equal(composer(other).value, 'And then?\n\nLater');
    });

    it('what waits is kept when the page does not let it be sent, and stays in its own conversation', async () => {
      const chat = await answering({conversationId: 'kept'});
      await queue(chat, 'And then?');
      chat.addEventListener('chat-send', event => event.preventDefault(), {once: true});
      chat.fake.end('complete');
      await until(() => composer(chat).value === 'And then?', 'the draft');
      void chat.send('Again');
      await until(() => chat.fake.state.open !== undefined, 'an answer');
      await drawn(chat);
      await queue(chat, 'And then?');
      await chat.newConversation();
      await until(() => waiting(chat) === null, 'nothing to wait');
      assert.equal(composer(chat).value, '');
      assert.equal(sessionStorage['sse-chat:draft:kept'], 'And then?');
    });
  });

  it('says what is about to be sent, and keeps it when that is refused', async () => {
    const chat = await mount();
    let said = '';
    const listen = (event: ChatSendEvent) => {
      said = event.text;
      event.preventDefault();
    };
    document.addEventListener('chat-send', listen as EventListener);
    write(composer(chat), 'Hello');
    press(composer(chat), 'Enter');
    await until(() => composer(chat).value !== '', 'the text to come back');
    document.removeEventListener('chat-send', listen as EventListener);
    assert.equal(said, 'Hello');
    assert.equal(composer(chat).value, 'Hello');
    assert.deepEqual(chat.fake.calls, []);
  });

  it('puts the text back and says why when it could not be sent', async () => {
    const chat = await mount();
    chat.fake.failure = new ChatError('configuration', 'The endpoint is not a URL.');
    write(composer(chat), 'Hello');
    press(composer(chat), 'Enter');
    await until(() => composer(chat).value === 'Hello', 'the text to come back');
    await drawn(chat);
    assert.include(chat.shadowRoot?.textContent ?? '', 'This chat is not set up correctly.');
  });

  it('puts the text back before what was typed since, and what was to wait for it', async () => {
    const chat = await mount();
    chat.fake.failure = new ChatError('busy', 'Another answer.');
    write(composer(chat), 'Hello');
    press(composer(chat), 'Enter');
    write(composer(chat), 'And then?');
    press(composer(chat), 'Enter');
    write(composer(chat), 'And then? Not ye');
    await until(() => composer(chat).value.includes('Hello'), 'the text to come back');
    assert.equal(composer(chat).value, 'Hello\n\nAnd then? Not ye');
    await drawn(chat);
    assert.deepEqual(chat.fake.calls, ['send Hello']);
    press(composer(chat), 'Enter');
    await until(() => chat.fake.calls.length > 1, 'all of it to be sent');
    assert.equal(chat.fake.calls[1], 'send Hello\n\nAnd then? Not ye');
  });

  it('has the last of what is to wait, and what waits for one message is not sent with the end of the one before', async () => {
    const chat = await mount();
    write(composer(chat), 'Hello');
    press(composer(chat), 'Enter');
    for (const text of ['And', 'And then?']) {
      write(composer(chat), text);
      press(composer(chat), 'Enter');
    }
    const waiting = () => chat.shadowRoot!.querySelector('[part="queued"]')?.textContent ?? '';
    await until(() => waiting() !== '', 'it to wait');
    assert.include(waiting(), 'And then?');
    assert.deepEqual(chat.fake.calls, ['send Hello']);
  });

  it('has no empty lines before what was typed where something without words is refused', async () => {
    const chat = await mount();
    chat.addEventListener('chat-send', event => event.preventDefault(), {once: true});
    write(composer(chat), 'Hello');
    press(composer(chat), 'Enter');
    write(composer(chat), 'And then?');
    await until(() => composer(chat).value !== 'And then?', 'the text to come back');
    assert.equal(composer(chat).value, 'Hello\n\nAnd then?');
  });

  /** A message is refused after another conversation was gone to, and after this was typed behind it. */
  async function refusedElsewhere(typed?: string): Promise<FakeChat> {
    const chat = await mount({conversationId: 'one'});
    const {fake} = chat;
    let refuse: ((error: ChatError) => void) | undefined;
    fake.send = () => new Promise((_, reject) => (refuse = reject));
    write(composer(chat), 'Hello');
    press(composer(chat), 'Enter');
    if (typed) write(composer(chat), typed);
    await until(() => refuse !== undefined, 'a request');
    chat.conversationId = 'two';
    await until(() => chat.fake !== fake, 'the other conversation');
    refuse!(new ChatError('busy', 'Another answer.'));
    return chat;
  }

  it('keeps what is refused in another conversation meanwhile, before what was typed behind it', async () => {
    const chat = await refusedElsewhere('And then?');
    await until(() => sessionStorage['sse-chat:draft:one']?.includes('Hello'), 'the draft');
    assert.equal(sessionStorage['sse-chat:draft:one'], 'Hello\n\nAnd then?');
    assert.equal(composer(chat).value, '');
  });

  it('has a refused message once in the conversation that was left, where nothing was typed behind it', async () => {
    await refusedElsewhere();
    await new Promise(resolve => setTimeout(resolve, 20));
    assert.equal(sessionStorage['sse-chat:draft:one'].trim(), 'Hello');
  });

  it('sends no draft of a conversation in one that is still being found', async () => {
    const historyKey = `found-${Date.now()}`;
    const chat = await mount({history: 'indexeddb', historyKey, conversationId: 'one'});
    write(composer(chat), 'Hello');
    chat.conversationId = 'two';
    await chat.updateComplete;
    assert.equal(chat.fakes.length, 1, 'it is being found');
    press(composer(chat), 'Enter');
    write(composer(chat), 'Hi');
    await until(() => chat.fakes.length > 1, 'the other conversation');
    await drawn(chat);
    assert.deepEqual(chat.fake.calls, []);
    assert.equal(composer(chat).value, 'Hi');
    assert.equal(sessionStorage['sse-chat:draft:one'], 'Hello');
    await unmount();
    indexedDB.deleteDatabase(`sse-chat:${historyKey}`);
  });

  it('keeps a draft before what is typed until it is found', async () => {
    const historyKey = `found-${Date.now()}`;
    sessionStorage['sse-chat:draft:one'] = 'Half a thou';
    const chat = document.createElement('fake-chat') as FakeChat;
    Object.assign(chat, {endpoint: '/api/chat', history: 'indexeddb', historyKey, conversationId: 'one'});
    document.body.append(chat);
    await chat.updateComplete;
    assert.equal(chat.fakes.length, 0, 'it is being found');
    write(composer(chat), 'Hi');
    await until(() => chat.fakes.length > 0, 'the conversation');
    await drawn(chat);
    assert.equal(composer(chat).value, 'Half a thou\n\nHi');
    await unmount();
    indexedDB.deleteDatabase(`sse-chat:${historyKey}`);
  });

  it('leaves a draft that came from elsewhere alone when an answer is over', async () => {
    const chat = await mount({conversationId: 'one'});
    write(composer(chat), 'Hello');
    press(composer(chat), 'Enter');
    await until(() => chat.fake.state.open !== undefined, 'an answer');
    sessionStorage['sse-chat:draft:one'] = '\nNext';
    chat.fake.text('Hi.');
    chat.fake.end('complete');
    await drawn(chat);
    await new Promise(resolve => setTimeout(resolve, 20));
    assert.equal(sessionStorage['sse-chat:draft:one'], '\nNext');
  });

  it('keeps what is sent while another tab gets an answer, and says why', async () => {
    const chat = await mount();
    const open = messageOf('assistant', 'Half', {status: 'streaming'});
    chat.fake.set({open, status: 'streaming', elsewhere: true});
    await drawn(chat);
    write(composer(chat), 'And then?');
    await drawn(chat);
    assert.equal(the(chat, 'button', 'Send').ariaDisabled, 'true');
    press(composer(chat), 'Enter');
    await until(() => chat.fake.calls.length > 0, 'a request');
    await drawn(chat);
    assert.equal(composer(chat).value, 'And then?');
    assert.include(chat.shadowRoot?.textContent ?? '', 'Another answer is still in progress.');
    chat.fake.end('complete');
    chat.fake.set({elsewhere: undefined});
    await drawn(chat);
    assert.notInclude(chat.shadowRoot?.textContent ?? '', 'Another answer is still in progress.');
    assert.equal(the(chat, 'button', 'Send').ariaDisabled, 'false');
    the(chat, 'button', 'Send').click();
    await until(() => chat.fake.calls.length > 1, 'another request');
    assert.deepEqual(chat.fake.calls, ['send And then?', 'send And then?']);
  });

  it('keeps the draft for another element of the same conversation in this tab', async () => {
    const first = await mount({conversationId: 'drafts'});
    write(composer(first), 'Half a thou');
    await unmount();
    const second = await mount({conversationId: 'drafts'});
    assert.equal(composer(second).value, 'Half a thou');
    const third = await mount({conversationId: 'others'});
    assert.equal(composer(third).value, '');
  });

  it('keeps the draft of a conversation in which nothing was said yet, as over a reload', async () => {
    const historyKey = `drafts-${Date.now()}`;
    const first = await mount({history: 'indexeddb', historyKey});
    write(composer(first), 'Half a thou');
    await unmount();
    const second = await mount({history: 'indexeddb', historyKey});
    assert.equal(composer(second).value, 'Half a thou');
    assert.equal(second.fake.state.info.id, first.fake.state.info.id);
    await second.newConversation();
    await drawn(second);
    assert.equal(composer(second).value, '');
    await unmount();
    indexedDB.deleteDatabase(`sse-chat:${historyKey}`);
  });

  it('edits the last message of the user on ↑, only in an empty box', async () => {
    const chat = await mount();
    void chat.send('Frist');
    await until(() => chat.fake.calls.length > 0, 'a request');
    chat.fake.text('Sorry?');
    chat.fake.end('complete');
    await drawn(chat);
    write(composer(chat), 'x');
    press(composer(chat), 'ArrowUp');
    await drawn(chat);
    assert.lengthOf(all(chat, 'textbox', 'Edit your message'), 0);
    write(composer(chat), '');
    press(composer(chat), 'ArrowUp');
    await until(() => all(chat, 'textbox', 'Edit your message').length > 0, 'the editor, which is loaded');
    const box = the(chat, 'textbox', 'Edit your message') as HTMLTextAreaElement;
    assert.equal(activeIn(chat), box);
    box.value = 'First';
    press(box, 'Enter');
    await drawn(chat);
    assert.deepEqual(chat.fake.calls, ['send Frist', 'edit First']);
  });

  /** The editor of a message, in which that was changed. */
  async function editing(): Promise<{chat: FakeChat; box: HTMLTextAreaElement}> {
    const chat = await mount();
    void chat.send('Frist');
    await until(() => chat.fake.calls.length > 0, 'a request');
    chat.fake.end('complete', {text: 'Sorry?'});
    await drawn(chat);
    the(chat, 'button', 'Edit').click();
    await until(() => all(chat, 'textbox', 'Edit your message').length > 0, 'the editor');
    const box = the(chat, 'textbox', 'Edit your message') as HTMLTextAreaElement;
    box.value = 'First';
    return {chat, box};
  }

  it('keeps an editor whose input method takes Escape to let go of a word', async () => {
    const {chat, box} = await editing();
    press(box, 'Escape', {isComposing: true});
    await drawn(chat);
    assert.equal((the(chat, 'textbox', 'Edit your message') as HTMLTextAreaElement).value, 'First');
    press(box, 'Escape');
    await until(() => all(chat, 'textbox', 'Edit your message').length === 0, 'the end of it');
  });

  it('keeps an editor on an Enter that is held since it opened that, or that makes a new line on a Mac', async () => {
    const {chat, box} = await editing();
    assert.isFalse(press(box, 'Enter', {repeat: true}), 'and makes no new line');
    assert.isTrue(press(box, 'Enter', {altKey: true}), 'as in the composer');
    await drawn(chat);
    assert.deepEqual(chat.fake.calls, ['send Frist']);
    assert.equal(activeIn(chat), box);
  });

  it('keeps an editor with what was typed while another answer is under way, and says why', async () => {
    const {chat, box} = await editing();
    chat.fake.edit = () => Promise.reject(new ChatError('busy', 'An answer is under way.'));
    void chat.send('Something else');
    await until(() => chat.fake.calls.length > 1, 'a request');
    press(box, 'Enter');
    await until(() => Boolean(chat.shadowRoot?.querySelector('[part=notice]')), 'the reason');
    assert.equal((the(chat, 'textbox', 'Edit your message') as HTMLTextAreaElement).value, 'First');
  });

  it('keeps an editor that is refused for what the page does not know, and asks once for two Enters', async () => {
    const {chat, box} = await editing();
    let asked = 0;
    chat.fake.edit = () => {
      asked++;
      return Promise.reject(new ChatError('busy', 'Another tab is getting an answer.'));
    };
    press(box, 'Enter');
    press(box, 'Enter');
    await until(() => Boolean(chat.shadowRoot?.querySelector('[part=notice]')), 'the reason');
    assert.equal(asked, 1);
    assert.equal((the(chat, 'textbox', 'Edit your message') as HTMLTextAreaElement).value, 'First');
    assert.isFalse(box.readOnly, 'can be typed in again');
    press(box, 'Enter');
    await until(() => asked === 2, 'the second request');
  });

  it('keeps what is typed from the shortcuts of the page, and lets other keys through', async () => {
    const chat = await mount();
    const keys: string[] = [];
    const listen = (event: KeyboardEvent) => keys.push(event.key);
    document.addEventListener('keydown', listen);
    press(composer(chat), 'k');
    press(the(chat, 'button', 'New chat'), 'g');
    document.removeEventListener('keydown', listen);
    assert.deepEqual(keys, ['g']);
    for (const type of ['keypress', 'keyup'] as const) {
      const event = () => new KeyboardEvent(type, {key: 'k', bubbles: true, composed: true});
      document.addEventListener(type, listen);
      composer(chat).dispatchEvent(event());
      the(chat, 'button', 'New chat').dispatchEvent(event());
      document.removeEventListener(type, listen);
    }
    assert.deepEqual(keys, ['g', 'k', 'k'], 'those of the button');
  });
});

describe('dictation', () => {
  afterEach(async () => {
    await unmount();
    ownSpeech();
  });
  beforeEach(() => sessionStorage.clear());

  async function dictating(properties = {}): Promise<{chat: FakeChat; button: HTMLElement}> {
    fakeSpeech();
    const chat = await mount({voice: true, ...properties});
    await until(() => all(chat, 'button', 'Dictate').length === 1, 'the button');
    return {chat, button: the(chat, 'button', 'Dictate')};
  }
  const pressed = (button: HTMLElement) => button.getAttribute('aria-pressed') === 'true';
  const said = (chat: FakeChat) => chat.shadowRoot!.querySelector('.voice')!.textContent!.trim();

  it('stands in the box as it is heard, with what was typed, and is sent by a person alone', async () => {
    const {chat, button} = await dictating();
    write(composer(chat), 'Dear Ada,');
    button.click();
    assert.isTrue(pressed(button));
    const {last} = FakeRecognition;
    assert.deepInclude({...last}, {calls: ['start'], lang: 'en', continuous: true, interimResults: true});
    last.hear('I right');
    assert.equal(composer(chat).value, 'Dear Ada, I right');
    last.hear('I write', 'to you');
    assert.equal(composer(chat).value, 'Dear Ada, I write to you');
    write(composer(chat), 'Dear Ada, I write to you!');
    last.hear('I write', 'to you', 'Bye');
    assert.equal(composer(chat).value, 'Dear Ada, I write to you! Bye');
    await drawn(chat);
    assert.deepEqual(chat.fake.calls, []);

    press(composer(chat), 'Enter');
    await until(() => chat.fake.calls.length > 0, 'a request');
    assert.deepEqual(chat.fake.calls, ['send Dear Ada, I write to you! Bye']);
    assert.deepEqual(last.calls, ['start', 'stop']);
    assert.isFalse(pressed(button));
    last.hear('I write', 'to you', 'Bye now');
    last.onend?.();
    assert.equal(composer(chat).value, '');
  });

  it('goes on where an input method was left in the middle of a word', async () => {
    const {chat, button} = await dictating();
    composer(chat).dispatchEvent(new CompositionEvent('compositionstart'));
    write(composer(chat), 'Hello');
    // Which tells no engine to end it.
    asOnAndroid(() => press(composer(chat), 'Enter', {isComposing: true, keyCode: 13}));
    await until(() => chat.fake.calls.length > 0, 'a request');
    button.click();
    FakeRecognition.last.hear('And then');
    assert.equal(composer(chat).value, 'And then');
  });

  it('stops on another press and on Escape, which leaves all else alone', async () => {
    const {chat, button} = await dictating({mode: 'popup', open: true});
    button.click();
    button.click();
    assert.isFalse(pressed(button));
    FakeRecognition.last.hear('The last words');
    assert.equal(composer(chat).value, 'The last words');
    FakeRecognition.last.onend?.();
    button.click();
    assert.isFalse(press(button, 'Escape'));
    assert.deepEqual(FakeRecognition.last.calls, ['start', 'stop']);
    await drawn(chat);
    assert.isTrue(chat.open);
    FakeRecognition.last.onend?.();
    press(button, 'Escape');
    await drawn(chat);
    assert.isFalse(chat.open);
  });

  it('ends with the chat, with its conversation, and by itself, which is said', async () => {
    const {chat, button} = await dictating({mode: 'popup', open: true});
    for (const leave of [() => chat.hide(), () => chat.newConversation(), async () => chat.remove()]) {
      if (!chat.open) await chat.show();
      button.click();
      const {last} = FakeRecognition;
      await leave();
      await until(() => last.calls.includes('abort'), 'the end');
      last.hear('Too late');
      last.onend?.();
      assert.equal(chat.shadowRoot!.querySelector('textarea')!.value, '');
    }
    document.body.append(chat);
    await until(() => all(chat, 'button', 'Dictate').length === 1, 'the button');
    button.click();
    FakeRecognition.last.onend?.();
    assert.isFalse(pressed(button));
    await until(() => spoken('status') === 'Dictation has ended.', 'the end');
  });

  it('says why it does not work', async () => {
    const {chat, button} = await dictating();
    for (const [error, problem] of [
      ['not-allowed', /^This page cannot use the microphone/],
      ['audio-capture', /^No microphone/],
      ['network', /without a connection/],
      ['something-new', /does not work/],
      ['no-speech', /^$/],
      ['aborted', /^$/],
    ] as const) {
      button.click();
      FakeRecognition.last.onerror?.({error});
      FakeRecognition.last.onend?.();
      assert.match(said(chat), problem, error);
      assert.isFalse(pressed(button));
    }
    FakeRecognition.refuses = true;
    button.click();
    assert.match(said(chat), /does not work/);
    assert.isFalse(pressed(button));
  });

  it('is there only where it is turned on and the browser can', async () => {
    const {chat} = await dictating();
    chat.voice = false;
    await drawn(chat);
    assert.lengthOf(all(chat, 'button', 'Dictate'), 0);
    await unmount();
    noSpeech();
    const other = await mount({voice: true, feedback: true});
    other.fake.set({settled: [messageOf('user', 'One?'), messageOf('assistant', 'Two.')]});
    await until(() => all(other, 'button', 'Good answer').length === 1, 'what is loaded with it');
    await drawn(other);
    assert.lengthOf([...all(other, 'button', 'Dictate'), ...all(other, 'button', 'Read aloud')], 0);
  });
});
