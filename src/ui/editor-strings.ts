import type {EditorStrings} from './strings.ts';

/** Loaded with the first message that is edited. */
export const english: EditorStrings = {
  editing: 'Edit your message',
  save: 'Save and send',
};
