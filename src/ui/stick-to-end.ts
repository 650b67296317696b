/** Within this distance of the end counts as being there, in CSS pixels. */
const NEAR = 70;
/** The space below the last message, in CSS pixels: if no more than that is out of sight, nothing is missed. */
const EDGE = 24;
/** Space between a question and the top edge while the answer below it grows, in CSS pixels. */
const GAP = 16;

export interface StickToEnd {
  /** Whether the end is out of sight: time for a button that leads there. */
  readonly away: boolean;
  /**
   * Goes to the end and stays there. `asks`: an answer is coming, which is followed only as long as its question is in
   * sight, since reading begins at its top.
   */
  jump(asks?: boolean): void;
  /** Stops following the end: something above it is being read. */
  leave(): void;
}

/**
 * Keeps a growing list at its end while the reader is there, and leaves it alone as soon as they scroll up. Arriving
 * text never moves what they are reading. Lives as long as the two elements.
 *
 * `onChange` is called when `away` changes.
 */
export function stickToEnd(scroller: HTMLElement, content: HTMLElement, onChange: () => void): StickToEnd {
  let following = true;
  let holds = false;
  let away = false;
  let pressed = false;
  let top = 0;
  let height = 0;

  const left = (): number => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;

  function toEnd(): void {
    scroller.scrollTop = scroller.scrollHeight;
  }

  /** Goes to the end, but no further than to where the question would leave the view. */
  function follow(): void {
    const question = holds && content.querySelector('article:nth-last-of-type(2)')?.getBoundingClientRect();
    if (question) {
      const frame = scroller.getBoundingClientRect();
      // A long question gets half of the room. The page may be zoomed.
      const above = Math.max(question.top - GAP, question.bottom - frame.height / 2) - frame.top;
      const room = (Math.max(0, above) * scroller.clientHeight) / frame.height;
      if (question.bottom > frame.top && room < left()) {
        following = holds = false;
        scroller.scrollTop += room;
        return;
      }
    }
    toEnd();
  }

  function measure(): void {
    top = scroller.scrollTop;
    height = scroller.scrollHeight;
    if (away === !(following || left() <= EDGE)) return;
    away = !away;
    onChange();
  }

  // Text that moves under a pressed pointer cannot be selected.
  function onRelease(): void {
    if (!pressed) return;
    pressed = false;
    // In Chromium, the root of a shadow tree has its selection; elsewhere the document does.
    const root = content.getRootNode() as {getSelection?: () => Selection | null};
    if ((root.getSelection?.() ?? getSelection())?.type === 'Range') following = false;
    else if (following) follow();
    measure();
  }

  scroller.onscroll = () => {
    const moved = scroller.scrollTop - top;
    // A list that became shorter is moved up by the browser, not by its reader.
    if (moved < -1 && scroller.scrollHeight >= height) following = false;
    else if (moved > 0 && left() <= NEAR) following = true;
    measure();
  };
  scroller.addEventListener(
    'wheel',
    event => {
      if (event.deltaY < 0 && scroller.scrollTop > 0) following = false;
    },
    {passive: true},
  );
  scroller.onpointerdown = () => {
    pressed = true;
    for (const type of ['pointerup', 'pointercancel'])
      document.addEventListener(type, onRelease, {once: true});
  };
  // Observers run after layout and before paint, so that following never shows a frame that is behind.
  const observer = new ResizeObserver(() => {
    if (following && !pressed) follow();
    measure();
  });
  observer.observe(scroller);
  observer.observe(content);

  return {
    get away() {
      return away;
    },
    jump(asks = false) {
      following = true;
      holds = asks;
      toEnd();
      measure();
    },
    leave() {
      following = false;
    },
  };
}
