import {update} from 'idb-keyval';
import {isObject} from '../protocol/json.ts';
import {createId} from '../transport/create-id.ts';
import {keyOf} from './idb-keys.ts';
import {SCHEMA} from './schema.ts';
import type {Tab} from './tabs.ts';

/** Milliseconds. */
const HEARTBEAT = 10_000;
/**
 * Milliseconds without a heartbeat after which a tab is gone. Browsers throttle a hidden page's timers to one a minute.
 */
const EXPIRY = 70_000;

interface LeaseRecord {
  readonly schema: number;
  readonly holder: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/**
 * Replaces the Web Lock on pages that have none (plain http) by a record that is renewed while an answer is under way.
 * It is taken by a compare-and-set in one transaction. If the store fails, nobody is kept from asking.
 * @param onLost Called if another tab took this one for gone.
 * @returns a function that releases it; `undefined` if another tab has it.
 */
export async function lease(
  {store, clock}: Pick<Tab, 'store' | 'clock'>,
  conversation: string,
  onLost: () => void,
): Promise<(() => void) | undefined> {
  const holder = createId(clock.epoch());
  const key = keyOf('x', conversation, 'lease');
  let cancel = () => {};
  let isOver = false;

  /** Changes the record, unless another tab holds the lease: then resolves with false. */
  async function set(change: (now: number) => LeaseRecord | undefined): Promise<boolean> {
    let isOurs = true;
    await update<unknown>(
      key,
      before => {
        const now = clock.epoch();
        isOurs = !isRunning(before, now) || before.holder === holder;
        return isOurs ? change(now) : before;
      },
      store.shared!.use,
    ).catch(() => {});
    return isOurs;
  }

  async function renew(): Promise<boolean> {
    const isOurs = await set(now => ({schema: SCHEMA, holder, until: now + EXPIRY}));
    if (isOurs && !isOver) cancel = clock.after(HEARTBEAT, () => void beat());
    return isOurs;
  }

  async function beat(): Promise<void> {
    if (!(await renew()) && !isOver) onLost();
  }

  function release(): void {
    isOver = true;
    cancel();
    globalThis.removeEventListener?.('pagehide', release);
    void set(() => undefined);
  }

  if (!(await renew())) return undefined;
  globalThis.addEventListener?.('pagehide', release); // A closed tab must not keep the others waiting.
  return release;
}

/** Whether a lease is in force. One that ends later than it could was made before the clock was set back. */
function isRunning(record: unknown, now: number): record is LeaseRecord {
  if (!isObject(record)) return false;
  const {until} = record as Partial<LeaseRecord>;
  return typeof until === 'number' && until > now && until <= now + EXPIRY;
}
