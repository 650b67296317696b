import type {ChatErrorKind} from '../protocol/chat-error.ts';

/** A text that depends on a number: one for each plural category of its language, or the same for all. */
export type PluralText =
  | string
  | ({readonly [category in Intl.LDMLPluralRule]?: string} & {readonly other: string});

/** Every text of the interface. `{name}` in a text is replaced; see each use. A locale is an object of this shape. */
export interface ChatStrings {
  /** BCP 47 tag of these texts. Numbers and times in them are written by it. */
  readonly lang: string;
  /** Default `ltr`. */
  readonly dir?: 'ltr' | 'rtl';
  /** Says a text about a number as the language does. The element's own. */
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
  /** The name of the button that takes the bubble beside the launcher away; its English is loaded with that. */
  readonly hideGreeting?: string;
  readonly close: string;
  readonly jump: string;
  readonly you: string;
  readonly assistant: string;
  /** The name of a message; `{author}` and `{time}`. */
  readonly message: string;
  readonly thinking: string;
  /** Before an answer that is slow, while the server has not begun; its English is loaded with it. */
  readonly connecting?: string;
  /** In an answer of which nothing has come for some time. */
  readonly stalled?: string;

  readonly interrupted: string;
  readonly stopped: string;
  readonly length: string;
  readonly filtered: string;
  readonly reconnecting: string;
  readonly offline: string;
  /** The answer under way was asked for in another tab. */
  readonly elsewhere: string;
  /** Above the first message that is still sent along; its English is loaded with it. */
  readonly omitted?: string;
  /** The button above the first message that is drawn. */
  readonly earlier: string;
  /** Before a retry that the server asked for; `{count}` seconds, or `{when}`, which is such as "in 5 seconds". */
  readonly waitingBusy: string;
  /** Before a retry after the connection failed; in the same way. */
  readonly waitingConnection: string;
  readonly notSaved: string;

  /** Spoken, never shown. */
  readonly answering: string;
  readonly stillAnswering: string;
  /** After the first sentences of a long answer. */
  readonly moreToRead: string;

  /** Buttons of a block of code; their English is loaded with them. */
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
  /** Stands between a label and what it is the label of. */
  readonly colon: string;

  /** What a user reads about an error, by its kind. */
  readonly errors: Readonly<Record<ChatErrorKind, string>>;
  /** The name of the button that quotes what is selected; its English is loaded with it. */
  readonly quote?: string;
  /** The texts of the list of conversations, which has its own English ones. */
  readonly list?: Partial<ConversationListStrings>;
  /** The texts of what stands beside an answer, which have their own English, too. */
  readonly parts?: Partial<PartStrings>;
  /** The texts of tool calls, as well. */
  readonly tools?: Partial<ToolStrings>;
  /** The texts of attaching files. */
  readonly attachments?: Partial<AttachmentStrings>;
  /** The texts of a message that is edited. */
  readonly editor?: Partial<EditorStrings>;
  /** The texts of what was asked more than once. */
  readonly branches?: Partial<BranchStrings>;
  /** The texts of what a person says about an answer. */
  readonly feedback?: Partial<FeedbackStrings>;
  /** The texts of a launcher that can be moved. */
  readonly launcher?: Partial<LauncherStrings>;
  /** The texts of a message that waits for the answer under way. */
  readonly queue?: Partial<QueueStrings>;
  /** The texts of dictation and of reading aloud. */
  readonly voice?: Partial<VoiceStrings>;
}

export interface VoiceStrings {
  /** Names of buttons. */
  readonly dictate: string;
  readonly readAloud: string;
  /** Spoken, never shown: by itself, after a silence. */
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
  /** The name of the button that moves it, before where it stands. */
  readonly move: string;
  /** Where it stands in the window, also spoken. */
  readonly topLeft: string;
  readonly topRight: string;
  readonly middleLeft: string;
  readonly middleRight: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
}

export interface QueueStrings {
  /** The name of it. */
  readonly queued: string;
  /** Stands below it, and is spoken. */
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
  /** Which one is shown; `{at}` and `{count}`. */
  readonly position: string;
}

export interface AttachmentStrings {
  /** Names of buttons; `{name}` is that of a file, here and below. */
  readonly attach: string;
  readonly camera: string;
  readonly remove: string;
  /** Puts a pasted text, which was attached since it is long, into the text box after all. */
  readonly insert: string;
  /** The name of the list of files. */
  readonly attached: string;
  /** While files are dragged over the chat. */
  readonly drop: string;
  /** The name of the progress of a file. */
  readonly reading: string;
  /** Stands for the name of a pasted text. */
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
  /** After a reload, of a file that there was no room to keep. */
  readonly lost: string;
}

export interface ToolStrings {
  readonly arguments: string;
  readonly result: string;
  readonly allow: string;
  readonly deny: string;
  /** Asked, and spoken, before a tool is run; `{name}`. */
  readonly ask: string;
  /** Where a call stands. */
  readonly writing: string;
  readonly waiting: string;
  readonly running: string;
  readonly done: string;
  readonly failed: string;
  readonly denied: string;
  /** Of an answer that was stopped or cut. */
  readonly unfinished: string;
}

export interface PartStrings {
  /** Above what a model thought, if that took no time to speak of. */
  readonly reasoning: string;
  /** Above what a model thought; `{duration}`. */
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
  /** Stands for the title of a conversation without one. */
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

/** What the `strings` property takes: any of the texts, the rest stays that of the language, else English. */
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
  offline: 'You are offline. This goes on when you are back.',
  elsewhere: 'Answering in another tab.',
  earlier: 'Show earlier messages',
  waitingBusy: 'The server is busy. Trying again in {count} s.',
  waitingConnection: 'The server cannot be reached. Trying again in {count} s.',
  notSaved: 'This chat is not saved. It is lost when you close the page.',
  answering: 'The assistant is answering.',
  stillAnswering: 'Still answering.',
  moreToRead: 'The whole answer is in the messages.',
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
    unauthorized: 'You are not signed in, or may not use this chat.',
    http: 'The server could not answer.',
    content: 'The server sent something that is not an answer.',
    server: 'The server ended the answer with an error.',
    empty: 'The server sent an empty answer.',
    incomplete: 'The connection was lost. This answer is incomplete.',
    protocol: 'The server sent something that cannot be read.',
    'too-large': 'The answer is too long to be shown.',
    gap: 'A part of the answer is missing.',
    storage: 'The chat cannot be saved.',
    busy: 'Another answer is still under way.',
    'tool-rounds': 'The assistant used its tools too often.',
  },
};

/** Replaces `{name}` by its value. Text only: what comes out is never parsed as markup. */
export function fill(text: string, name: string, value: string | number): string {
  return text.replaceAll(`{${name}}`, () => `${value}`);
}

/** A text about a number, in the form of its language where that has been loaded. */
export function fillCount(strings: ChatStrings, text: PluralText, count: number): string {
  return strings.say?.(text, count) ?? fill(`${text}`, 'count', count);
}
