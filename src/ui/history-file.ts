import type {ConversationInfo, LoadedConversation} from '../conversation/journal.ts';
import {ChatError} from '../protocol/chat-error.ts';
import type {Message, MessageRole, MessageStatus} from '../protocol/message.ts';

export type HistoryFormat = 'json' | 'markdown';

const ROLES: readonly string[] = ['system', 'user', 'assistant', 'tool'] satisfies MessageRole[];
const STATUSES: readonly string[] = [
  'complete',
  'stopped',
  'interrupted',
  'length',
  'filtered',
  'error',
] satisfies MessageStatus[];

/** Conversations as a text to keep elsewhere. `json` can be read again, `markdown` is for people. */
export function writeHistory(
  conversations: readonly LoadedConversation[],
  format: HistoryFormat,
  authors: {readonly you: string; readonly assistant: string},
): string {
  if (format === 'json') {
    const plain = conversations.map(({info, messages}) => ({...info, messages}));
    return JSON.stringify({format: 'sse-chat', version: 1, conversations: plain}, null, 2);
  }
  return conversations
    .map(({info, messages}) =>
      [
        `# ${info.title || info.id}`,
        ...messages.map(
          each => `**${each.role === 'user' ? authors.you : authors.assistant}**\n\n${each.text}`,
        ),
      ].join('\n\n'),
    )
    .join('\n\n---\n\n');
}

/**
 * Reads what `writeHistory` wrote as `json`, as text or parsed, or the least form `{messages: [{role, text}]}`.
 * Nothing in it is trusted: what is no message is left out, and no status is taken for `complete` that is not known.
 * @throws {ChatError} `content` when it is neither.
 */
export function readHistory(data: unknown, now: number, makeId: () => string): LoadedConversation[] {
  const root = typeof data === 'string' ? parse(data) : data;
  if (isRecord(root) && Array.isArray(root['conversations'])) {
    return root['conversations'].filter(isRecord).map(each => readConversation(each, now, makeId));
  }
  if (isRecord(root) && Array.isArray(root['messages'])) return [readConversation(root, now, makeId)];
  throw new ChatError(
    'content',
    'This is not an exported history: it has neither conversations nor messages.',
  );
}

function readConversation(
  data: Record<string, unknown>,
  now: number,
  makeId: () => string,
): LoadedConversation {
  const list = Array.isArray(data['messages']) ? data['messages'] : [];
  const messages = list.filter(isRecord).flatMap(each => readMessage(each, now, makeId));
  const createdAt = timeOr(data['createdAt'], messages[0]?.createdAt ?? now);
  const info: ConversationInfo = {
    id: textOr(data['id'], makeId()),
    title: textOr(data['title'], messages.find(each => each.role === 'user')?.text.slice(0, 60) ?? ''),
    createdAt,
    updatedAt: timeOr(data['updatedAt'], createdAt),
  };
  return {info, messages};
}

function readMessage(data: Record<string, unknown>, now: number, makeId: () => string): Message[] {
  const role = data['role'];
  const text = data['text'];
  if (typeof role !== 'string' || !ROLES.includes(role) || typeof text !== 'string') return [];
  const status = data['status'] ?? 'complete';
  return [
    {
      id: textOr(data['id'], makeId()),
      role: role as MessageRole,
      text,
      parts: text ? [{type: 'text', text}] : [],
      status:
        typeof status === 'string' && STATUSES.includes(status) ? (status as MessageStatus) : 'interrupted',
      createdAt: timeOr(data['createdAt'], now),
      requestIds: [],
    },
  ];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ChatError('content', 'This is not an exported history: it is no JSON.', {cause});
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOr(value: unknown, other: string): string {
  return typeof value === 'string' && value !== '' ? value : other;
}

function timeOr(value: unknown, other: number): number {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= 8.64e15 ? value : other;
}
