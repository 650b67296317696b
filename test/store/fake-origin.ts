import assert from 'node:assert/strict';
import {IDBFactory} from 'fake-indexeddb';
import {Conversation, type ConversationOptions} from '../../src/conversation/conversation.ts';
import type {ChatStore} from '../../src/store/chat-store.ts';
import {idbStore} from '../../src/store/idb-store.ts';
import type {PageLifecycle} from '../../src/store/page-lifecycle.ts';
import {storeJournal} from '../../src/store/store-journal.ts';
import type {TabsPlatform} from '../../src/store/tabs.ts';
import {FakeClock, settle} from '../support/fake-clock.ts';
import type {Scenario} from '../support/scenario.ts';
import {scriptedFetch} from '../support/scripted-fetch.ts';

interface Request {
  readonly tab: object;
  grant(): void;
}

/** Web Locks over several tabs, as far as the tabs use them: exclusive ones. */
class FakeLocks {
  readonly #held = new Map<string, {tab: object; free: () => void}>();
  readonly #queues = new Map<string, Request[]>();

  isHeld(name: string): boolean {
    return this.#held.has(name);
  }

  /** Those of a tab. */
  of(tab: object): Pick<LockManager, 'request'> {
    const request = (name: string, options: LockOptions, hold: (lock: Lock | null) => unknown) =>
      new Promise((resolve, reject) => {
        const {ifAvailable, signal} = options;
        const grant = () => {
          let free = () => {};
          const freed = new Promise<void>(done => {
            free = done;
          });
          this.#held.set(name, {tab, free});
          Promise.race([hold({name, mode: 'exclusive'}), freed])
            .then(resolve, reject)
            .finally(() => {
              this.#held.delete(name);
              this.#queues.get(name)?.shift()?.grant();
            });
        };
        setImmediate(() => {
          if (!this.#held.has(name)) grant();
          else if (ifAvailable) resolve(hold(null));
          else this.#queue(name, {tab, grant}, signal, reject);
        });
      });
    return {request} as unknown as LockManager;
  }

  #queue(
    name: string,
    request: Request,
    signal: AbortSignal | undefined,
    reject: (reason: unknown) => void,
  ): void {
    this.#queues.set(name, [...(this.#queues.get(name) ?? []), request]);
    signal?.addEventListener('abort', () => {
      const queue = this.#queues.get(name) ?? [];
      if (queue.includes(request)) reject(signal.reason);
      this.#queues.set(
        name,
        queue.filter(each => each !== request),
      );
    });
  }

  /** What a browser does when a tab is gone. */
  kill(tab: object): void {
    for (const [name, queue] of this.#queues)
      this.#queues.set(
        name,
        queue.filter(each => each.tab !== tab),
      );
    for (const lock of this.#held.values()) if (lock.tab === tab) lock.free();
  }
}

class FakeChannel {
  onmessage: ((event: {data: unknown}) => void) | undefined;
  readonly #others: Set<FakeChannel>;
  readonly name: string;

  constructor(others: Set<FakeChannel>, name: string) {
    this.#others = others;
    this.name = name;
    others.add(this);
  }

  postMessage(value: unknown): void {
    if (!this.#others.has(this)) throw new DOMException('Closed', 'InvalidStateError');
    const data = structuredClone(value);
    for (const other of this.#others) {
      if (other === this || other.name !== this.name) continue;
      setImmediate(() => this.#others.has(other) && other.onmessage?.({data}));
    }
  }

  close(): void {
    this.#others.delete(this);
  }
}

interface Told {
  readonly data: unknown;
  /** Says it once more: a message that was under way for so long. */
  again(): void;
}

/** What the tabs of one origin have in common, and a server that counts what it was asked. */
export class FakeOrigin {
  readonly clock = new FakeClock();
  readonly factory = new IDBFactory();
  readonly locks = new FakeLocks();
  readonly #channels = new Set<FakeChannel>();
  /** What the tabs told each other, in order. */
  readonly told: Told[] = [];
  readonly #hasLocks: boolean;
  readonly #fetch;
  readonly ledger;

  constructor(scenario: Scenario, {hasLocks = true} = {}) {
    this.#hasLocks = hasLocks;
    const {fetch, ledger} = scriptedFetch(scenario, this.clock);
    this.#fetch = fetch;
    this.ledger = ledger;
  }

  /** Lets time pass, slowly enough for what tabs say to each other and read from the disk meanwhile. */
  async pass(ms: number): Promise<void> {
    for (const end = this.clock.now() + ms; this.clock.now() < end; ) {
      await this.clock.advance(Math.min(50, end - this.clock.now()));
      await settle(undefined, 30);
    }
  }

  /** Lets time pass until that has settled. */
  async run<Value>(promise: Promise<Value>): Promise<Value> {
    let isSettled = false;
    const settled = () => {
      isSettled = true;
    };
    promise.then(settled, settled);
    for (let ms = 0; !isSettled && ms < 300_000; ms += 50) await this.pass(50);
    assert.ok(isSettled, 'it settles within 300 s');
    return promise;
  }

  /** Lets time pass until that holds, and gives files that are imported the real time that they take. */
  async until(holds: () => unknown, atMost = 10_000): Promise<void> {
    for (let ms = 0; !holds() && ms < atMost; ms += 50) {
      await this.pass(50);
      if (!holds()) await new Promise(resolve => setTimeout(resolve, 2));
    }
    assert.ok(holds(), String(holds));
  }

  /** Opens a tab that shows the conversation of that id, as it is in the history. */
  async open(id: string, options: Partial<ConversationOptions> = {}) {
    const tab = {};
    const page = new EventTarget();
    let isClosed = false;
    const clock = Object.create(this.clock) as FakeClock; // Stops with its tab.
    clock.now = () => this.clock.now();
    clock.epoch = () => this.clock.epoch();
    clock.after = (ms, callback) => this.clock.after(ms, () => !isClosed && callback());
    const gone = new AbortController();
    const never = new Promise<never>(() => {});
    const fetch: typeof globalThis.fetch = (input, init) =>
      isClosed ? never : this.#fetch(input, {...init, signal: AbortSignal.any([gone.signal, init!.signal!])});
    const real = idbStore({factory: () => this.factory, clock, page});
    const store: ChatStore = {...real, write: (...writes) => (isClosed ? never : real.write(...writes))};
    const channels: FakeChannel[] = [];
    const tabs: TabsPlatform = {
      locks: this.#hasLocks ? this.locks.of(tab) : null,
      openChannel: name => {
        const channel = new FakeChannel(this.#channels, name);
        channels.push(channel);
        const post = channel.postMessage.bind(channel);
        channel.postMessage = data => {
          this.told.push({data, again: () => post(data)});
          post(data);
        };
        return channel as unknown as BroadcastChannel;
      },
      page,
    };
    const leaving = new Set<() => void>();
    const lifecycle: PageLifecycle = {
      subscribe(listener) {
        leaving.add(listener);
        return () => leaving.delete(listener);
      },
    };
    const journal = storeJournal(store, {clock, lifecycle, tabs});
    const loaded = await this.run(journal.load(id));
    const conversation = new Conversation({
      endpoint: 'http://127.0.0.1:9/api/chat',
      fetch,
      clock,
      journal,
      id,
      random: () => 0,
      ...(loaded && {loaded}),
      ...options,
    });
    return {
      conversation,
      journal,
      store,
      page,
      /** The tab is closed, or its process is killed: nothing it had begun goes on. */
      close: (isKilled = false) => {
        if (!isKilled) for (const listener of leaving) listener();
        isClosed = true;
        for (const channel of channels) channel.close();
        gone.abort();
        this.locks.kill(tab);
      },
    };
  }
}
