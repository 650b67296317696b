import type {DecodedEvent, Dialect} from '../dialect.ts';
import {finishReasonOf} from '../finish-reason.ts';
import {isObject, type JsonObject, objectField, stringField} from '../json.ts';
import {setList, turnsOf} from '../turns.ts';
import {readUsage} from '../usage.ts';
import {decodeBare, wireError} from '../wire-error.ts';

/** One payload of a plain endpoint: `{"token": "Hel"}`, at last `{"done": true}` or `[DONE]`. */
export interface TokenChunk {
  readonly token?: string;
  readonly done?: boolean;
  readonly [field: string]: unknown;
}

/** The names under which plain endpoints send their text, the usual one first. */
const TEXT_FIELDS = ['token', 'text', 'content', 'delta', 'answer', 'response', 'output_text', 'message'];

/** Events and payloads of that name or type are the end. */
const ENDS = /^(done|end)$/;

/** Plain endpoints, as people write them with FastAPI or Express in an afternoon. See docs/protocol.md. */
export const token: Dialect<TokenChunk> = {
  name: 'token',
  continuations: ['continue-turn'],
  endsWithDone: true,

  matches(event) {
    const {json} = event;
    return isObject(json) && (textOf(json) !== undefined || isDone(event.event, json));
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
    const error = wireError(event);
    if (error) return [{type: 'error', error}];
    const raw: TokenChunk = json;
    const decoded: DecodedEvent<TokenChunk>[] = [];
    const id = stringField(json, 'request_id');
    if (id) decoded.push({type: 'request-id', id, raw});
    const text = textOf(json);
    if (text) decoded.push({type: repeats(text, state) ? 'replace' : 'text', text, raw});
    const usage = readUsage(objectField(json, 'usage'));
    if (usage) decoded.push({type: 'usage', usage, raw});
    const reason = finishReasonOf(stringField(json, 'finish_reason'));
    if (reason) decoded.push({type: 'finish', reason, raw});
    if (isDone(event.event, json)) decoded.push({type: 'done'});
    return decoded;
  },
};

function textOf(json: JsonObject): string | undefined {
  for (const field of TEXT_FIELDS) {
    if (Object.hasOwn(json, field) && typeof json[field] === 'string') return json[field];
  }
  return undefined;
}

/**
 * Whether the server says the whole text so far each time: it does if its first three events have each all of the one
 * before. From then on what comes takes the place of what there was.
 */
function repeats(text: string, state: Record<string, unknown>): boolean {
  const {before = '', times = 0} = state as {before?: string; times?: number};
  if (times === 3 && text.startsWith(before.slice(0, 1))) return true;
  const grows = text.length > before.length && text.startsWith(before);
  state['before'] = text;
  state['times'] = grows ? times + 1 : Number.NaN; // It stays so.
  return state['times'] === 3;
}

function isDone(name: string, json: JsonObject): boolean {
  return (
    json['done'] === true || json['finished'] === true || ENDS.test(`${json['type']}`) || ENDS.test(name)
  );
}
