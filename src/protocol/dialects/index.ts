import {type Dialect, RAW, type WireEvent} from '../dialect.ts';
import {rareDialect} from './load-rare.ts';
import {openai} from './openai.ts';
import {token} from './token.ts';

export {openai, rareDialect, token};

/** What the events of other dialects have somewhere, and plain ones seldom: then `rare.ts` is loaded and asked. */
const RARE_EVENT = /^\s*[^\s{]|^\{"code":|"(?:type|event|event_type|created_at|candidates|stop)":|":\s*\{/;

/** The paths (and hosts) that say another shape than Chat Completions or a plain one. `rare.ts` says which. */
const RARE_URL =
  /:11434\/|mistral\.ai\/|[:/](responses|[\w-]*messages|interactions|\w*generate\w*|v2\/chat|(prediction|runs|webhook)\/.*)\/?$/i;

/**
 * How a request is put: in the dialect that was named, or the page's own, or what the URL suggests; the plain one
 * otherwise. What puts `tools` is loaded, whichever it is.
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

/** The dialect that alone sends such an event; `rare` for one that has to be loaded; `undefined` while it says too little. */
export function detectDialect(event: WireEvent): Dialect | 'rare' | undefined {
  if (openai.matches(event)) return openai;
  if (event.event === RAW || RARE_EVENT.test(event.data)) return 'rare';
  return token.matches(event) ? token : undefined;
}
