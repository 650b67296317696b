import {adoptStyles} from './adopt-styles.ts';
import {css} from './css.ts';
import type {ChatInside} from './inside.ts';

/** Milliseconds without a scroll event after which scrolling is over. */
const REST = 150;

const styles = css`
  /* Room for what is still to come: no Markdown says how high that is. */
  .body img {
    display: block;
    width: 100%;
    aspect-ratio: 3/2;
    border-radius: 10px;
    background: var(--_surface);
    object-fit: scale-down;
  }
  .body td img {
    width: 8em;
  }
  .message img[data-own] {
    width: auto;
    aspect-ratio: auto;
    background: none;
  }
  @media print {
    .body img {
      width: auto;
      aspect-ratio: auto;
    }
  }
`;

/**
 * Images that still have the reserved room, and may get their own height. Not in an answer in progress, whose blocks
 * are drawn again and must not change their height then; nor in a table, which keeps its columns.
 */
const WAITING = '.message:not([data-status="streaming"]) img:not([data-own], td *)';

/**
 * Reserves room for each image before it has loaded, and keeps it that way while it is in view. The image gets its own
 * height once it is out of view, where that moves nothing that is being read.
 */
export function attach(inside: () => ChatInside): void {
  const scroller = inside().element.renderRoot.querySelector<HTMLElement>('.transcript')!;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function settle(): void {
    const {top, bottom} = scroller.getBoundingClientRect();
    for (const image of scroller.querySelectorAll<HTMLImageElement>(WAITING)) {
      const box = image.getBoundingClientRect();
      if (!image.complete || (box.bottom > top && box.top < bottom)) continue;
      const {scrollHeight} = scroller;
      image.dataset['own'] = '';
      // Done here, since scroll anchoring is off: in engines that have it, it would work against keeping the list at
      // its end.
      if (box.bottom <= top) scroller.scrollTop += scroller.scrollHeight - scrollHeight;
    }
  }

  adoptStyles(scroller, styles);
  for (const type of ['load', 'error']) scroller.addEventListener(type, settle, true); // They do not bubble.
  scroller.addEventListener(
    'scroll',
    () => {
      clearTimeout(timer);
      timer = setTimeout(settle, REST);
    },
    {passive: true},
  );
  settle();
}
