import type {Dialect, WireEvent} from '../dialect.ts';

type Rare = typeof import('./rare.ts');

let loaded: Promise<Rare> | undefined;

/** What reads all but the two common dialects. Rejects if it cannot be loaded, and tries again the next time. */
export function loadRare(): Promise<Rare> {
  loaded ??= import('./rare.ts').catch(error => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

/**
 * The dialect of a name, a URL or events; `undefined` if none is known by them.
 * @throws {ChatError} Rejects with `configuration` for a name that no dialect has.
 */
export async function rareDialect(of: string | URL | readonly WireEvent[]): Promise<Dialect | undefined> {
  return (await loadRare()).findDialect(of);
}
