/** The least that a keyboard takes of a phone's screen, in CSS pixels. A browser's own bars take less. */
const KEYBOARD = 150;

/**
 * Keeps a panel inside what a phone really shows: iOS lays its keyboard over the page and tells only the visual
 * viewport. The style sheet uses these values where the panel covers the page.
 *
 * @returns a function that starts following the viewport, or stops with `false`.
 */
export function viewportFit(panel: HTMLElement): (on: boolean) => void {
  const viewport = visualViewport;
  // Lengths are in the pixels of the page, which may have a `zoom` of its own. Read here, before anything changes on
  // screen: otherwise Firefox would continue an animation that is over by then.
  const {currentCSSZoom: zoom = 1} = panel as {currentCSSZoom?: number};
  const fit = (): void => {
    if (!viewport) return;
    // While the user zooms in, the visual viewport is a moving part of the page; nothing should follow it.
    const zoomed = viewport.scale > 1.01;
    panel.style.setProperty('--_height', zoomed ? '100%' : `${viewport.height / zoom}px`);
    panel.style.setProperty('--_top', `${zoomed ? 0 : viewport.offsetTop / zoom}px`);
    // The keyboard covers the edge that the inset keeps free.
    panel.style.paddingBottom = !zoomed && innerHeight - viewport.height > KEYBOARD ? '0px' : '';
  };
  return on => {
    for (const type of ['resize', 'scroll']) {
      if (on)
        viewport?.addEventListener(type, fit); // Does nothing the second time.
      else viewport?.removeEventListener(type, fit);
    }
    if (on) fit();
    else panel.style.paddingBottom = '';
  };
}
