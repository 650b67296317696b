/** In `history.state`: this entry was made for an open chat. */
const MARK = 'sseChat';

/** An entry of the page's history that the device's Back takes away in place of the page. */
export interface BackEntry {
  enter(): void;
  /** Takes the entry away, unless Back did, or the page has gone on since. */
  leave(): void;
}

/**
 * For engines without `CloseWatcher`, where Back knows of no dialog. The entry has the page's own address and state, so
 * that a router which looks at them finds nothing new, and its coming and going is not told to the page. Where the page
 * keeps something there that cannot be added to, or made an entry of its own meanwhile, its history is left alone.
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
    } catch {} // Not every frame may. Then Back is the page's.
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
      addEventListener('popstate', onPopState, true); // Before the page's own ones.
      address = location.href;
      if (!leaving) push();
    },
    leave() {
      wanted = false;
      // A chat that is only moved in the page is back by then.
      setTimeout(() => {
        if (wanted || leaving) return;
        leaving = isOurs();
        if (leaving) history.back();
        else removeEventListener('popstate', onPopState, true);
      });
    },
  };
}
