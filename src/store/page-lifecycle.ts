/** Tells when the page may be about to go away, so that what is not yet saved can be. */
export interface PageLifecycle {
  /** Returns its own undo. */
  subscribe(listener: () => void): () => void;
}

/** Hears a page; in a worker and in Node, where there is none, it never calls. */
export function pageLifecycle(
  page: Partial<Pick<EventTarget, 'addEventListener'>> = globalThis,
  document: (EventTarget & {readonly visibilityState: string}) | undefined = globalThis.document,
): PageLifecycle {
  return {
    subscribe(listener) {
      const listening = new AbortController();
      const {signal} = listening;
      const onVisibilityChange = () => {
        if (document?.visibilityState === 'hidden') listener();
      };
      // A store listens once it has opened, so one that opens after this lets go of its connection after this too.
      page.addEventListener?.('pagehide', listener, {signal});
      document?.addEventListener('visibilitychange', onVisibilityChange, {signal});
      document?.addEventListener('freeze', listener, {signal});
      return () => listening.abort();
    },
  };
}
