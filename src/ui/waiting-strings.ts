import type {ChatStrings} from './strings.ts';

/** Loaded with the first slow answer. */
export const english: Pick<Required<ChatStrings>, 'connecting' | 'stalled'> = {
  connecting: 'Connecting…',
  stalled: 'Still waiting for more…',
};
