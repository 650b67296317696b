import {assert} from 'chai';

describe('an empty chat in an idle moment', () => {
  it('draws what answers are made of where nobody sees it, asks for nothing, and takes it away', async () => {
    const queue: (() => void)[] = [];
    const idle = (act: () => void) => queue.push(act);
    Object.defineProperty(globalThis, 'requestIdleCallback', {value: idle, configurable: true});
    // What asks for idle moments keeps what it finds when it is loaded.
    const {drawn, mount, unmount, until} = await import('./support/page.ts');
    let room: ShadowRoot | undefined;
    const {attachShadow} = Element.prototype;
    Element.prototype.attachShadow = function (init) {
      const root = attachShadow.call(this, init);
      if (init.mode === 'closed') room = root;
      return root;
    };
    try {
      const chat = await mount();
      const {shadowRoot} = chat;
      const hosts = () => [...shadowRoot!.querySelectorAll<HTMLElement>('[inert]')];
      const said = shadowRoot!.textContent;
      assert.lengthOf(hosts(), 0);
      const asked = performance.getEntriesByType('resource').length;
      for (const act of queue.splice(0)) act();
      await drawn(chat);
      const [host] = hosts();
      assert.equal(room!.host, host);
      assert.equal(getComputedStyle(host!).visibility, 'hidden');
      for (const name of ['h1', 'li', 'strong', 'em', 'code'])
        assert.isNotNull(room!.querySelector(name), name);
      assert.equal(
        getComputedStyle(room!.querySelector('li')!).fontFamily,
        getComputedStyle(shadowRoot!.querySelector('[role=log]')!).fontFamily,
      );
      assert.isAbove(room!.querySelector('strong')!.getBoundingClientRect().width, 0, 'it is laid out');
      assert.lengthOf(
        shadowRoot!.querySelectorAll('article, h1, li, strong'),
        0,
        'who looks for a message finds none',
      );
      await until(() => hosts().length === 0, 'it to be gone');
      assert.equal(shadowRoot!.textContent, said);
      assert.equal(performance.getEntriesByType('resource').length, asked);

      const second = await mount();
      for (const act of queue.splice(0)) act();
      assert.lengthOf(second.shadowRoot!.querySelectorAll('[inert]'), 0, 'once on a page');
    } finally {
      Element.prototype.attachShadow = attachShadow;
      await unmount();
    }
  });
});
