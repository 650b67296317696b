import type {ChatStrings} from './strings.ts';

/** Loaded with the bubble. */
export const english: Pick<Required<ChatStrings>, 'hideGreeting'> = {hideGreeting: 'Hide greeting'};
