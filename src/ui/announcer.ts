/** Shortest time between two announcements, in milliseconds. Faster ones cut each other off in speech. */
const PACE = 400;
/** How long a spoken text stays in the page, where reading on would come across it again. */
const KEEP = 7_000;

/** There for screen readers alone, whatever the page declares for all elements. */
const HIDDEN =
  'all:initial;position:fixed;inset:0 auto auto 0;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap;';

/** Speaks to screen readers by live regions of its own, never faster than they can read. */
export interface Announcer {
  /** The regions must be there, and empty, before the first text. */
  connect(host: Element): void;
  disconnect(): void;
  /** Texts that come faster than they can be spoken are spoken together. */
  say(text: string): void;
  /** At once, before all else. Empty text takes the last alert back. */
  alert(text: string): void;
}

/**
 * The regions are in the page, not in the shadow tree: Chromium does not reliably announce from nested shadow roots.
 * Inside a modal dialog of the page they are put in that dialog, since all else is inert then.
 */
export function createAnnouncer(): Announcer {
  const polite = createRegion('status', 'polite');
  const assertive = createRegion('alert', 'assertive');
  let queue: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let clearing: ReturnType<typeof setTimeout> | undefined;
  let spokeAt = Number.NEGATIVE_INFINITY;
  let last = '';

  function put(region: HTMLElement, text: string): void {
    // The same text twice in a row is no change and would not be spoken.
    if (text) last = text === last ? `${text}\u200B` : text;
    region.textContent = text && last;
  }

  function speak(): void {
    timer = undefined;
    if (queue.length === 0) return;
    put(polite, queue.join(' '));
    queue = [];
    spokeAt = performance.now();
    clearTimeout(clearing);
    clearing = setTimeout(put, KEEP, polite, '');
  }

  return {
    connect(host) {
      (enclosingDialog(host) ?? document.body).append(polite, assertive);
    },
    disconnect() {
      clearTimeout(timer);
      clearTimeout(clearing);
      timer = undefined;
      queue = [];
      for (const region of [polite, assertive]) {
        region.remove();
        put(region, '');
      }
    },
    say(text) {
      if (!text) return;
      queue.push(text);
      timer ??= setTimeout(speak, spokeAt + PACE - performance.now());
    },
    alert(text) {
      if (text) queue = [];
      put(assertive, text);
    },
  };
}

function createRegion(role: string, ariaLive: string): HTMLElement {
  const region = Object.assign(document.createElement('div'), {role, ariaLive, ariaAtomic: 'true'});
  region.dataset['sseChatAnnouncer'] = '';
  // By the CSSOM, since a style attribute is not allowed under `style-src 'none'`.
  region.style.cssText = HIDDEN.replaceAll(';', '!important;');
  return region;
}

/** Through shadow roots and slots. */
function enclosingDialog(host: Element): Element | undefined {
  let node: Element | undefined = host;
  while (node && !node.matches?.('dialog, [aria-modal="true"]')) {
    // A shadow root has nothing but a host.
    node = (node.assignedSlot ?? node.parentNode ?? (node as Partial<ShadowRoot>).host) as
      | Element
      | undefined;
  }
  return node;
}
