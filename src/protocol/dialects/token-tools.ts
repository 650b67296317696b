import type {DecodedEvent, Dialect} from '../dialect.ts';
import {isObject} from '../json.ts';
import {functionTools, functionTurns} from '../tool-turns.ts';
import {turnsOf} from '../turns.ts';
import {type TokenChunk, token} from './token.ts';

/** Plain endpoints that are told of tools, in OpenAI's words; and the end of llama.cpp's own completions. */
export const tokenTools: Dialect<TokenChunk> = {
  ...token,

  encode(request) {
    const {body} = token.encode(request);
    const messages = functionTurns(turnsOf(request));
    return {body: {...(body as object), messages, tools: functionTools(request.tools)}};
  },

  decode(event, state) {
    const decoded = token.decode(event, state);
    const {json} = event;
    if (!isObject(json) || json['stop'] !== true) return decoded;
    const isLimit = json['stop_type'] === 'limit' || json['stopped_limit'] === true;
    const end: DecodedEvent<TokenChunk> = {type: 'finish', reason: isLimit ? 'length' : 'stop', raw: json};
    return [...decoded, end];
  },
};
