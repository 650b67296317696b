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
  /** Where to listen for `pagehide` and `pageshow`. */
  readonly page?: Partial<Pick<EventTarget, 'addEventListener'>>;
}

/** What this tab needs from its journal. */
export interface TabsHost {
  readonly store: ChatStore;
  /** What was loaded or said here. */
  readonly memory: ChatStore;
  readonly clock: Clock;
  /** Reads the store, after saving what is unsaved. */
  load(conversationId: string): ReturnType<ChatStore['load']>;
  /** Keeps the write in memory and tells the other tabs. It is saved with the next save. */
  note(write: ChatStoreWrite): void;
  /** Forgets the conversation in memory, unsaved changes included; without an id, all of them. */
  drop(conversationId?: string): void;
  /** Whether what is said here reaches the store. */
  isSaving(): boolean;
  /** Nothing is written before `act` has settled. */
  inTurn(act: () => Promise<unknown>): Promise<unknown>;
}

/** This tab, as `other-tabs.ts` sees it. */
export interface Tab extends TabsHost {
  readonly name: string;
  readonly locks: TabsPlatform['locks'];
  readonly followed: ReadonlyMap<string, JournalListener>;
  /** By conversation with an answer under way here, what releases the claim. */
  readonly held: Map<string, () => void>;
  /** The same, for a conversation whose next claim has been granted already. */
  readonly granted: Map<string, () => void>;
  take(conversationId: string): Promise<(() => void) | undefined>;
  post(message: TabMessage): void;
  /** Starts listening, and asks the others what they are doing. */
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
 * Lets only one tab at a time ask in a conversation, by a Web Lock. Everything else that other tabs need is loaded when
 * one is heard.
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
      () => (others = undefined), // Loaded again when they next speak.
    );
    return others.then(each => each?.hear(news));
  }

  function open(): void {
    try {
      channel = openChannel(name);
      channel.onmessage = ({data}) => void meet(data);
      (channel as {unref?(): void}).unref?.(); // Otherwise Node would not exit.
      for (const conversation of followed.keys()) post({type: 'hello', conversation});
    } catch {
      // Where a page may not store anything, it may not open a channel either.
    }
  }

  function close(): void {
    channel?.close();
    channel = undefined;
  }

  /**
   * A page in the back-forward cache holds up nobody. Once back, it must not write before it knows whether it still
   * may.
   */
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
