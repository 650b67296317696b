import type {DecodedEvent, Dialect} from '../dialect.ts';
import {isObject, stringField} from '../json.ts';
import {besideText, finishReason, messageIn, textOf} from '../langchain.ts';
import {IGNORED, type State, saidTurns, toolCallsIn} from '../parts.ts';
import {turnsOf, turnsWithSystem} from '../turns.ts';
import {decodeBare, wireError} from '../wire-error.ts';

/** The fields in which chains return their text, the most common first. */
const OUTPUTS = ['output', 'answer', 'text', 'result', 'response'];

/** LangServe's `/stream`. Source: github.com/langchain-ai/langserve, `server_sent_events`. */
export const langServe: Dialect = {
  name: 'langserve',
  continuations: ['continue-turn'],
  endsWithDone: false,

  matches({event, json}) {
    return event === 'data' && (typeof json === 'string' || isObject(json));
  },

  encode(request) {
    const turns = saidTurns(turnsOf(request));
    const prompt = turns.findLast(({role}) => role === 'user')?.content ?? '';
    const {model, temperature, maxTokens} = request;
    return {
      body: {
        // A chain takes the variables that its prompt names; these are the usual names.
        input: {
          input: prompt,
          question: prompt,
          messages: saidTurns(turnsWithSystem(request)),
          chat_history: turns.slice(0, -1),
        },
        config: {
          configurable: {model, temperature, max_tokens: maxTokens, session_id: request.conversationId},
        },
      },
    };
  },

  decode(event, state) {
    const {event: name, json} = event;
    if (name === 'end') {
      return [
        ...toolCallsIn(state).close(),
        {type: 'finish', reason: finishReason(state), raw: json},
        {type: 'done'},
      ];
    }
    const error = wireError(event);
    if (error) return [{type: 'error', error, raw: json}];
    if (name === 'metadata') {
      const id = isObject(json) && stringField(json, 'run_id');
      return id ? [{type: 'request-id', id, raw: json}] : [];
    }
    if (json === undefined) return decodeBare(event);
    return name === 'data' ? output(json, state) : IGNORED;
  },
};

/** A chain yields strings, messages, or objects that contain one of them. */
function output(value: unknown, state: State): DecodedEvent[] {
  if (typeof value === 'string') return value ? [{type: 'text', text: value, raw: value}] : [];
  const message = messageIn(value);
  if (!message) return [];
  if (Object.hasOwn(message, 'content')) {
    return [...besideText(message, state), ...output(textOf(message), state)];
  }
  const field = OUTPUTS.find(name => Object.hasOwn(message, name));
  return field === undefined ? [] : output(message[field], state);
}
