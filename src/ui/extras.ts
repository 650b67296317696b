import {loaded} from '../conversation/loaded.ts';
import {startOfDay} from './days.ts';
import type {ChatInside} from './inside.ts';
import {tabMemory} from './tab-memory.ts';

type Changed = ReadonlyMap<unknown, unknown>;
/**
 * What the element changed by when it was told new suggestions below messages; a selection that begins, or a focus that comes
 * to the messages; the words that are to wait; nothing for what the state says.
 */
type Why = Changed | Event | string | undefined;

/** A part of the chat that is loaded once it is needed. */
interface Part {
  /** Asked whenever the chat was drawn, until it is so. */
  isNeeded(inside: ChatInside, why: Why): unknown;
  /** `attach` gets the `why` for which it was needed. */
  load(): Promise<{attach(inside: () => ChatInside, why: never): void}>;
}

const isEvent = (why: Why, type: string): boolean => why instanceof Event && why.type === type;

const parts: readonly Part[] = [
  {
    isNeeded: ({element}) => element.attachments != null,
    load: () => import('./attachments.ts'),
  },
  {
    isNeeded: ({element}) => element.imageOrigins.length,
    load: () => import('./image-room.ts'),
  },
  {
    isNeeded: ({element}) => element.feedback,
    load: () => import('./feedback.ts'),
  },
  {
    isNeeded: ({element}) => element.voice,
    load: () => import('./voice.ts'),
  },
  {
    isNeeded: ({element}) => element.greetingBubble,
    load: () => import('./greeting-bubble.ts'),
  },
  {
    isNeeded: ({element}) => element.movableLauncher,
    load: () => import('./movable-launcher.ts'),
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
    isNeeded: (_, why) => why instanceof Map,
    load: () => import('./next-suggestions.ts'),
  },
  {
    isNeeded: ({stick}) => stick?.away || tabMemory('places'),
    load: () => import('./reading-place.ts'),
  },
  {
    isNeeded: (_, why) => typeof why === 'string',
    load: () => import('./queued-message.ts'),
  },
  {
    isNeeded: ({covers}) => covers,
    load: () => import('./modal.ts'),
  },
  {
    isNeeded: ({controller}) =>
      (controller.state?.settled[0]?.createdAt ?? Number.NaN) < startOfDay(Date.now()),
    load: () => import('./day-dividers.ts'),
  },
  {
    isNeeded: ({controller}) => controller.state?.open,
    load: () => import('./waiting-line.ts'),
  },
  {
    isNeeded: ({element}) => element.ownerDocument !== document,
    load: () => import('./moved.ts'),
  },
  {
    isNeeded: (_, why) => isEvent(why, 'selectstart'),
    load: () => import('./quote.ts'),
  },
  {
    isNeeded: (_, why) => isEvent(why, 'focusin'),
    load: () => import('./message-keys.ts'),
  },
];

/** What of it each chat does not have yet. */
const missingOf = new WeakMap<Element, Set<Part>>();

/**
 * Sees to what not every chat has. Loaded when a chat has any of it; which, the parts say for themselves. Without a part
 * that cannot be loaded the chat goes on.
 */
export function extend(inside: () => ChatInside, why?: Why): void {
  const {element} = inside();
  const isNew = !missingOf.has(element);
  if (isNew) missingOf.set(element, new Set(parts));
  const missing = missingOf.get(element)!;

  function look(why: Why): void {
    const now = inside();
    for (const part of missing) {
      if (!part.isNeeded(now, why)) continue;
      missing.delete(part);
      part.load().then(
        ({attach}) => attach(inside, why as never),
        cause => {
          missing.add(part); // It is tried again when it is needed again.
          // What a chat goes on without is no failure of the words that are to wait.
          const waits = typeof why === 'string' && !part.isNeeded(now, undefined);
          if (waits) void now.attempt(() => loaded(Promise.reject(cause)));
        },
      );
    }
  }

  look(why);
  if (!isNew) return;
  /** Earlier messages are drawn without the element, and what stands between messages comes with them. */
  const observer = new MutationObserver(() => element.requestUpdate());
  element.addController({
    hostUpdated() {
      const messages = element.renderRoot.querySelector('.messages'); // Not there while nothing is said.
      if (messages) observer.observe(messages, {childList: true});
      look(undefined);
    },
  });
}
