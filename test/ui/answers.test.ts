import {assert} from 'chai';
import '../../src/index.ts';
import type {SseChat} from '../../src/ui/sse-chat.ts';
import {serveRemotely as serve} from '../support/served-scenario.ts';
import {all, composer, drawn, focusIn, press, the, unmount, until, write} from './support/page.ts';

let keys = 0;

async function show(properties: Partial<SseChat>): Promise<SseChat> {
  const chat = document.createElement('sse-chat');
  Object.assign(chat, properties);
  document.body.append(chat);
  await drawn(chat);
  return chat;
}

async function ask(chat: SseChat, text: string): Promise<void> {
  write(composer(chat), text);
  press(composer(chat), 'Enter');
  await until(() => all(chat, 'article').length > 0, 'the message');
}

const answer = (chat: SseChat) => all(chat, 'article').at(-1) as HTMLElement;
const shown = (chat: SseChat) => answer(chat).querySelector('[part~="text"]')?.textContent ?? '';
const ended = (chat: SseChat, status: string) =>
  until(
    () => answer(chat)?.dataset['role'] === 'assistant' && answer(chat).dataset['status'] === status,
    status,
  );

const tokens = 'The whole answer has a number of words , and none of them is lost .'.split(/(?= )/);
const whole = tokens.join('');

describe('an answer of a real server', () => {
  beforeEach(() => sessionStorage.clear());
  afterEach(unmount);

  for (const dialect of ['token', 'openai'] as const) {
    it(`of the ${dialect} dialect is shown as a whole when it was cut on the way`, async () => {
      const served = await serve({dialect, tokens, responses: [{cut: {at: 400, by: 'reset'}}]});
      const chat = await show({endpoint: served.endpoint, history: 'none'});
      await ask(chat, 'Tell me.');
      await ended(chat, 'complete');
      await drawn(chat);
      assert.equal(shown(chat), whole);
      assert.lengthOf((await served.ledger()).requests, 2);
    });
  }

  it('that was cut and may not go on by itself goes on with the Continue button', async () => {
    const served = await serve({dialect: 'token', tokens, responses: [{cut: {at: 300, by: 'eof'}}]});
    const chat = await show({endpoint: served.endpoint, history: 'none', continuation: 'manual'});
    await ask(chat, 'Tell me.');
    await ended(chat, 'interrupted');
    await drawn(chat);
    assert.isTrue(whole.startsWith(shown(chat)) && shown(chat) !== whole);
    the(chat, 'button', 'Continue').click();
    await ended(chat, 'complete');
    await drawn(chat);
    assert.equal(shown(chat), whole);
  });

  // With a history, in which the button goes only when the disk has heard of what it did.
  for (const [button, script, continuation] of [
    ['Continue', {cut: {at: 300, by: 'eof'}}, 'manual'],
    ['Retry', {status: 500}, 'auto'],
  ] as const) {
    it(`leaves the focus in the chat when ${button} is gone`, async () => {
      const served = await serve({dialect: 'token', tokens, responses: [script]});
      const historyKey = `focus ${crypto.randomUUID()}`;
      const chat = await show({endpoint: served.endpoint, historyKey, continuation, maxRetries: 0});
      await ask(chat, 'Tell me.');
      await until(() => all(chat, 'button', button).length > 0, button);
      the(chat, 'button', button).focus();
      the(chat, 'button', button).click();
      await ended(chat, 'complete');
      await drawn(chat);
      assert.equal(focusIn(chat), 'Message');
      await chat.clear();
    });
  }

  it('that is refused for now is waited for with a countdown', async () => {
    const served = await serve({
      dialect: 'token',
      tokens,
      responses: [{status: 429, headers: {'retry-after': '1'}, body: '{}'}],
    });
    const chat = await show({endpoint: served.endpoint, history: 'none'});
    await ask(chat, 'Tell me.');
    await until(() => chat.status === 'waiting', 'the wait');
    await drawn(chat);
    assert.match(the(chat, 'log').textContent ?? '', /The server is busy\. Retrying in \d s\./);
    await ended(chat, 'complete');
  });

  it('that is waited for can be stopped for good, and leaves the draft alone', async () => {
    const busy = {status: 429, headers: {'retry-after': '30'}, body: '{}'};
    const served = await serve({dialect: 'token', tokens, responses: [busy]});
    const chat = await show({endpoint: served.endpoint, history: 'none'});
    const secondsLeft = () => Number(/Retrying in (\d+) s/.exec(the(chat, 'log').textContent ?? '')?.[1]);
    await ask(chat, 'Tell me.');
    await until(() => secondsLeft() > 0, 'the countdown');
    const first = secondsLeft();
    write(composer(chat), 'And then');
    await until(() => secondsLeft() < first, 'the next second');
    the(chat, 'button', 'Stop').click();
    await ended(chat, 'stopped');
    await drawn(chat);
    assert.isNaN(secondsLeft());
    assert.equal(chat.status, 'ready');
    assert.equal(composer(chat).value, 'And then');
    assert.lengthOf((await served.ledger()).requests, 1);
  });

  it('that is an error is said to be one, with Retry and the id that the server gave it', async () => {
    const served = await serve({
      dialect: 'token',
      tokens,
      last: {status: 401, headers: {'x-request-id': 'req_9'}, body: '{}'},
    });
    const chat = await show({endpoint: served.endpoint, history: 'none'});
    await ask(chat, 'Tell me.');
    await ended(chat, 'error');
    await drawn(chat);
    assert.include(answer(chat).textContent, 'You are not signed in or do not have access to this chat.');
    assert.include(answer(chat).querySelector('details')?.textContent ?? '', 'req_9');
    the(chat, 'button', 'Retry');
  });

  it('is still there in another element with the same history', async () => {
    const served = await serve({dialect: 'token', tokens});
    const historyKey = `answers-${++keys}`;
    const first = await show({endpoint: served.endpoint, historyKey});
    await ask(first, 'Tell me.');
    await ended(first, 'complete');
    await until(() => first.conversations.length === 1, 'the list of conversations');
    await unmount();
    const second = await show({endpoint: served.endpoint, historyKey});
    await until(() => all(second, 'article').length === 2, 'the messages');
    await drawn(second);
    assert.equal(shown(second), whole);
    assert.equal(answer(second).dataset['status'], 'complete');
    await second.clear();
  });

  it('is kept by an element that has nothing but an endpoint', async () => {
    const served = await serve({dialect: 'token', tokens});
    const first = await show({endpoint: served.endpoint});
    await first.clear();
    await ask(first, 'Tell me.');
    await ended(first, 'complete');
    await until(() => first.conversations.length === 1, 'the list of conversations');
    await unmount();
    const second = await show({endpoint: served.endpoint});
    await until(() => all(second, 'article').length === 2, 'the messages');
    await second.clear();
  });

  it('is kept even if it was asked for before the element was ready', async () => {
    const served = await serve({dialect: 'token', tokens});
    const chat = document.createElement('sse-chat');
    Object.assign(chat, {endpoint: served.endpoint, historyKey: `answers-${++keys}`});
    document.body.append(chat);
    const {text, status} = await chat.send('Tell me.');
    assert.deepEqual([text, status], [whole, 'complete']);
    await until(() => chat.conversations.length === 1, 'the list of conversations');
    await chat.clear();
  });

  it('that was under way when its element went is gone on with in the next one', async () => {
    const served = await serve({
      dialect: 'token',
      tokens,
      responses: [{cut: {at: 300, by: 'stall'}}],
    });
    const historyKey = `answers-${++keys}`;
    const first = await show({endpoint: served.endpoint, historyKey});
    await ask(first, 'Tell me.');
    await until(() => shown(first).length > 20, 'some text');
    const seen = shown(first);
    await unmount();
    const second = await show({endpoint: served.endpoint, historyKey});
    await until(() => all(second, 'article').length === 2, 'the messages');
    await ended(second, 'complete');
    await drawn(second);
    assert.isTrue(whole.startsWith(seen));
    assert.equal(shown(second), whole);
    await second.clear();
  });
});

describe('Stop', () => {
  afterEach(unmount);

  for (const history of ['none', 'memory', 'indexeddb'] as const) {
    it(`is final for what was sent before there is a conversation (${history})`, async () => {
      const chat = document.createElement('sse-chat');
      let requests = 0;
      const fetch = async () => {
        requests++;
        return new Response('data: {"token":"Hi"}\n\ndata: [DONE]\n\n');
      };
      Object.assign(chat, {endpoint: '/api/chat', history, historyKey: `stop-${Math.random()}`, fetch});
      document.body.append(chat);
      const first = chat.send('One?');
      await chat.stop();
      assert.equal((await first).status, 'stopped');
      // Nor once there is one.
      chat.placeholder = 'Write';
      const second = chat.send('Two?');
      await chat.stop();
      assert.equal((await second).status, 'stopped');
      assert.equal(requests, 0);
      assert.equal((await chat.send('Three?')).text, 'Hi');
      assert.deepEqual(
        chat.messages.filter(({role}) => role === 'user').map(({text}) => text),
        ['One?', 'Two?', 'Three?'],
      );
    });
  }

  it('waits for nothing where nothing was asked', async () => {
    const chat = document.createElement('sse-chat');
    await chat.stop();
    document.body.append(chat);
    await chat.stop();
    assert.equal(chat.status, 'ready');
  });
});
