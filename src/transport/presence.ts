/**
 * Whether it makes sense to send a request now. A request that the user asked for needs the network; an automatic one
 * that is billed also needs somebody who looks at the page.
 */
export interface Presence {
  isReady(need: PresenceNeed): boolean;
  /** Resolves once `isReady(need)` holds steadily; rejects with the signal's reason when that aborts. */
  whenReady(need: PresenceNeed, signal: AbortSignal): Promise<void>;
}

export type PresenceNeed = 'online' | 'online-and-visible';

/**
 * Milliseconds. A network that is back only for a moment, or a tab passed on the way to another, is not worth a
 * request.
 */
const STEADY = 300;
const EVENTS = ['online', 'visibilitychange', 'pageshow', 'resume'] as const;
/**
 * Milliseconds. When a page is reloaded or left, Firefox breaks its streams at once, but runs it until the next page
 * begins to arrive. If the page stays after all (the link was a download), it waits no longer than this.
 */
const LEAVING = 10_000;

let leftUntil = 0;
for (const [name, ms] of Object.entries({beforeunload: LEAVING, pageshow: 0})) {
  globalThis.addEventListener?.(name, () => {
    leftUntil = performance.now() + ms;
  });
}

const leaving = () => Math.max(0, leftUntil - performance.now());

/** The page's own presence. Outside a page (Node, workers) only the network counts, if its state is known. */
export const pagePresence: Presence = {
  isReady(need) {
    if (globalThis.navigator?.onLine === false || leaving()) return false;
    return need === 'online' || globalThis.document?.visibilityState !== 'hidden';
  },

  whenReady(need, signal) {
    return new Promise((resolve, reject) => {
      const listening = new AbortController();
      let timer: ReturnType<typeof setTimeout>;
      const settle = () => {
        if (!signal.aborted && !pagePresence.isReady(need)) {
          if (leaving()) check();
          return;
        }
        listening.abort();
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      const check = () => {
        clearTimeout(timer);
        if (signal.aborted) settle();
        else timer = setTimeout(settle, leaving() || STEADY);
      };
      for (const name of EVENTS) globalThis.addEventListener?.(name, check, listening); // Document events bubble.
      signal.addEventListener('abort', check, listening);
      check();
    });
  },
};
