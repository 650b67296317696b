import {hurry as hurryFrom} from '../../support/hurry.ts';

// What a page can be told of its network and of itself. All of it is undone by `restore()`.

const undo: (() => void)[] = [];

function override<Target extends object>(
  target: Target,
  name: keyof Target & string,
  value: () => unknown,
): void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, {configurable: true, get: value});
  undo.push(() => {
    if (own) Object.defineProperty(target, name, own);
    else delete target[name];
  });
}

/** What waits for seconds, such as one continuation for the next, does not. */
export function hurry(): void {
  undo.push(hurryFrom(5_000));
}

export function restore(): void {
  for (const act of undo.splice(0).reverse()) act();
}

export interface Network {
  /** Nothing goes out; with `cut`, what is under way breaks. The browser notices, or does not. */
  goOffline(options?: {readonly cut?: boolean; readonly unnoticed?: boolean}): void;
  goOnline(): void;
  /** Breaks every body under way with that error. */
  breakBodies(error: Error): void;
  /** Requests that were made while nothing could go out. */
  readonly refused: number;
}

/** A network that can go away: a `fetch` and a `navigator.onLine` of its own, and the events. */
export function takeNetwork(): Network {
  const {fetch} = globalThis;
  const bodies = new Set<(error: Error) => void>();
  let isDown = false;
  let isOnLine = true;
  let refused = 0;
  const say = (onLine: boolean) => {
    if (isOnLine === onLine) return;
    isOnLine = onLine;
    dispatchEvent(new Event(onLine ? 'online' : 'offline'));
  };
  const breakBodies = (error: Error) => {
    for (const fail of bodies) fail(error);
    bodies.clear();
  };
  override(navigator, 'onLine', () => isOnLine);
  globalThis.fetch = async (input, init) => {
    if (!String(input instanceof Request ? input.url : input).includes('/s/')) return fetch(input, init);
    if (isDown) {
      refused++;
      throw new TypeError('The network is down.');
    }
    const response = await fetch(input, init);
    return response.body ? new Response(breakable(response.body, bodies), response) : response;
  };
  undo.push(() => {
    globalThis.fetch = fetch;
  });
  return {
    goOffline({cut = false, unnoticed = false} = {}) {
      isDown = true;
      if (!unnoticed) say(false);
      if (cut) breakBodies(new TypeError('The network went away.'));
    },
    goOnline() {
      isDown = false;
      say(true);
    },
    breakBodies,
    get refused() {
      return refused;
    },
  };
}

/** The same bytes, until somebody breaks them; then the server sees its reader go. */
function breakable(body: ReadableStream<Uint8Array>, bodies: Set<(error: Error) => void>): ReadableStream {
  const reader = body.getReader();
  return new ReadableStream({
    start(controller) {
      bodies.add(error => {
        controller.error(error);
        void reader.cancel();
      });
    },
    async pull(controller) {
      const {done, value} = await reader.read();
      try {
        if (done) controller.close();
        else controller.enqueue(value);
      } catch {
        // It was broken meanwhile.
      }
    },
    cancel: reason => reader.cancel(reason),
  });
}

/** A page whose visibility the test decides. */
export function takeVisibility(initial: DocumentVisibilityState = 'visible') {
  let state = initial;
  override(document, 'visibilityState', () => state);
  override(document, 'hidden', () => state === 'hidden');
  const set = (next: DocumentVisibilityState) => {
    state = next;
    document.dispatchEvent(new Event('visibilitychange', {bubbles: true}));
  };
  return {hide: () => set('hidden'), show: () => set('visible')};
}

/** What a page is told that goes into the back-forward cache, and comes back out of it. */
export function leaveAndComeBack(): void {
  dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}));
  document.dispatchEvent(new Event('freeze'));
  document.dispatchEvent(new Event('resume'));
  dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}));
}
