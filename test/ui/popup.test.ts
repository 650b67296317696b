import {assert} from 'chai';
import {all, composer, drawn, focusIn, mount, press, the, unmount, until, write} from './support/page.ts';

const launcher = (chat: Element) =>
  chat.shadowRoot?.querySelector('[aria-haspopup="dialog"]') as HTMLButtonElement;

describe('the popup', () => {
  afterEach(unmount);

  it('is a non-modal dialog with a name, opened by a button that says so', async () => {
    const chat = await mount({mode: 'popup', heading: 'Ask Ada'});
    const button = the(chat, 'button', 'Open chat');
    assert.equal(button.getAttribute('aria-expanded'), 'false');
    assert.lengthOf(all(chat, 'dialog'), 0);
    button.click();
    await drawn(chat);
    const dialog = the(chat, 'dialog', 'Ask Ada');
    assert.equal(button.getAttribute('aria-expanded'), 'true');
    assert.equal(button.getAttribute('aria-controls'), dialog.id);
    assert.isTrue(chat.open);
  });

  it('takes the focus into its text box when a person opens it', async () => {
    const chat = await mount({mode: 'popup'});
    launcher(chat).focus();
    launcher(chat).click();
    await until(() => focusIn(chat) === 'Message', 'the focus');
  });

  it('leaves the focus alone when the page opens it', async () => {
    const elsewhere = document.body.appendChild(document.createElement('button'));
    const chat = await mount({mode: 'popup'});
    elsewhere.focus();
    await chat.show();
    await drawn(chat);
    assert.equal(document.activeElement, elsewhere);
    chat.open = false;
    await drawn(chat);
    chat.open = true;
    await drawn(chat);
    assert.equal(document.activeElement, elsewhere);
    elsewhere.remove();
  });

  it('closes on Escape and gives the focus back to the launcher', async () => {
    const chat = await mount({mode: 'popup'});
    launcher(chat).click();
    await until(() => focusIn(chat) === 'Message', 'the focus');
    press(composer(chat), 'Escape');
    await until(() => focusIn(chat) === 'Open chat', 'the focus on the launcher');
    assert.isFalse(chat.open);
    assert.lengthOf(all(chat, 'dialog'), 0);
  });

  it('stops an answer on the first Escape and closes on the second', async () => {
    const chat = await mount({mode: 'popup', open: true});
    write(composer(chat), 'Hello');
    press(composer(chat), 'Enter');
    await until(() => chat.fake.calls.length > 0, 'a request');
    await drawn(chat);
    press(composer(chat), 'Escape');
    await drawn(chat);
    assert.deepEqual(chat.fake.calls, ['send Hello', 'stop']);
    assert.isTrue(chat.open);
    press(composer(chat), 'Escape');
    await drawn(chat);
    assert.isFalse(chat.open);
  });

  it('leaves an answer under way when it is closed, and counts it on the launcher', async () => {
    const chat = await mount({mode: 'popup', open: true});
    write(composer(chat), 'Hello');
    press(composer(chat), 'Enter');
    await until(() => chat.fake.calls.length > 0, 'a request');
    the(chat, 'button', 'Close chat').click();
    await drawn(chat);
    chat.fake.text('Hi');
    chat.fake.end('complete');
    await drawn(chat);
    assert.deepEqual(chat.fake.calls, ['send Hello']);
    the(chat, 'button', 'Open chat, new messages: 1').click();
    await drawn(chat);
    await chat.hide();
    the(chat, 'button', 'Open chat');
  });

  it('tells when it opens and closes, once each', async () => {
    const chat = await mount({mode: 'popup'});
    const told: string[] = [];
    for (const type of ['chat-open', 'chat-close']) chat.addEventListener(type, () => told.push(type));
    await chat.toggle();
    await chat.show();
    await chat.toggle();
    await chat.hide();
    assert.deepEqual(told, ['chat-open', 'chat-close']);
  });

  it('is none when the chat stands in the page', async () => {
    const chat = await mount({heading: 'Ask Ada'});
    the(chat, 'region', 'Ask Ada');
    assert.lengthOf(all(chat, 'dialog'), 0);
    assert.isNull(launcher(chat));
  });

  it('shows its states to style sheets', async () => {
    const chat = await mount({mode: 'popup'});
    assert.isFalse(chat.matches(':state(open)'));
    chat.open = true;
    void chat.send('Hello');
    await until(() => chat.fake.calls.length > 0, 'a request');
    await drawn(chat);
    assert.isTrue(chat.matches(':state(open)') && chat.matches(':state(streaming)'));
    chat.fake.set({status: 'offline'});
    await drawn(chat);
    assert.isTrue(chat.matches(':state(offline)'));
    chat.fake.end('error');
    await drawn(chat);
    assert.isTrue(chat.matches(':state(error)') && !chat.matches(':state(streaming)'));
  });
});
