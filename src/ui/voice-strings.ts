import type {VoiceStrings} from './strings.ts';

/** Loaded with the buttons. */
export const english: VoiceStrings = {
  dictate: 'Dictate',
  readAloud: 'Read aloud',
  ended: 'Dictation has ended.',
  notAllowed: 'This page cannot use the microphone. You can allow it in your browser settings.',
  noMicrophone: 'No microphone was found.',
  network: 'Speech cannot be recognised without a connection.',
  noLanguage: 'This browser cannot recognise this language.',
  failed: 'Dictation does not work in this browser at the moment.',
  unreadable: 'This answer could not be read aloud.',
};
