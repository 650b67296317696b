import type {ChatInside} from './inside.ts';

/** Keys by which a browser scrolls up. */
const UP = /^(PageUp|Home|ArrowUp)$/;

/**
 * The arrow keys move from message to message; Escape in a message moves to the text box. A key that scrolls up ends
 * the following of the list's end before the browser begins to scroll.
 */
export function attach(inside: () => ChatInside): void {
  const {element, composer} = inside();
  const log = element.renderRoot.querySelector<HTMLElement>('.transcript')!;
  log.addEventListener('keydown', event => {
    const target = event.target as HTMLElement;
    const inMessage = target.matches('article');
    if (target !== log && !inMessage) return;
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const articles = [...log.querySelectorAll<HTMLElement>('article')];
    const index = articles.indexOf(target);
    const places: Readonly<Record<string, number>> = {
      ArrowUp: index > 0 ? index - 1 : index, // From the list itself (-1) to the last one.
      ArrowDown: index + 1,
      Home: 0,
      End: -1,
    };
    const next = articles.at(places[event.key] ?? articles.length);
    if (next) next.focus();
    else if (inMessage && event.key === 'Escape') composer.focus();
    else return;
    event.preventDefault();
  });
  // A browser scrolls in small steps, and Firefox drops the remaining ones when a growing list is scrolled to its end.
  log.addEventListener('keydown', ({key, shiftKey, altKey, target, defaultPrevented}) => {
    const element = target as HTMLElement;
    const isUp = UP.test(key) ? !altKey : key === ' ' && shiftKey && !element.matches('button, summary');
    if (isUp && !defaultPrevented && log.scrollTop > 0 && !element.matches('textarea'))
      inside().stick?.leave();
  });
}
