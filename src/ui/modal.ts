import {adoptStyles} from './adopt-styles.ts';
import {backEntry} from './back-entry.ts';
import {css} from './css.ts';
import type {ChatInside} from './inside.ts';
import {viewportFit} from './viewport-fit.ts';

const styles = css`
  .panel[slot='panel'] {
    position: fixed;
    inset: var(--_top, 0) 0 auto;
    height: var(--_height, 100%);
    min-height: 0;
    padding-block: env(safe-area-inset-top, 0) env(safe-area-inset-bottom, 0);
    border: 0;
    border-radius: 0;
    outline: none;
    animation: none;
    overscroll-behavior: contain;
  }
  .panel textarea {
    overscroll-behavior: contain;
  }
`;

const dialogStyles = css`
  dialog {
    all: unset;
    width: 100%; /* On paper the panel stands in it. */
  }
  dialog::backdrop {
    background: var(--_background, Canvas);
  }
`;

/** What can have the focus, in order, including what the page put into slots. */
function stopsIn(element: Element): HTMLElement[] {
  return [
    ...element.querySelectorAll<HTMLElement>(
      'a[href], button, input, select, summary, textarea, [tabindex], slot',
    ),
  ].flatMap(each => {
    if (!(each instanceof HTMLSlotElement)) return each;
    return each.assignedElements({flatten: true}).flatMap(put => [put as HTMLElement, ...stopsIn(put)]);
  });
}

/**
 * Makes an open chat modal while it covers the page: everything else is inert and does not scroll, and Escape and the
 * device's Back close it.
 *
 * Only the top layer makes a page inert without changing its elements. The panel stays where it is in its own tree, and
 * is shown in a `<dialog>` by a slot of a second shadow root. So nothing in it is lost when it becomes modal, or ceases
 * to be.
 */
export function attach(inside: () => ChatInside): void {
  const {element, narrator} = inside();

  const shadow = element.renderRoot as ShadowRoot;
  const panel = shadow.querySelector<HTMLElement>('.panel')!;
  const root = panel.parentElement!;
  const dialog = document.createElement('dialog');
  dialog.append(edge(0, -1), slot('panel'), slot('announcer'), edge(-1, 0));
  const frame = root.attachShadow({mode: 'open'});
  frame.append(dialog, slot(''));
  adoptStyles(dialog, dialogStyles);
  adoptStyles(panel, styles);
  root.append(Object.assign(slot('announcer'), {slot: 'announcer'}));
  panel.tabIndex = -1;

  /**
   * Tab out of the panel continues at its other end (`inner`); coming back from the browser's own buttons enters at
   * this end (`outer`). Both are indexes among what can have the focus.
   */
  function edge(outer: number, inner: number): HTMLElement {
    const stop = document.createElement('span');
    stop.tabIndex = 0;
    stop.addEventListener('focus', ({relatedTarget}) => {
      const open = stopsIn(panel).filter(
        each => each.tabIndex >= 0 && each.getClientRects().length > 0 && !each.closest('[inert]'),
      );
      open.at(relatedTarget ? inner : outer)?.focus();
    });
    return stop;
  }

  const fit = viewportFit(panel);
  const lock = new CSSStyleSheet();
  let isModal = false;

  async function leave(): Promise<void> {
    await element.hide();
    shadow.querySelector<HTMLElement>('.launcher')?.focus();
  }
  const back = 'CloseWatcher' in window ? undefined : backEntry(() => void leave());

  /** Only one of the two is a dialog at a time, and that one has the name, which may change. */
  function takeName(): void {
    if (isModal) {
      dialog.ariaLabel = panel.ariaLabel ?? dialog.ariaLabel;
      panel.role = panel.ariaLabel = null;
    } else {
      panel.role ??= 'dialog';
      panel.ariaLabel ??= dialog.ariaLabel;
    }
  }

  /** Keeps the scroll positions and the focus. */
  function turn(modal: boolean): void {
    isModal = modal;
    const focused = shadow.activeElement as HTMLElement | null;
    const scrollers = [...panel.querySelectorAll('.transcript, textarea')];
    const places = scrollers.map(({scrollTop}) => scrollTop);
    panel.slot = modal ? 'panel' : '';
    takeName();
    if (modal) dialog.showModal();
    else dialog.close();
    places.forEach((place, at) => {
      if (scrollers[at]!.scrollTop !== place) scrollers[at]!.scrollTop = place;
    });
    if (panel.contains(focused)) focused?.focus({preventScroll: true});
    else if (modal) panel.focus({preventScroll: true});
  }

  function begin(): void {
    turn(true);
    const bar = innerWidth > document.documentElement.clientWidth ? 'scrollbar-gutter:stable!important' : '';
    lock.replaceSync(`html{overflow:hidden!important;${bar}}`);
    document.adoptedStyleSheets.push(lock);
    // In the page, they would be inert, too.
    for (const region of narrator.regions) element.append(Object.assign(region, {slot: 'announcer'}));
    fit(true);
    back?.enter();
  }

  function end(): void {
    turn(false);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(sheet => sheet !== lock);
    if (element.isConnected) narrator.connect(element);
    fit(false);
    back?.leave();
  }

  function update(): void {
    const {covers: wanted} = inside();
    if (wanted === isModal) takeName();
    else if (wanted) begin();
    else end();
  }

  dialog.addEventListener('cancel', event => {
    if (event.target !== dialog) return; // The `cancel` of a file picker comes here, too.
    event.preventDefault();
    void leave();
  });
  dialog.addEventListener('close', () => {
    if (isModal && !dialog.open) void leave(); // A browser may close it the second time without asking.
  });
  element.addController({hostUpdated: update, hostDisconnected: update});
  update();
}

function slot(name: string): HTMLSlotElement {
  return Object.assign(document.createElement('slot'), {name});
}
