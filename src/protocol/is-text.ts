import type {WireEvent} from './dialect.ts';

/** What servers say to show that they are there. */
const SIGN_OF_LIFE = /^\s*(ping|pong|heartbeat|keep-?alive|connected|connecting|open|ok)?\s*$/i;

/** Whether data is text itself. What begins like JSON and is none was meant to be it, and is no text. */
export function isText({event, data, json}: WireEvent): boolean {
  if (event === 'text/plain' || typeof json === 'string') return true;
  return !/^\s*[{[]/.test(data) && !SIGN_OF_LIFE.test(data);
}
