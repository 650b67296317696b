import type {Activity} from '../conversation/state.ts';
import type {ChatErrorKind} from '../protocol/chat-error.ts';
import type {Message} from '../protocol/message.ts';
import {noteOf} from './message-parts.ts';
import {sentenceEnds} from './plain-text.ts';
import {type ChatStrings, fillCount} from './strings.ts';

/** How much a screen reader says about an answer. */
export type AnnounceMode = 'complete' | 'sentences' | 'status-only' | 'off';

/** Milliseconds between two reminders that an answer is still being written. */
const REMINDER = 7_000;
/** An answer up to this length is read as a whole, in UTF-16 units. */
const WHOLE = 500;
/** UTF-16 units within which the first sentences of a longer one are looked for. */
const ENOUGH = 2_000;
/** How often whole sentences of an answer in progress are spoken, in milliseconds. */
const SENTENCE_PACE = 1_500;

/** Shortest time between two announcements, in milliseconds. Faster ones cut each other off in speech. */
const PACE = 400;
/** Milliseconds for which a spoken text stays in the page, where a screen reader may come across it again. */
const KEEP = 7_000;

/** For screen readers only, whatever the page declares for all elements. */
const HIDDEN =
  'all:initial;position:fixed;inset:0 auto auto 0;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap;';

/** Tells screen readers what happens in a conversation, in its own live regions, never faster than they can speak. */
export interface Narrator {
  readonly regions: readonly HTMLElement[];
  /** The regions must be there, and empty, before the first text. */
  connect(host: Element): void;
  disconnect(): void;
  /** Texts that arrive faster than they can be spoken are spoken together. */
  say(text: string): void;
  /** Spoken at once, before anything else. An empty text takes the last alert back. */
  alert(text: string): void;
  onStatus(state: Activity, cause: ChatErrorKind | undefined): void;
  /** New text was drawn. */
  onText(message: Message): void;
  /** An answer is final, and drawn. */
  onAnswer(message: Message): void;
  reset(): void;
}

/**
 * The regions are in the page, not in the shadow tree: Chromium does not reliably announce from nested shadow roots.
 * Inside a modal dialog of the page, they are put into that dialog, since everything else is inert.
 *
 * `spokenText` returns the drawn text of a message, without marks; with `enough`, at least so many of its UTF-16 units.
 */
export function createNarrator(
  mode: () => AnnounceMode,
  strings: () => ChatStrings,
  spokenText: (id: string, enough?: number) => string,
): Narrator {
  const polite = createRegion('status', 'polite');
  const assertive = createRegion('alert', 'assertive');
  const regions = [polite, assertive];
  let queue: string[] = [];
  let speaking: ReturnType<typeof setTimeout> | undefined;
  let clearing: ReturnType<typeof setTimeout> | undefined;
  let spokeAt = Number.NEGATIVE_INFINITY;

  let before: Activity['status'] = 'ready';
  let activity = '';
  let reminder: ReturnType<typeof setInterval> | undefined;
  let sentences: ReturnType<typeof setTimeout> | undefined;
  /** How much of the open answer's spoken text has been said. */
  let said = 0;

  function put(region: HTMLElement, text: string): void {
    region.lang = strings().lang; // It is outside the chat.
    // Setting the same text again would be no change, and not be spoken.
    region.textContent = text && text === region.textContent ? `${text}\u200B` : text;
  }

  function speak(): void {
    speaking = undefined;
    put(polite, queue.join(' '));
    queue = [];
    spokeAt = performance.now();
    clearTimeout(clearing);
    clearing = setTimeout(put, KEEP, polite, '');
  }

  function say(text: string): void {
    if (!text || mode() === 'off') return;
    queue.push(text);
    speaking ??= setTimeout(speak, spokeAt + PACE - performance.now());
  }

  function alert(text: string): void {
    if (text) queue = [];
    put(assertive, mode() === 'off' ? '' : text);
  }

  function remind(on: boolean): void {
    if (on) reminder ??= setInterval(() => say(strings().stillAnswering), REMINDER);
    else {
      clearInterval(reminder);
      reminder = undefined;
    }
  }

  function beginAnew(): void {
    clearTimeout(sentences);
    sentences = undefined;
    said = 0;
  }

  function reset(): void {
    remind(false);
    beginAnew();
    before = 'ready';
    activity = '';
    alert('');
  }

  return {
    regions,
    connect(host) {
      (enclosingDialog(host) ?? document.body).append(...regions);
    },
    disconnect() {
      reset();
      clearTimeout(speaking);
      clearTimeout(clearing);
      speaking = undefined;
      queue = [];
      put(polite, '');
      for (const region of regions) if (region.isConnected) region.remove();
    },
    say,
    alert,
    onStatus(state, cause) {
      const {status, elsewhere} = state;
      const told = activity;
      activity = activityOf(state, cause, strings());
      remind(!elsewhere && (status === 'submitted' || status === 'streaming'));
      if (activity !== told) say(activity);
      else if (!elsewhere && status === 'submitted' && (before === 'ready' || before === 'error')) {
        beginAnew();
        alert('');
        say(strings().answering);
      }
      before = status;
    },
    onText({id}) {
      if (mode() !== 'sentences') return;
      sentences ??= setTimeout(() => {
        sentences = undefined;
        const text = spokenText(id);
        const from = said;
        said = Math.max(said, ...sentenceEnds(text).slice(-1));
        say(text.slice(from, said).trim());
      }, SENTENCE_PACE);
    },
    onAnswer(message) {
      const whole = mode() === 'complete';
      if (whole || mode() === 'sentences') {
        const text = spokenText(message.id, whole ? ENOUGH : undefined)
          .slice(said)
          .trim();
        const isLong = whole && text.length > WHOLE;
        say(isLong ? `${text.slice(0, sentenceEnds(text)[1])} ${strings().moreToRead}` : text);
      }
      beginAnew();
      (message.status === 'error' ? alert : say)(noteOf(message, strings()));
    },
    reset,
  };
}

/** What the chat is waiting for, or an empty text. `cause` is why it has to. */
export function activityOf(
  {status, elsewhere, retryAt = 0}: Activity,
  cause: ChatErrorKind | undefined,
  strings: ChatStrings,
): string {
  if (elsewhere) return strings.elsewhere;
  if (status === 'offline') return strings.offline;
  // Without a cause, nothing was lost: the user pressed Continue.
  if (status === 'reconnecting') return cause ? strings.reconnecting : strings.answering;
  if (status !== 'waiting' || !retryAt) return ''; // Without `retryAt`, it waits for a person.
  const connection = cause === 'network' || cause === 'timeout' || cause === 'incomplete';
  const seconds = Math.max(0, Math.ceil((retryAt - Date.now()) / 1_000));
  return fillCount(strings, connection ? strings.waitingConnection : strings.waitingBusy, seconds);
}

function createRegion(role: string, ariaLive: string): HTMLElement {
  const region = Object.assign(document.createElement('div'), {role, ariaLive, ariaAtomic: 'true'});
  region.dataset['sseChatAnnouncer'] = '';
  // Through the CSSOM, since a style attribute is not allowed under `style-src 'none'`.
  region.style.cssText = HIDDEN.replaceAll(';', '!important;');
  return region;
}

/** Looks through shadow roots and slots. */
function enclosingDialog(host: Element): Element | undefined {
  let node: Element | undefined = host;
  while (node && !node.matches?.('dialog, [aria-modal="true"]')) {
    // A shadow root has only a host.
    node = (node.assignedSlot ?? node.parentNode ?? (node as Partial<ShadowRoot>).host) as
      | Element
      | undefined;
  }
  return node;
}
