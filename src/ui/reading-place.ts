import type {ChatInside} from './inside.ts';
import {tabMemory} from './tab-memory.ts';

/** Of so many conversations a reload of the tab remembers it. */
const REMEMBERED = 50;

/** A message, and how far below the upper edge of what is seen it begins, in CSS pixels. */
type Place = readonly [message: string, offset: number];

/** By the ids of conversations. */
const stored = (): Record<string, Place> => JSON.parse(tabMemory('places') ?? '{}');

const returning = new WeakMap<Element, Promise<void>>();

/** Resolves once the conversation that is shown is where it was read. */
export async function whenBack(element: Element): Promise<void> {
  await returning.get(element);
}

/**
 * Shows each conversation where somebody read it last, if that was above its end: however it came to be left, after a reload
 * of the tab, too.
 */
export function attach(inside: () => ChatInside): void {
  const {element, controller} = inside();
  const scroller = element.renderRoot.querySelector<HTMLElement>('.transcript')!;
  const places = new Map(Object.entries(stored()));
  /** Those that were noted here, or are none any more. */
  const touched = new Set<string>();
  /** The button to the latest message, since it has the focus. */
  let leading: Element | undefined;

  const articles = () => [...scroller.querySelectorAll<HTMLElement>('article')];
  const offsetOf = (each: HTMLElement) =>
    each.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  const shownId = () => controller.state?.info.id;

  function note(): void {
    const id = shownId();
    if (id === undefined || scroller.clientHeight === 0) return; // It is closed.
    const read = articles().find(each => offsetOf(each) + each.offsetHeight > 0);
    const message = read?.dataset['id'];
    // What is on screen may still be the conversation before.
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

  /** Other chats of the page remember theirs in the same place. */
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
    // The button to the latest message goes when it was pressed, and the focus must not go with it.
    hostUpdated() {
      if (!leading || leading.isConnected) return;
      leading = undefined;
      if (document.activeElement === document.body) inside().enter();
    },
  });
  if (inside().stick?.away) note();
  else void goBack();
}
