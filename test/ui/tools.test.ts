import {assert} from 'chai';
import type {ApproveTool} from '../../src/conversation/tool.ts';
import type {Message, ToolCallPart} from '../../src/protocol/message.ts';
import type {ChatToolCallEvent} from '../../src/ui/tool-call-event.ts';
import {type FakeChat, messageOf} from './support/fake-conversation.ts';
import {activeIn, all, drawn, mount, nameOf, spoken, the, unmount, until} from './support/page.ts';

const call = (rest: Partial<ToolCallPart> = {}): ToolCallPart => ({
  type: 'tool-call',
  id: 'c1',
  name: 'send_mail',
  arguments: '{"to":"a@example.com"}',
  state: 'called',
  round: 1,
  ...rest,
});

const lines = (chat: Element) => [
  ...(chat.shadowRoot as ShadowRoot).querySelectorAll<HTMLDetailsElement>('.tool-call'),
];
const words = (line: Element | undefined) =>
  line?.querySelector('summary')?.textContent?.replace(/\s+/g, ' ').trim();

/** A stored answer with these calls. */
async function stored(...calls: readonly ToolCallPart[]): Promise<FakeChat> {
  const chat = await mount();
  const parts = [...calls, {type: 'text' as const, text: 'Done.'}];
  chat.fake.set({settled: [messageOf('assistant', 'Done.', {parts})]});
  await until(() => lines(chat).length > 0, 'the calls');
  await drawn(chat);
  return chat;
}

/** A chat whose call waits for a person. What was decided is there once it is. */
async function waiting(
  properties = {},
): Promise<{chat: FakeChat; decided: boolean[]; abort: AbortController}> {
  const chat = await mount(properties);
  void chat.send('Mail it');
  await until(() => chat.fake.calls.length > 0, 'a request');
  const part = call();
  show(chat, part);
  const abort = new AbortController();
  const decided: boolean[] = [];
  const approve = chat.fake.options.approveTool as ApproveTool;
  const answer = Promise.resolve(approve(part, {needsApproval: true, signal: abort.signal}));
  void answer.then(allowed => {
    decided.push(allowed);
    show(chat, call({state: allowed ? 'running' : 'denied', ...(!allowed && {result: 'No.'})}));
  });
  show(chat, call({state: 'waiting'}));
  await until(
    () => lines(chat)[0]?.dataset['state'] === 'waiting' && all(chat, 'button', 'Allow').length > 0,
    'Allow',
  );
  return {chat, decided, abort};
}

function show(chat: FakeChat, part: ToolCallPart): void {
  const open = chat.fake.state.open as Message;
  chat.fake.set({open: {...open, parts: [part]}, status: part.state === 'waiting' ? 'waiting' : 'streaming'});
}

describe('a call of a tool', () => {
  afterEach(unmount);

  it('is a folded line with its name and where it stands, and has what it said as text', async () => {
    const chat = await stored(
      call({state: 'done', result: {ok: '<img src=x onerror=alert(1)>'}, duration: 4_200}),
      call({id: 'c2', name: 'look\u202eup', state: 'failed', result: 'Gone.', duration: 999}),
      call({id: 'c3', state: 'denied', result: 'This call was denied.'}),
      call({id: 'c4', state: 'running'}),
    );
    assert.deepEqual(lines(chat).map(words), [
      'send_mail – done (4 sec)',
      'lookup – failed',
      'send_mail – denied',
      'send_mail – not finished',
    ]);
    assert.isTrue(lines(chat).every(line => !line.open));
    const [first] = lines(chat);
    assert.deepEqual(
      [...(first?.querySelectorAll('pre') ?? [])].map(each => each.textContent),
      ['{\n  "to": "a@example.com"\n}', '{\n  "ok": "<img src=x onerror=alert(1)>"\n}'],
    );
    assert.lengthOf(first?.querySelectorAll('img') ?? [], 0);
    assert.lengthOf(all(chat, 'button', 'Allow'), 0);
  });

  it('is told of by an event that denies it when it is cancelled, whether or not a person is asked', async () => {
    const chat = await mount();
    const approve = chat.fake.options.approveTool as ApproveTool;
    const told: unknown[] = [];
    let denies = false;
    chat.addEventListener('chat-tool-call', (event: ChatToolCallEvent) => {
      told.push([event.call.name, event.needsApproval]);
      if (denies) event.preventDefault();
    });
    const {signal} = new AbortController();
    assert.isTrue(await approve(call(), {needsApproval: false, signal}));
    denies = true;
    assert.isFalse(await approve(call(), {needsApproval: false, signal}));
    assert.isFalse(await approve(call(), {needsApproval: true, signal}));
    assert.deepEqual(told, [
      ['send_mail', false],
      ['send_mail', false],
      ['send_mail', true],
    ]);
  });

  it('that waits for a person is open, says so once, and has Deny before Allow', async () => {
    const {chat} = await waiting();
    const [line] = lines(chat);
    assert.isTrue(line?.open);
    assert.equal(words(line), 'send_mail – waiting for you');
    assert.deepEqual([...(line?.querySelectorAll('button') ?? [])].map(nameOf), ['Deny', 'Allow']);
    await until(() => spoken('status').includes('wants to use “send_mail”'), 'an announcement');
    assert.notEqual(activeIn(chat)?.textContent?.trim(), 'Allow');
  });

  it('that waits for a person is marked on the launcher of a closed popup, until it waits no longer', async () => {
    const {chat} = await waiting({mode: 'popup', open: true});
    const mark = () => getComputedStyle(chat.shadowRoot!.querySelector('.launcher')!, '::before').content;
    assert.equal(mark(), 'none');
    await chat.hide();
    assert.include(mark(), '!');
    await chat.show();
    the(chat, 'button', 'Deny').click();
    await until(() => all(chat, 'button', 'Deny').length === 0, 'a decision');
    await chat.hide();
    assert.equal(mark(), 'none');
  });

  it('is allowed by no script, at no time', async () => {
    const {chat, decided} = await waiting();
    const allow = the(chat, 'button', 'Allow');
    assert.equal(allow.getAttribute('aria-disabled'), 'true');
    allow.click();
    await until(
      () => the(chat, 'button', 'Allow').getAttribute('aria-disabled') === 'false',
      'a ready button',
    );
    allow.click();
    allow.dispatchEvent(new PointerEvent('click', {bubbles: true, composed: true}));
    await drawn(chat);
    assert.deepEqual(decided, []);
  });

  it('is denied at once, and the focus stays at its line', async () => {
    const {chat, decided} = await waiting();
    const deny = the(chat, 'button', 'Deny');
    deny.focus();
    deny.click();
    await until(() => decided.length > 0 && words(lines(chat)[0]) === 'send_mail – denied', 'a decision');
    assert.deepEqual(decided, [false]);
    assert.equal(activeIn(chat)?.localName, 'summary');
    assert.lengthOf(all(chat, 'button', 'Allow'), 0);
  });

  it('waits no longer once the answer is stopped', async () => {
    const {chat, decided, abort} = await waiting();
    abort.abort();
    await until(() => decided.length > 0 && all(chat, 'button', 'Allow').length === 0, 'an end');
    assert.deepEqual(decided, [false]);
  });

  it('is asked about where it is, and not at one of before that was left with the same id', async () => {
    const chat = await mount();
    const left = call({state: 'waiting', arguments: '{"to":"b@example.com"}'});
    const stopped = messageOf('assistant', '', {status: 'stopped', parts: [left]});
    chat.fake.set({settled: [messageOf('user', 'Mail b'), stopped]});
    await until(() => lines(chat).length === 1, 'the call of before');
    void chat.send('Mail a');
    await until(() => chat.fake.calls.length > 0, 'a request');
    const approve = chat.fake.options.approveTool as ApproveTool;
    const abort = new AbortController();
    show(chat, call({state: 'waiting'}));
    const decided = Promise.resolve(approve(call(), {needsApproval: true, signal: abort.signal}));
    await until(() => lines(chat).length === 2 && all(chat, 'button', 'Allow').length > 0, 'Allow');
    await drawn(chat);
    assert.deepEqual(
      lines(chat).map(line => [line.open, line.querySelectorAll('button').length]),
      [
        [false, 0],
        [true, 2],
      ],
    );
    abort.abort();
    assert.isFalse(await decided);
  });

  it('offers no decision that another tab has to make', async () => {
    const chat = await mount();
    chat.fake.set({
      settled: [messageOf('user', 'Hi')],
      open: messageOf('assistant', '', {status: 'streaming', parts: [call({state: 'waiting'})]}),
      elsewhere: true,
    });
    await until(() => lines(chat).length > 0, 'the call');
    assert.lengthOf(all(chat, 'button', 'Allow'), 0);
  });
});
