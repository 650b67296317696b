import {adoptStyles} from './adopt-styles.ts';
import {css} from './css.ts';

/** How far above what is seen earlier messages begin to be drawn, in CSS pixels. */
const AHEAD = '600px';
/** So many more messages at a time. */
const PAGE = 50;

const styles = css`
  .earlier {
    align-self: center;
  }
`;

/** The list that earlier messages are drawn in. */
export interface EarlierHost {
  readonly root: HTMLElement;
  /** Draws so many more of them; whether there are still more. */
  draw(count: number): boolean;
}

/** Draws the earlier messages of a long conversation when their reader comes to them, or asks for them. */
export interface EarlierMessages {
  /** Stands above the first message while there are more. */
  readonly button: HTMLButtonElement;
  /** What is read stays where it is. Whether there are still more. */
  show(count?: number): boolean;
}

/** Loaded for a conversation that is longer than what is drawn at first. */
export function earlierMessages(host: EarlierHost): EarlierMessages {
  const {root} = host;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'way earlier';
  button.part.add('earlier-button');
  button.addEventListener('click', () => show());

  const observer = new IntersectionObserver(entries => entries.at(-1)?.isIntersecting && show(), {
    root: root.closest('.transcript'),
    rootMargin: `${AHEAD} 0px 0px`,
  });
  observer.observe(button);
  printWhole(new WeakRef(host));
  adoptStyles(root, styles);

  function show(count = PAGE): boolean {
    const scroller = root.closest('.transcript');
    const first = root.querySelector('article');
    const focused = (root.getRootNode() as ShadowRoot).activeElement === button;
    const below = scroller ? scroller.scrollHeight - scroller.scrollTop : 0;
    const more = host.draw(count);
    if (scroller) scroller.scrollTop = scroller.scrollHeight - below;
    let before = first?.previousElementSibling;
    while (before && !before.matches('article')) before = before.previousElementSibling; // What is no message.
    if (focused && !more) (before as HTMLElement | null | undefined)?.focus({preventScroll: true});
    // It tells of changes alone, and a page of short messages may leave the button in sight.
    observer.unobserve(button);
    observer.observe(button);
    return more;
  }

  return {button, show};
}

/** On paper nobody scrolls. */
function printWhole(weakly: WeakRef<EarlierHost>): void {
  const onPrint = () => {
    const host = weakly.deref();
    if (host?.root.isConnected) host.draw(Number.POSITIVE_INFINITY);
    else if (!host) removeEventListener('beforeprint', onPrint);
  };
  addEventListener('beforeprint', onPrint);
}
