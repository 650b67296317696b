/** What a keyboard takes of a phone's screen at least, in CSS pixels. A browser's own bars take less. */
const KEYBOARD = 150;

/**
 * Keeps a panel inside of what a phone really shows: iOS lays its keyboard over the page and tells only the visual
 * viewport. The style sheet uses what is set here where the panel covers the page.
 *
 * @returns what begins, and with `false` ends, to follow the viewport.
 */
export function viewportFit(panel: HTMLElement): (on: boolean) => void {
  const viewport = visualViewport;
  // Lengths are in the pixels of a page that has a `zoom` of its own. Asked for here, before anything is shown otherwise:
  // Firefox would go on with an animation that is over then.
  const {currentCSSZoom: zoom = 1} = panel as {currentCSSZoom?: number};
  const fit = (): void => {
    if (!viewport) return;
    // While the user zooms in, the visual viewport is a part of the page that moves; nothing is to follow it.
    const zoomed = viewport.scale > 1.01;
    panel.style.setProperty('--_height', zoomed ? '100%' : `${viewport.height / zoom}px`);
    panel.style.setProperty('--_top', `${zoomed ? 0 : viewport.offsetTop / zoom}px`);
    // The keyboard lies over the edge that the inset keeps free.
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
