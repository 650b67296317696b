import type axe from 'axe-core';
import 'axe-core';
import {assert} from 'chai';
import {type FakeChat, messageOf} from './support/fake-conversation.ts';
import {the, unmount, until} from './support/page.ts';
import {showState, stateNames} from './support/states.ts';

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}

/** What lies over the end of the messages, without which axe knows no colour behind them. */
const flat = new CSSStyleSheet();
flat.replaceSync('.middle::after { content: none !important }');

/** What axe finds against WCAG 2.2 at level AA, best practices too, and what it cannot tell of colours. */
async function problems(chat: FakeChat, rules?: readonly string[]): Promise<readonly string[]> {
  const shadow = chat.shadowRoot!;
  if (!shadow.adoptedStyleSheets.includes(flat)) shadow.adoptedStyleSheets.push(flat);
  for (const motion of shadow.getAnimations()) {
    if (motion.effect?.getComputedTiming().endTime !== Infinity) motion.finish();
  }
  const {violations, incomplete} = await window.axe.run(
    {include: [['fake-chat']]},
    {
      runOnly: rules
        ? {type: 'rule', values: [...rules]}
        : {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']},
      iframes: false,
      preload: false,
      rules: {'empty-table-header': {enabled: false}}, // The corner of a table is as its author wrote it.
    },
  );
  const unknown = incomplete.filter(({nodes}) => nodes[0]?.any[0]?.data?.messageKey === 'pseudoContent');
  return [...violations, ...unknown].flatMap(({id, nodes}) =>
    nodes.map(({target, any}) => `${id}: ${target.flat().at(-1)}: ${any[0]?.message}`),
  );
}

describe('axe finds nothing', () => {
  const root = document.documentElement;
  afterEach(async () => {
    await unmount();
    root.dir = root.style.colorScheme = '';
  });

  for (const state of stateNames) {
    it(`in a chat that is ${state}, light, and dark from right to left`, async () => {
      root.style.colorScheme = 'light';
      const chat = await showState(state, {mode: 'popup', open: state !== 'closed'});
      assert.deepEqual(await problems(chat), []);
      root.style.colorScheme = 'dark';
      root.dir = 'rtl';
      await chat.updateComplete;
      assert.deepEqual(await problems(chat, ['color-contrast']), []);
    });
  }

  it('in an answer with more than one table, and more than one block of code', async () => {
    const blocks = '```js\n1\n```\n\n| a |\n|---|\n| 1 |\n\n';
    const chat = await showState('empty');
    chat.fake.set({settled: [messageOf('user', 'Hi'), messageOf('assistant', blocks.repeat(2))]});
    await until(() => chat.shadowRoot!.querySelectorAll('table').length === 2, 'the tables');
    assert.deepEqual(await problems(chat), []);
  });

  it('in a chat that is modal', async () => {
    const chat = await showState('complete', {mode: 'fullscreen', open: true});
    await until(() => !chat.shadowRoot!.querySelector('.panel[role]'), 'the modal dialog');
    assert.deepEqual(await problems(chat), []);
  });

  it('and would find a name that is missing, and a colour that is too pale', async () => {
    root.style.colorScheme = 'light';
    const chat = await showState('empty');
    const button = the(chat, 'button', 'New chat');
    button.removeAttribute('aria-label');
    button.removeAttribute('title');
    the(chat, 'button', 'What can you do?').style.color = '#ccc';
    const found = await problems(chat);
    assert.deepEqual(found.map(each => each.replace(/:.*/s, '')).sort(), ['button-name', 'color-contrast']);
  });
});
