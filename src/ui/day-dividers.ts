import {messagesOf} from '../conversation/state.ts';
import {adoptStyles} from './adopt-styles.ts';
import {css} from './css.ts';
import {dayName, daysOf, startOfDay, timeAgo, wholeDate, wholeTime} from './days.ts';
import type {ChatInside} from './inside.ts';

const styles = css`
  .day {
    align-self: center;
    padding: 2px 12px;
    border: 1px solid var(--_border);
    border-radius: 22px;
    font-size: 12px;
    line-height: 16px; /* Whole pixels, which a place in a list is kept by. */
    color: var(--_muted);
  }
  .message:focus-within > .tools time::after {
    content: attr(data-ago);
  }
`;

/**
 * Shows each day above its first message. As a heading, since screen readers jump from one heading to the next, and do
 * not read the text of a separator. Also adds to the time of a message how long ago it was.
 */
export function attach(inside: () => ChatInside): void {
  const {element} = inside();
  const scroller = element.renderRoot.querySelector<HTMLElement>('.transcript')!;
  adoptStyles(scroller, styles);
  /** Keyed by the id of the message below. */
  const dividers = new Map<string, HTMLElement>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function makeDivider(id: string): HTMLElement {
    const divider = Object.assign(document.createElement('h3'), {className: 'day', dir: 'auto'});
    divider.part.add('day');
    dividers.set(id, divider);
    return divider;
  }

  function update(): void {
    const {controller, strings} = inside();
    const now = Date.now();
    const days = controller.state ? daysOf(messagesOf(controller.state), now) : new Map<string, number>();
    if (!days.size && !dividers.size) return;
    const articles = [...scroller.querySelectorAll('article')];
    /** Collected first: most updates change nothing, and then need no layout. */
    const changes: (() => void)[] = [];
    for (const [id, divider] of dividers) {
      if (days.has(id)) continue;
      dividers.delete(id);
      changes.push(() => divider.remove());
    }
    for (const article of articles) {
      const id = article.dataset['id']!;
      const time = days.get(id);
      if (time === undefined) continue;
      const divider = dividers.get(id) ?? makeDivider(id);
      const name = dayName(time, now, strings.lang);
      if (divider.textContent !== name) {
        divider.textContent = name;
        divider.title = wholeDate(time, strings.lang);
      }
      const below = placeOf(divider, article);
      if (below) changes.push(() => below.before(divider));
    }
    if (changes.length) keepPlace(articles, changes);
  }

  /** Makes the changes while what is being read stays in place. */
  function keepPlace(articles: readonly HTMLElement[], changes: readonly (() => void)[]): void {
    const topOf = (element: Element) => element.getBoundingClientRect().top;
    const top = topOf(scroller);
    const read = articles.find(each => each.getBoundingClientRect().bottom > top);
    const before = read && topOf(read);
    for (const change of changes) change();
    if (read && before !== undefined) scroller.scrollTop += topOf(read) - before;
  }

  function atMidnight(): void {
    clearTimeout(timer);
    const now = Date.now();
    timer = setTimeout(() => {
      update();
      atMidnight();
    }, startOfDay(now, 1) - now);
  }

  /** Tooltips are only for mice. Whoever reaches a message by keyboard or touch finds the text beside the time. */
  function tell({type, target}: Event): void {
    const message = type === 'focusin' ? (target as Element).closest('article') : undefined;
    const time = message?.querySelector('time') ?? target;
    if (!(time instanceof HTMLTimeElement)) return;
    const {lang} = inside().strings;
    const [at, now] = [Date.parse(time.dateTime), Date.now()];
    time.title = wholeTime(at, now, lang);
    time.dataset['ago'] = ` (${timeAgo(at, now, lang)})`;
  }

  scroller.addEventListener('pointerover', tell);
  scroller.addEventListener('focusin', tell);
  element.addController({
    hostUpdated: update,
    hostConnected: atMidnight,
    hostDisconnected: () => clearTimeout(timer),
  });
  element.requestUpdate();
}

/**
 * The element to put the divider before: right after the previous message, above anything else in between. `undefined`
 * if it is there already.
 */
function placeOf(divider: HTMLElement, article: Element): Element | undefined {
  let first = article;
  for (;;) {
    const before = first.previousElementSibling;
    if (before === divider) return undefined;
    if (!before || before.matches('article, .earlier')) return first;
    first = before;
  }
}
