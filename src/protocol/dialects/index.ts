import type {Dialect, WireEvent} from '../dialect.ts';
import {rareDialect} from './load-rare.ts';
import {openai} from './openai.ts';
import {token} from './token.ts';

export {openai, rareDialect, token};

/** What the events of other dialects have somewhere, and plain ones seldom: then `rare.ts` is loaded and asked. */
const RARE_EVENT =
  /^\s*[^\s{]|^\{"code":|"(?:type|event|event_type|created_at|candidates|promptFeedback|stop)":|"message":\s*\{/;

/** The paths (and hosts) that say another shape than Chat Completions or a plain one. `rare.ts` says which. */
const RARE_URL =
  /:11434\/|mistral\.ai\/|[:/](responses|messages|interactions|\w*generate\w*|v2\/chat|(chat|completion)-messages|(prediction|runs|webhook)\/.*)\/?$/i;

/**
 * How a request is put: in the dialect that was named, or the page's own, or what the URL suggests; the plain one
 * otherwise.
 * @throws {ChatError} Rejects with `configuration` for a name that no dialect has.
 */
export function dialectFor(
  dialect: string | Dialect = 'auto',
  url: URL,
): Dialect | Promise<Dialect | undefined> {
  if (typeof dialect === 'object') return dialect;
  const address = url.host + url.pathname;
  if (dialect === 'openai') return openai;
  if (dialect === 'token') return token;
  if (dialect !== 'auto') return rareDialect(dialect);
  const common = /\/chat\/completions\/?$/.test(address) ? openai : token;
  return RARE_URL.test(address) ? rareDialect(url).then(found => found ?? common) : common;
}

/** The dialect that alone sends such an event; `rare` for one that has to be loaded; `undefined` while it says too little. */
export function detectDialect(event: WireEvent): Dialect | 'rare' | undefined {
  if (openai.matches(event)) return openai;
  if (RARE_EVENT.test(event.data)) return 'rare';
  return token.matches(event) ? token : undefined;
}
