/** Shortest time between two announcements, in milliseconds. Faster ones cut each other off in speech. */
const PACE = 400;
/** How long a spoken text stays in the page, where reading on would come across it again. */
const KEEP = 7_000;

/** There for screen readers alone, whatever the page declares for all elements. */
const HIDDEN =
  'all:initial;position:fixed;inset:0 auto auto 0;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap;';

/**
 * Speaks to screen readers by live regions of its own, never faster than they can read.
 *
 * The regions are in the page, not in the shadow tree: Chromium does not reliably announce from nested shadow roots.
 * Inside a modal dialog of the page they are put in that dialog, since all else is inert then.
 */
export class Announcer {
  #polite: HTMLElement | undefined;
  #alert: HTMLElement | undefined;
  #queue: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #clearing: ReturnType<typeof setTimeout> | undefined;
  #spokeAt = Number.NEGATIVE_INFINITY;
  #last = '';

  /** The regions must be there, and empty, before the first text. */
  connect(host: Element): void {
    const home = enclosingDialog(host) ?? host.ownerDocument.body;
    this.#polite ??= createRegion(host.ownerDocument, 'status');
    this.#alert ??= createRegion(host.ownerDocument, 'alert');
    home.append(this.#polite, this.#alert);
  }

  disconnect(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#clearing);
    this.#timer = this.#clearing = undefined;
    this.#queue = [];
    for (const region of [this.#polite, this.#alert]) {
      region?.remove();
      if (region) region.textContent = '';
    }
  }

  /** Texts that come faster than they can be spoken are spoken together. */
  say(text: string): void {
    if (!text) return;
    this.#queue.push(text);
    if (this.#timer !== undefined) return;
    const wait = Math.max(0, this.#spokeAt + PACE - performance.now());
    this.#timer = setTimeout(() => this.#speak(), wait);
  }

  /** At once, before all else. Empty text takes the last alert back. */
  alert(text: string): void {
    if (!this.#alert) return;
    if (text) this.#queue = [];
    this.#alert.textContent = text && this.#distinct(text);
  }

  #speak(): void {
    this.#timer = undefined;
    const text = this.#queue.join(' ');
    this.#queue = [];
    if (!text || !this.#polite) return;
    this.#spokeAt = performance.now();
    this.#polite.textContent = this.#distinct(text);
    clearTimeout(this.#clearing);
    this.#clearing = setTimeout(() => {
      if (this.#polite) this.#polite.textContent = '';
    }, KEEP);
  }

  /** The same text twice in a row is no change and would not be spoken. */
  #distinct(text: string): string {
    this.#last = text === this.#last ? `${text}\u200B` : text;
    return this.#last;
  }
}

function createRegion(document: Document, role: 'status' | 'alert'): HTMLElement {
  const region = document.createElement('div');
  region.setAttribute('role', role);
  region.setAttribute('aria-live', role === 'alert' ? 'assertive' : 'polite');
  region.setAttribute('aria-atomic', 'true');
  region.setAttribute('data-sse-chat-announcer', '');
  // By the CSSOM, since a style attribute is not allowed under `style-src 'none'`.
  region.style.cssText = HIDDEN.replaceAll(';', '!important;');
  return region;
}

function enclosingDialog(host: Element): Element | undefined {
  for (let node: Node | null = host; node; node = parentOf(node)) {
    if (node instanceof Element && node.matches('dialog, [aria-modal="true"]')) return node;
  }
  return undefined;
}

function parentOf(node: Node): Node | null {
  if (node instanceof ShadowRoot) return node.host;
  return (node instanceof Element && node.assignedSlot) || node.parentNode;
}
