import type {QueueStrings} from './strings.ts';

/** Loaded with the first message that waits. */
export const english: QueueStrings = {
  queued: 'Queued message',
  when: 'Will be sent when the answer is finished.',
  back: 'The queued message is back in the text box.',
  removed: 'The queued message was removed.',
};
