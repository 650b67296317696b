/** Tells when the page may be about to go away, so that unsaved changes can be saved. */
export interface PageLifecycle {
  /** Returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void;
}

/** The lifecycle of a page. In a worker and in Node, where there is none, it never calls a listener. */
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
      // A store listens once it has opened, so one that opens after this also closes its connection after this.
      page.addEventListener?.('pagehide', listener, {signal});
      document?.addEventListener('visibilitychange', onVisibilityChange, {signal});
      document?.addEventListener('freeze', listener, {signal});
      return () => listening.abort();
    },
  };
}
