import type {ConversationInfo} from '../conversation/journal.ts';
import type {ChatStore} from './chat-store.ts';
import type {ExportedHistory} from './export-conversations.ts';
import type {ImportOptions} from './import-conversations.ts';

// Operations on a whole history are rare, so each loads its code when it is called.

/** The history as plain JSON, newest conversation first. @throws {ChatError} `storage`. */
export async function exportConversations(store: Pick<ChatStore, 'list' | 'load'>): Promise<ExportedHistory> {
  return (await import('./export-conversations.ts')).exportConversations(store);
}

/**
 * Adds what `exportConversations` returned, or `{messages: [{role, text}]}` as one new conversation. What is already in
 * the store stays as it is, so importing twice is harmless. All or nothing.
 * @returns the conversations of `data`, in its order.
 * @throws {ChatError} `configuration` if `data` is neither of the two, `storage` if it could not be stored.
 */
export async function importConversations(
  store: Pick<ChatStore, 'list' | 'load' | 'write' | 'shared'>,
  data: unknown,
  options: ImportOptions = {},
): Promise<readonly ConversationInfo[]> {
  return (await import('./import-conversations.ts')).importConversations(store, data, options);
}

/**
 * Deletes the conversations that were last changed before `before`, in milliseconds since the epoch.
 * @param keep the conversation on screen, which stays.
 * @returns the ids of the deleted conversations.
 * @throws {ChatError} `storage`.
 */
export async function pruneConversations(
  store: Pick<ChatStore, 'list' | 'delete'>,
  before: number,
  keep?: string,
): Promise<readonly string[]> {
  return (await import('./seldom.ts')).pruneConversations(store, before, keep);
}
