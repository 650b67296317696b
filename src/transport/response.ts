const REQUEST_ID_HEADERS = ['x-request-id', 'request-id', 'x-groq-request-id', 'apim-request-id', 'cf-ray'];

/** The ids for the provider's support in the response's headers, as far as the server exposes them. */
export function requestIdsOf(headers: Headers): readonly string[] {
  return REQUEST_ID_HEADERS.flatMap(name => headers.get(name) ?? []);
}

/** Whether a response may be a stream. If not, `refusal.ts` says why. */
export function mayStream({ok, body, headers}: Response): boolean {
  const type = headers.get('content-type') ?? '';
  return ok && !!body && !/^\s*(text\/html|image|audio|video|font)\b/i.test(type);
}
