import type {Dialect, WireEvent} from '../dialect.ts';
import {isObject, type JsonObject, objectField, stringField} from '../json.ts';
import {type TokenChunk, token} from './token.ts';

const {fuller: _, ...plain} = token;

/**
 * Servers that send what plain endpoints do, but nested: TGI (`generate_stream`), Spring AI (a `Flux<ChatResponse>`),
 * RAGFlow and Coze. Their payloads are rewritten as those of a plain endpoint.
 */
export const tokenWithin: Dialect<TokenChunk> = {
  ...plain,

  decode(event, state) {
    const {json} = event;
    const said = isObject(json) ? plainOf(json, event) : undefined;
    return token.decode(said ? {...event, event: 'message', json: said} : event, state);
  },
};

/** The payload as a plain endpoint would send it; `undefined` if it is none of these servers'. */
function plainOf(json: JsonObject, {event}: WireEvent): JsonObject | undefined {
  const [said, result, data] = ['token', 'result', 'data'].map(name => objectField(json, name));
  if (said && 'text' in said) {
    const reason = stringField(objectField(json, 'details') ?? {}, 'finish_reason');
    const isOver = typeof json['generated_text'] === 'string';
    return {token: said['special'] ? '' : said['text'], finish_reason: reason, done: isOver};
  }
  const output = result && objectField(result, 'output');
  if (output) {
    const reason = stringField(objectField(result, 'metadata') ?? {}, 'finishReason');
    return {text: output['text'] ?? output['content'], finish_reason: reason};
  }
  if ('code' in json && (json['data'] === true || (data && 'answer' in data))) {
    return {answer: data?.['answer'], error: json['code'] && json['message'], done: json['data'] === true};
  }
  const [, what] = /^conversation\.(\w+\.\w+)$/.exec(event) ?? [];
  if (!what) return undefined;
  // Only of the answer: other messages are steps and suggestions.
  const isPiece = what === 'message.delta' && json['type'] === 'answer';
  return {
    token: isPiece ? json['content'] : undefined,
    error: what === 'chat.failed' && (json['last_error'] ?? 'failed'),
    done: what === 'chat.completed',
  };
}
