import type {ChatStore} from './chat-store.ts';

const DAY = 86_400_000;

/** Deletes what was last changed more than `days` days ago. Never rejects: a failing history reports that by itself. */
export async function forgetOld(store: Pick<ChatStore, 'list' | 'delete'>, days: number): Promise<void> {
  await pruneConversations(store, Date.now() - days * DAY).catch(() => {});
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
  // One whose age is lost (its line in the list was damaged) stays until it is used again.
  const old = (await store.list()).filter(
    ({id, updatedAt}) => updatedAt > 0 && updatedAt < before && id !== keep,
  );
  for (const {id} of old) await store.delete(id);
  return old.map(info => info.id);
}
