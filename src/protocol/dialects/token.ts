import type {DecodedEvent, Dialect} from '../dialect.ts';
import {finishReasonOf} from '../finish-reason.ts';
import {isObject, type JsonObject, objectField, stringField} from '../json.ts';
import {setList, turnsOf} from '../turns.ts';
import {readUsage} from '../usage.ts';
import {decodeBare, wireError} from '../wire-error.ts';
import {rareDialect} from './load-rare.ts';

/** One payload of a plain endpoint: `{"token": "Hel"}`, at last `{"done": true}` or `[DONE]`. */
export interface TokenChunk {
  readonly token?: string;
  readonly done?: boolean;
  readonly [field: string]: unknown;
}

/** The names under which plain endpoints send their text, the usual one first. */
const TEXT_FIELDS = ['token', 'text', 'content', 'delta', 'answer', 'response', 'output_text', 'message'];

/** Events and payloads of that name or type are the end. */
const ENDS = /^(done|end|complete)$/;

const NO_CHANCE = 24; // characters of an answer that nothing else begins with

/** Plain endpoints, as people write them with FastAPI or Express in an afternoon. See docs/protocol.md. */
export const token: Dialect<TokenChunk> = {
  name: 'token',
  continuations: ['continue-turn'],
  endsWithDone: true,

  matches(event) {
    const {json} = event;
    return isObject(json) && (textOf(json) !== undefined || isDone(event.event, json));
  },

  /** Some call tools, in OpenAI's words. */
  fuller({json}) {
    return isObject(json) && json['choices'] ? rareDialect('token') : undefined;
  },

  encode(request) {
    const {conversationId, continuation, stopSequences} = request;
    const messages = turnsOf(request);
    return {
      body: {
        prompt: messages.findLast(({role}) => role === 'user')?.content ?? '',
        // Backends in Python and in JavaScript spell it differently, and ignore the spelling they do not know.
        conversation_id: conversationId,
        conversationId,
        messages,
        stream: true,
        model: request.model,
        temperature: request.temperature,
        max_tokens: request.maxTokens,
        stop: setList(stopSequences),
        instructions: request.instructions,
        continuation: continuation && {
          message_id: continuation.messageId,
          text: continuation.text,
          last_token: continuation.lastToken,
          attempt: continuation.attempt,
        },
      },
    };
  },

  decode(event, state) {
    const {json} = event;
    if (!isObject(json)) return ENDS.test(event.event) ? [{type: 'done'}] : decodeBare(event);
    const error = wireError(event, saysFailure(json));
    if (error) return [{type: 'error', error}];
    const raw: TokenChunk = json;
    const decoded: DecodedEvent<TokenChunk>[] = [];
    const id = stringField(json, 'request_id');
    if (id) decoded.push({type: 'request-id', id, raw});
    const text = textOf(json);
    const isOver = isDone(event.event, json);
    if (text) decoded.push(read(text, state, raw, isOver));
    const usage = readUsage(objectField(json, 'usage'));
    if (usage) decoded.push({type: 'usage', usage, raw});
    const reason = finishReasonOf(stringField(json, 'finish_reason'));
    if (reason) decoded.push({type: 'finish', reason, raw});
    if (isOver) decoded.push({type: 'done'});
    return decoded;
  },
};

function textOf(json: JsonObject): string | undefined {
  for (const field of TEXT_FIELDS) {
    if (Object.hasOwn(json, field) && typeof json[field] === 'string') return json[field];
  }
  const {response} = json; // Of Workers AI, which sends a piece that looks like a number as one.
  return Number.isFinite(response) ? `${response}` : undefined;
}

/** What has a type is about a step, and what has a text that is no message may be an answer which only tells of a failure. */
function saysFailure(json: JsonObject): boolean {
  const {type, success, status, error_code: code, message, text = message} = json;
  const said = textOf(json);
  return said && said === message && !type
    ? success === false || status === 'error'
    : said === text && !!Number(code);
}

/** What is remembered of the text. */
interface Said {
  readonly said: string;
  /** How it begins: who looks into a text that grows by pieces has an engine put it together anew, each time. */
  readonly first: string;
  /** All of it as pieces, as long as it may be that. */
  readonly apart: string;
  readonly before: string;
  readonly pieces: number;
  /** How many of the first pieces began with the one before. */
  readonly times: number;
  /** Of the answer, over all its requests. */
  readonly answer: {repeats?: boolean};
}

/**
 * Reads a piece of text, or the whole text again: some servers say it each time, or once, at last. They do where a piece
 * begins with all that came before it, if that is much, or if it was so of the first three, however short, and the next is no
 * other. What is only likely is not enough: the contract is pieces.
 */
function read(
  text: string,
  state: Record<string, unknown>,
  raw: TokenChunk,
  isOver: boolean,
): DecodedEvent<TokenChunk> {
  const {said = (state['resume'] ?? '') as string} = state as Partial<Said>; // What stood before a reload was said, too.
  const {apart = said, before = said, pieces = said.length, times = 0, answer = {}} = state as Partial<Said>;
  const {first = said.charAt(0) || text} = state as Partial<Said>;
  // The more pieces there were, the less of a chance it is that another one is all of them; the last one never is.
  const least = text !== said ? 1 : pieces > 1 ? (isOver ? 0 : 2 / pieces) : Number.POSITIVE_INFINITY;
  const isAll = text.startsWith(said) && said.length >= NO_CHANCE * least;
  const isLike = text.startsWith(first); // It may have taken something back.
  const grows = text.length > before.length && text.startsWith(before);
  const wasLikely = times === 3;
  if (isAll || (wasLikely && isLike)) answer.repeats = true;
  const now = grows ? times + Number(!isRhythm(text)) : Number.NaN; // It stays so.
  const isAgain = isLike && (answer.repeats || now === 3);
  const isWrong = wasLikely && !isAgain;
  const whole = isAgain ? text : (isWrong ? apart : said) + text;
  Object.assign(state, {
    said: whole,
    first: first.charAt(0),
    apart: apart + text,
    before: text,
    pieces: pieces + 1,
    times: now,
  });
  return isAgain || isWrong ? {type: 'replace', text: whole, raw} : {type: 'text', text, raw};
}

/** Whether it is one piece again and again, as `===`: to begin with all before it is nothing special then. */
const isRhythm = (text: string): boolean => (text + text).indexOf(text, 1) < text.length;

function isDone(name: string, json: JsonObject): boolean {
  return (
    json['done'] === true || json['finished'] === true || ENDS.test(`${json['type']}`) || ENDS.test(name)
  );
}
