import {assert} from 'chai';
import {ChatError} from '../../src/protocol/chat-error.ts';
import {type FakeChat, messageOf} from './support/fake-conversation.ts';
import {drawn, mount, spoken, the, unmount, until} from './support/page.ts';

async function asking(properties = {}): Promise<FakeChat> {
  const chat = await mount(properties);
  void chat.send('What is SSE?');
  await until(() => chat.fake.calls.length > 0, 'a request');
  return chat;
}

/** Everything that the live regions say, one entry for each change. */
function listen(): string[] {
  const said: string[] = [];
  const observer = new MutationObserver(records => {
    for (const {target} of records)
      if (target.textContent) said.push(target.textContent.replace('\u200B', ''));
  });
  for (const region of document.querySelectorAll('[data-sse-chat-announcer]')) {
    observer.observe(region, {childList: true});
  }
  return said;
}

describe('announcements', () => {
  afterEach(unmount);

  it('have empty regions before the first message, and none after the element is gone', async () => {
    await mount();
    assert.equal(spoken('status') + spoken('alert'), '');
    assert.lengthOf(document.querySelectorAll('[data-sse-chat-announcer]'), 2);
    await unmount();
    assert.lengthOf(document.querySelectorAll('[data-sse-chat-announcer]'), 0);
  });

  it('say that an answer comes, and then the answer without marks, not token by token', async () => {
    await mount();
    const chat = document.querySelector('fake-chat') as FakeChat;
    const said = listen();
    void chat.send('What is SSE?');
    await until(() => said.length === 1, 'the first announcement');
    for (const word of 'It is a **one-way** stream, over `HTTP`.'.split(' ')) {
      chat.fake.text(`${word} `);
      await drawn(chat);
    }
    chat.fake.end('complete');
    await until(() => said.length === 2, 'the second announcement');
    assert.deepEqual(said, ['The assistant is answering.', 'It is a one-way stream, over HTTP.']);
  });

  it('shorten a long answer to its first two sentences', async () => {
    const chat = await asking();
    chat.fake.text(`First sentence. Second one! ${'And so on. '.repeat(80)}`);
    chat.fake.end('complete');
    await until(() => spoken('status').startsWith('First'), 'the announcement');
    assert.equal(spoken('status'), 'First sentence. Second one! The full answer is in the messages.');
  });

  it('say that an answer is incomplete', async () => {
    const chat = await asking();
    chat.fake.text('Half an ans');
    chat.fake.end('interrupted');
    await until(() => spoken('status').includes('incomplete'), 'the announcement');
    assert.equal(spoken('status'), 'Half an ans The connection was lost. This answer is incomplete.');
  });

  it('alert to an error, and take that back with the next question', async () => {
    const chat = await asking();
    chat.fake.end('error', {error: {kind: 'network', message: 'Failed to fetch'}});
    await until(() => spoken('alert') !== '', 'the alert');
    assert.equal(spoken('alert'), 'The server cannot be reached.');
    void chat.send('Again');
    await until(() => spoken('alert') === '', 'the alert to be taken back');
  });

  it('say again that an answer comes, where an error was between', async () => {
    const chat = await mount();
    const said = listen();
    void chat.send('What is SSE?');
    await until(() => said.length === 1, 'the first announcement');
    const first = spoken('status');
    chat.fake.end('error', {error: {kind: 'network', message: 'Failed to fetch'}});
    await until(() => said.length === 2, 'the alert');
    await drawn(chat);
    the(chat, 'button', 'Retry').click();
    await until(() => said.length === 3, 'the third announcement');
    const [answering, error] = ['The assistant is answering.', 'The server cannot be reached.'];
    assert.deepEqual(said, [answering, error, answering]);
    assert.notEqual(spoken('status'), first, 'a change of its region');
  });

  it('say once, without counting down, how long a wait is', async () => {
    await mount();
    const chat = document.querySelector('fake-chat') as FakeChat;
    const said = listen();
    void chat.send('What is SSE?');
    await until(() => said.length === 1, 'the first announcement');
    chat.fake.set({status: 'waiting', retryAt: Date.now() + 2_900});
    // A busy machine may sleep through any of the seconds, but not through the last.
    await until(() => chat.shadowRoot?.textContent?.includes('in 0 s.') === true, 'the countdown');
    assert.lengthOf(said, 2);
    assert.match(said[1] ?? '', /^The server is busy\. Retrying in [1-3] s\.$/);
  });

  it('say once that another tab gets the answer, and then the answer', async () => {
    const chat = await mount();
    const said = listen();
    const open = messageOf('assistant', '', {status: 'pending'});
    chat.fake.set({open, status: 'submitted', elsewhere: true});
    chat.fake.set({open: {...open, text: 'Hello.'}, status: 'streaming'});
    await until(() => said.length === 1, 'the first announcement');
    chat.fake.end('complete');
    chat.fake.set({elsewhere: undefined});
    await until(() => said.length === 2, 'the second announcement');
    assert.deepEqual(said, ['Another tab is getting an answer.', 'Hello.']);
  });

  it('speak whole sentences only, by the setting `sentences`', async () => {
    const chat = await asking({announce: 'sentences'});
    chat.fake.text('The first is whole. The second is n');
    await until(() => spoken('status').startsWith('The first'), 'the announcement');
    assert.equal(spoken('status'), 'The first is whole.');
    chat.fake.text('ot yet.');
    chat.fake.end('complete');
    await until(() => spoken('status').startsWith('The second'), 'the rest');
    assert.equal(spoken('status'), 'The second is not yet.');
  });

  it('leave the answer out by the setting `status-only`', async () => {
    await mount({announce: 'status-only'});
    const chat = document.querySelector('fake-chat') as FakeChat;
    const said = listen();
    void chat.send('What is SSE?');
    await until(() => said.length === 1, 'the first announcement');
    chat.fake.text('Half an ans');
    chat.fake.end('stopped');
    await until(() => said.length === 2, 'the second announcement');
    assert.deepEqual(said, ['The assistant is answering.', 'You stopped this answer.']);
  });

  it('are silent by the setting `off`', async () => {
    await mount({announce: 'off'});
    const chat = document.querySelector('fake-chat') as FakeChat;
    const said = listen();
    void chat.send('What is SSE?');
    await until(() => chat.fake.calls.length > 0, 'a request');
    chat.fake.end('error', {error: {kind: 'network', message: 'Failed to fetch'}});
    await until(() => chat.shadowRoot?.textContent?.includes('cannot be reached') === true, 'the error');
    await drawn(chat);
    chat.fake.failure = new ChatError('busy', 'Busy.');
    the(chat, 'button', 'Retry').click();
    await until(() => chat.shadowRoot?.textContent?.includes('Another answer') === true, 'the refusal');
    assert.deepEqual(said, []);
  });

  it('are made inside of the modal dialog that the element is in', async () => {
    const dialog = document.body.appendChild(document.createElement('dialog'));
    const chat = document.createElement('fake-chat') as FakeChat;
    dialog.append(chat);
    dialog.showModal();
    assert.lengthOf(dialog.querySelectorAll('[data-sse-chat-announcer]'), 2);
    dialog.remove();
  });
});
