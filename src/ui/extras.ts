import type {ChatInside} from './inside.ts';

/** A part of the chat that is loaded once it is needed. */
interface Part {
  /** Asked whenever the chat was drawn, until it is so. */
  isNeeded(inside: ChatInside): unknown;
  load(): Promise<{attach(inside: () => ChatInside): void}>;
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
];

const chats = new WeakSet<Element>();

/**
 * Sees to what not every chat has. Loaded when a chat has any of it; which, the parts say for themselves. Without a part
 * that cannot be loaded the chat goes on.
 */
export function extend(inside: () => ChatInside): void {
  const {element} = inside();
  if (chats.has(element)) return;
  chats.add(element);
  const missing = new Set(parts);

  function look(): void {
    const now = inside();
    for (const part of missing) {
      if (!part.isNeeded(now)) continue;
      missing.delete(part);
      part.load().then(
        ({attach}) => attach(inside),
        () => {},
      );
    }
  }

  element.addController({hostUpdated: look});
  look();
}
