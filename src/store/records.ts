import type {
  AttemptRecord,
  Branch,
  ConversationInfo,
  LoadedConversation,
  ResumeCursor,
} from '../conversation/journal.ts';
import {isObject} from '../protocol/json.ts';
import {isFinal, type Message, type MessagePart, type TextPart, textOf} from '../protocol/message.ts';
import {SCHEMA} from './schema.ts';

/** A message or a branch, and where its stream can be resumed. */
export interface KeptMessage {
  readonly message: Message | Branch;
  readonly cursor?: ResumeCursor | undefined;
}

/**
 * `m:<conversation>:<message>`; that of a branch has all its messages. Without `text` if the parts say the same, so
 * that it is not written twice.
 */
export interface MessageRecord {
  readonly schema: number;
  readonly message: Omit<Message, 'text'> & {readonly text?: string};
  readonly cursor?: ResumeCursor | undefined;
}

/**
 * `m:<conversation>:!:<n>`: messages that were imported together. One that also has its own record was changed since.
 */
export interface BlockRecord {
  readonly schema: number;
  readonly messages: readonly MessageRecord['message'][];
}

/** `c:<conversation>`: the order of its messages. Not written by a checkpoint, because it may be long. */
export interface HeaderRecord {
  readonly schema: number;
  readonly ids: readonly string[];
}

/** `i:<conversation>`: its line in the list. */
export interface InfoRecord {
  readonly schema: number;
  readonly info: ConversationInfo;
}

/** `x:<conversation>`: an answer under way. */
export interface OpenRecord {
  readonly schema: number;
  readonly attempt: AttemptRecord;
}

/** What claims to be a `T`: its fields by name, with values of unknown type. None if it is not an object. */
function claimed<T>(value: unknown): {readonly [Key in keyof T]?: unknown} {
  return isObject(value) ? (value as {readonly [Key in keyof T]?: unknown}) : {};
}

/** `value` as a `T`, if these fields are strings and finite numbers: those on which the code relies. */
function shaped<T>(
  value: unknown,
  texts: readonly (keyof T)[],
  numbers: readonly (keyof T)[] = [],
): T | undefined {
  const fields = claimed<T>(value);
  const isShaped =
    texts.every(key => typeof fields[key] === 'string') && numbers.every(key => Number.isFinite(fields[key]));
  return isShaped ? (value as T) : undefined;
}

const isListOf = <T>(value: unknown, is: (item: unknown) => unknown): value is T[] =>
  Array.isArray(value) && value.every(item => is(item));
const isText = (value: unknown) => typeof value === 'string';
const isPart = (value: unknown) => {
  const {type} = claimed<MessagePart>(value);
  return shaped<TextPart>(value, ['type', type === 'text' || type === 'reasoning' ? 'text' : 'id'] as never);
};

const isBranch = (message: Message | Branch): message is Branch => 'rest' in message;

export function messageRecord(message: Message, cursor: ResumeCursor | undefined): MessageRecord {
  const {text, ...rest} = message;
  return {schema: SCHEMA, message: textOf(message.parts) === text ? rest : message, cursor};
}

// What a record holds; `undefined` if it is not a valid one.

/** @param ids Of the messages that the conversation has, if known: a block may have more. */
export function keptMessages(record: unknown, ids?: ReadonlySet<string>): readonly KeptMessage[] | undefined {
  const {message, cursor, messages} = claimed<MessageRecord & BlockRecord>(record);
  if (!Array.isArray(messages)) {
    const kept = keptMessage(message, cursor);
    return kept && [kept];
  }
  return messages.flatMap(each => keptMessage(each) ?? []).filter(each => !ids || ids.has(each.message.id));
}

function keptMessage(stored: unknown, cursor?: unknown): KeptMessage | undefined {
  const message = shaped<Message>(stored, ['id', 'role', 'status'], ['createdAt']);
  if (!message || !isListOf(message.requestIds, isText) || !isListOf(message.parts, isPart)) return undefined;
  const {text = textOf(message.parts)} = message;
  if (!isText(text)) return undefined;
  const {rest = []} = claimed<Branch>(stored);
  if (!isListOf(rest, each => keptMessage(each))) return undefined;
  return {message: {...message, text}, cursor: shaped<ResumeCursor>(cursor, ['streamId', 'lastEventId'])};
}

export function messageIds(record: unknown): readonly string[] | undefined {
  const {ids} = claimed<HeaderRecord>(record);
  return isListOf<string>(ids, isText) ? ids : undefined;
}

export function infoOf(record: unknown): ConversationInfo | undefined {
  const {info} = claimed<InfoRecord>(record);
  return shaped<ConversationInfo>(info, ['id', 'title'], ['createdAt', 'updatedAt']);
}

export function attemptOf(record: unknown): AttemptRecord | undefined {
  const {attempt} = claimed<OpenRecord>(record);
  return shaped<AttemptRecord>(attempt, ['messageId', 'mode'], ['attempt', 'continuations']);
}

/** Whether a newer version of this package wrote it. */
export function isNewer(record: unknown): boolean {
  return Number(claimed<InfoRecord>(record).schema) > SCHEMA;
}

/** Sorts in place. */
export function newestFirst(infos: ConversationInfo[]): ConversationInfo[] {
  return infos.sort((a, b) => b.updatedAt - a.updatedAt);
}

/** An attempt's own cursor is not known to match the text. */
export function withoutCursor({cursor: _, ...attempt}: AttemptRecord): AttemptRecord {
  return attempt;
}

/** What `load` returns, from records in order. */
export function loadedConversation(
  info: ConversationInfo,
  records: readonly KeptMessage[],
  attempt: AttemptRecord | null | undefined,
): LoadedConversation {
  const all = records.map(
    ({message}): Message => (isFinal(message.status) ? message : {...message, status: 'interrupted'}),
  );
  const branches = all.filter(isBranch);
  const found = {info, messages: all.filter(each => !isBranch(each)), ...(branches.length > 0 && {branches})};
  const open = attempt && records.find(({message}) => message.id === attempt.messageId);
  if (!open) return found;
  return {...found, attempt: {...withoutCursor(attempt), ...(open.cursor && {cursor: open.cursor})}};
}
