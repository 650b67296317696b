import type {Definition, Reference} from './link-syntax.ts';

const MAX_REFERENCES = 1000;
/** How many labels are remembered that were used before they were defined. */
const MAX_WAITING = 1000;

/** Draws a text again. */
type Redraw = () => void;

/** The link definitions of one document, and the texts that wait for them. */
export interface References {
  lookup(label: string, redraw: Redraw): Reference | undefined;
  /** The first definition of a label counts. */
  define(definition: Definition): void;
  /** Redraws, once each, the texts that used labels that have been defined since. */
  patch(): void;
}

export function createReferences(): References {
  const defined = new Map<string, Reference>();
  const waiting = new Map<string, Set<Redraw>>();
  const late = new Set<Redraw>();

  return {
    lookup(label, redraw) {
      const found = defined.get(label);
      if (!found) {
        const redraws = waiting.get(label) ?? new Set();
        if (waiting.size < MAX_WAITING) waiting.set(label, redraws);
        redraws.add(redraw);
      }
      return found;
    },

    define(definition) {
      const {label} = definition;
      if (defined.has(label) || defined.size >= MAX_REFERENCES) return;
      defined.set(label, definition);
      for (const redraw of waiting.get(label) ?? []) late.add(redraw);
      waiting.delete(label);
    },

    patch() {
      for (const redraw of late) redraw();
      late.clear();
    },
  };
}
