import type {DecodedEvent, Dialect} from '../dialect.ts';
import {finishReasonOf} from '../finish-reason.ts';
import {isObject, type JsonObject, objectField, stringField} from '../json.ts';
import {setList, turnsOf} from '../turns.ts';
import {readUsage} from '../usage.ts';
import {decodeBare, wireError} from '../wire-error.ts';
import {rareDialect} from './load-rare.ts';

/** One payload of a plain endpoint: `{"token": "Hel"}`, and finally `{"done": true}` or `[DONE]`. */
export interface TokenChunk {
  readonly token?: string;
  readonly done?: boolean;
  readonly [field: string]: unknown;
}

/** The fields in which plain endpoints send their text, the most common first. */
const TEXT_FIELDS = ['token', 'text', 'content', 'delta', 'answer', 'response', 'output_text', 'message'];

/** Names of events, and types of payloads, that mark the end. */
const ENDS = /^(done|end|complete)$/;

const NO_CHANCE = 24; // characters; a piece that begins with this much of the answer is no coincidence

/** Plain endpoints, as people write them with FastAPI or Express in an afternoon. See docs/protocol.md. */
export const token: Dialect<TokenChunk> = {
  name: 'token',
  continuations: ['continue-turn'],
  endsWithDone: true,

  matches(event) {
    const {json} = event;
    return isObject(json) && (textOf(json) !== undefined || isDone(event.event, json));
  },

  /** Some plain endpoints send tool calls, in OpenAI's format. */
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
  const {response} = json; // Workers AI sends a piece that looks like a number as a number.
  return Number.isFinite(response) ? `${response}` : undefined;
}

/**
 * Whether the payload reports a failure of the answer. With a `type` it may be about a mere step; and a text that is
 * not the `message` may be an answer that only speaks of a failure.
 */
function saysFailure(json: JsonObject): boolean {
  const {type, success, status, error_code: code, message, text = message} = json;
  const said = textOf(json);
  return said && said === message && !type
    ? success === false || status === 'error'
    : said === text && !!Number(code);
}

/** What is remembered of the text, to tell pieces from repetitions. */
interface Said {
  readonly said: string;
  /** How it begins. Kept, because reading a string that grows makes an engine join all its pieces each time. */
  readonly first: string;
  /** All pieces joined, to fall back on if what looked like repetitions were pieces. */
  readonly apart: string;
  readonly before: string;
  readonly pieces: number;
  /** How many of the first pieces began with the one before; `NaN` once a piece did not. */
  readonly times: number;
  /** Shared by all requests for the answer. */
  readonly answer: {repeats?: boolean};
}

/**
 * Reads a piece of text. Some servers send the whole text so far instead, each time or once at the end. A piece counts
 * as that if it begins with everything before it and that is long enough, or if the first three pieces did so, however
 * short, and the next one does not contradict. Being likely is not enough, because the contract is pieces.
 */
function read(
  text: string,
  state: Record<string, unknown>,
  raw: TokenChunk,
  isOver: boolean,
): DecodedEvent<TokenChunk> {
  const {said = (state['resume'] ?? '') as string} = state as Partial<Said>; // Text from before a reload counts too.
  const {apart = said, before = said, pieces = said.length, times = 0, answer = {}} = state as Partial<Said>;
  const {first = said.charAt(0) || text} = state as Partial<Said>;
  // The more pieces there were, the less likely it is that one equals them all by chance. The last one never does.
  const least = text !== said ? 1 : pieces > 1 ? (isOver ? 0 : 2 / pieces) : Number.POSITIVE_INFINITY;
  const isAll = text.startsWith(said) && said.length >= NO_CHANCE * least;
  const isLike = text.startsWith(first); // The server may have revised the rest.
  const grows = text.length > before.length && text.startsWith(before);
  const wasLikely = times === 3;
  if (isAll || (wasLikely && isLike)) answer.repeats = true;
  const now = grows ? times + Number(!isRhythm(text)) : Number.NaN; // `NaN` stays `NaN`.
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

/** Whether the text is one unit repeated, such as `===`: then beginning with all before it means nothing. */
const isRhythm = (text: string): boolean => (text + text).indexOf(text, 1) < text.length;

function isDone(name: string, json: JsonObject): boolean {
  return (
    json['done'] === true || json['finished'] === true || ENDS.test(`${json['type']}`) || ENDS.test(name)
  );
}
