import type {ChatStoreWrite} from './chat-store.ts';

/** Two writes to one conversation as one that has the same effect. The durability is the later one's. */
export function mergeWrites(earlier: ChatStoreWrite | undefined, later: ChatStoreWrite): ChatStoreWrite {
  if (!earlier) return later;
  const {messages = [], removed = []} = later;
  const byId = new Map(earlier.messages?.map(message => [message.id, message]));
  for (const id of removed) byId.delete(id); // If it is put again after that, it comes last.
  for (const message of messages) byId.set(message.id, message);
  return {
    ...earlier,
    ...later,
    messages: [...byId.values()],
    removed: [...(earlier.removed ?? []), ...removed],
    cursor: messages.length || removed.length ? later.cursor : earlier.cursor,
  };
}
