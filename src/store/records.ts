import type {
  AttemptRecord,
  ConversationInfo,
  LoadedConversation,
  ResumeCursor,
} from '../conversation/journal.ts';
import type {StoredError} from '../protocol/chat-error.ts';
import {
  isFinal,
  type Message,
  type MessagePart,
  type MessageRole,
  type Segment,
} from '../protocol/message.ts';

/** Counted up when a record changes its shape. A database with a higher number is read, never written. */
export const SCHEMA = 1;

/** A message, and where its stream can be taken up again. */
export interface KeptMessage {
  readonly message: Message;
  readonly cursor?: ResumeCursor;
}

/** `m:<conversation>:<message>`. Without its text where its parts say the same: it would be written twice. */
export interface MessageRecord {
  readonly schema: number;
  readonly message: Omit<Message, 'text'> & {readonly text?: string};
  readonly cursor?: ResumeCursor;
}

/** `c:<conversation>`: the order of its messages. Written only when that changes, since it may be long. */
export interface HeaderRecord {
  readonly schema: number;
  readonly ids: readonly string[];
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  /** Counts the writes of this record. */
  readonly rev: number;
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

const ROLES: readonly unknown[] = ['system', 'user', 'assistant', 'tool'];
const STATUSES: readonly unknown[] = [
  'pending',
  'streaming',
  'complete',
  'stopped',
  'interrupted',
  'length',
  'filtered',
  'error',
];

/** What claims to be a `T`: its fields by name, nothing known of their values. */
export type Claimed<T> = {readonly [Key in keyof T]?: unknown};

export function isObject<T>(value: unknown): value is Claimed<T> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isOptional = (value: unknown, is: (value: unknown) => boolean) => value === undefined || is(value);
const isListOf = (value: unknown, is: (value: unknown) => boolean) => Array.isArray(value) && value.every(is);

export function isRole(value: unknown): value is MessageRole {
  return ROLES.includes(value);
}

function isSegment(value: unknown): boolean {
  return (
    isObject<Segment>(value) &&
    isNumber(value.attempt) &&
    isNumber(value.chars) &&
    isText(value.mode) &&
    isText(value.end)
  );
}

function isPart(value: unknown): boolean {
  return (
    isObject<MessagePart>(value) &&
    (value.type === 'text' || value.type === 'reasoning') &&
    isText(value.text)
  );
}

function isStoredError(value: unknown): boolean {
  return isObject<StoredError>(value) && isText(value.kind) && isText(value.message);
}

export function isMessage(value: unknown): value is Message {
  return (
    isObject<Message>(value) &&
    isText(value.id) &&
    isRole(value.role) &&
    isText(value.text) &&
    isListOf(value.parts, isPart) &&
    STATUSES.includes(value.status) &&
    isNumber(value.createdAt) &&
    isListOf(value.requestIds, isText) &&
    isOptional(value.finishReason, isText) &&
    isOptional(value.usage, isObject) &&
    isOptional(value.metrics, isObject) &&
    isOptional(value.segments, segments => isListOf(segments, isSegment)) &&
    isOptional(value.error, isStoredError)
  );
}

export function isInfo(value: unknown): value is ConversationInfo {
  return (
    isObject<ConversationInfo>(value) &&
    isText(value.id) &&
    isText(value.title) &&
    isNumber(value.createdAt) &&
    isNumber(value.updatedAt)
  );
}

function isCursor(value: unknown): boolean {
  return isObject<ResumeCursor>(value) && isText(value.streamId) && isText(value.lastEventId);
}

function isRecord<T extends {readonly schema: number}>(
  value: unknown,
): value is Claimed<T> & {readonly schema: number} {
  return isObject<T>(value) && isNumber(value.schema);
}

function textOf(parts: readonly MessagePart[]): string {
  return parts.map(part => (part.type === 'text' ? part.text : '')).join('');
}

export function messageRecord(message: Message, cursor: ResumeCursor | undefined): MessageRecord {
  const {text, ...rest} = message;
  return {
    schema: SCHEMA,
    message: textOf(message.parts) === text ? rest : message,
    ...(cursor && {cursor}),
  };
}

/** `undefined` for what is not a `MessageRecord`. */
export function keptMessage(value: unknown): KeptMessage | undefined {
  if (!isRecord<MessageRecord>(value) || !isOptional(value.cursor, isCursor)) return undefined;
  const {message: stored, cursor} = value;
  if (!isObject<Message>(stored) || !isListOf(stored.parts, isPart)) return undefined;
  const message = {...stored, text: stored.text ?? textOf(stored.parts as MessagePart[])};
  if (!isMessage(message)) return undefined;
  return {message, ...(cursor !== undefined && {cursor: cursor as ResumeCursor})};
}

export function isHeaderRecord(value: unknown): value is HeaderRecord {
  return isRecord<HeaderRecord>(value) && isListOf(value.ids, isText) && isNumber(value.rev);
}

export function isInfoRecord(value: unknown): value is InfoRecord {
  return isRecord<InfoRecord>(value) && isInfo(value.info);
}

export function isOpenRecord(value: unknown): value is OpenRecord {
  const attempt = isRecord<OpenRecord>(value) && value.attempt;
  return (
    isObject<AttemptRecord>(attempt) &&
    isText(attempt.conversationId) &&
    isText(attempt.messageId) &&
    isNumber(attempt.attempt) &&
    isNumber(attempt.continuations) &&
    isText(attempt.mode)
  );
}

/** Whether a newer version of this package wrote it. */
export function isNewer(value: unknown): boolean {
  return isRecord(value) && value.schema > SCHEMA;
}

export function interrupted(message: Message): Message {
  return isFinal(message.status) ? message : {...message, status: 'interrupted'};
}

export function newestFirst(infos: readonly ConversationInfo[]): ConversationInfo[] {
  return [...infos].sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? -1 : 1));
}

/** What `load` returns, from records in order. */
export function loadedConversation(
  info: ConversationInfo,
  records: readonly KeptMessage[],
  attempt: AttemptRecord | null | undefined,
): LoadedConversation {
  const messages = records.map(record => interrupted(record.message));
  const open = attempt && records.find(record => record.message.id === attempt.messageId);
  if (!open) return {info, messages};
  const {cursor: _unproven, ...rest} = attempt;
  return {info, messages, attempt: {...rest, ...(open.cursor && {cursor: open.cursor})}};
}
