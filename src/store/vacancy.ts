import {sleep} from '../transport/pause.ts';
import {pagePresence} from '../transport/presence.ts';
import {lockName, type Tab} from './tabs.ts';

/** Milliseconds between two checks, where there are no locks to queue for. */
const LOOK_INTERVAL = 10_000;
/** Taking over an answer may need a new request, and for that somebody must be looking at the page. */
const NEED = 'online-and-visible';

/**
 * Waits until no tab is answering in a conversation, and takes the right to do so; only while somebody is looking at
 * this tab. Rejects when the signal aborts.
 */
export async function vacancy(tab: Tab, conversation: string, signal: AbortSignal): Promise<() => void> {
  for (;;) {
    await pagePresence.whenReady(NEED, signal);
    const release = await (tab.locks ? queue(tab, conversation, signal) : poll(tab, conversation, signal));
    if (!signal.aborted && pagePresence.isReady(NEED)) return release;
    release();
    signal.throwIfAborted();
  }
}

function queue({locks, name}: Tab, conversation: string, signal: AbortSignal): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const hold = () => new Promise<void>(release => resolve(release));
    locks?.request(lockName(name, conversation), {signal}, hold).catch(reject);
  });
}

async function poll(tab: Tab, conversation: string, signal: AbortSignal): Promise<() => void> {
  for (;;) {
    await sleep(LOOK_INTERVAL, tab.clock, signal);
    const release = await tab.take(conversation);
    if (release) return release;
  }
}
