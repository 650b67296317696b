import type {Dialect, WireEvent} from '../dialect.ts';

/** Loads `rare.ts`, which finds all dialects but the two common ones. A property, so that tests can preload it. */
export const rare = {load: () => import('./rare.ts')};

/**
 * The dialect for a name, a URL or events; `undefined` if they do not tell.
 * @throws {ChatError} Rejects with `configuration` for a name that no dialect has.
 */
export async function rareDialect(of: string | URL | readonly WireEvent[]): Promise<Dialect | undefined> {
  return (await rare.load()).findDialect(of);
}
