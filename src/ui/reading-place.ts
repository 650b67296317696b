import type {ChatInside} from './inside.ts';
import {tabMemory} from './tab-memory.ts';

/** The number of conversations whose place survives a reload of the tab. */
const REMEMBERED = 50;

/** A message, and how far below the top of the visible area it begins, in CSS pixels. */
type Place = readonly [message: string, offset: number];

/** Keyed by conversation id. */
const stored = (): Record<string, Place> => JSON.parse(tabMemory('places') ?? '{}');

const returning = new WeakMap<Element, Promise<void>>();

/** Resolves once the conversation on screen is scrolled to where it was last read. */
export async function whenBack(element: Element): Promise<void> {
  await returning.get(element);
}

/**
 * Shows each conversation where it was last read, if that was above its end: however it was left, and also after a
 * reload of the tab.
 */
export function attach(inside: () => ChatInside): void {
  const {element, controller} = inside();
  const scroller = element.renderRoot.querySelector<HTMLElement>('.transcript')!;
  const places = new Map(Object.entries(stored()));
  /** The conversations whose place was noted or removed here. */
  const touched = new Set<string>();
  /** The button to the latest message, while it has the focus. */
  let leading: Element | undefined;

  const articles = () => [...scroller.querySelectorAll<HTMLElement>('article')];
  const offsetOf = (each: HTMLElement) =>
    each.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  const shownId = () => controller.state?.info.id;

  function note(): void {
    const id = shownId();
    if (id === undefined || scroller.clientHeight === 0) return; // The chat is closed.
    const read = articles().find(each => offsetOf(each) + each.offsetHeight > 0);
    const message = read?.dataset['id'];
    // The screen may still show the previous conversation.
    if (!read || !message || !element.messages.some(each => each.id === message)) return;
    touched.add(id);
    if (inside().stick?.away) places.set(id, [message, offsetOf(read)]);
    else places.delete(id);
  }

  async function goBack(): Promise<void> {
    const id = shownId();
    const [message, offset = 0] = places.get(id ?? '') ?? [];
    if (message === undefined) return;
    await element.updateComplete;
    const find = () => id === shownId() && articles().find(each => each.dataset['id'] === message);
    if (!element.messages.some(each => each.id === message)) return;
    while (id === shownId() && !find() && (await element.loadEarlier()));
    const read = find();
    if (!read) return;
    inside().stick?.leave();
    scroller.scrollTop += offsetOf(read) - offset;
  }

  /** Merges, since other chats of the page use the same storage. */
  function keep(): void {
    const all = new Map(Object.entries(stored()));
    for (const id of touched) {
      const place = places.get(id);
      all.delete(id);
      if (place) all.set(id, place);
    }
    const kept = [...all].slice(-REMEMBERED);
    tabMemory('places', kept.length > 0 ? JSON.stringify(Object.fromEntries(kept)) : '');
  }

  scroller.addEventListener('scroll', note, {passive: true});
  element.renderRoot.addEventListener('focusin', ({target}) => {
    leading = (target as Element).matches('.jump') ? (target as Element) : undefined;
  });
  element.addEventListener('chat-conversation', () => returning.set(element, goBack()));
  element.addController({
    hostConnected: () => addEventListener('pagehide', keep),
    hostDisconnected() {
      removeEventListener('pagehide', keep);
      keep();
    },
    // The button to the latest message disappears when pressed, and the focus must not be lost with it.
    hostUpdated() {
      if (!leading || leading.isConnected) return;
      leading = undefined;
      if (document.activeElement === document.body) inside().enter();
    },
  });
  if (inside().stick?.away) note();
  else void goBack();
}
