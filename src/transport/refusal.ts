import {ChatError, type ChatErrorKind} from '../protocol/chat-error.ts';
import {isObject, parseJson} from '../protocol/json.ts';
import {errorMessage, safeMessage} from '../protocol/wire-error.ts';
import type {Clock} from './clock.ts';
import {requestIdsOf} from './response.ts';

const MAX_BODY = 64 * 1024; // characters of an error body to read at most
const MAX_WAIT = 5000; // ms; the status is known, and some servers forget to end the body
/** Enough of a page: its title, or that it is not a page. */
const TOLD = /<\/title|<body|^\s*[^<\s]/i;

/** Why a response is not a readable stream. Reads at most 64 KiB of its body, for at most 5 s. */
export async function refusal(response: Response, clock: Clock): Promise<ChatError> {
  const {status, headers} = response;
  const content = (what: string) => {
    response.body?.cancel().catch(() => {});
    return new ChatError('content', `The endpoint answered with ${what}`, {status});
  };
  if (/^(20[45]|304)$/.test(`${status}`)) return content(`HTTP ${status}, which has no content.`);
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    return content('a redirect. Use the address it leads to.');
  }
  if (!response.ok) return httpError(response, clock);
  if (!response.body) return content('no body.');
  const type = (headers.get('content-type') ?? '').trim().toLowerCase();
  if (type.startsWith('text/html')) return pageError(await readAtMost(response, clock, TOLD));
  const [, kind = '', name = ''] = /^(\w+)\/([\w.+-]+)/.exec(type) ?? [];
  return content(`${KINDS[kind] ?? 'a file'} (${kind}/${name}) instead of a stream. Check the URL.`);
}

/** @param page Its beginning, as far as it was read. */
function pageError(page: string): ChatError {
  if (/^\s*[^<\s]/.test(page)) {
    return new ChatError(
      'content',
      'The endpoint’s content type says web page, but the body is not one. If it streams, it must send `Content-Type: text/event-stream`.',
    );
  }
  const title = safeMessage(/<title[^>]*>([^<]*)/i.exec(page)?.[1] ?? '');
  return new ChatError(
    'content',
    `The endpoint answered with a web page${title && ` titled “${title}”`}. Check the URL, and whether a login or a proxy is in the way.`,
  );
}

async function httpError(response: Response, clock: Clock): Promise<ChatError> {
  const {status, headers} = response;
  const text = await readAtMost(response, clock);
  // Some servers send the error as an event. Anything else (a page, plain text) is not shown.
  const said = complaint(parseJson(text) ?? parseJson(/^data:(.*)/m.exec(text)?.[1] ?? ''));
  const shouldRetry = headers.get('x-should-retry') ?? (SPENT.test(text) ? 'false' : null);
  return new ChatError(
    kindOf(status),
    `The server answered with HTTP ${status}${said ? `: ${safeMessage(said)}` : '.'}`,
    {
      status,
      requestIds: requestIdsOf(headers),
      retryAfter: readRetryAfter(headers, text, Date.parse(headers.get('date') ?? '') || clock.epoch()),
      shouldRetry: shouldRetry === null ? undefined : shouldRetry === 'true',
    },
  );
}

/** The message in an error body. FastAPI and Zod name the request's field separately; it goes in front. */
function complaint(body: unknown): string | undefined {
  const {detail, error, issues = isObject(error) ? error['issues'] : detail} = isObject(body) ? body : {};
  const first: unknown = Array.isArray(issues) ? issues[0] : undefined;
  const place = isObject(first) ? (first['loc'] ?? first['path']) : undefined;
  const said = Array.isArray(place) && place.length > 0 ? errorMessage(first) : undefined;
  return said ? `${(place as unknown[]).join('.')}: ${said}` : errorMessage(body);
}

function kindOf(status: number): ChatErrorKind {
  if (status === 429 || status === 498 || status === 529) return 'rate-limit';
  return status === 401 || status === 403 ? 'unauthorized' : 'http';
}

/** By the first half of a content type. */
const KINDS: Readonly<Record<string, string>> = {
  image: 'an image',
  audio: 'a sound',
  video: 'a video',
  font: 'a font',
};

const UNITS: Readonly<Record<string, number>> = {h: 3_600_000, m: 60_000, s: 1000, ms: 1, mil: 1};
/** As in "Please try again in 6m0s", "retry after 500 milliseconds", and Google's field `retryDelay`. */
const AGAIN =
  /(?:(?:try again|retry|available) (?:in|after) |"retryDelay":\s*")((?:[\d.]+ ?(?:ms|mil|[hms]) ?)+)/i;
/** OpenAI's code for a budget that is spent, which no wait refills. */
const SPENT = /"insufficient_quota"/;

/**
 * How long the server asks us to wait, in milliseconds: `retry-after-ms`, `Retry-After` in seconds (whole or
 * not) or as a date, or a sentence such as "try again in 5.289s", which is all that a page on another origin can
 * read unless the headers are exposed.
 */
function readRetryAfter(headers: Headers, body: string, epoch: number): number | undefined {
  const count = (name: string, unit: number) => {
    const value = headers.get(name)?.trim() ?? '';
    return /^\d+(\.\d+)?(e\d+)?$/i.test(value) ? Math.ceil(Number(value) * unit) : undefined;
  };
  const known = count('retry-after-ms', 1) ?? count('retry-after', 1000);
  if (known !== undefined) return known;
  const after = headers.get('retry-after')?.trim() ?? '';
  // Only what looks like an HTTP date: Date.parse also reads "-1".
  const date = /^[a-z]{3}/i.test(after) ? Date.parse(after) : Number.NaN;
  if (!Number.isNaN(date)) return Math.max(0, date - epoch);
  const words = AGAIN.exec(body)?.[1] ?? after;
  let ms = 0;
  for (const [, amount, unit = ''] of words.matchAll(/([\d.]+) ?(ms|mil|[hms])/g))
    ms += Number(amount) * (UNITS[unit] ?? 0);
  return Math.ceil(ms) || undefined;
}

/**
 * Reads the body up to a limit, or until `until` matches, and cancels the rest. If the body fails half-way or does not
 * end, returns what arrived.
 */
async function readAtMost(response: Response, clock: Clock, until?: RegExp): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  const letGo = () => void reader?.cancel().catch(() => {});
  const cancelWait = clock.after(MAX_WAIT, letGo); // This ends the pending read.
  try {
    while (reader && text.length < MAX_BODY && !until?.test(text)) {
      const {value} = await reader.read();
      if (!value) break;
      text += decoder.decode(value, {stream: true});
    }
  } catch {
    // The status alone says enough.
  }
  cancelWait();
  letGo();
  return text.slice(0, MAX_BODY);
}
