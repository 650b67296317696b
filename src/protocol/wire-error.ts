import {ChatError, type ChatErrorKind} from './chat-error.ts';
import type {DoneEvent, ErrorEvent, UnreadEvent, WireEvent} from './dialect.ts';
import {isObject, type JsonObject} from './json.ts';

const MAX_MESSAGE = 300; // characters; a provider's sentence fits, a payload does not
const SECRETS = /\b(?:sk|gsk|pk|xox[a-z]|hf|ghp|AIza)[-_]?[\w-]{6,}|\bBearer\s+\S+/g;
// C0 and C1 controls, bidi controls and tag characters: none of them belongs in a sentence.
const CONTROLS = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]+/gu;

/** A provider's own message, made safe to show: one line, bounded, without anything that looks like a key. */
export function safeMessage(text: string): string {
  const line = text
    .slice(0, 4 * MAX_MESSAGE)
    .replace(CONTROLS, ' ')
    .replace(SECRETS, '[redacted]')
    .trim();
  return line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE)}…` : line;
}

/**
 * The message in an error body: `{error: {message}}`, `{error: "…"}`, `{message}`, `{detail}`, or a bare string; in a
 * list, that of the first.
 */
export function errorMessage(body: unknown): string | undefined {
  if (typeof body === 'string') return body;
  const keys = [
    'message', // Before `error`, which many frameworks fill with the name of the status.
    'error',
    'errors',
    'detail',
    'errorText',
    'msg',
    'title',
    'text',
    'code',
    'type',
    0,
  ];
  for (const key of body ? keys : []) {
    const text = errorMessage((body as JsonObject)[key]);
    if (text) return text;
  }
  return undefined;
}

/** The kind of error that a provider's code stands for; `server` if it says no more than "error". */
export function errorKind(body: unknown): ChatErrorKind {
  const error = isObject(body) && isObject(body['error']) ? body['error'] : body;
  const words = isObject(error) ? `${error['type']} ${error['code']} ${error['status']}` : '';
  return /rate_limit|overloaded|\b429\b|\b529\b|capacity_exceeded|RESOURCE_EXHAUSTED/.test(words)
    ? 'rate-limit'
    : 'server';
}

/**
 * The error in an event of the stream, in the ways that all dialects share: the event's name is `error`, or its payload
 * has an `error` field that is not empty, or `type: "error"`.
 * @param fails Whether the payload reports an error in its dialect's own way.
 */
export function wireError({event, data, json}: WireEvent, fails = false): ChatError | undefined {
  const body = json ?? data;
  const isError = fails || event === 'error' || (isObject(json) && saysError(json));
  return isError ? serverError(errorMessage(body), errorKind(body)) : undefined;
}

/** An error that ended the answer, in the server's own words if it sent any. */
export function serverError(said: string | undefined, kind: ChatErrorKind = 'server'): ChatError {
  const words = said ? `: ${safeMessage(said)}` : '.';
  return new ChatError(kind, `The server ended the answer with an error${words}`);
}

/** Keep-alives: what servers send as data, or as the name of an event, to show that they are still there. */
const SIGN_OF_LIFE = /^\s*(ping|heart-?beat|keep-?alive|null)?\s*$/i;

/** What an event without a JSON object means, in any dialect. */
export function decodeBare(
  event: WireEvent,
): readonly (DoneEvent<never> | ErrorEvent<never> | UnreadEvent)[] {
  if (event.data === '[DONE]' || event.data === '</stream>') return [{type: 'done'}]; // `</stream>` is Laravel's.
  const error = wireError(event);
  if (error) return [{type: 'error', error}];
  return SIGN_OF_LIFE.test(event.data) || SIGN_OF_LIFE.test(event.event) ? [] : [{type: 'malformed'}];
}

function saysError(json: JsonObject): boolean {
  const isFilled = Object.hasOwn(json, 'error') && !!json['error']; // `0` also means that there is no error.
  return isFilled || json['type'] === 'error' || json['event'] === 'error';
}
