/**
 * Keeps an open popup inside of what a phone really shows: iOS lays its keyboard over the page and tells only the
 * visual viewport. The style sheet uses what is set here up to a width of 480 px.
 *
 * @returns what begins, and with `false` ends, to follow the viewport.
 */
export function popupFit(panel: HTMLElement): (open: boolean) => void {
  const viewport = visualViewport;
  const fit = (): void => {
    if (!viewport) return;
    // While the user zooms in, the visual viewport is a part of the page that moves; nothing is to follow it.
    const zoomed = viewport.scale > 1.01;
    panel.style.setProperty('--_height', zoomed ? '100dvh' : `${viewport.height}px`);
    panel.style.setProperty('--_top', zoomed ? '0px' : `${viewport.offsetTop}px`);
  };
  return open => {
    for (const type of ['resize', 'scroll']) {
      if (open)
        viewport?.addEventListener(type, fit); // Does nothing the second time.
      else viewport?.removeEventListener(type, fit);
    }
    if (open) fit();
  };
}
