import type {RequestMessage} from '../completion.ts';
import type {DecodedEvent, Dialect} from '../dialect.ts';
import {isObject, type JsonObject, objectField, stringField} from '../json.ts';
import {ownResume} from '../own-resume.ts';
import {
  IGNORED,
  joinUsage,
  listField,
  partedTurns,
  piecesOf,
  type State,
  said,
  source,
  toolCallsIn,
} from '../parts.ts';
import {inputOf, isFailed, outputOf, schemaOf} from '../tool-turns.ts';
import {setList} from '../turns.ts';
import {decodeBare, errorKind, errorMessage, serverError, wireError} from '../wire-error.ts';

const placeOf = (json: JsonObject) => stringField(json, 'event_id');

/** Gemini's Interactions API. Source: ai.google.dev, "Interactions API". */
export const geminiInteractions: Dialect = {
  name: 'gemini-interactions',
  continuations: ['continue-turn'],
  endsWithDone: false,
  ...ownResume(
    'last_event_id',
    // Only streams that can be resumed have event ids.
    json => (placeOf(json) ? stringField(objectField(json, 'interaction') ?? {}, 'id') : undefined),
    placeOf,
  ),

  matches({json}) {
    return isObject(json) && /^(interaction|step)\./.test(`${json['event_type']}`);
  },

  encode(request) {
    const {system, turns} = partedTurns(request);
    return {
      body: {
        model: request.model,
        system_instruction: system,
        input: turns.flatMap(stepsOf),
        tools: setList(request.tools)?.map(tool => ({
          type: 'function',
          name: tool.name,
          description: tool.description,
          parameters: schemaOf(tool),
        })),
        stream: true,
        generation_config: {temperature: request.temperature, max_output_tokens: request.maxTokens},
      },
    };
  },

  decode(event, state) {
    const {json: raw} = event;
    if (!isObject(raw)) return decodeBare(event);
    const interaction = objectField(raw, 'interaction') ?? {};
    switch (raw['event_type']) {
      case 'interaction.created': {
        const id = stringField(interaction, 'id');
        return id ? [{type: 'request-id', id, raw}] : [];
      }
      case 'step.start':
        return stepOf(raw['index'], objectField(raw, 'step') ?? {}, state);
      case 'step.delta':
        return deltaOf(raw['index'], objectField(raw, 'delta') ?? {}, state);
      case 'step.stop':
      case 'interaction.status_update':
        return [];
      case 'interaction.completed':
      case 'interaction.complete':
        return endOf(interaction, state);
      default: {
        const error =
          raw['event_type'] === 'error' ? wireError({...event, event: 'error'}) : wireError(event);
        return error ? [{type: 'error', error, raw}] : IGNORED;
      }
    }
  },
};

function stepsOf({role, content, toolCalls = []}: RequestMessage): readonly object[] {
  const pieces = piecesOf(content, text => ({type: 'text', text}));
  return [
    ...(pieces.length > 0
      ? [{type: role === 'assistant' ? 'model_output' : 'user_input', content: pieces}]
      : []),
    ...toolCalls.map(call => ({
      type: 'function_call',
      id: call.id,
      name: call.name,
      arguments: inputOf(call),
    })),
    ...toolCalls.map(call => ({
      type: 'function_result',
      call_id: call.id,
      name: call.name,
      result: outputOf(call),
      ...(isFailed(call) && {is_error: true}),
    })),
  ];
}

function stepOf(at: unknown, step: JsonObject, state: State): DecodedEvent[] {
  const pieces = listField(step, 'content').flatMap(piece => deltaOf(at, piece, state));
  if (step['type'] !== 'function_call') return pieces as DecodedEvent[];
  const given = objectField(step, 'arguments') ?? {};
  const whole = Object.keys(given).length > 0 ? JSON.stringify(given) : '';
  const [id, name] = [stringField(step, 'id') ?? '', stringField(step, 'name') ?? ''];
  return [toolCallsIn(state).change(Number(at), {id, name, arguments: whole})];
}

function deltaOf(at: unknown, delta: JsonObject, state: State): readonly DecodedEvent[] {
  switch (delta['type']) {
    case 'text':
      return [...said('text', delta['text'], delta), ...listField(delta, 'annotations').flatMap(source)];
    case 'text_annotation':
      return listField(delta, 'annotations').flatMap(source);
    case 'thought_summary':
      return said('reasoning', objectField(delta, 'content')?.['text'] ?? delta['text'], delta);
    case 'thought_signature':
      return [];
    case 'arguments_delta':
    case 'function_call': {
      const {arguments: given} = delta;
      const more = isObject(given) ? JSON.stringify(given) : stringField(delta, 'arguments');
      const [id, name] = [stringField(delta, 'id') ?? '', stringField(delta, 'name') ?? ''];
      return [toolCallsIn(state).change(Number(at), {id, name, arguments: more ?? ''})];
    }
    default:
      return IGNORED;
  }
}

function endOf(interaction: JsonObject, state: State): DecodedEvent[] {
  const raw = interaction;
  const usage = objectField(interaction, 'usage');
  const counts = joinUsage(
    usage && {
      input_tokens: usage['total_input_tokens'],
      output_tokens: usage['total_output_tokens'],
      total_tokens: usage['total_tokens'],
      reasoning_tokens: usage['total_thought_tokens'],
    },
    state,
  );
  const status = interaction['status'];
  if (status === 'failed' || status === 'cancelled') {
    const error = serverError(errorMessage(interaction), errorKind(interaction));
    return [...counts, {type: 'error', error, raw}];
  }
  const calls = toolCallsIn(state);
  const acts = status === 'requires_action' || !calls.isEmpty;
  const reason = status === 'incomplete' ? 'length' : acts ? 'tool-calls' : 'stop';
  return [...calls.close(), ...counts, {type: 'finish', reason, raw}];
}
