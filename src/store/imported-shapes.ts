import type {Branch, ConversationInfo, ConversationSummary} from '../conversation/journal.ts';
import type {StoredError} from '../protocol/chat-error.ts';
import type {Feedback, Message, MessagePart, MessageRole, Segment} from '../protocol/message.ts';

// What an imported history must look like. It is a stranger's file, so all of it is checked; of our own records,
// `records.ts` checks only what the code relies on. The two share no code, because only an import loads this.

type Check = (value: unknown) => boolean;

/** A check for each field of a `T`. */
type Shape<T> = {readonly [Key in keyof T]-?: Check};

const isText: Check = value => typeof value === 'string';
const isNumber: Check = value => Number.isFinite(value);
const isObject: Check = value => typeof value === 'object' && value !== null && !Array.isArray(value);
const isOneOf =
  (...values: readonly unknown[]): Check =>
  value =>
    values.includes(value);
const isListOf =
  (is: Check): Check =>
  value =>
    Array.isArray(value) && value.every(item => is(item));
const isOptional =
  (is: Check): Check =>
  value =>
    value === undefined || is(value);
const isShaped =
  <T>(shape: Shape<T>): Check =>
  value =>
    hasShape(value, shape);

/** Whether every field of `shape` in `value` passes its check, whatever else it has. */
export function hasShape<T>(value: unknown, shape: Shape<T>): value is T {
  if (!isObject(value)) return false;
  const fields = value as {readonly [key: string]: unknown};
  return Object.entries<Check>(shape).every(([key, is]) => is(fields[key]));
}

/** The fields of `shape` that `value` has, and no others. */
export function picked<T>(value: T, shape: Shape<T>): T {
  const keys = (Object.keys(shape) as (keyof T)[]).filter(key => value[key] !== undefined);
  return Object.fromEntries(keys.map(key => [key, value[key]])) as T;
}

export const INFO: Shape<ConversationInfo> = {
  id: isText,
  title: isText,
  createdAt: isNumber,
  updatedAt: isNumber,
  pinned: isOptional(isOneOf(true, false)),
  summary: isOptional(isShaped<ConversationSummary>({text: isText, upTo: isText})),
};

const isAnything: Check = () => true;
const maybeText = isOptional(isText);
const TEXT_PART = {type: isText, text: isText};

const PARTS: {readonly [Type in MessagePart['type']]: Shape<Extract<MessagePart, {type: Type}>>} = {
  text: TEXT_PART,
  reasoning: {...TEXT_PART, duration: isOptional(isNumber)},
  'tool-call': {
    type: isText,
    id: isText,
    name: isText,
    arguments: isText,
    state: isOneOf('streaming', 'called', 'waiting', 'running', 'done', 'failed', 'denied'),
    result: isAnything,
    round: isOptional(isNumber),
    duration: isOptional(isNumber),
    signature: isAnything,
  },
  source: {type: isText, id: isText, url: maybeText, title: maybeText, quote: maybeText},
  file: {type: isText, id: isText, url: isText, mediaType: maybeText, name: maybeText},
  data: {type: isText, id: isText, name: isText, data: isAnything},
  refusal: {type: isText, id: isText, reason: maybeText},
};

const isPart: Check = value => {
  const {type} = (value ?? {}) as MessagePart;
  return Object.hasOwn(PARTS, type) && hasShape(value, PARTS[type] as Shape<MessagePart>);
};

/** The known fields of a part. */
export function pickedPart(part: MessagePart): MessagePart {
  return picked(part, PARTS[part.type] as Shape<MessagePart>);
}

/** The least that a message must have. */
export const TURN: Shape<{role: MessageRole; text: string}> = {
  role: isOneOf('system', 'user', 'assistant', 'tool'),
  text: isText,
};

const SEGMENT: Shape<Omit<Segment, 'join' | 'endpoint' | 'model'>> = {
  attempt: isNumber,
  mode: isText,
  chars: isNumber,
  end: isText,
};

const ERROR: Shape<Pick<StoredError, 'kind' | 'message'>> = {kind: isText, message: isText};

const FEEDBACK: Shape<Feedback> = {rating: isOneOf('up', 'down'), note: maybeText};

export const MESSAGE: Shape<Message> = {
  ...TURN,
  id: isText,
  parts: isListOf(isPart),
  status: isOneOf(
    'pending',
    'streaming',
    'complete',
    'stopped',
    'interrupted',
    'length',
    'filtered',
    'error',
  ),
  createdAt: isNumber,
  finishReason: isOptional(isText),
  usage: isOptional(isObject),
  metrics: isOptional(isObject),
  requestIds: isListOf(isText),
  segments: isOptional(isListOf(isShaped(SEGMENT))),
  error: isOptional(isShaped(ERROR)),
  feedback: isOptional(isShaped(FEEDBACK)),
};

export const BRANCH: Shape<Branch> = {
  ...MESSAGE,
  after: isText,
  rest: isListOf(isShaped(MESSAGE)),
};
