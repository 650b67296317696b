import {ChatError, type ChatErrorKind} from '../protocol/chat-error.ts';
import {errorMessage, safeMessage} from '../protocol/wire-error.ts';

const MAX_BODY = 64 * 1024; // bytes of an error body that are read at most
const REQUEST_ID_HEADERS = ['x-request-id', 'request-id', 'x-groq-request-id', 'apim-request-id', 'cf-ray'];

/** The ids that the response's headers give for support, where the server exposes them. */
export function requestIdsOf(headers: Headers): readonly string[] {
  return REQUEST_ID_HEADERS.flatMap(name => headers.get(name) ?? []);
}

/**
 * What a response that is not 2xx means. Reads at most 64 KiB of its body.
 * @param epoch Milliseconds since the epoch, to reckon with an HTTP date.
 */
export async function httpError(response: Response, epoch: number): Promise<ChatError> {
  const text = await readAtMost(response, MAX_BODY);
  const said = errorMessage(parse(text));
  const sentence = `The server answered with HTTP ${response.status}`;
  const shouldRetry = response.headers.get('x-should-retry');
  const retryAfter = readRetryAfter(response.headers, said ?? text, epoch);
  return new ChatError(kindOf(response.status), said ? `${sentence}: ${safeMessage(said)}` : `${sentence}.`, {
    status: response.status,
    requestIds: requestIdsOf(response.headers),
    ...(retryAfter !== undefined && {retryAfter}),
    ...(shouldRetry !== null && {shouldRetry: shouldRetry === 'true'}),
  });
}

function kindOf(status: number): ChatErrorKind {
  if (status === 429 || status === 498 || status === 529) return 'rate-limit';
  return status === 401 || status === 403 ? 'unauthorized' : 'http';
}

/**
 * How long the server asks us to wait, in milliseconds: `retry-after-ms`, `Retry-After` in seconds (whole or
 * not) or as a date, or a sentence such as "try again in 5.289s", which is all that a page on another origin can
 * read unless the headers are exposed.
 */
export function readRetryAfter(headers: Headers, body: string, epoch: number): number | undefined {
  const ms = headers.get('retry-after-ms');
  if (ms !== null && /^\d+(\.\d+)?$/.test(ms.trim())) return Math.ceil(Number(ms));
  const after = headers.get('retry-after')?.trim();
  if (after) {
    if (/^\d+(\.\d+)?$/.test(after)) return Math.ceil(Number(after) * 1000);
    // Only what looks like an HTTP date: Date.parse also reads "-1".
    const date = /^[A-Za-z]{3}/.test(after) ? Date.parse(after) : Number.NaN;
    if (!Number.isNaN(date)) return Math.max(0, date - epoch);
  }
  const words = /(?:try again|retry) (?:in|after) ((?:\d+h)?(?:\d+m(?!s))?(?:\d+(?:\.\d+)?(?:ms|s))?)/i.exec(
    body,
  )?.[1];
  if (!words) return undefined;
  const unit = (name: string) => Number(new RegExp(`([\\d.]+)${name}(?![a-z])`).exec(words)?.[1] ?? 0);
  return Math.ceil(unit('h') * 3_600_000 + unit('m') * 60_000 + unit('s') * 1000 + unit('ms')) || undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Whatever else it is (a page, plain text) is not shown.
  }
}

/** Reads the body up to a limit and lets go of the rest. A body that fails half-way gives what came. */
export async function readAtMost(response: Response, limit: number): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    while (bytes < limit) {
      const {done, value} = await reader.read();
      if (done) break;
      bytes += value.byteLength;
      text += decoder.decode(value, {stream: true});
    }
  } catch {
    // The status alone says enough.
  }
  await reader.cancel().catch(() => {});
  return text.slice(0, limit);
}
