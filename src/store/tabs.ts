import type {JournalListener} from '../conversation/journal.ts';
import type {Clock} from '../transport/clock.ts';
import type {ChatStore, ChatStoreWrite} from './chat-store.ts';
import type {LocalNews, OtherTabs, TabMessage} from './other-tabs.ts';
import type {PlatformType} from './platform-type.ts';

/** How the tabs of an origin find each other. */
export interface TabsPlatform {
  /** `null` where there are none. */
  readonly locks?: Pick<PlatformType<'LockManager'>, 'request'> | null | undefined;
  readonly openChannel?: (name: string) => PlatformType<'BroadcastChannel'>;
  /** Where `pagehide` and `pageshow` are heard. */
  readonly page?: Partial<Pick<EventTarget, 'addEventListener'>>;
}

/** What tabs ask of the journal whose tab this is. */
export interface TabsHost {
  readonly store: ChatStore;
  /** What was loaded or said here. */
  readonly memory: ChatStore;
  readonly clock: Clock;
  /** Reads the store, after what is not saved yet has been. */
  load(conversationId: string): ReturnType<ChatStore['load']>;
  /** Keeps it in memory and tells it; it is saved with what is saved next. */
  note(write: ChatStoreWrite): void;
  /** Saves nothing of the conversation any more; nothing at all without an id. */
  drop(conversationId?: string): void;
  /** Whether what is said here reaches the store. */
  isSaving(): boolean;
  /** Nothing is written before that has settled. */
  inTurn(act: () => Promise<unknown>): Promise<unknown>;
}

/** This tab, as what is loaded for the others sees it. */
export interface Tab extends TabsHost {
  readonly name: string;
  readonly locks: TabsPlatform['locks'];
  readonly followed: ReadonlyMap<string, JournalListener>;
  /** By conversation with an answer under way here, what lets another tab ask. */
  readonly held: Map<string, () => void>;
  /** The same, for a conversation whose next claim has been granted already. */
  readonly granted: Map<string, () => void>;
  take(conversationId: string): Promise<(() => void) | undefined>;
  post(message: TabMessage): void;
  /** Listens, and asks the others what they do. */
  open(): void;
}

/** The `claim` and `follow` of a journal, and what it tells the others. */
export interface Tabs {
  claim(conversationId: string): Promise<(() => void) | undefined>;
  follow(conversationId: string, listener: JournalListener): () => void;
  tell(write: ChatStoreWrite): void;
  /** Without an id, all conversations are gone. */
  tellDeleted(conversationId?: string): void;
  close(): void;
}

/**
 * One tab at a time asks in a conversation, held to that by a Web Lock. All that is for the case that there is another
 * tab is loaded when one is heard.
 */
export function openTabs(
  host: TabsHost,
  name: string,
  {
    locks = globalThis.navigator?.locks,
    openChannel = name => new BroadcastChannel(name),
    page = globalThis,
  }: TabsPlatform = {},
): Tabs {
  const followed = new Map<string, JournalListener>();
  const held = new Map<string, () => void>();
  const granted = new Map<string, () => void>();
  const closing = new AbortController();
  let channel: BroadcastChannel | undefined;
  let others: Promise<OtherTabs | undefined> | undefined;

  const post = (message: TabMessage) => channel?.postMessage(message);

  function meet(news: TabMessage | LocalNews): Promise<void> {
    others ??= import('./seldom.ts').then(
      ({otherTabs}) => otherTabs(tab),
      () => (others = undefined), // They are met when they speak again.
    );
    return others.then(each => each?.hear(news));
  }

  function open(): void {
    try {
      channel = openChannel(name);
      channel.onmessage = ({data}) => void meet(data);
      (channel as {unref?(): void}).unref?.(); // Node would wait for it.
      for (const conversation of followed.keys()) post({type: 'hello', conversation});
    } catch {
      // Where a page may store nothing it may not speak either.
    }
  }

  function close(): void {
    channel?.close();
    channel = undefined;
  }

  /** A page that is kept for going back holds up nobody; what it wrote must wait until it knows whether it still may. */
  function onPage({type, persisted}: Event & {readonly persisted?: boolean}): void {
    if (!persisted) return;
    if (type === 'pageshow') return void host.inTurn(() => meet({type: 'back'}));
    close();
    for (const release of held.values()) release();
  }
  for (const type of ['pagehide', 'pageshow']) page.addEventListener?.(type, onPage, closing);

  const take = async (conversation: string): Promise<(() => void) | undefined> => {
    const none = () => {};
    if (!locks) {
      const seldom = await import('./seldom.ts').catch(() => ({lease: () => none}));
      return seldom.lease(tab, conversation, () => void meet({type: 'lost', conversation}));
    }
    return new Promise(resolve => {
      const hold = (lock: Lock | null) => (lock ? new Promise<void>(resolve) : resolve(undefined));
      locks.request(lockName(name, conversation), {ifAvailable: true}, hold).catch(() => resolve(none));
    });
  };

  const tab: Tab = {...host, name, locks, followed, held, granted, take, post, open};

  return {
    async claim(conversation) {
      const release = granted.get(conversation) ?? (await take(conversation));
      granted.delete(conversation);
      if (release) held.set(conversation, release);
      else void meet({type: 'taken', conversation});
      return (
        release &&
        (() => {
          held.get(conversation)?.();
          held.delete(conversation);
        })
      );
    },

    follow(conversation, listener) {
      followed.set(conversation, listener);
      if (channel) post({type: 'hello', conversation});
      else open();
      return () => {
        if (followed.get(conversation) === listener) followed.delete(conversation);
      };
    },

    tell: write => void others?.then(each => each?.tell(write)).catch(() => {}),

    tellDeleted(conversation) {
      post({type: 'deleted', conversation});
      void meet({type: 'forgotten', conversation, shown: [...followed.keys()]});
    },

    close() {
      closing.abort();
      close();
    },
  };
}

export function lockName(store: string, conversation: string): string {
  return `${store}:${conversation}`;
}
