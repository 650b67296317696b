import {assert} from 'chai';

describe('an empty chat in an idle moment', () => {
  it('draws what answers are made of where nobody sees it, asks for nothing, and takes it away', async () => {
    const queue: (() => void)[] = [];
    const idle = (act: () => void) => queue.push(act);
    Object.defineProperty(globalThis, 'requestIdleCallback', {value: idle, configurable: true});
    // What asks for idle moments keeps what it finds when it is loaded.
    const {all, drawn, mount, unmount, until} = await import('./support/page.ts');
    try {
      const chat = await mount();
      const drafts = () => [...chat.shadowRoot!.querySelectorAll<HTMLElement>('article')];
      const log = chat.shadowRoot!.querySelector('[role=log]')!;
      const said = log.textContent;
      assert.lengthOf(drafts(), 0);
      const asked = performance.getEntriesByType('resource').length;
      for (const act of queue.splice(0)) act();
      await drawn(chat);
      const [article] = drafts();
      assert.isTrue(article!.inert);
      assert.equal(getComputedStyle(article!).visibility, 'hidden');
      assert.equal(article!.getBoundingClientRect().height, 0);
      assert.isFalse(log.contains(article!));
      for (const name of ['h1', 'li', 'strong', 'em', 'code'])
        assert.isNotNull(article!.querySelector(name), name);
      await until(() => drafts().length === 0, 'it to be gone');
      assert.equal(log.textContent, said);
      assert.equal(performance.getEntriesByType('resource').length, asked);
      assert.lengthOf(all(chat, 'article'), 0);

      const second = await mount();
      for (const act of queue.splice(0)) act();
      assert.lengthOf(second.shadowRoot!.querySelectorAll('article'), 0, 'once on a page');
    } finally {
      await unmount();
    }
  });
});
