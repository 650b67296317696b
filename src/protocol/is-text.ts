import type {WireEvent} from './dialect.ts';
import {decodeBare} from './wire-error.ts';

/** Greetings of servers, in addition to the keep-alives that `decodeBare` knows. */
const GREETING = /^\s*(pong|connected|connecting|open|ok)\s*$/i;

/** Control characters and U+FFFD: data with any of them is broken, whatever it was meant to be. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const BROKEN = /[\0-\x08\x0e-\x1f\ufffd]/;

/** The beginning of a JSON array of objects, or a whole empty array. `[ ] Buy milk` is text. */
export const ARRAY = /^\s*\[\s*(?:\{|\]\s*$)/;

/** Laravel's default last event of a stream: `endStreamWith` of `eventStream()`. */
export const LARAVEL_END = '</stream>';

/** Whether the data itself is text. Data that begins like JSON is not, even if it does not parse. */
export function isText({event, data, json}: WireEvent): boolean {
  if (event === 'update' && data === LARAVEL_END) return false;
  if (event === 'text/plain' || typeof json === 'string') return true;
  return !/^\s*[{[]/.test(data) && !BROKEN.test(data) && !isSignOfLife(data);
}

/** Whether this, as data or as the name of an event, is only a greeting or a keep-alive. */
export function isSignOfLife(words: string): boolean {
  return GREETING.test(words) || decodeBare({event: 'message', data: words, json: undefined}).length === 0;
}
