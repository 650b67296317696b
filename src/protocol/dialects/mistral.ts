import type {Dialect} from '../dialect.ts';
import {functionTools, functionTurns} from '../tool-turns.ts';
import {setList, turnsWithSystem} from '../turns.ts';
import {openaiParts} from './openai-parts.ts';

/** Mistral answers as OpenAI does, and refuses fields that it does not know. Source: docs.mistral.ai, "Chat". */
export const mistral: Dialect = {
  ...openaiParts,
  name: 'mistral',

  encode(request) {
    const turns = functionTurns(turnsWithSystem(request));
    const last =
      request.continuation?.mode === 'prefill' ? [{...turns.at(-1), prefix: true}] : turns.slice(-1);
    return {
      body: {
        model: request.model,
        messages: [...turns.slice(0, -1), ...last],
        stream: true,
        temperature: request.temperature,
        max_tokens: request.maxTokens,
        stop: setList(request.stopSequences),
        tools: functionTools(request.tools),
      },
    };
  },
};
