import type {DecodedEvent, Dialect} from '../dialect.ts';
import {isObject} from '../json.ts';
import {functionTools, functionTurns} from '../tool-turns.ts';
import {turnsOf} from '../turns.ts';
import {openaiParts} from './openai-parts.ts';
import {type TokenChunk, token} from './token.ts';

const {fuller: _, ...plain} = token;

/** Plain endpoints with tools, in OpenAI's format; and the end of llama.cpp's own completions. */
export const tokenTools: Dialect<TokenChunk> = {
  ...plain,

  encode(request) {
    const {body} = token.encode(request);
    const messages = functionTurns(turnsOf(request));
    return {body: {...(body as object), messages, tools: functionTools(request.tools)}};
  },

  decode(event, state) {
    if (openaiParts.matches(event)) return openaiParts.decode(event, state) as DecodedEvent<never>[];
    const read = token.decode(event, state);
    const {json} = event;
    if (!isObject(json) || json['stop'] !== true) return read;
    const isLimit = json['stop_type'] === 'limit' || json['stopped_limit'] === true;
    return [...read, {type: 'finish', reason: isLimit ? 'length' : 'stop', raw: json}];
  },
};
