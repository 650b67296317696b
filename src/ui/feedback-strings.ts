import type {FeedbackStrings} from './strings.ts';

/** Loaded with the buttons. */
export const english: FeedbackStrings = {
  good: 'Good answer',
  bad: 'Bad answer',
  note: 'Tell us more (optional)',
  send: 'Send note',
  thanks: 'Thank you for your feedback.',
  undone: 'Your feedback was removed.',
};
