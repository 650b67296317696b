/**
 * What this tab remembers beside the history: the conversation shown last, and drafts. With a value it remembers that
 * from now on; with the empty one nothing. May forget at any time: `sessionStorage` throws where the page may not store
 * anything, or it is full. Then a value of before stays, and nothing else depends on it.
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
