import {loaded} from '../conversation/loaded.ts';
import {startOfDay} from './days.ts';
import type {ChatInside} from './inside.ts';
import {tabMemory} from './tab-memory.ts';

type Changed = ReadonlyMap<unknown, unknown>;
/**
 * Why a part may be needed: the element's changed properties, when suggestions were set while there are messages; the
 * event of a selection or a focus in the messages; the text of a message that is to wait; `undefined` when the state
 * may be the reason.
 */
type Why = Changed | Event | string | undefined;

/** A part of the chat that is loaded once it is needed. */
interface Part {
  /** Called whenever the chat has been drawn, until it returns something truthy. */
  isNeeded(inside: ChatInside, why: Why): unknown;
  /** `attach` gets the `why` for which the part was needed. */
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

/** The parts that each chat does not have yet. */
const missingOf = new WeakMap<Element, Set<Part>>();

/**
 * Loads the parts that not every chat needs. This file is loaded once a chat needs any of them. Without a part that
 * cannot be loaded, the chat still works.
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
          missing.add(part); // Tried again when it is needed again.
          // Only the failure of the part that lets a message wait is shown: a chat can do without the others.
          const waits = typeof why === 'string' && !part.isNeeded(now, undefined);
          if (waits) void now.attempt(() => loaded(Promise.reject(cause)));
        },
      );
    }
  }

  look(why);
  if (!isNew) return;
  /** Earlier messages are drawn without an update of the element, but what is between messages is placed by one. */
  const observer = new MutationObserver(() => element.requestUpdate());
  element.addController({
    hostUpdated() {
      const messages = element.renderRoot.querySelector('.messages'); // Missing while there are no messages.
      if (messages) observer.observe(messages, {childList: true});
      look(undefined);
    },
  });
}
