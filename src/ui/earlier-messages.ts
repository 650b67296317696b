import {adoptStyles} from './adopt-styles.ts';
import {css} from './css.ts';

/** Earlier messages are drawn once they are this close above the visible ones. */
const AHEAD = '600px';
/** Messages drawn at a time. */
const PAGE = 50;

const styles = css`
  .earlier {
    align-self: center;
  }
`;

/** The list that contains the messages. */
export interface EarlierHost {
  readonly root: HTMLElement;
  /** Draws this many earlier messages. Returns whether there are more. */
  draw(count: number): boolean;
}

/** Draws the earlier messages of a long conversation when the user scrolls close to them, or asks for them. */
export interface EarlierMessages {
  /** Shown above the first message while there are more. */
  readonly button: HTMLButtonElement;
  /** Keeps what is being read in place. Returns whether there are more. */
  show(count?: number): boolean;
}

/** Loaded for conversations longer than what is drawn at first. */
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
    while (before && !before.matches('article')) before = before.previousElementSibling; // Not a message.
    if (focused && !more) (before as HTMLElement | null | undefined)?.focus({preventScroll: true});
    // An observer reports only changes, but after a page of short messages the button may still be in view.
    observer.unobserve(button);
    observer.observe(button);
    return more;
  }

  return {button, show};
}

/** Draws all messages before printing. */
function printWhole(weakly: WeakRef<EarlierHost>): void {
  const onPrint = () => {
    const host = weakly.deref();
    if (host?.root.isConnected) host.draw(Number.POSITIVE_INFINITY);
    else if (!host) removeEventListener('beforeprint', onPrint);
  };
  addEventListener('beforeprint', onPrint);
}
