import type {ChatStore, ChatStoreWrite} from '../../src/client.ts';
import type {FaultPlan} from './fault-plan.ts';
import type {RigClock} from './rig-clock.ts';

/** A store that fails as planned, records what it has acknowledged, and can be abandoned like that of a dead page. */
export class TappedStore implements ChatStore {
  readonly #store: ChatStore;
  readonly #plan: FaultPlan['storage'];
  readonly #clock: RigClock;
  #calls = 0;
  #dead = false;
  /** Calls in progress. */
  open = 0;
  /** Calls that have not begun yet, because the store is slow. */
  waiting = 0;
  /** By message id, the characters of its text that a write has acknowledged. */
  readonly acknowledged = new Map<string, number>();

  constructor(store: ChatStore, plan: FaultPlan['storage'], clock: RigClock) {
    this.#store = store;
    this.#plan = plan;
    this.#clock = clock;
  }

  /** From now on no request reaches the store, and none is answered. */
  die(): void {
    this.#dead = true;
  }

  list() {
    return this.#call(() => this.#store.list());
  }

  load(conversationId: string) {
    return this.#call(() => this.#store.load(conversationId));
  }

  async write(...writes: readonly ChatStoreWrite[]): Promise<void> {
    await this.#call(() => this.#store.write(...writes));
    for (const {messages = []} of writes)
      for (const {id, role, text} of messages)
        if (role === 'assistant') this.acknowledged.set(id, text.length);
  }

  delete(conversationId: string) {
    return this.#call(() => this.#store.delete(conversationId));
  }

  clear() {
    return this.#call(() => this.#store.clear());
  }

  close() {
    this.#store.close();
  }

  #call<Value>(act: () => Promise<Value>): Promise<Value> {
    if (this.#dead) return new Promise(() => {});
    const call = this.#calls++;
    const {how, from = 0, count = 0} = this.#plan ?? {};
    const fails = call >= from && call < from + count;
    if (fails && how === 'throw') throw new TypeError('indexedDB is not defined');
    if (fails && how === 'hang') return new Promise(() => {});
    if (fails && how === 'null') return Promise.reject(null);
    if (fails && how === 'quota') return Promise.reject(new DOMException('Full.', 'QuotaExceededError'));
    if (fails && how === 'reject') return Promise.reject(new DOMException('Lost.', 'UnknownError'));
    return fails ? this.#slowly().then(() => this.#work(act)) : this.#work(act);
  }

  async #slowly(): Promise<void> {
    this.waiting++;
    await new Promise<void>(resolve => this.#clock.after(5000, resolve));
    this.waiting--;
  }

  async #work<Value>(act: () => Promise<Value>): Promise<Value> {
    if (this.#dead) return new Promise(() => {});
    this.open++;
    const value = await act().finally(() => this.open--);
    return this.#dead ? new Promise(() => {}) : value; // A page that is gone learns nothing more.
  }
}
