/** Up to this width an open popup fills the screen, in CSS pixels. The style sheet has the same number. */
export const PHONE = '(max-width: 480px)';

/**
 * Keeps an open popup inside of what a phone really shows: iOS lays its keyboard over the page and tells only the
 * visual viewport.
 */
export class PopupFit {
  readonly #onChange: () => void;
  #panel: HTMLElement | undefined;
  #phone: MediaQueryList | undefined;

  /** `onChange` is called when `fills` changes. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Whether an open popup leaves nothing of the page to be seen. */
  get fills(): boolean {
    return this.#phone?.matches ?? false;
  }

  connect(panel: HTMLElement): void {
    if (this.#panel === panel) return;
    this.disconnect();
    this.#panel = panel;
    this.#phone = matchMedia(PHONE);
    this.#phone.addEventListener('change', this.#onChange);
    visualViewport?.addEventListener('resize', this.#fit);
    visualViewport?.addEventListener('scroll', this.#fit);
    this.#fit();
    if (this.fills) this.#onChange();
  }

  disconnect(): void {
    this.#phone?.removeEventListener('change', this.#onChange);
    visualViewport?.removeEventListener('resize', this.#fit);
    visualViewport?.removeEventListener('scroll', this.#fit);
    this.#panel = this.#phone = undefined;
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
