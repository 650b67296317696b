import type {ChatStrings} from './strings.ts';

/** Loaded with the first block that has buttons. */
export const english: Pick<Required<ChatStrings>, 'codeCopy' | 'codeWrap' | 'tableCopy'> = {
  codeCopy: 'Copy code',
  codeWrap: 'Wrap lines',
  tableCopy: 'Copy as {format}',
};
