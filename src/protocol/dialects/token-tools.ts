import type {Dialect} from '../dialect.ts';
import {functionTools, functionTurns} from '../tool-turns.ts';
import {turnsOf} from '../turns.ts';
import {type TokenChunk, token} from './token.ts';

/** Plain endpoints that are told of tools, in OpenAI's words. */
export const tokenTools: Dialect<TokenChunk> = {
  ...token,

  encode(request) {
    const {body} = token.encode(request);
    const messages = functionTurns(turnsOf(request));
    return {body: {...(body as object), messages, tools: functionTools(request.tools)}};
  },
};
