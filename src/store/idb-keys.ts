// The keys of records, and what is done to all records of a conversation.

/** A kind of record and the ids it belongs to. Ids come from anywhere, so the separator is escaped. */
export const keyOf = (...path: readonly string[]): string =>
  path.map(step => step.replace(/[%:]/g, encodeURIComponent)).join(':');

/** The last step of a key. */
export const idIn = (key: IDBValidKey): string => decodeURIComponent(String(key).replace(/.*:/s, ''));

/** The records of a kind, or of one conversation: in the order of keys, `;` is what comes after `:`. */
export function below(...path: readonly string[]): IDBKeyRange {
  const key = keyOf(...path);
  return IDBKeyRange.bound(`${key}:`, `${key};`, false, true);
}

/** Everything of one conversation, what was set aside included. */
export function deleteConversation(store: IDBObjectStore, conversationId: string): void {
  for (const aside of [[], ['q']]) {
    for (const kind of ['m', 'x']) store.delete(below(...aside, kind, conversationId));
    for (const kind of ['i', 'c', 'x']) store.delete(keyOf(...aside, kind, conversationId));
  }
}
