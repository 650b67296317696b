import {coversPage} from './covers-page.ts';
import type {ChatInside} from './inside.ts';

type Changed = ReadonlyMap<unknown, unknown>;

/** A part of the chat that is loaded once it is needed. */
interface Part {
  /**
   * Asked whenever the chat was drawn, until it is so. `changed` is what the element changed by, as far as it is known;
   * without it a message is to wait for the answer under way.
   */
  isNeeded(inside: ChatInside, changed: Changed | undefined): unknown;
  load(): Promise<{attach(inside: () => ChatInside, changed: Changed): void}>;
}

const parts: readonly Part[] = [
  {
    isNeeded: ({element}) => element.attachments != null,
    load: () => import('./attachments.ts'),
  },
  {
    isNeeded: ({element}) => element.feedback,
    load: () => import('./feedback.ts'),
  },
  {
    isNeeded: ({controller}) => controller.state?.branches?.length,
    load: () => import('./branch-switch.ts'),
  },
  {
    isNeeded: ({controller}) => controller.state?.omitted,
    load: () => import('./omitted-line.ts'),
  },
  {
    isNeeded: ({controller}, changed) => changed?.has('suggestions') && controller.state?.settled.length,
    load: () => import('./next-suggestions.ts'),
  },
  {
    isNeeded: (_, changed) => !changed,
    load: () => import('./queued-message.ts'),
  },
  {
    isNeeded: ({element}) => coversPage(element),
    load: () => import('./modal.ts'),
  },
];

const nothing: Changed = new Map();
/** What of it each chat does not have yet. */
const missingOf = new WeakMap<Element, Set<Part>>();

/**
 * Sees to what not every chat has. Loaded when a chat has any of it; which, the parts say for themselves. Without a part
 * that cannot be loaded the chat goes on.
 */
export function extend(inside: () => ChatInside, changed?: Changed): void {
  const {element} = inside();
  const isNew = !missingOf.has(element);
  if (isNew) missingOf.set(element, new Set(parts));
  const missing = missingOf.get(element)!;

  function look(changed: Changed | undefined): void {
    const now = inside();
    for (const part of missing) {
      if (!part.isNeeded(now, changed)) continue;
      missing.delete(part);
      part.load().then(
        ({attach}) => attach(inside, changed ?? nothing),
        () => missing.add(part), // It is tried again when it is needed again.
      );
    }
  }

  look(changed);
  if (isNew) element.addController({hostUpdated: () => look(nothing)});
}
