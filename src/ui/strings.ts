import type {ChatErrorKind} from '../protocol/chat-error.ts';

/** A text that depends on a number: one for each plural category of its language, or one for all. */
export type PluralText =
  | string
  | ({readonly [category in Intl.LDMLPluralRule]?: string} & {readonly other: string});

/** Every text of the interface. `{name}` in a text is replaced; see each use. A locale is an object of this shape. */
export interface ChatStrings {
  /** BCP 47 tag of these texts. Numbers and times in them are formatted for it. */
  readonly lang: string;
  /** Default `ltr`. */
  readonly dir?: 'ltr' | 'rtl';
  /** Puts a number into a text as the language does. Set by the element. */
  readonly say?: (text: PluralText, count: number) => string;
  readonly heading: string;
  readonly greeting: string;
  readonly placeholder: string;
  /** The name of the text box. */
  readonly composer: string;
  /** The name of the list of messages. */
  readonly transcript: string;
  readonly suggestions: string;
  readonly send: string;
  readonly stop: string;
  readonly retry: string;
  readonly continue: string;
  readonly copy: string;
  readonly copied: string;
  readonly regenerate: string;
  readonly edit: string;
  readonly cancel: string;
  readonly newChat: string;
  readonly conversations: string;
  readonly open: string;
  /** The launcher's name while messages are unread; `{count}`. */
  readonly openUnread: PluralText;
  /** The name of the button that removes the bubble beside the launcher; its English text is loaded with that. */
  readonly hideGreeting?: string;
  readonly close: string;
  readonly jump: string;
  readonly you: string;
  readonly assistant: string;
  /** The name of a message; `{author}` and `{time}`. */
  readonly message: string;
  readonly thinking: string;
  /** Before a slow answer, while the server has not begun; its English text is loaded with it. */
  readonly connecting?: string;
  /** In an answer that has received nothing for some time. */
  readonly stalled?: string;

  readonly interrupted: string;
  readonly stopped: string;
  readonly length: string;
  readonly filtered: string;
  readonly reconnecting: string;
  readonly offline: string;
  /** The answer in progress was requested in another tab. */
  readonly elsewhere: string;
  /** Above the first message that is still sent to the model; its English text is loaded with it. */
  readonly omitted?: string;
  /** The button above the first drawn message. */
  readonly earlier: string;
  /** Before a retry that the server asked for; `{count}` seconds, or `{when}`, such as "in 5 seconds". */
  readonly waitingBusy: string;
  /** Before a retry after the connection failed; with the same placeholders. */
  readonly waitingConnection: string;
  readonly notSaved: string;

  /** Spoken, never shown. */
  readonly answering: string;
  readonly stillAnswering: string;
  /** After the first sentences of a long answer. */
  readonly moreToRead: string;

  /** Buttons of a code block; their English texts are loaded with them. */
  readonly codeCopy?: string;
  readonly codeWrap?: string;
  /** Those of a table; `{format}` is `Markdown` or `TSV`. */
  readonly tableCopy?: string;
  /** The name of a code block; `{language}`. */
  readonly code: string;
  readonly table: string;
  readonly image: string;
  /** Describes a link to screen readers. */
  readonly newTab: string;
  /** Between a label and what it labels. */
  readonly colon: string;

  /** What a user reads about an error, by its kind. */
  readonly errors: Readonly<Record<ChatErrorKind, string>>;
  /** The name of the button that quotes a selection; its English text is loaded with it. */
  readonly quote?: string;
  /**
   * The list of conversations. These texts, like those below, have English defaults that are loaded with their part.
   */
  readonly list?: Partial<ConversationListStrings>;
  /** What is shown beside the text of an answer. */
  readonly parts?: Partial<PartStrings>;
  /** Tool calls. */
  readonly tools?: Partial<ToolStrings>;
  /** Attaching files. */
  readonly attachments?: Partial<AttachmentStrings>;
  /** Editing a message. */
  readonly editor?: Partial<EditorStrings>;
  /** Switching between the versions of a message. */
  readonly branches?: Partial<BranchStrings>;
  /** Rating an answer. */
  readonly feedback?: Partial<FeedbackStrings>;
  /** A launcher that can be moved. */
  readonly launcher?: Partial<LauncherStrings>;
  /** A message that waits for the answer in progress. */
  readonly queue?: Partial<QueueStrings>;
  /** Dictation and reading aloud. */
  readonly voice?: Partial<VoiceStrings>;
}

export interface VoiceStrings {
  /** Names of buttons. */
  readonly dictate: string;
  readonly readAloud: string;
  /** Spoken, never shown: dictation ended by itself, after a silence. */
  readonly ended: string;
  /** Why dictation does not work. */
  readonly notAllowed: string;
  readonly noMicrophone: string;
  readonly network: string;
  readonly noLanguage: string;
  readonly failed: string;
  readonly unreadable: string;
}

export interface LauncherStrings {
  /** The name of the button that moves it, followed by its place. */
  readonly move: string;
  /** Its place in the window, also spoken. */
  readonly topLeft: string;
  readonly topRight: string;
  readonly middleLeft: string;
  readonly middleRight: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
}

export interface QueueStrings {
  /** The name of the waiting message. */
  readonly queued: string;
  /** Shown below it, and spoken. */
  readonly when: string;
  /** Spoken, never shown. */
  readonly back: string;
  readonly removed: string;
}

export interface FeedbackStrings {
  /** Names of buttons. */
  readonly good: string;
  readonly bad: string;
  /** The name of the text box. */
  readonly note: string;
  readonly send: string;
  /** Spoken, never shown. */
  readonly thanks: string;
  readonly undone: string;
}

export interface EditorStrings {
  /** The name of the text box. */
  readonly editing: string;
  readonly save: string;
}

export interface BranchStrings {
  /** Names of buttons. */
  readonly previous: string;
  readonly next: string;
  /** Which version is shown; `{at}` and `{count}`. */
  readonly position: string;
}

export interface AttachmentStrings {
  /** Names of buttons; here and below, `{name}` is that of a file. */
  readonly attach: string;
  readonly camera: string;
  readonly remove: string;
  /** Puts a pasted text, attached because of its length, into the text box after all. */
  readonly insert: string;
  /** The name of the list of files. */
  readonly attached: string;
  /** While files are dragged over the chat. */
  readonly drop: string;
  /** The name of a file's progress bar. */
  readonly reading: string;
  /** Used as the name of a pasted text. */
  readonly pasted: string;
  /** Spoken, never shown. */
  readonly added: string;
  readonly removed: string;
  /** `{count}` */
  readonly tooMany: string;
  /** `{name}` and `{size}` */
  readonly tooLarge: string;
  readonly wrongType: string;
  readonly unreadable: string;
  /** After a reload, for a file that was too large to be stored. */
  readonly lost: string;
}

export interface ToolStrings {
  readonly arguments: string;
  readonly result: string;
  readonly allow: string;
  readonly deny: string;
  /** Asked, and spoken, before a tool runs; `{name}`. */
  readonly ask: string;
  /** The state of a call. */
  readonly writing: string;
  readonly waiting: string;
  readonly running: string;
  readonly done: string;
  readonly failed: string;
  readonly denied: string;
  /** In an answer that was stopped or cut. */
  readonly unfinished: string;
}

export interface PartStrings {
  /** Above the model's reasoning, if it took no time to speak of. */
  readonly reasoning: string;
  /** Above the model's reasoning; `{duration}`. */
  readonly thought: string;
  readonly sources: string;
  /** Before the name of a file. */
  readonly file: string;
  readonly refused: string;
  /** Below an error. */
  readonly details: string;
  /** `{ids}` */
  readonly requestIds: string;
  /** `{status}` */
  readonly httpStatus: string;
}

export interface ConversationListStrings {
  readonly search: string;
  readonly empty: string;
  readonly notFound: string;
  /** Shown for a conversation without a title. */
  readonly untitled: string;
  readonly pin: string;
  readonly rename: string;
  readonly delete: string;
  readonly deleted: string;
  readonly undo: string;
  readonly exportJson: string;
  readonly exportMarkdown: string;
  readonly import: string;
  readonly clear: string;
  /** Asked before everything is deleted. */
  readonly clearAll: string;
}

/** What the `strings` property accepts: any of the texts. The others are those of the language, else English. */
export type ChatStringsOverride = Partial<Omit<ChatStrings, 'errors'>> & {
  readonly errors?: Partial<ChatStrings['errors']>;
};

export const english: ChatStrings = {
  lang: 'en',
  heading: 'Chat',
  greeting: 'How can I help?',
  placeholder: 'Write a message…',
  composer: 'Message',
  transcript: 'Messages',
  suggestions: 'Suggestions',
  send: 'Send',
  stop: 'Stop',
  retry: 'Retry',
  continue: 'Continue',
  copy: 'Copy',
  copied: 'Copied',
  regenerate: 'Regenerate',
  edit: 'Edit',
  cancel: 'Cancel',
  newChat: 'New chat',
  conversations: 'Conversations',
  open: 'Open chat',
  openUnread: 'Open chat, new messages: {count}',
  close: 'Close chat',
  jump: 'Jump to latest',
  you: 'You',
  assistant: 'Assistant',
  message: '{author}, {time}',
  thinking: 'Thinking…',
  interrupted: 'The connection was lost. This answer is incomplete.',
  stopped: 'You stopped this answer.',
  length: 'This answer reached its length limit.',
  filtered: 'A content filter withheld the rest of this answer.',
  reconnecting: 'Connection lost — continuing…',
  offline: 'You are offline. The chat will continue when you are back online.',
  elsewhere: 'Another tab is getting an answer.',
  earlier: 'Show earlier messages',
  waitingBusy: 'The server is busy. Retrying in {count} s.',
  waitingConnection: 'The server cannot be reached. Retrying in {count} s.',
  notSaved: 'This chat is not saved. It will be lost if you close the page.',
  answering: 'The assistant is answering.',
  stillAnswering: 'Still answering.',
  moreToRead: 'The full answer is in the messages.',
  code: 'Code, {language}',
  table: 'Table',
  image: 'Image',
  newTab: 'Opens in a new tab',
  colon: ': ',
  errors: {
    configuration: 'This chat is not set up correctly.',
    network: 'The server cannot be reached.',
    timeout: 'The server took too long to answer.',
    'rate-limit': 'The server is busy.',
    unauthorized: 'You are not signed in or do not have access to this chat.',
    http: 'The server could not answer.',
    content: 'The server sent something that is not an answer.',
    server: 'The server ended the answer with an error.',
    empty: 'The server sent an empty answer.',
    incomplete: 'The connection was lost. This answer is incomplete.',
    protocol: 'The server sent something that cannot be read.',
    'too-large': 'The answer is too long to display.',
    gap: 'Part of the answer is missing.',
    storage: 'The chat cannot be saved.',
    busy: 'Another answer is still in progress.',
    'tool-rounds': 'The assistant used its tools too many times.',
  },
};

/** Replaces `{name}` with its value. Text only: the result is never parsed as markup. */
export function fill(text: string, name: string, value: string | number): string {
  return text.replaceAll(`{${name}}`, () => `${value}`);
}

/** A text with a number, in the plural form of its language if that has been loaded. */
export function fillCount(strings: ChatStrings, text: PluralText, count: number): string {
  return strings.say?.(text, count) ?? fill(`${text}`, 'count', count);
}
