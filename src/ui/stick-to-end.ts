/** How near to the end counts as being there, in CSS pixels. */
const NEAR = 70;

/**
 * Keeps a growing list at its end while its reader is there, and leaves it alone as soon as they move up.
 * What they read never moves because of text that arrives.
 */
export class StickToEnd {
  readonly #onChange: () => void;
  #scroller: HTMLElement | undefined;
  #content: HTMLElement | undefined;
  #observer: ResizeObserver | undefined;
  #listeners: AbortController | undefined;
  #following = true;
  #away = false;
  #pressed = false;
  #top = 0;
  #height = 0;

  /** `onChange` is called when `away` changes. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Whether the end is out of sight: time for a button that leads there. */
  get away(): boolean {
    return this.#away;
  }

  connect(scroller: HTMLElement, content: HTMLElement): void {
    if (this.#scroller === scroller) return;
    this.disconnect();
    this.#scroller = scroller;
    this.#content = content;
    const document = scroller.ownerDocument;
    this.#listeners = new AbortController();
    const options = {passive: true, signal: this.#listeners.signal};
    scroller.addEventListener('scroll', this.#onScroll, options);
    scroller.addEventListener('wheel', this.#onWheel, options);
    scroller.addEventListener('pointerdown', this.#onPress, options);
    for (const type of ['pointerup', 'pointercancel'])
      document.addEventListener(type, this.#onRelease, options);
    // Observers run after layout and before paint, so that following never shows a frame that is behind.
    this.#observer = new ResizeObserver(() => this.#onResize());
    this.#observer.observe(scroller);
    this.#observer.observe(content);
  }

  disconnect(): void {
    this.#observer?.disconnect();
    this.#listeners?.abort();
    this.#scroller = this.#content = undefined;
  }

  /** Goes to the end and stays there. Smooth only where the reader asked for it and has no objection to motion. */
  jump(behavior: 'instant' | 'smooth' = 'instant'): void {
    this.#following = true;
    const scroller = this.#scroller;
    if (!scroller) return;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (behavior === 'smooth' && !calm) scroller.scrollTo({top: scroller.scrollHeight, behavior: 'smooth'});
    else this.#toEnd();
    this.#measure();
  }

  #toEnd(): void {
    const scroller = this.#scroller;
    if (scroller) scroller.scrollTop = scroller.scrollHeight;
  }

  #distance(): number {
    const scroller = this.#scroller;
    return scroller ? scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop : 0;
  }

  #measure(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    this.#top = scroller.scrollTop;
    this.#height = scroller.scrollHeight;
    const away = !this.#following && this.#distance() > NEAR;
    if (away === this.#away) return;
    this.#away = away;
    this.#onChange();
  }

  readonly #onScroll = (): void => {
    const scroller = this.#scroller;
    if (!scroller) return;
    const moved = scroller.scrollTop - this.#top;
    // A list that became shorter is pushed up by the browser, not by its reader.
    const shrank = scroller.scrollHeight < this.#height;
    if (moved < -1 && !shrank) this.#following = false;
    else if (moved > 0 && this.#distance() <= NEAR) this.#following = true;
    this.#measure();
  };

  readonly #onWheel = (event: WheelEvent): void => {
    const scroller = this.#scroller;
    if (event.deltaY < 0 && scroller && scroller.scrollTop > 0) this.#following = false;
  };

  // Text that moves under a pressed pointer cannot be selected.
  readonly #onPress = (): void => {
    this.#pressed = true;
  };

  readonly #onRelease = (): void => {
    if (!this.#pressed) return;
    this.#pressed = false;
    if (this.#hasSelection()) this.#following = false;
    else if (this.#following) this.#toEnd();
    this.#measure();
  };

  #hasSelection(): boolean {
    // In Chromium the selection of a shadow tree is asked of its root; elsewhere of the document.
    const root = this.#content?.getRootNode() as {getSelection?: () => Selection | null} | undefined;
    const selection = root?.getSelection ? root.getSelection() : getSelection();
    return selection !== null && selection.type === 'Range';
  }

  #onResize(): void {
    if (this.#following && !this.#pressed) this.#toEnd();
    this.#measure();
  }
}
