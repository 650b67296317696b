import type {AttachmentStrings} from './strings.ts';

/** Loaded where files can be attached. */
export const english: AttachmentStrings = {
  attach: 'Attach files',
  camera: 'Take a photo',
  attached: 'Attachments',
  drop: 'Drop files here',
  reading: 'Reading…',
  remove: 'Remove {name}',
  added: '{name} was attached.',
  removed: '{name} was removed.',
  pasted: 'Pasted text',
  insert: 'Insert into message',
  tooMany: 'Too many files. The limit is {count}.',
  tooLarge: '“{name}” is too large. The limit is {size}.',
  wrongType: 'Files like “{name}” cannot be attached here.',
  unreadable: '“{name}” could not be read.',
  lost: '“{name}” was too large to keep. Please attach it again.',
};
