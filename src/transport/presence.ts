/**
 * Whether it makes sense to send a request now. A request that the user asked for needs the network; one that
 * we make by ourselves and that is billed also needs somebody who looks at the page.
 */
export interface Presence {
  isReady(need: PresenceNeed): boolean;
  /** Resolves once `isReady(need)` holds for good; rejects with the signal's reason when that aborts. */
  whenReady(need: PresenceNeed, signal: AbortSignal): Promise<void>;
}

export type PresenceNeed = 'online' | 'online-and-visible';

/** Milliseconds. A network that only flashes up, or a tab that is only passed by, is not worth a request. */
const STEADY = 300;
const EVENTS = ['online', 'visibilitychange', 'pageshow', 'resume'] as const;

/** The page's own presence. Outside a page (Node, workers) there is only the network, where it can be asked. */
export const pagePresence: Presence = {
  isReady(need) {
    if (globalThis.navigator?.onLine === false) return false;
    return need === 'online' || globalThis.document?.visibilityState !== 'hidden';
  },

  whenReady(need, signal) {
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout>;
      const settle = () => {
        if (!signal.aborted && !pagePresence.isReady(need)) return;
        for (const name of EVENTS) globalThis.removeEventListener?.(name, check);
        signal.removeEventListener('abort', check);
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      const check = () => {
        clearTimeout(timer);
        if (signal.aborted) settle();
        else timer = setTimeout(settle, STEADY);
      };
      for (const name of EVENTS) globalThis.addEventListener?.(name, check); // Those of the document bubble.
      signal.addEventListener('abort', check);
      check();
    });
  },
};
