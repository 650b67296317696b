import type {ChatInside} from './inside.ts';

/** A message, and how far below the upper edge of what is seen it begins, in CSS pixels. */
interface Place {
  readonly id: string;
  readonly offset: number;
}

const placesOf = new WeakMap<Element, Map<string, Place>>();

/**
 * Where somebody read in the conversation that is shown, until that is called which comes back: it shows the place that
 * was noted of the conversation that is shown then, if it was left above its end.
 */
export function notePlace(inside: () => ChatInside): () => Promise<void> {
  const {element, controller, stick} = inside();
  const scroller = element.renderRoot.querySelector<HTMLElement>('.transcript')!;
  const places = placesOf.get(element) ?? new Map<string, Place>();
  placesOf.set(element, places);
  const articles = () => [...scroller.querySelectorAll<HTMLElement>('article')];
  const offsetOf = (each: HTMLElement) =>
    each.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  const shownId = () => controller.state?.info.id ?? '';

  const read = stick?.away && articles().find(each => offsetOf(each) + each.offsetHeight > 0);
  if (read) places.set(shownId(), {id: read.dataset['id']!, offset: offsetOf(read)});
  else places.delete(shownId());

  return async () => {
    await element.updateComplete;
    const id = shownId();
    const place = places.get(id);
    const find = () => articles().find(each => each.dataset['id'] === place?.id);
    if (!place) return;
    while (!find() && (await element.loadEarlier()));
    const message = find();
    if (!message || id !== shownId()) return;
    stick?.leave();
    scroller.scrollTop += offsetOf(message) - place.offset;
  };
}
