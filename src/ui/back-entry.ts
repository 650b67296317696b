/** Marks, in `history.state`, an entry made for an open chat. */
const MARK = 'sseChat';

/** An entry in the page's history that the device's Back removes instead of leaving the page. */
export interface BackEntry {
  enter(): void;
  /** Removes the entry, unless Back did, or the page has navigated since. */
  leave(): void;
}

/**
 * For engines without `CloseWatcher`, where Back does not close dialogs. The entry has the page's own address and
 * state, so that a router sees nothing new, and its coming and going is hidden from the page. If the page's state
 * cannot be extended, or the page adds an entry of its own meanwhile, its history is left alone.
 */
export function backEntry(onBack: () => void): BackEntry {
  let wanted = false;
  let leaving = false;
  let address = '';

  const isOurs = (): boolean => history.state?.[MARK] === true;

  function push(): void {
    const {state} = history;
    if (isOurs() || (state && Object.getPrototypeOf(state) !== Object.prototype)) return;
    try {
      history.pushState({...state, [MARK]: true}, '');
    } catch {} // Not every frame may do this. Back is the page's then.
  }

  function onPopState(event: PopStateEvent): void {
    if (location.href === address && (leaving || !isOurs())) event.stopImmediatePropagation();
    if (leaving) {
      leaving = false;
      if (wanted) push();
    } else if (wanted && !isOurs()) {
      wanted = false;
      onBack();
    }
    if (!wanted) removeEventListener('popstate', onPopState, true);
  }

  return {
    enter() {
      wanted = true;
      addEventListener('popstate', onPopState, true); // Before the page's own listeners.
      address = location.href;
      if (!leaving) push();
    },
    leave() {
      wanted = false;
      // A chat that is only moved within the page has been connected again by then.
      setTimeout(() => {
        if (wanted || leaving) return;
        leaving = isOurs();
        if (leaving) history.back();
        else removeEventListener('popstate', onPopState, true);
      });
    },
  };
}
