import {assert} from 'chai';

describe('an empty chat in an idle moment', () => {
  it('draws bit by bit what answers are made of where nobody sees it, asks for nothing, and takes it away', async () => {
    const queue: (() => void)[] = [];
    const idle = (act: () => void) => queue.push(act);
    Object.defineProperty(globalThis, 'requestIdleCallback', {value: idle, configurable: true});
    // What asks for idle moments keeps what it finds when it is loaded.
    const {mount, unmount, until} = await import('./support/page.ts');
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
      const hosts = () => [...shadowRoot!.querySelectorAll<HTMLElement>('[style*="visibility"]')];
      const said = shadowRoot!.textContent;
      assert.lengthOf(hosts(), 0);
      const asked = performance.getEntriesByType('resource').length;

      const kinds = ['h1', 'strong', 'em', 'code'];
      const seen = new Set<string>();
      const idleMoment = () => until(() => queue.length > 0, 'an idle moment to be asked for');
      while (seen.size < kinds.length) {
        await idleMoment();
        const before = seen.size;
        for (const act of queue.splice(0)) act();
        await until(() => room!.querySelector('article')?.dataset['status'] === 'streaming', 'a drawing');
        await new Promise(resolve => setTimeout(resolve, 150));
        for (const kind of kinds) if (room!.querySelector(kind)) seen.add(kind);
        assert.isAtMost(seen.size, before + 1, `a font at a time: ${[...seen]}`);
      }
      const [host] = hosts();
      assert.equal(room!.host, host);
      assert.equal(getComputedStyle(host!).visibility, 'hidden');
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
      await until(() => {
        for (const act of queue.splice(0)) act();
        return hosts().length === 0;
      }, 'it to be gone');
      assert.equal(shadowRoot!.textContent, said);
      assert.equal(performance.getEntriesByType('resource').length, asked);

      const second = await mount();
      await new Promise(resolve => setTimeout(resolve, 300));
      for (const act of queue.splice(0)) act();
      const more = second.shadowRoot!.querySelectorAll('[style*="visibility"]');
      assert.lengthOf(more, 0, 'once on a page');
    } finally {
      Element.prototype.attachShadow = attachShadow;
      await unmount();
    }
  });
});
