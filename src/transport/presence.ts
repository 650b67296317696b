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
/**
 * Milliseconds. Firefox breaks the streams of a page that is reloaded or left at once, and runs the page until the next
 * one has begun to come. Whoever stays (the link was a download) waits no longer than this.
 */
const LEAVING = 10_000;

let leftUntil = 0;
for (const [name, ms] of Object.entries({beforeunload: LEAVING, pageshow: 0})) {
  globalThis.addEventListener?.(name, () => {
    leftUntil = performance.now() + ms;
  });
}

const leaving = () => Math.max(0, leftUntil - performance.now());

/** The page's own presence. Outside a page (Node, workers) there is only the network, where it can be asked. */
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
      for (const name of EVENTS) globalThis.addEventListener?.(name, check, listening); // Those of the document bubble.
      signal.addEventListener('abort', check, listening);
      check();
    });
  },
};
