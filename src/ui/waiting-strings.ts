import type {ChatStrings} from './strings.ts';

/** Loaded with an answer that is slow. */
export const english: Pick<Required<ChatStrings>, 'connecting' | 'stalled'> = {
  connecting: 'Connecting…',
  stalled: 'Still waiting for more…',
};
