import type {ChatStrings} from './strings.ts';

/** Loaded with the line that says so. */
export const english: Pick<Required<ChatStrings>, 'omitted'> = {
  omitted: 'The assistant no longer sees the messages above.',
};
