/** What this tab remembers beside the history: the conversation shown last, and drafts. May forget at any time. */
export interface TabMemory {
  get(key: string): string | undefined;
  /** `undefined` and the empty text remove the key. */
  set(key: string, value: string | undefined): void;
}

/** `sessionStorage`, which throws where the page may not store anything. */
export const tabMemory: TabMemory = {
  get(key) {
    try {
      return sessionStorage.getItem(`sse-chat:${key}`) ?? undefined;
    } catch {
      return undefined;
    }
  },
  set(key, value) {
    try {
      if (value) sessionStorage.setItem(`sse-chat:${key}`, value);
      else sessionStorage.removeItem(`sse-chat:${key}`);
    } catch {
      // A tab that cannot remember starts anew after a reload; nothing else depends on it.
    }
  },
};
