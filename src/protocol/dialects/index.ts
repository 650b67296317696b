import {ChatError} from '../chat-error.ts';
import type {Dialect, WireEvent} from '../dialect.ts';
import {openai} from './openai.ts';
import {token} from './token.ts';

export {openai, token};

/** In the order in which they are asked whether an event is theirs: the more particular first. */
export const dialects: readonly Dialect[] = [openai, token];

/** The shape a request takes when no dialect was named: what the URL suggests, the plain one otherwise. */
export function dialectForUrl(url: URL): Dialect {
  return /\/chat\/completions\/?$/.test(url.pathname) ? openai : token;
}

/** The dialect that alone sends such an event; `undefined` while the event says too little. */
export function detectDialect(event: WireEvent): Dialect | undefined {
  return dialects.find(dialect => dialect.matches(event));
}

/**
 * The dialect of that name, or the page's own; `undefined` for `auto`.
 * @throws {ChatError} `configuration`.
 */
export function dialectNamed(dialect: string | Dialect = 'auto'): Dialect | undefined {
  if (dialect === 'auto') return undefined;
  if (typeof dialect === 'object') return dialect;
  const found = dialects.find(({name}) => name === dialect);
  if (!found) throw new ChatError('configuration', `There is no dialect "${dialect}".`);
  return found;
}
