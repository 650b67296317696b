import {ChatError} from '../protocol/chat-error.ts';
import type {DecodedEvent} from '../protocol/dialect.ts';
import {isObject, type JsonObject, objectField, parseJson, stringField} from '../protocol/json.ts';
import type {FinishReason} from '../protocol/message.ts';
import {readUsage} from '../protocol/usage.ts';
import {errorKind, errorMessage, serverError} from '../protocol/wire-error.ts';

/** What came instead of the stream that was requested. */
export interface StrangeAnswer {
  /** The data of all its events; only of the first, if the dialect recognised that. */
  readonly data: string;
  readonly count: number;
  /** Whether the body ended within the last event. */
  readonly isTail: boolean;
  readonly headers: Headers | undefined;
  /** Whether the dialect recognised anything in it. */
  readonly recognised: boolean;
  /** Whether the dialect read text from it. */
  readonly hasText: boolean;
}

/** The fields in which answers that are not streamed have their text, the most common first. */
const PLACES = [
  'token',
  'text',
  'content',
  'answer',
  'response',
  'output_text',
  'reply',
  'output',
  'message',
  'result',
  'completion',
  'generated_text',
  'generation',
  'choices',
  'candidates',
  'outputs',
  'messages',
  'parts',
  'data',
  'body',
];
const TURN = /^(assistant|ai|AIMessage|model|user|human)$/;
const MAX_DEPTH = 6;
const MAX_NAMES = 8;

/**
 * The events in the response, or why there are none. One JSON value with a whole answer, from a server that was asked
 * to stream and did not, is the answer. `undefined` for a stream that broke off.
 */
export function readStrange(answer: StrangeAnswer): readonly DecodedEvent[] | ChatError | undefined {
  const {data, count, isTail, headers, recognised, hasText} = answer;
  if (count === 0) {
    return new ChatError(
      'incomplete',
      'The endpoint answered with an empty body, or one without events. Check the URL, and whether a proxy buffers the stream.',
    );
  }
  const json = parseJson(data);
  const isValue = isObject(json) || Array.isArray(json) || typeof json === 'string';
  const type = headers?.get('content-type') ?? '';
  const isWhole = isValue && /^\s*application\/json\b/i.test(type) && !isNone(json);
  if (recognised && isFailure(json)) {
    return [{type: 'error', error: serverError(errorMessage(json), errorKind(json)), raw: json}];
  }
  const error = recognised ? undefined : new ChatError('content', sentence(json, type));
  if (!isWhole) return error;
  // A stream of JSON lines may have broken off after its first, but not if its length is known or the line has no end.
  const isSure = isTail || headers?.has('content-length');
  const text = hasText ? undefined : textIn(json);
  if (!hasText && text === undefined && !(recognised && isSure)) return error;
  if (hasText && !isSure) {
    return new ChatError('protocol', 'The endpoint answered with one line of JSON, which may be incomplete.');
  }
  const usage = usageIn(json);
  return [
    ...(text === undefined ? [] : [{type: 'text', text, raw: json} as const]),
    ...(usage ? [{type: 'usage', usage, raw: json} as const] : []),
    {type: 'finish', reason: reasonIn(json), raw: json},
  ];
}

/** Whether its text is no answer: it reports a failure, or is a line of a stream that goes on. */
function isNone(json: unknown): boolean {
  return isFailure(json) || (isObject(json) && json['done'] === false);
}

function isFailure(json: unknown): boolean {
  if (!isObject(json)) return false;
  const {success, ok, status, statusCode, code} = json;
  if (success === false || ok === false) return true;
  return /^(error|fail(ed|ure)?|[45]\d\d)$/i.test(`${status}`) || Number(statusCode ?? code) >= 400;
}

const isTyped = (block: JsonObject): boolean => block['type'] !== undefined;

/** The first text in one of the usual places. In a list of turns, the last is the answer. */
function textIn(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) {
    const turns = value.filter(isObject);
    const isTurns = turns.some(each => TURN.test(`${each['role'] ?? each['type']}`));
    if (isTurns) return textIn(turns.at(-1), depth + 1);
    const texts = value.map(each => textIn(each, depth + 1)).filter(each => each !== undefined);
    const has = (key: string) => turns.some(each => key in each);
    // The texts are pieces of one answer, successive messages, or alternatives, of which the first counts.
    if (depth === 0 && (has('recipient_id') || has('output'))) return texts.join('\n\n') || undefined;
    const isOne =
      depth === 0 ? !has('generated_text') : turns.length === value.length && turns.every(isTyped);
    return isOne ? texts.join('') || undefined : texts[0];
  }
  if (!isObject(value)) return undefined;
  for (const place of PLACES) {
    const text = Object.hasOwn(value, place) ? textIn(value[place], depth + 1) : undefined;
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The objects in which answers say how they ended. */
function tellers(json: unknown): JsonObject[] {
  const value: unknown = Array.isArray(json) ? json[0] : json;
  if (!isObject(value)) return [];
  const {choices} = value;
  const first = Array.isArray(choices) ? choices.filter(isObject).slice(0, 1) : [];
  return [value, ...first, ...objectsIn(value, ['metadata', 'result', 'data', 'response', 'output'])];
}

function objectsIn(object: JsonObject, keys: readonly string[]): JsonObject[] {
  return keys.map(key => objectField(object, key)).filter(each => each !== undefined);
}

function usageIn(json: unknown) {
  for (const teller of tellers(json)) {
    for (const each of objectsIn(teller, ['usage', 'usage_metadata', 'tokens'])) {
      const usage = readUsage(objectField(each, 'tokens') ?? each);
      if (usage) return usage;
    }
  }
  return undefined;
}

function reasonIn(json: unknown): FinishReason {
  const said = tellers(json)
    .flatMap(teller =>
      ['finish_reason', 'finishReason', 'stop_reason'].flatMap(key => stringField(teller, key) ?? []),
    )
    .join(' ');
  if (/length|max_tokens/i.test(said)) return 'length';
  return /content.filter|safety|refusal/i.test(said) ? 'content-filter' : 'stop';
}

function sentence(json: unknown, type: string): string {
  const what = isObject(json)
    ? `JSON that is not a chat answer (${namesOf(json)})`
    : Array.isArray(json)
      ? 'a JSON array that is not a chat answer'
      : `something that is not a chat answer${/^[\w./+-]{3,60}/.test(type) ? ` (${/^[\w./+-]+/.exec(type)?.[0]})` : ''}`;
  return `The endpoint answered with ${what}. Check the URL and the dialect, and that the server streams (\`stream: true\`).`;
}

/** The names of the fields tell the developer what it is. Their values may be private. */
function namesOf(json: JsonObject): string {
  const names = Object.keys(json).filter(name => /^[\w.$-]{1,40}$/.test(name));
  const more = names.length > MAX_NAMES ? ', …' : '';
  return names.length === 0
    ? 'an empty object'
    : `its fields: ${names.slice(0, MAX_NAMES).join(', ')}${more}`;
}
