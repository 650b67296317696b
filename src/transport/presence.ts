/**
 * Whether it makes sense to send a request now. A request that the user asked for needs the network; one that
 * we make by ourselves and that is billed also needs somebody who looks at the page.
 */
export interface Presence {
  isReady(need: PresenceNeed): boolean;
  /** Resolves once `isReady(need)` holds; rejects with the signal's reason when that aborts. */
  whenReady(need: PresenceNeed, signal: AbortSignal): Promise<void>;
}

export type PresenceNeed = 'online' | 'online-and-visible';
