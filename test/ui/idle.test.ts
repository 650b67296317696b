import {assert} from 'chai';

describe('the format of times', () => {
  it('is made while the page is idle, and not while an answer is under way', async () => {
    const queue: (() => void)[] = [];
    const idle = (act: () => void) => queue.push(act);
    Object.defineProperty(globalThis, 'requestIdleCallback', {value: idle, configurable: true});
    // What asks for idle moments keeps what it finds when it is loaded.
    const {messageOf} = await import('./support/fake-conversation.ts');
    const {drawn, mount, unmount, until} = await import('./support/page.ts');
    const {DateTimeFormat} = Intl;
    let made = 0;
    Intl.DateTimeFormat = new Proxy(DateTimeFormat, {
      construct(target, given) {
        made++;
        return Reflect.construct(target, given) as object;
      },
    });
    const beIdle = async () => {
      // What is asked for in an idle moment has the next one.
      while (queue.length > 0) {
        for (const act of queue.splice(0)) act();
        await new Promise(resolve => setTimeout(resolve));
      }
    };
    try {
      const chat = await mount();
      chat.fake.set({settled: [messageOf('user', 'One?'), messageOf('assistant', 'One.')]});
      await drawn(chat);
      void chat.send('Two?');
      await until(() => chat.fake.calls.length > 0, 'a request');
      await drawn(chat);
      await beIdle();
      assert.equal(made, 0);
      assert.lengthOf(chat.shadowRoot!.querySelectorAll('[inert]'), 0, 'nothing else is drawn either');
      chat.fake.end('complete');
      await drawn(chat);
      await beIdle();
      assert.equal(made, 1);
      for (const time of chat.shadowRoot!.querySelectorAll('time')) assert.match(time.textContent, /\d/);
    } finally {
      Intl.DateTimeFormat = DateTimeFormat;
      await unmount();
    }
  });
});
