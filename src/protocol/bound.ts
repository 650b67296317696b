import {ChatError} from './chat-error.ts';

/**
 * Called for each line and each event, so it is kept small enough for engines to inline.
 * @throws {ChatError} `too-large` for an event of so many characters.
 */
export function bound(length: number, maxEvent: number): void {
  if (length <= maxEvent) return;
  throw new ChatError('too-large', `The server sent an event of more than ${maxEvent} characters.`);
}
