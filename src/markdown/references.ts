import type {Reference} from './inline-parser.ts';
import type {InlineView} from './inline-view.ts';

const MAX_REFERENCES = 1000;
/** Labels that were used before they were defined, and places of each, that are remembered. */
const MAX_PENDING = 1000;

/** The link definitions of one document, and the texts that wait for one. */
export class References {
  readonly #defined = new Map<string, Reference>();
  readonly #pending = new Map<string, Set<InlineView>>();
  readonly #patches = new Set<InlineView>();

  lookup(label: string, view: InlineView): Reference | undefined {
    const found = this.#defined.get(label);
    if (found) return found;
    let waiting = this.#pending.get(label);
    if (!waiting && this.#pending.size < MAX_PENDING) {
      waiting = new Set();
      this.#pending.set(label, waiting);
    }
    if (waiting && waiting.size < MAX_PENDING) waiting.add(view);
    return undefined;
  }

  /** The first definition of a label counts. */
  define(label: string, {url, title}: Reference): void {
    if (this.#defined.has(label) || this.#defined.size >= MAX_REFERENCES) return;
    this.#defined.set(label, {url, title});
    for (const view of this.#pending.get(label) ?? []) this.#patches.add(view);
    this.#pending.delete(label);
  }

  /** Draws again what used labels that have been defined since: each text once. */
  patch(): void {
    for (const view of this.#patches) view.redraw();
    this.#patches.clear();
  }
}
