import {adoptStyles} from './adopt-styles.ts';
import {css} from './css.ts';
import type {ChatInside} from './inside.ts';

/** Milliseconds without scrolling after which nobody scrolls. */
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

/** In an answer under way blocks are drawn again, and have the sizes that they are remembered by. A table keeps its columns. */
const WAITING = '.message:not([data-status="streaming"]) img:not([data-own], td *)';

/**
 * Each image has room before it has come, and stands in that as long as somebody sees it. It has its own height once it is out
 * of sight, where that moves nothing that is read.
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
      // No engine does it here: where one anchors, it would do so against what the list does at its end.
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
