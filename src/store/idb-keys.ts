// The keys of records, and how all records of a conversation are deleted.

/** The key of a kind of record with its ids. Ids may have any characters, so the separator is escaped. */
export const keyOf = (...path: readonly string[]): string =>
  path.map(step => step.replace(/[%:]/g, encodeURIComponent)).join(':');

/** The last step of a key. */
export const idIn = (key: IDBValidKey): string => decodeURIComponent(String(key).replace(/.*:/s, ''));

/** The keys of all records of a kind, or of those of one conversation. `;` is the character after `:`. */
export function below(...path: readonly string[]): IDBKeyRange {
  const key = keyOf(...path);
  return IDBKeyRange.bound(`${key}:`, `${key};`, false, true);
}

/** Deletes everything of one conversation, including what was set aside. */
export function deleteConversation(store: IDBObjectStore, conversationId: string): void {
  for (const aside of [[], ['q']]) {
    for (const kind of ['m', 'x']) store.delete(below(...aside, kind, conversationId));
    for (const kind of ['i', 'c', 'x']) store.delete(keyOf(...aside, kind, conversationId));
  }
}
