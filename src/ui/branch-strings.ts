import type {BranchStrings} from './strings.ts';

/** Loaded with the first branch. */
export const english: BranchStrings = {
  previous: 'Previous version',
  next: 'Next version',
  position: 'Version {at} of {count}',
};
