import {ChatError} from './chat-error.ts';

/** @throws {ChatError} `too-large` if `length` exceeds `max`. */
export function bound(length: number, max: number, of = 'event', unit = 'characters'): void {
  if (length <= max) return;
  throw new ChatError('too-large', `The server sent an ${of} of more than ${max} ${unit}.`);
}
