/** How near to the end counts as being there, in CSS pixels. */
const NEAR = 70;

export interface StickToEnd {
  /** Whether the end is out of sight: time for a button that leads there. */
  readonly away: boolean;
  /** Goes to the end and stays there. Smooth only where the reader has no objection to motion. */
  jump(behavior?: ScrollBehavior): void;
  /** Something above the end is read from now on. */
  leave(): void;
}

/**
 * Keeps a growing list at its end while its reader is there, and leaves it alone as soon as they move up.
 * What they read never moves because of text that arrives. Lives as long as the two elements.
 *
 * `onChange` is called when `away` changes.
 */
export function stickToEnd(scroller: HTMLElement, content: HTMLElement, onChange: () => void): StickToEnd {
  let following = true;
  let away = false;
  let pressed = false;
  let top = 0;
  let height = 0;

  const isNear = (): boolean => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop <= NEAR;

  function toEnd(behavior: ScrollBehavior = 'instant'): void {
    scroller.scrollTo({top: scroller.scrollHeight, behavior});
  }

  function measure(): void {
    top = scroller.scrollTop;
    height = scroller.scrollHeight;
    if (away === !(following || isNear())) return;
    away = !away;
    onChange();
  }

  // Text that moves under a pressed pointer cannot be selected.
  function onRelease(): void {
    if (!pressed) return;
    pressed = false;
    // In Chromium the selection of a shadow tree is asked of its root; elsewhere of the document.
    const root = content.getRootNode() as {getSelection?: () => Selection | null};
    if ((root.getSelection?.() ?? getSelection())?.type === 'Range') following = false;
    else if (following) toEnd();
    measure();
  }

  scroller.addEventListener('scroll', () => {
    const moved = scroller.scrollTop - top;
    // A list that became shorter is pushed up by the browser, not by its reader.
    if (moved < -1 && scroller.scrollHeight >= height) following = false;
    else if (moved > 0 && isNear()) following = true;
    measure();
  });
  scroller.addEventListener(
    'wheel',
    event => {
      if (event.deltaY < 0 && scroller.scrollTop > 0) following = false;
    },
    {passive: true},
  );
  scroller.addEventListener('pointerdown', () => {
    pressed = true;
    for (const type of ['pointerup', 'pointercancel'])
      document.addEventListener(type, onRelease, {once: true});
  });
  // Observers run after layout and before paint, so that following never shows a frame that is behind.
  const observer = new ResizeObserver(() => {
    if (following && !pressed) toEnd();
    measure();
  });
  observer.observe(scroller);
  observer.observe(content);

  return {
    get away() {
      return away;
    },
    jump(behavior) {
      following = true;
      toEnd(matchMedia('(prefers-reduced-motion:reduce)').matches ? 'instant' : behavior);
      measure();
    },
    leave() {
      following = false;
    },
  };
}
