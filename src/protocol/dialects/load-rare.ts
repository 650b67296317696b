import type {Dialect, WireEvent} from '../dialect.ts';

/** Loads what reads all but the two common dialects. A field, so that a test can have it there from the start. */
export const rare = {load: () => import('./rare.ts')};

/**
 * The dialect of a name, a URL or events; `undefined` if none is known by them.
 * @throws {ChatError} Rejects with `configuration` for a name that no dialect has.
 */
export async function rareDialect(of: string | URL | readonly WireEvent[]): Promise<Dialect | undefined> {
  return (await rare.load()).findDialect(of);
}
