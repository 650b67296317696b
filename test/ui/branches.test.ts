import {assert} from 'chai';
import type {Branch} from '../../src/conversation/journal.ts';
import {type FakeChat, messageOf} from './support/fake-conversation.ts';
import {activeIn, all, drawn, mount, nameOf, spoken, the, unmount, until} from './support/page.ts';

const question = messageOf('user', 'One?');
const third = messageOf('assistant', 'Third', {createdAt: 3});
const branches: readonly Branch[] = [
  {...messageOf('assistant', 'Second', {createdAt: 2}), after: question.id, rest: []},
  {...messageOf('assistant', 'First', {createdAt: 1}), after: question.id, rest: [messageOf('user', 'Two?')]},
];

async function branched(properties = {}): Promise<FakeChat> {
  const chat = await mount(properties);
  chat.fake.set({settled: [question, third], branches});
  await until(() => switches(chat).length > 0, 'the branches');
  return chat;
}

const switches = (chat: Element) => [
  ...(chat.shadowRoot as ShadowRoot).querySelectorAll<HTMLElement>('[part="branches"]'),
];
const texts = (chat: Element) => all(chat, 'article').map(each => each.querySelector('.body')?.textContent);

describe('branches', () => {
  afterEach(unmount);

  it('are counted beside the message that was asked for more than once, and beside no other', async () => {
    const chat = await branched();
    assert.deepEqual(
      switches(chat).map(each => [each.textContent?.trim(), each.ariaLabel, each.role]),
      [['3/3', 'Version 3 of 3', 'group']],
    );
    assert.equal(the(chat, 'button', 'Next version').getAttribute('aria-disabled'), 'true');
  });

  it('are gone through with the keyboard: the focus stays on the button, and the place is said', async () => {
    const chat = await branched();
    the(chat, 'button', 'Previous version').focus();
    (activeIn(chat) as HTMLElement).click();
    await until(() => texts(chat)[1] === 'Second', 'the second');
    await until(() => activeIn(chat)?.matches('[part~="previous-branch-button"]') === true, 'the focus');
    await until(() => spoken('status').includes('Version 2 of 3'), 'the place');
    (activeIn(chat) as HTMLElement).click();
    await until(() => texts(chat).join() === 'One?,First,Two?', 'the first, and what followed it');
    await until(() => switches(chat)[0]?.ariaLabel === 'Version 1 of 3', 'its place');
    await until(() => activeIn(chat) === the(chat, 'button', 'Previous version'), 'the focus');
    (activeIn(chat) as HTMLElement).click(); // There is none before it.
    assert.equal(nameOf(activeIn(chat) as Element), 'Previous version');
    assert.deepEqual(chat.fake.calls, [`show ${branches[0]?.id}`, `show ${branches[1]?.id}`]);
  });

  it('keep the focus, however long the way to another one takes', async () => {
    const chat = await branched();
    const {showBranch} = chat.fake;
    chat.fake.showBranch = async id => {
      await showBranch.call(chat.fake, id);
      await drawn(chat);
      await drawn(chat);
    };
    the(chat, 'button', 'Previous version').focus();
    for (const text of ['Second', 'First']) {
      (activeIn(chat) as HTMLElement).click();
      await until(() => texts(chat)[1] === text, text);
      await until(() => activeIn(chat)?.matches('[part~="previous-branch-button"]') === true, 'the focus');
    }
  });

  it('stay as they are while an answer is under way', async () => {
    const chat = await branched();
    void chat.send('More?');
    await until(() => chat.fake.state.open !== undefined, 'an answer');
    await drawn(chat);
    const previous = the(chat, 'button', 'Previous version');
    assert.equal(previous.getAttribute('aria-disabled'), 'true');
    previous.click();
    assert.deepEqual(chat.fake.calls, ['send More?']);
  });

  it('of a question are beside the question', async () => {
    const chat = await mount();
    const old: Branch = {...messageOf('user', 'Old?', {createdAt: 1}), after: '', rest: []};
    chat.fake.set({settled: [question, third], branches: [old]});
    await until(() => switches(chat).length > 0, 'the branches');
    assert.equal(switches(chat)[0]?.closest('article')?.dataset['role'], 'user');
    assert.equal(switches(chat)[0]?.ariaLabel, 'Version 2 of 2');
  });

  it('are gone through in the direction of the language', async () => {
    const chat = await branched({lang: 'ar'});
    await until(() => switches(chat)[0]?.ariaLabel !== 'Version 3 of 3', 'the language');
    const [previous, next] = switches(chat)[0]!.querySelectorAll('button');
    assert.isAbove(previous!.getBoundingClientRect().x, next!.getBoundingClientRect().x);
    assert.match(getComputedStyle(previous!.querySelector('.icon')!).transform, /^matrix\(-1/);
  });
});
