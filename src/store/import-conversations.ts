import type {Branch, ConversationInfo, LoadedConversation} from '../conversation/journal.ts';
import {titleOf} from '../conversation/state.ts';
import {ChatError} from '../protocol/chat-error.ts';
import {isFinal, type Message} from '../protocol/message.ts';
import type {ChatStore, ChatStoreWrite} from './chat-store.ts';
import type {ExportedHistory} from './export-conversations.ts';
import {writeBlocks} from './idb-blocks.ts';
import {BRANCH, hasShape, INFO, MESSAGE, picked, pickedPart, TURN} from './imported-shapes.ts';
import {SCHEMA} from './schema.ts';

export interface ImportOptions {
  /** Milliseconds since the epoch, for messages without a time. */
  readonly now?: () => number;
  readonly createId?: () => string;
}

/** What claims to be a `T`: its fields by name, with values of unknown type. */
type Claimed<T> = {readonly [Key in keyof T]?: unknown};

/** An import that is being written. */
export interface StartedImport {
  /** The conversations of the data, in its order. */
  readonly infos: readonly ConversationInfo[];
  /** The first of them, as it can be loaded once it is written; not if the store already has something of it. */
  readonly fresh: LoadedConversation | undefined;
  /** How many messages are written. */
  readonly count: number;
  /** Rejects with a `ChatError` of kind `storage` if they could not be stored. */
  readonly written: Promise<void>;
}

type ImportStore = Pick<ChatStore, 'list' | 'load' | 'write' | 'shared'>;
type Imported = Omit<LoadedConversation, 'attempt'>;

/**
 * Adds what `exportConversations` returned, or `{messages: [{role, text}]}` as one new conversation. What is already in
 * the store stays as it is, so importing twice is harmless. All or nothing.
 * @returns the conversations of `data`, in its order.
 * @throws {ChatError} `configuration` if `data` is neither of the two, `storage` if it could not be stored.
 */
export async function importConversations(
  store: ImportStore,
  data: unknown,
  options: ImportOptions = {},
): Promise<readonly ConversationInfo[]> {
  const {infos, written} = await startImport(store, data, options);
  await written;
  return infos;
}

/** `importConversations` without waiting for the writes. @throws {ChatError} as that does. */
export async function startImport(
  store: ImportStore,
  data: unknown,
  options: ImportOptions = {},
): Promise<StartedImport> {
  const conversations = parseHistory(data, options);
  const present = new Set((await store.list()).map(info => info.id));
  const writes: ChatStoreWrite[] = [];
  for (const conversation of conversations) {
    const {info} = conversation;
    const stored = present.has(info.id) ? await store.load(info.id) : undefined;
    const messages = missing(conversation, stored);
    if (!stored || messages.length) {
      writes.push({info: stored?.info ?? info, messages, durability: 'strict'});
    }
  }
  const [first] = conversations;
  return {
    infos: conversations.map(conversation => conversation.info),
    fresh: first && !present.has(first.info.id) ? first : undefined,
    count: writes.reduce((sum, {messages = []}) => sum + messages.length, 0),
    written: written(store, writes, present),
  };
}

/** What the store lacks. Each message goes after the one before it, wherever the store has that now: line or branch. */
function missing({messages, branches = []}: Imported, stored?: LoadedConversation): (Message | Branch)[] {
  const line: Message[] = [];
  const own = (stored?.branches ?? []).map(branch => ({branch, more: [] as Message[]}));
  /** By the id of each stored message, the list that collects what follows it. */
  const places = new Map((stored?.messages ?? []).map(({id}) => [id, line]));
  for (const {branch, more} of own) for (const {id} of allOf([branch])) places.set(id, more);

  function add(after: Message[], said: readonly Message[]): void {
    let place = after;
    for (const each of said) {
      const known = places.get(each.id);
      if (known) place = known;
      else place.push(each);
    }
  }

  const added: Branch[] = [];
  for (const {rest, ...first} of branches) {
    const place = places.get(first.id);
    const more: Message[] = [];
    add(place ?? more, rest);
    if (!place) added.push({...first, rest: more});
  }
  add(line, messages);
  const longer = own.flatMap(({branch, more}) =>
    more.length > 0 ? [{...branch, rest: [...branch.rest, ...more]}] : [],
  );
  return [...longer, ...added, ...line];
}

async function written(
  store: ImportStore,
  writes: readonly ChatStoreWrite[],
  present: ReadonlySet<string>,
): Promise<void> {
  if (!writes.length) return;
  const {shared} = store;
  if (shared && !writes.some(({info}) => present.has(info.id))) {
    // If the disk is full, the store itself knows what to do.
    const isWritten = await writeBlocks(shared.use, writes).then(
      () => true,
      () => false,
    );
    if (isWritten) return;
  }
  await store.write(...writes);
}

function parseHistory(data: unknown, options: ImportOptions): readonly Imported[] {
  const {schema = SCHEMA, conversations, messages} = (data ?? {}) as Claimed<ExportedHistory & Imported>;
  if (!(typeof schema === 'number' && schema <= SCHEMA)) throw unusable('its schema is unknown');
  if (conversations === undefined) return [parseMessages(messages, options)];
  if (!Array.isArray(conversations)) throw unusable('`conversations` is not an array');
  const parsed = conversations.map((conversation: unknown, index): Imported => {
    const {info, messages, branches} = (conversation ?? {}) as Claimed<Imported>;
    if (!hasShape(info, INFO)) throw unusable(`conversation ${index} has no usable \`info\``);
    return {
      info: picked(info, INFO),
      ...parseLines(parseMessages(messages, options).messages, branches ?? []),
    };
  });
  if (!areUnique(parsed.map(({info}) => info.id))) throw unusable('two conversations have the same id');
  return parsed;
}

function parseMessages(values: unknown, {now = Date.now, createId = distinctIds()}: ImportOptions): Imported {
  if (!Array.isArray(values)) throw unusable('`messages` is not an array');
  const time = now();
  const messages = values.map((value: unknown, index): Message => {
    if (hasShape(value, MESSAGE)) return parseMessage(value, index);
    if (!hasShape(value, TURN) || (value as Claimed<Message>).id)
      throw unusable(`message ${index} is not a message`);
    const {role, text} = value;
    return {
      id: createId(),
      role,
      text,
      parts: [{type: 'text', text}],
      status: 'complete',
      createdAt: time,
      requestIds: [],
    };
  });
  if (!areUnique(messages.map(message => message.id))) throw unusable('two messages have the same id');
  return {info: {id: createId(), title: titleOf(messages), createdAt: time, updatedAt: time}, messages};
}

/** All messages of branches. */
const allOf = (branches: readonly Branch[] = []): Message[] => branches.flatMap(each => [each, ...each.rest]);

/** Checks that each message is in only one line, and that each branch follows a message that exists. */
function parseLines(messages: readonly Message[], values: unknown): Omit<Imported, 'info'> {
  if (!Array.isArray(values)) throw unusable('`branches` is not an array');
  const branches = values.map((value: unknown, index): Branch => {
    if (!hasShape(value, BRANCH)) throw unusable(`branch ${index} is not a branch`);
    return {...parseMessage(value, index), after: value.after, rest: value.rest.map(parseMessage)};
  });
  const ids = [...messages, ...allOf(branches)].map(({id}) => id);
  if (!areUnique(ids)) throw unusable('two messages have the same id');
  if (!branches.every(({after}) => after === '' || ids.includes(after)))
    throw unusable('a branch follows a message that is missing');
  return {messages, ...(branches.length > 0 && {branches})};
}

/** Only the known fields, so that nothing else gets into the page. An unfinished answer is `interrupted`, for good. */
function parseMessage(value: Message, index: number): Message {
  const parts = value.parts.map(pickedPart);
  const status = isFinal(value.status) ? value.status : 'interrupted';
  const shown = parts.map(part => (part.type === 'text' ? part.text : ''));
  if (shown.join('') !== value.text) throw unusable(`the parts of message ${index} do not match its text`);
  return {...picked(value, MESSAGE), parts, status};
}

function areUnique(ids: readonly string[]): boolean {
  return new Set(ids).size === ids.length;
}

/**
 * Ids with one random beginning, because drawing each at random took as long as everything else, and a counter: a
 * database inserts ascending keys in two thirds of the time.
 */
function distinctIds(): () => string {
  // Not `crypto.randomUUID`, which is missing on pages without https.
  const chance = crypto.getRandomValues(new Uint8Array(16));
  const beginning = [...chance].map(byte => byte.toString(16).padStart(2, '0')).join('');
  let count = 0;
  return () => beginning + (count++).toString(36).padStart(5, '0');
}

function unusable(why: string): ChatError {
  return new ChatError('configuration', `The history cannot be imported: ${why}.`);
}
