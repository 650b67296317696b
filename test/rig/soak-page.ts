import {IDBFactory, IDBKeyRange} from 'fake-indexeddb';
import {
  type ChatStore,
  type Clock,
  Conversation,
  idbStore,
  memoryStore,
  type StoreJournal,
  storeJournal,
} from '../../src/client.ts';
import {scriptedFetch} from '../support/scripted-fetch.ts';
import type {ScriptedModel} from '../support/scripted-model.ts';
import type {ScriptedServer} from '../support/scripted-server.ts';
import {seededRandom} from '../support/seeded-random.ts';
import {type FaultPlan, MAX_CONTINUATIONS, MAX_RETRIES} from './fault-plan.ts';
import type {Found} from './policy.ts';
import {RigClock} from './rig-clock.ts';
import {TappedStore} from './tapped-store.ts';

const BOUND = 3 * 3_600_000; // ms for an answer with every fault there is

globalThis.IDBKeyRange ??= IDBKeyRange;

/** Real time for sockets. Waits end at once, and a watchdog fires only for what hangs for good. */
const impatientClock = {
  now: () => performance.now(),
  epoch: () => Date.now(),
  after(ms: number, act: () => void) {
    const timer = setTimeout(act, ms >= 20_000 ? 60_000 : Math.min(ms, 5));
    return () => clearTimeout(timer);
  },
};

/** Everything about one run, so that it can be observed and judged. */
export class Run {
  readonly plan: FaultPlan;
  readonly clock = new RigClock();
  readonly violations: string[] = [];
  readonly model: ScriptedModel;
  readonly text: string;
  readonly #fetch: typeof globalThis.fetch;
  readonly #endpoint: string;
  readonly #kept: ChatStore | undefined;
  subscriptions = 0;
  /** The number of requests made when the user stopped, or when the page was gone. */
  stoppedAt: number | undefined;
  crashedAt: number | undefined;
  /** What another page found of the answer. */
  found: Found | undefined;
  #life = {isOver: false};
  /** The page's clock, which ends with the page. */
  #time!: Clock;

  constructor(plan: FaultPlan, server: ScriptedServer | undefined) {
    this.plan = plan;
    this.text = plan.scenario.tokens.join('');
    if (plan.sockets && server) {
      const served = server.serve(plan.scenario, false);
      this.model = served.model;
      this.#endpoint = served.endpoint;
      this.#fetch = globalThis.fetch;
    } else {
      const {fetch, model} = scriptedFetch(plan.scenario, this.clock);
      this.model = model;
      // What is learned about a server is remembered by its URL, so each run has its own.
      this.#endpoint = `http://127.0.0.1:9/${plan.seed}/${plan.scenario.dialect === 'openai' ? 'v1/chat/completions' : 'api/chat'}`;
      this.#fetch = fetch;
    }
    this.live();
    const {store} = plan;
    const factory = new IDBFactory();
    this.#kept =
      store === 'none'
        ? undefined
        : store === 'memory'
          ? memoryStore()
          : idbStore({factory: () => factory, clock: this.clock});
  }

  wrong(invariant: string, what: string): void {
    this.violations.push(`${invariant}: ${what}`);
  }

  store(storage = this.plan.storage): TappedStore | undefined {
    return this.#kept && new TappedStore(this.#kept, storage, this.clock);
  }

  journal(store: TappedStore | undefined): StoreJournal | undefined {
    return (
      store &&
      storeJournal(store, {
        clock: this.#time,
        lifecycle: {
          subscribe: () => {
            this.subscriptions++;
            return () => this.subscriptions--;
          },
        },
      })
    );
  }

  conversation(
    journal: StoreJournal | undefined,
    loaded?: Awaited<ReturnType<StoreJournal['load']>>,
  ): Conversation {
    const {plan} = this;
    const life = this.#life;
    return new Conversation({
      endpoint: this.#endpoint,
      fetch: (input, init) => (life.isOver ? new Promise(() => {}) : this.#fetch(input, init)),
      clock: plan.sockets ? impatientClock : this.#time,
      random: seededRandom(plan.seed + 1),
      presence: {isReady: () => true, whenReady: async () => {}},
      continuation: plan.continuation,
      maxRetries: MAX_RETRIES,
      maxContinuations: MAX_CONTINUATIONS,
      ...(plan.model && {model: plan.model}),
      ...(journal && {journal}),
      ...(loaded && {loaded}),
    });
  }

  async wait<Value>(promise: Promise<Value>): Promise<Value> {
    return this.plan.sockets ? promise : this.clock.runUntil(promise, BOUND);
  }

  /** The page is gone: it does nothing any more, and its sockets close. */
  crash(store: TappedStore | undefined): void {
    this.#life.isOver = true;
    this.subscriptions = 0;
    store?.die();
    this.clock.forget();
    for (const entry of this.model.ledger.requests) {
      if (!entry.closedBy) Object.assign(entry, {closedBy: 'client', closedAt: this.clock.now()});
    }
  }

  /** Another page is loaded. */
  live(): void {
    const life = {isOver: false};
    const {clock} = this;
    this.#time = {
      now: () => clock.now(),
      epoch: () => clock.epoch(),
      after: (ms, act) => (life.isOver ? () => {} : clock.after(ms, act)),
    };
    this.#life = life;
  }
}
