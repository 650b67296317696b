import {ChatError} from './chat-error.ts';

/** @throws {ChatError} `too-large` for more than `max` of them. */
export function bound(length: number, max: number, of = 'event', unit = 'characters'): void {
  if (length <= max) return;
  throw new ChatError('too-large', `The server sent an ${of} of more than ${max} ${unit}.`);
}
