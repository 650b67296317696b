import {assert} from 'chai';
import {messageOf} from './support/fake-conversation.ts';
import {
  activeIn,
  all,
  composer,
  drawn,
  focusIn,
  mount,
  nameOf,
  press,
  spoken,
  the,
  unmount,
  until,
  write,
} from './support/page.ts';

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

  it('takes it itself for a finger, so that no keyboard comes', async () => {
    const own = globalThis.matchMedia;
    globalThis.matchMedia = query =>
      query.includes('coarse') ? ({...own(query), matches: true} as MediaQueryList) : own(query);
    const chat = await mount({mode: 'popup', heading: 'Ask Ada'});
    launcher(chat).click();
    await until(() => focusIn(chat) === 'Ask Ada', 'the focus');
    await chat.hide();
    launcher(chat).focus();
    await chat.show();
    globalThis.matchMedia = own;
    assert.equal(focusIn(chat), 'Ask Ada');
    press(activeIn(chat)!, 'Escape');
    await until(() => focusIn(chat) === 'Open chat', 'the focus on the launcher');
  });

  for (const isFinger of [true, false]) {
    const place = isFinger ? 'Ask Ada' : 'Message';
    it(`takes the focus ${isFinger ? 'itself, for a finger,' : 'into its text box'} when what was pressed is gone`, async () => {
      const own = globalThis.matchMedia;
      globalThis.matchMedia = query =>
        query.includes('coarse') ? ({...own(query), matches: isFinger} as MediaQueryList) : own(query);
      const chat = await mount({mode: 'popup', open: true, heading: 'Ask Ada', suggestions: ['Why?']});
      const pressed = async (name: string) => {
        the(chat, 'button', name).focus();
        the(chat, 'button', name).click();
        await until(() => chat.fake.state.open !== undefined, 'a question');
        await drawn(chat);
        const focused = focusIn(chat);
        chat.fake.end('error', {error: {kind: 'server', message: 'No.'}});
        await drawn(chat);
        return focused;
      };
      const focused = [await pressed('Why?'), await pressed('Retry')];
      globalThis.matchMedia = own;
      assert.deepEqual(focused, [place, place]);
    });
  }

  for (const mode of [undefined, null, '', 'popover']) {
    it(`is none where the mode is ${JSON.stringify(mode)}: the chat is inline`, async () => {
      const chat = await mount({mode: 'popup'});
      Object.assign(chat, {mode});
      await drawn(chat);
      assert.equal(chat.getAttribute('mode'), 'inline');
      assert.isNull(chat.shadowRoot!.querySelector('.launcher'));
      assert.isAbove(composer(chat).getBoundingClientRect().height, 0);
    });
  }

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

  it('gives the focus to the launcher when the page closes it or makes one of a chat in the page', async () => {
    const chat = await mount({mode: 'popup'});
    launcher(chat).click();
    await until(() => focusIn(chat) === 'Message', 'the focus');
    chat.open = false;
    await until(() => focusIn(chat) === 'Open chat', 'the focus on the launcher');
    const inline = await mount();
    inline.focus();
    assert.equal(focusIn(inline), 'Message');
    inline.mode = 'popup';
    await until(() => focusIn(inline) === 'Open chat', 'the focus on the launcher');
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
    assert.equal(chat.unread, 1);
    the(chat, 'button', 'Open chat, new messages: 1').click();
    await drawn(chat);
    assert.equal(chat.unread, 0);
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

describe('the bubble beside the launcher', () => {
  const GREETING = 'Questions? Ask away.';
  beforeEach(() => sessionStorage.clear());
  afterEach(async () => {
    await unmount();
    sessionStorage.clear();
    document.documentElement.dir = '';
  });

  const bubble = (chat: Element) => chat.shadowRoot!.querySelector<HTMLElement>('[part=greeting-bubble]');
  const isShown = (chat: Element) => bubble(chat) !== null;
  async function mountGreeting(properties: Parameters<typeof mount>[0] = {}) {
    const chat = await mount({mode: 'popup', greetingBubble: GREETING, ...properties});
    await until(() => isShown(chat), 'the bubble');
    return chat;
  }

  it('stands there as two buttons behind the launcher, takes no focus and says nothing', async () => {
    const chat = await mountGreeting();
    assert.deepEqual(all(chat, 'button').map(nameOf), ['Open chat', GREETING, 'Hide greeting']);
    assert.isTrue(document.activeElement === document.body);
    assert.isFalse(bubble(chat)!.matches('[role], [aria-live]'));
    assert.equal(spoken('status') + spoken('alert'), '');
    chat.greetingBubble = 'مرحبا';
    await drawn(chat);
    assert.equal(getComputedStyle(bubble(chat)!.querySelector('span')!).direction, 'rtl');
    chat.greetingBubble = null;
    await drawn(chat);
    assert.isFalse(isShown(chat));
  });

  it('opens the chat, and is not shown again in this tab', async () => {
    const chat = await mountGreeting();
    the(chat, 'button', GREETING).focus();
    the(chat, 'button', GREETING).click();
    await until(() => focusIn(chat) === 'Message', 'the focus');
    assert.isTrue(chat.open);
    assert.isFalse(isShown(chat));
    await chat.hide();
    assert.equal(focusIn(chat), 'Open chat');
    await chat.updateComplete;
    assert.isFalse(isShown(chat));
    chat.remove();
    const other = await mount({mode: 'popup', greetingBubble: GREETING});
    await import('../../src/ui/greeting-bubble.ts');
    await drawn(other);
    assert.isFalse(isShown(other));
  });

  it('can be closed, which gives the focus to the launcher if it was there', async () => {
    const chat = await mountGreeting();
    the(chat, 'button', 'Hide greeting').focus();
    the(chat, 'button', 'Hide greeting').click();
    assert.equal(focusIn(chat), 'Open chat');
    assert.isFalse(isShown(chat));
    assert.isFalse(chat.open);
    chat.greetingBubble = 'Another one';
    await drawn(chat);
    assert.isFalse(isShown(chat));
  });

  it('goes when the page opens the chat, and does not lose the focus', async () => {
    const chat = await mountGreeting();
    the(chat, 'button', GREETING).focus();
    await chat.show();
    assert.isFalse(isShown(chat));
    assert.isTrue(activeIn(chat) === the(chat, 'dialog'));
  });

  it('goes without a memory, too', async () => {
    const own = Object.getOwnPropertyDescriptor(window, 'sessionStorage')!;
    Object.defineProperty(window, 'sessionStorage', {
      get() {
        throw new DOMException('No.', 'SecurityError');
      },
      configurable: true,
    });
    try {
      const chat = await mountGreeting();
      the(chat, 'button', 'Hide greeting').click();
      await drawn(chat);
      assert.isFalse(isShown(chat));
    } finally {
      Object.defineProperty(window, 'sessionStorage', own);
    }
  });

  it('is none where the chat stands in the page', async () => {
    const chat = await mountGreeting();
    chat.mode = 'inline';
    await drawn(chat);
    assert.isFalse(isShown(chat));
  });

  it('is never wider or higher than the page, on the side of the launcher in both directions', async () => {
    const chat = await mountGreeting({greetingBubble: `${'word '.repeat(400)}${'w'.repeat(200)}`});
    for (const offset of [20, innerWidth / 2 - 100]) {
      chat.style.setProperty('--sse-chat-offset', `${offset}px`);
      for (const dir of ['ltr', 'rtl']) {
        document.documentElement.dir = dir;
        await drawn(chat);
        const {clientWidth} = document.documentElement;
        const [box, beside] = [bubble(chat)!, launcher(chat)].map(each => each.getBoundingClientRect());
        assert.isAtLeast(box!.left, 0);
        assert.isAtMost(box!.right, clientWidth);
        assert.isAtLeast(box!.top, 0);
        assert.isAtMost(box!.bottom, beside!.top);
        if (dir === 'ltr') assert.closeTo(box!.right, beside!.right, 1);
        else assert.closeTo(box!.left, beside!.left, 1);
      }
    }
    for (const each of all(chat, 'button')) assert.isAtLeast(each.offsetHeight, 44);
  });
});

describe('a launcher that can be moved', () => {
  const KEY = 'sse-chat:launcher';
  const ownViewport = Object.getOwnPropertyDescriptor(window, 'visualViewport')!;
  beforeEach(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  afterEach(async () => {
    await unmount();
    localStorage.clear();
    document.documentElement.dir = '';
    Object.defineProperty(window, 'visualViewport', ownViewport);
  });

  const button = (chat: Element) => chat.shadowRoot!.querySelector<HTMLElement>('[part=move-button]');
  const boxOf = (element: Element) => element.getBoundingClientRect();
  async function mountMovable(properties: Parameters<typeof mount>[0] = {}) {
    const chat = await mount({mode: 'popup', movableLauncher: true, ...properties});
    await until(() => button(chat) !== null, 'the button that moves it');
    launcher(chat).setPointerCapture = () => {}; // There is none of a pointer that a test makes.
    return chat;
  }

  /** Where it is, in words, if it is inside of the window. */
  function placeOf(chat: Element): string {
    for (const motion of chat.shadowRoot!.getAnimations()) motion.finish();
    const {left, right, top, bottom} = boxOf(launcher(chat));
    const {clientWidth: width} = document.documentElement;
    const isWithin = left >= 0 && top >= 0 && right <= width && bottom <= innerHeight;
    const rows = top < 100 ? 'top' : bottom > innerHeight - 100 ? 'bottom' : 'middle';
    return `${rows} ${left < 100 ? 'left' : right > width - 100 ? 'right' : 'nowhere'}${isWithin ? '' : ' outside'}`;
  }

  function point(chat: Element, type: string, [clientX, clientY]: readonly [number, number]): void {
    const init = {pointerId: 1, isPrimary: true, clientX, clientY, bubbles: true, composed: true};
    launcher(chat).dispatchEvent(new PointerEvent(type, init));
  }

  /** Where a press of it begins. */
  const middleOf = (chat: Element) => [boxOf(launcher(chat)).x + 20, boxOf(launcher(chat)).y + 20] as const;

  /** What a browser tells while the pointer is pressed, moved and let go: the click, too. */
  function drag(chat: Element, [x, y]: readonly [number, number], end = 'pointerup'): void {
    const start = middleOf(chat);
    point(chat, 'pointerdown', start);
    point(chat, 'pointermove', [(start[0] + x) / 2, (start[1] + y) / 2]);
    point(chat, 'pointermove', [x, y]);
    point(chat, end, [x, y]);
    if (end === 'pointerup') launcher(chat).click();
  }

  it('is not by itself', async () => {
    const chat = await mount({mode: 'popup', greetingBubble: 'Questions?'}); // Loads what not every chat has.
    await drawn(chat);
    launcher(chat).setPointerCapture = () => {};
    assert.isTrue(press(launcher(chat), 'ArrowUp'));
    drag(chat, [10, 10]);
    assert.isTrue(chat.open);
    assert.equal(placeOf(chat), 'bottom right');
    assert.equal(getComputedStyle(launcher(chat)).touchAction, 'auto');
    assert.isFalse(button(chat) !== null);
  });

  it('stands where it would until it is moved, and does not scroll what a finger moves it over', async () => {
    const chat = await mount({mode: 'popup'});
    const {x, y} = boxOf(launcher(chat));
    chat.movableLauncher = true;
    await until(() => button(chat) !== null, 'the button that moves it');
    assert.deepEqual([boxOf(launcher(chat)).x, boxOf(launcher(chat)).y], [x, y]);
    assert.equal(getComputedStyle(launcher(chat)).touchAction, 'none');
    chat.movableLauncher = false;
    await drawn(chat);
    assert.isFalse(button(chat) !== null);
    assert.equal(getComputedStyle(launcher(chat)).touchAction, 'auto');
  });

  it('is dragged to the place that is closest, does not open by that, and is there again later', async () => {
    const chat = await mountMovable();
    drag(chat, [30, 40]);
    await drawn(chat);
    assert.equal(placeOf(chat), 'top left');
    assert.isFalse(chat.open);
    const start = middleOf(chat);
    point(chat, 'pointerdown', start);
    point(chat, 'pointermove', [start[0] + 5, start[1] + 5]);
    point(chat, 'pointerup', [start[0] + 5, start[1] + 5]);
    assert.equal(launcher(chat).style.translate, '', 'a hand that is not steady drags nothing');
    launcher(chat).click();
    await drawn(chat);
    assert.isTrue(chat.open);
    chat.remove();
    assert.equal(placeOf(await mountMovable()), 'top left');
  });

  it('follows the pointer inside of what is seen, and goes back when the drag is taken away', async () => {
    const viewport = {offsetLeft: 50, offsetTop: 60, width: innerWidth - 200, height: innerHeight - 200};
    Object.defineProperty(window, 'visualViewport', {
      value: Object.assign(new EventTarget(), viewport),
      configurable: true,
    });
    const chat = await mountMovable();
    const start = middleOf(chat);
    point(chat, 'pointerdown', start);
    point(chat, 'pointermove', [200, 150]);
    assert.closeTo(boxOf(launcher(chat)).x + 20, 200, 1);
    assert.closeTo(boxOf(launcher(chat)).y + 20, 150, 1);
    point(chat, 'pointermove', [-900, -900]);
    assert.closeTo(boxOf(launcher(chat)).left, 50, 1);
    assert.closeTo(boxOf(launcher(chat)).top, 60, 1);
    point(chat, 'pointermove', [9_000, 9_000]);
    assert.closeTo(boxOf(launcher(chat)).right, innerWidth - 150, 1);
    assert.closeTo(boxOf(launcher(chat)).bottom, innerHeight - 140, 1);
    point(chat, 'pointermove', [60, 70]);
    point(chat, 'lostpointercapture', [60, 70]);
    assert.equal(placeOf(chat), 'bottom right');
    assert.isUndefined(localStorage[KEY]);
  });

  it('is moved by the arrow keys while it has the focus, and says where it is', async () => {
    const chat = await mountMovable();
    launcher(chat).focus();
    assert.include(launcher(chat).getAttribute('aria-keyshortcuts'), 'ArrowUp');
    for (const dir of ['ltr', 'rtl']) {
      document.documentElement.dir = dir;
      await drawn(chat);
      for (const [key, place] of [
        ['ArrowRight', 'bottom right'],
        ['ArrowUp', 'middle right'],
        ['ArrowLeft', 'middle left'],
        ['ArrowUp', 'top left'],
        ['ArrowDown', 'middle left'],
        ['ArrowDown', 'bottom left'],
      ] as const) {
        assert.isFalse(press(launcher(chat), key), 'the page does not scroll');
        assert.equal(placeOf(chat), place);
      }
      await until(() => spoken('status').includes('Bottom left'), 'where it is');
    }
    assert.isTrue(press(launcher(chat), 'ArrowUp', {altKey: true}));
    assert.equal(placeOf(chat), 'bottom left');
    assert.equal(focusIn(chat), 'Open chat');
    assert.isFalse(chat.open);
  });

  it('goes once around by a button in the chat, which says where it is; the chat stands beside it', async () => {
    const chat = await mountMovable({open: true});
    const seen: string[] = [];
    for (const dir of ['ltr', 'rtl']) {
      document.documentElement.dir = dir;
      await drawn(chat);
      for (let at = 0; at < 6; at++) {
        button(chat)!.click();
        const place = placeOf(chat);
        seen.push(place);
        assert.equal(nameOf(button(chat)!).toLowerCase(), `move the chat button: ${place}`);
        const [panel, beside] = [the(chat, 'dialog'), launcher(chat)].map(boxOf);
        const isClear = panel!.bottom <= beside!.top || panel!.top >= beside!.bottom;
        assert.isTrue(isClear || panel!.right <= beside!.left || panel!.left >= beside!.right, place);
        assert.isTrue(panel!.left >= 0 && panel!.right <= document.documentElement.clientWidth, place);
        assert.isTrue(panel!.top >= 0 && panel!.bottom <= innerHeight, place);
      }
    }
    assert.equal(new Set(seen).size, 6);
    assert.equal(seen[5], 'bottom right');
    assert.equal(seen[11], 'bottom left', 'a side is one of the reading direction');
  });

  it('takes the bubble with it', async () => {
    const chat = await mountMovable({greetingBubble: 'Questions about streaming? Ask away.'});
    const bubble = () => chat.shadowRoot!.querySelector('[part=greeting-bubble]');
    await until(() => bubble() !== null, 'the bubble');
    for (let at = 0; at < 6; at++) {
      button(chat)!.click();
      const place = placeOf(chat);
      const [box, beside] = [bubble()!, launcher(chat)].map(boxOf);
      if (place.startsWith('top')) assert.closeTo(box!.top - beside!.bottom, 14, 1, place);
      else assert.closeTo(beside!.top - box!.bottom, 14, 1, place);
      if (place.endsWith('left')) assert.closeTo(box!.left, beside!.left, 1, place);
      else assert.closeTo(box!.right, beside!.right, 1, place);
    }
  });

  it('can be moved where the page may not keep anything', async () => {
    const own = Object.getOwnPropertyDescriptor(window, 'localStorage')!;
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('No.', 'SecurityError');
      },
      configurable: true,
    });
    try {
      const chat = await mountMovable();
      press(launcher(chat), 'ArrowLeft');
      assert.equal(placeOf(chat), 'bottom left');
    } finally {
      Object.defineProperty(window, 'localStorage', own);
    }
  });
});

describe('a chat that covers the page', () => {
  const own = globalThis.matchMedia;
  const ownViewport = Object.getOwnPropertyDescriptor(window, 'visualViewport')!;
  const page = document.documentElement;

  afterEach(async () => {
    await unmount();
    globalThis.matchMedia = own;
    Object.defineProperty(window, 'visualViewport', ownViewport);
    for (const each of document.querySelectorAll('#before')) each.remove();
  });

  const frame = (chat: Element) =>
    chat.shadowRoot!.querySelector('.root')!.shadowRoot?.querySelector('dialog');
  const panel = (chat: Element) => chat.shadowRoot!.querySelector('.panel')!;
  const isModal = (chat: Element) => frame(chat)?.open === true;
  const modal = (chat: Element) => until(() => isModal(chat), 'the modal dialog');

  /** A button of the page, which can be focused or not. */
  function pageButton(): {readonly canFocus: boolean} {
    const button = document.body.appendChild(document.createElement('button'));
    button.id = 'before';
    return {
      get canFocus() {
        const {activeElement} = document;
        button.focus();
        const has = document.activeElement === button;
        (activeElement as HTMLElement).focus();
        return has;
      },
    };
  }

  /** The window's width, as far as scripts are told. */
  function narrow(): (isNarrow: boolean) => void {
    const told = Object.assign(new EventTarget(), {matches: true, onchange: null as (() => void) | null});
    globalThis.matchMedia = query =>
      query.includes('480') ? (told as unknown as MediaQueryList) : own(query);
    return isNarrow => {
      told.matches = isNarrow;
      told.onchange?.();
    };
  }

  it('is modal: the rest cannot be reached and does not scroll, until it is closed', async () => {
    const button = pageButton();
    const chat = await mount({mode: 'fullscreen', heading: 'Ask Ada'});
    assert.isTrue(button.canFocus);
    launcher(chat).focus();
    launcher(chat).click();
    await modal(chat);
    assert.equal(frame(chat)!.ariaLabel, 'Ask Ada');
    assert.lengthOf(all(chat, 'dialog'), 0, 'no other one in it');
    assert.isFalse(button.canFocus);
    chat.heading = 'Ask Bob';
    await drawn(chat);
    assert.equal(frame(chat)!.ariaLabel, 'Ask Bob');
    assert.equal(getComputedStyle(page).overflowY, 'hidden');
    assert.equal(focusIn(chat), 'Message');
    press(composer(chat), 'Escape');
    await until(() => focusIn(chat) === 'Open chat', 'the focus on the launcher');
    assert.isTrue(button.canFocus);
    assert.notEqual(getComputedStyle(page).overflowY, 'hidden');
    await chat.updateComplete;
    assert.equal(panel(chat).role, 'dialog');
    assert.equal(panel(chat).ariaLabel, 'Ask Bob');
  });

  it('takes the focus to itself, not into its text box, when the page opens it', async () => {
    const chat = await mount({mode: 'fullscreen', heading: 'Ask Ada', open: true});
    await modal(chat);
    assert.equal(activeIn(chat), panel(chat));
  });

  it('has what the page put into its slots in the round of Tab', async () => {
    const chat = await mount({mode: 'fullscreen', open: true});
    await modal(chat);
    const footer = Object.assign(document.createElement('p'), {slot: 'footer'});
    const button = footer.appendChild(document.createElement('button'));
    chat.append(footer);
    const [first, last] = frame(chat)!.querySelectorAll('span') as unknown as [HTMLElement, HTMLElement];
    composer(chat).focus();
    first.focus();
    assert.isTrue(document.activeElement === button, 'the button of the page');
    last.focus();
    assert.equal(focusIn(chat), 'New chat');
  });

  it('says there what it has to say', async () => {
    const chat = await mount({mode: 'fullscreen', open: true});
    await modal(chat);
    void chat.send('Hello');
    await until(() => spoken('status') !== '', 'an announcement');
    assert.lengthOf(chat.querySelectorAll('[data-sse-chat-announcer]'), 2);
    const [first] = (frame(chat)!.querySelector('slot[name=announcer]') as HTMLSlotElement).assignedElements({
      flatten: true,
    });
    assert.equal(first?.role, 'status');
    chat.open = false;
    await drawn(chat);
    assert.lengthOf(document.body.querySelectorAll(':scope > [data-sse-chat-announcer]'), 2);
  });

  it('is closed by a browser that is asked to go back', async () => {
    const chat = await mount({mode: 'fullscreen', open: true});
    await modal(chat);
    const dialog = frame(chat)!;
    dialog.requestClose();
    await until(() => !chat.open, 'the end');
    await until(() => focusIn(chat) === 'Open chat', 'the focus on the launcher');
    launcher(chat).click();
    await modal(chat);
    dialog.close();
    await until(() => !chat.open, 'the end without a question');
  });

  it('does not take a picker of files that is left for itself', async () => {
    const chat = await mount({mode: 'fullscreen', open: true, attachments: 'image/*'});
    await modal(chat);
    await until(() => all(chat, 'button', 'Attach files').length === 1, 'the button');
    chat.shadowRoot!.querySelector('input[type=file]')!.dispatchEvent(new Event('cancel', {bubbles: true}));
    await drawn(chat);
    assert.isTrue(chat.open);
  });

  it('is modal on a phone alone, and keeps draft, focus and place when the window changes', async () => {
    const turn = narrow();
    const button = pageButton();
    const chat = await mount({mode: 'popup'});
    chat.fake.set({
      settled: Array.from({length: 30}, (_, at) => messageOf(at % 2 ? 'assistant' : 'user', `Message ${at}`)),
    });
    launcher(chat).click();
    await modal(chat);
    await drawn(chat);
    write(composer(chat), 'A draft');
    composer(chat).setSelectionRange(2, 4);
    const log = the(chat, 'log');
    log.scrollTop = 200;
    await until(() => all(chat, 'button', 'Jump to latest').length === 1, 'the place to be noticed');
    for (const isNarrow of [false, true, false]) {
      turn(isNarrow);
      await drawn(chat);
      assert.equal(isModal(chat), isNarrow);
      assert.equal(button.canFocus, !isNarrow);
      composer(chat).focus();
      assert.equal(log.scrollTop, 200);
      assert.deepEqual(
        [composer(chat).value, composer(chat).selectionStart, composer(chat).selectionEnd],
        ['A draft', 2, 4],
      );
    }
    turn(true);
    await drawn(chat);
    assert.equal(focusIn(chat), 'Message');
  });

  it('stays modal when it is moved, and leaves nothing behind when it is taken away', async () => {
    const chat = await mount({mode: 'fullscreen', open: true});
    await modal(chat);
    document.body.append(chat);
    await drawn(chat);
    assert.isTrue(isModal(chat));
    assert.equal(getComputedStyle(page).overflowY, 'hidden');
    chat.remove();
    assert.notEqual(getComputedStyle(page).overflowY, 'hidden');
    const button = pageButton();
    assert.isTrue(button.canFocus);
  });

  it('keeps the composer above a keyboard', async () => {
    const viewport = Object.assign(new EventTarget(), {height: innerHeight, offsetTop: 0, scale: 1});
    Object.defineProperty(window, 'visualViewport', {value: viewport, configurable: true});
    const chat = await mount({mode: 'fullscreen', open: true});
    await modal(chat);
    Object.assign(viewport, {height: 300, offsetTop: 40});
    viewport.dispatchEvent(new Event('resize'));
    const {top, bottom} = panel(chat).getBoundingClientRect();
    assert.closeTo(top, 40, 1);
    assert.closeTo(bottom, 340, 1);
    assert.isAtMost(composer(chat).getBoundingClientRect().bottom, 341);
    chat.open = false;
    await drawn(chat);
    viewport.dispatchEvent(new Event('resize'));
  });
});
