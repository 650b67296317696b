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
 * Says above the first message of each day which one that is. A heading, since screen readers lead from one to the next, and
 * do not read what stands in a separator. The time of a message says how long ago that was.
 */
export function attach(inside: () => ChatInside): void {
  const {element} = inside();
  const scroller = element.renderRoot.querySelector<HTMLElement>('.transcript')!;
  adoptStyles(scroller, styles);
  /** By the ids of the messages that they stand above. */
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
    /** Most updates change nothing, and need no layout. */
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

  /** What is read stays where it is. */
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

  /** A tooltip is for a mouse alone. Who comes to a message by keyboard, or touches it, finds it beside the time. */
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

/** What the divider is to be put before: behind the message before, and so above what else stands there. Nothing where it is there. */
function placeOf(divider: HTMLElement, article: Element): Element | undefined {
  let first = article;
  for (;;) {
    const before = first.previousElementSibling;
    if (before === divider) return undefined;
    if (!before || before.matches('article, .earlier')) return first;
    first = before;
  }
}
