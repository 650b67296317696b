const EVENTS = ['resize', 'scroll'];

/**
 * Keeps an open popup inside of what a phone really shows: iOS lays its keyboard over the page and tells only the
 * visual viewport. The style sheet uses what is set here up to a width of 480 px.
 */
export class PopupFit {
  #panel: HTMLElement | undefined;

  connect(panel: HTMLElement): void {
    if (this.#panel === panel) return;
    this.disconnect();
    this.#panel = panel;
    for (const type of EVENTS) visualViewport?.addEventListener(type, this.#fit);
    this.#fit();
  }

  disconnect(): void {
    for (const type of EVENTS) visualViewport?.removeEventListener(type, this.#fit);
    this.#panel = undefined;
  }

  readonly #fit = (): void => {
    const viewport = visualViewport;
    if (!viewport || !this.#panel) return;
    // While the user zooms in, the visual viewport is a part of the page that moves; nothing is to follow it.
    const zoomed = viewport.scale > 1.01;
    this.#panel.style.setProperty('--_height', zoomed ? '100dvh' : `${viewport.height}px`);
    this.#panel.style.setProperty('--_top', zoomed ? '0px' : `${viewport.offsetTop}px`);
  };
}
