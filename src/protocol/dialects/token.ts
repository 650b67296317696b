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

  /** Some say the whole text so far each time, or at last; some call tools, in OpenAI's words. */
  fuller({json}, state) {
    const said = saidIn(state);
    const isMore = isObject(json) && (json['choices'] || (said && textOf(json)?.startsWith(said)));
    return isMore ? rareDialect('token') : undefined;
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
    if (text) {
      decoded.push({type: 'text', text, raw});
      state['said'] = saidIn(state) + text;
      state['last'] = text;
    }
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

/** All that was said, with what stood before a reload. */
export function saidIn(state: Record<string, unknown>): string {
  return (state['said'] ?? state['resume'] ?? '') as string;
}

function isDone(name: string, json: JsonObject): boolean {
  return (
    json['done'] === true || json['finished'] === true || ENDS.test(`${json['type']}`) || ENDS.test(name)
  );
}
