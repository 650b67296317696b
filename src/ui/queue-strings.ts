import type {QueueStrings} from './strings.ts';

/** Loaded with the first message that waits. */
export const english: QueueStrings = {
  queued: 'Waiting message',
  when: 'Will be sent when the answer is finished.',
  back: 'The waiting message is in the text box again.',
  removed: 'The waiting message was removed.',
};
