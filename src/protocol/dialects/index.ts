import {type Dialect, RAW, type WireEvent} from '../dialect.ts';
import {rareDialect} from './load-rare.ts';
import {openai} from './openai.ts';
import {token} from './token.ts';

export {openai, rareDialect, token};

/**
 * What events of other dialects contain, and plain ones seldom do. Where it matches, `rare.ts` is loaded and decides.
 */
const RARE_EVENT = /^\s*[^\s{]|^\{"code":|"(?:type|event|event_type|created_at|candidates|stop)":|":\s*\{/;

/** Paths (and hosts) that suggest another dialect than `openai` or `token`. `rare.ts` says which. */
const RARE_URL =
  /:11434\/|mistral\.ai\/|[:/](responses|[\w-]*messages|interactions|\w*generate\w*|v2\/chat|(prediction|runs|webhook)\/.*)\/?$/i;

/**
 * The dialect of a request: the named one, the page's own, or what the URL suggests; otherwise `token`. With tools it
 * is always loaded, since the two that are built in cannot encode them.
 * @throws {ChatError} Rejects with `configuration` for a name that no dialect has.
 */
export function dialectFor(
  dialect: string | Dialect = 'auto',
  url: URL,
  hasTools = false,
): Dialect | Promise<Dialect> {
  if (typeof dialect === 'object') return dialect;
  const address = url.host + url.pathname;
  const common = /\/chat\/completions\/?$/.test(address) ? openai : token;
  const isAuto = dialect === 'auto';
  const named = [openai, token].find(({name}) => name === dialect);
  if (!hasTools && (isAuto ? !RARE_URL.test(address) : named)) return named ?? common;
  return rareDialect(isAuto ? url : dialect).then(
    found => found ?? (hasTools ? (rareDialect(common.name) as Promise<Dialect>) : common),
  );
}

/** The only dialect that sends such an event; `rare` if it has to be loaded; `undefined` if the event does not tell. */
export function detectDialect(event: WireEvent): Dialect | 'rare' | undefined {
  if (openai.matches(event)) return openai;
  if (event.event === RAW || RARE_EVENT.test(event.data)) return 'rare';
  return token.matches(event) ? token : undefined;
}
