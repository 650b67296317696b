import type {DecodedEvent, Dialect} from '../dialect.ts';
import {finishReasonOf} from '../finish-reason.ts';
import {isObject, type JsonObject, objectField, stringField} from '../json.ts';
import type {FinishReason} from '../message.ts';
import {IGNORED, joinUsage, listField, type State, said, source, toolCallsIn} from '../parts.ts';
import {functionTools, functionTurns} from '../tool-turns.ts';
import {setList, turnsWithSystem} from '../turns.ts';
import {decodeBare, serverError, wireError} from '../wire-error.ts';

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool-calls',
  ERROR_TOXIC: 'content-filter',
};

/**
 * Cohere's Chat API, version 2. Its plan before tool calls is reasoning. Source: docs.cohere.com, "Chat with
 * Streaming".
 */
export const cohere: Dialect = {
  name: 'cohere',
  continuations: ['continue-turn'],
  endsWithDone: false,

  matches({json}) {
    return (
      isObject(json) &&
      /^(message-(start|end)|content-(start|delta|end)|tool-plan-delta)$/.test(`${json['type']}`)
    );
  },

  encode(request) {
    return {
      body: {
        model: request.model,
        messages: functionTurns(turnsWithSystem(request)),
        stream: true,
        temperature: request.temperature,
        max_tokens: request.maxTokens,
        stop_sequences: setList(request.stopSequences),
        tools: functionTools(request.tools),
      },
    };
  },

  decode(event, state) {
    const {json: raw} = event;
    if (!isObject(raw)) return decodeBare(event);
    const error = wireError(event);
    if (error) return [{type: 'error', error, raw}];
    const delta = objectField(raw, 'delta') ?? {};
    const message = objectField(delta, 'message') ?? objectField(raw, 'message') ?? {};
    switch (raw['type']) {
      case 'message-start': {
        const id = stringField(raw, 'id');
        return id ? [{type: 'request-id', id, raw}] : [];
      }
      case 'content-start':
      case 'content-delta':
        return contentOf(objectField(message, 'content') ?? {});
      case 'tool-plan-delta':
        return said('reasoning', message['tool_plan'], raw);
      case 'tool-call-start':
      case 'tool-call-delta':
      case 'tool-call-end':
        return callOf(raw, objectField(message, 'tool_calls') ?? {}, state);
      case 'citation-start': {
        const {text: quote, sources} = objectField(message, 'citations') ?? {};
        return listField({sources}, 'sources').flatMap(each => sourceOf(each, quote));
      }
      case 'content-end':
      case 'citation-end':
        return [];
      case 'message-end':
        return endOf(delta, state);
      default:
        // The whole answer, from a server that was asked to stream and did not.
        if (!stringField(raw, 'finish_reason') || !isObject(raw['message'])) return IGNORED;
        return [...listField(message, 'content').flatMap(contentOf), ...endOf(raw, state)];
    }
  },
};

function contentOf(content: JsonObject): DecodedEvent[] {
  return [...said('text', content['text'], content), ...said('reasoning', content['thinking'], content)];
}

function callOf(raw: JsonObject, call: JsonObject, state: State): DecodedEvent[] {
  const asked = objectField(call, 'function') ?? {};
  return [
    toolCallsIn(state).change(Number(raw['index']), {
      id: stringField(call, 'id') ?? '',
      name: stringField(asked, 'name') ?? '',
      arguments: stringField(asked, 'arguments') ?? '',
      ...(raw['type'] === 'tool-call-end' && {state: 'called'}),
    }),
  ];
}

function sourceOf(named: JsonObject, quote: unknown): DecodedEvent[] {
  const cited = objectField(named, 'document') ?? {};
  return source({url: cited['url'], title: cited['title'] ?? named['id'], quote});
}

function endOf(end: JsonObject, state: State): DecodedEvent[] {
  const said = stringField(end, 'finish_reason') ?? 'COMPLETE';
  const usage = objectField(objectField(end, 'usage') ?? {}, 'tokens');
  const decoded = [...toolCallsIn(state).close(), ...joinUsage(usage, state)];
  if (/^(ERROR|TIMEOUT)/.test(said) && !FINISH_REASONS[said]) {
    return [...decoded, {type: 'error', error: serverError(stringField(end, 'error') ?? said), raw: end}];
  }
  return [...decoded, {type: 'finish', reason: FINISH_REASONS[said] ?? finishReasonOf(said)!, raw: end}];
}
