/**
 * What this tab remembers besides the history: the conversation shown last, and drafts. With a value, it is stored;
 * with an empty one, it is deleted; without one, it is returned. May forget at any time: `sessionStorage` throws where
 * the page may not store anything, or when it is full. Then the previous value stays. Nothing else depends on it.
 */
export function tabMemory(key: string, value?: string): string | undefined {
  const name = `sse-chat:${key}`;
  try {
    if (value) sessionStorage[name] = value;
    else if (value === '') delete sessionStorage[name];
    else return sessionStorage[name];
  } catch {}
  return undefined;
}
