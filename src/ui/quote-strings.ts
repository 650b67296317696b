import type {ChatStrings} from './strings.ts';

/** Loaded with the first selection. */
export const english: Pick<Required<ChatStrings>, 'quote'> = {quote: 'Quote'};
