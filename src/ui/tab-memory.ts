/**
 * What this tab remembers beside the history: the conversation shown last, and drafts. May forget at any time:
 * `sessionStorage` throws where the page may not store anything.
 */
export function recall(key: string): string | undefined {
  try {
    return sessionStorage[`sse-chat:${key}`];
  } catch {
    return undefined;
  }
}

/** The empty text removes the key. */
export function remember(key: string, value: string): void {
  try {
    if (value) sessionStorage[`sse-chat:${key}`] = value;
    else delete sessionStorage[`sse-chat:${key}`];
  } catch {
    // A tab that cannot remember starts anew after a reload; nothing else depends on it.
  }
}
