import type {WireEvent} from './dialect.ts';
import {decodeBare} from './wire-error.ts';

/** What servers begin with, beside the signs of life that all dialects know. */
const GREETING = /^\s*(pong|connected|connecting|open|ok)\s*$/i;

/** Characters that no text has: such data is broken, whatever it was meant to be. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const BROKEN = /[\0-\x08\x0e-\x1f\ufffd]/;

/** The beginning of a list of objects, or all of an empty one: `[ ] Buy milk` is a text. */
export const ARRAY = /^\s*\[\s*(?:\{|\]\s*$)/;

/** What Laravel ends its event streams with, where nothing else is set: `endStreamWith` of `eventStream()`. */
export const LARAVEL_END = '</stream>';

/** Whether data is text itself. What begins like JSON and is none was meant to be it, and is no text. */
export function isText({event, data, json}: WireEvent): boolean {
  if (event === 'update' && data === LARAVEL_END) return false;
  if (event === 'text/plain' || typeof json === 'string') return true;
  return !/^\s*[{[]/.test(data) && !BROKEN.test(data) && !isSignOfLife(data);
}

/** Whether these are words, or the name of an event, by which servers show that they are there. */
export function isSignOfLife(words: string): boolean {
  return GREETING.test(words) || decodeBare({event: 'message', data: words, json: undefined}).length === 0;
}
