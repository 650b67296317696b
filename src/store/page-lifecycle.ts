/** Tells when the page may be about to go away, so that what is not yet saved can be. */
export interface PageLifecycle {
  /** Returns its own undo. */
  subscribe(listener: () => void): () => void;
}

/** Hears a page; in a worker and in Node, where there is none, it never calls. */
export function pageLifecycle(
  page: Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>> = globalThis,
  document: (EventTarget & {readonly visibilityState: string}) | undefined = globalThis.document,
): PageLifecycle {
  return {
    subscribe(listener) {
      const onVisibilityChange = () => {
        if (document?.visibilityState === 'hidden') listener();
      };
      // Captured, to come before the store lets go of its connection at the same event.
      page.addEventListener?.('pagehide', listener, true);
      document?.addEventListener('visibilitychange', onVisibilityChange);
      document?.addEventListener('freeze', listener);
      return () => {
        page.removeEventListener?.('pagehide', listener, true);
        document?.removeEventListener('visibilitychange', onVisibilityChange);
        document?.removeEventListener('freeze', listener);
      };
    },
  };
}
