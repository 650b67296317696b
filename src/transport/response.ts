const REQUEST_ID_HEADERS = ['x-request-id', 'request-id', 'x-groq-request-id', 'apim-request-id', 'cf-ray'];

/** The ids that the response's headers give for support, where the server exposes them. */
export function requestIdsOf(headers: Headers): readonly string[] {
  return REQUEST_ID_HEADERS.flatMap(name => headers.get(name) ?? []);
}

/** Whether a response may be a stream; `refusal.ts` says why another one is none. */
export function mayStream({ok, body, headers}: Response): boolean {
  const type = headers.get('content-type') ?? '';
  return ok && !!body && !/^\s*(text\/html|image|audio|video|font)\b/i.test(type);
}
