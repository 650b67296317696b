import type {RequestMessage} from '../completion.ts';
import type {DecodedEvent, Dialect} from '../dialect.ts';
import {countField, isObject, type JsonObject, objectField, stringField} from '../json.ts';
import {ownResume} from '../own-resume.ts';
import {IGNORED, joinUsage, listField, partedTurns, type State, said, source, toolCallsIn} from '../parts.ts';
import {inputOf, outputOf, schemaOf} from '../tool-turns.ts';
import {setList} from '../turns.ts';
import {leadOf} from '../whole-text.ts';
import {decodeBare, errorKind, errorMessage, serverError, wireError} from '../wire-error.ts';

/**
 * The Responses API of OpenAI, Azure, xAI, LM Studio and OpenRouter. Items are identified by their place in the output,
 * because some servers change an item's id on the way.
 * Source: platform.openai.com, "Streaming events"; openresponses.org.
 */
export const openaiResponses: Dialect = {
  name: 'openai-responses',
  continuations: ['continue-turn'], // No prefill: after a final assistant turn the model begins a new answer.
  endsWithDone: false,
  ...ownResume(
    'starting_after',
    ({response}) => {
      // Only background responses go on when the connection is lost. Of others there is nothing to resume.
      const isKept = isObject(response) && response['background'] === true;
      return isKept ? stringField(response, 'id') : undefined;
    },
    json => countField(json, 'sequence_number')?.toString(),
  ),

  matches({json}) {
    return isObject(json) && (`${json['type']}`.startsWith('response.') || json['object'] === 'response');
  },

  encode(request) {
    const {system, turns} = partedTurns(request);
    return {
      body: {
        model: request.model,
        instructions: system,
        input: turns.flatMap(itemsOf),
        stream: true,
        temperature: request.temperature,
        max_output_tokens: request.maxTokens,
        tools: setList(request.tools)?.map(tool => ({
          type: 'function',
          name: tool.name,
          description: tool.description,
          parameters: schemaOf(tool),
          strict: false, // Strict mode refuses schemas with optional fields.
        })),
      },
    };
  },

  decode(event, state) {
    const {json: raw} = event;
    if (!isObject(raw)) return decodeBare(event);
    const response = objectField(raw, 'response') ?? (raw['object'] === 'response' ? raw : {});
    const type = `${raw['type'] ?? `response.${raw['status']}`}`.replace(/^response\./, '');
    switch (type) {
      case 'created':
      case 'in_progress':
      case 'queued':
        return idOf(response, state);
      case 'output_text.delta':
        return text(raw, raw['delta'], state);
      case 'output_text.done':
        return rest(raw, raw['text'], state);
      case 'reasoning_text.delta':
      case 'reasoning_summary_text.delta':
        return said('reasoning', raw['delta'], raw);
      case 'refusal.delta':
        return [{type: 'refusal', id: 'refusal'}, ...text(raw, raw['delta'], state)];
      case 'output_text.annotation.added':
        return source(objectField(raw, 'annotation') ?? {});
      case 'output_item.added':
      case 'output_item.done':
        return item(raw['output_index'], objectField(raw, 'item') ?? {}, state, type.endsWith('done'));
      case 'function_call_arguments.delta': {
        const [calls, key] = [toolCallsIn(state), Number(raw['output_index'])];
        // A call that began before a reload is sent whole at its end.
        return calls.has(key) ? [calls.change(key, {arguments: stringField(raw, 'delta') ?? ''})] : [];
      }
      case 'completed':
      case 'incomplete':
      case 'cancelled':
      case 'failed':
        return end(type, response, state);
      default: {
        const error = wireError(event);
        if (error) return [{type: 'error', error, raw}];
        // The rest repeats what was sent, or tells how far one of the provider's tools is.
        return this.matches(event) &&
          /\.(done|added|in_progress|searching|completed|interpreting|generating)$/.test(type)
          ? []
          : IGNORED;
      }
    }
  },
};

/** Calls and results are items of their own, beside the message. */
function itemsOf({toolCalls = [], ...turn}: RequestMessage): readonly object[] {
  return [
    ...(turn.content ? [turn] : []),
    ...toolCalls.map(call => ({
      type: 'function_call',
      call_id: call.id,
      name: call.name,
      arguments: JSON.stringify(inputOf(call)),
    })),
    ...toolCalls.map(call => ({type: 'function_call_output', call_id: call.id, output: outputOf(call)})),
  ];
}

function idOf(response: JsonObject, state: State): DecodedEvent[] {
  const id = stringField(response, 'id');
  if (!id || state['id'] !== undefined) return []; // GitHub sends a new id each time.
  state['id'] = id;
  return [{type: 'request-id', id, raw: response}];
}

/** The key in `state` for whether a place in the output has sent text. */
const place = (raw: JsonObject) => `said ${raw['output_index'] ?? 0} ${raw['content_index'] ?? 0}`;

function text(raw: JsonObject, piece: unknown, state: State): DecodedEvent[] {
  state[place(raw)] = true;
  state['said'] = true;
  return said('text', piece, raw);
}

/** The whole text at its end, for servers that sent no deltas. It may already have been shown before a reload. */
function rest(raw: JsonObject, whole: unknown, state: State): DecodedEvent[] {
  const {resume = ''} = state as {resume?: string};
  const isTold = state[place(raw)] || leadOf(resume, `${whole}`) !== resume;
  return isTold ? [] : text(raw, whole, state);
}

function item(at: unknown, {type, ...item}: JsonObject, state: State, isDone: boolean): DecodedEvent[] {
  if (type !== 'function_call') return [];
  const calls = toolCallsIn(state);
  const key = Number(at);
  const {arguments: given = ''} = calls.has(key) ? calls.change(key, {}) : {};
  return [
    calls.change(key, {
      id: stringField(item, 'call_id') ?? stringField(item, 'id') ?? '',
      name: stringField(item, 'name') ?? '',
      arguments: given === '' ? (stringField(item, 'arguments') ?? '') : '',
      ...(isDone && {state: 'called'}),
    }),
  ];
}

function end(type: string, response: JsonObject, state: State): DecodedEvent[] {
  const decoded: DecodedEvent[] = idOf(response, state);
  if (!state['said'] && !state['resume']) {
    // A server that was asked to stream and did not has everything here.
    listField(response, 'output').forEach((each, at) => {
      decoded.push(...item(at, each, state, true));
      for (const piece of listField(each, 'content')) {
        decoded.push(...said('text', piece['text'] ?? piece['refusal'], response));
        decoded.push(...listField(piece, 'annotations').flatMap(source));
      }
    });
  }
  const usage = objectField(response, 'usage');
  decoded.push(...joinUsage(usage && {...usage, ...objectField(usage, 'output_tokens_details')}, state));
  if (type === 'failed' || type === 'cancelled') {
    decoded.push({
      type: 'error',
      error: serverError(errorMessage(response), errorKind(response)),
      raw: response,
    });
    return decoded;
  }
  const why = objectField(response, 'incomplete_details')?.['reason'];
  const calls = toolCallsIn(state);
  const reasons = {max_output_tokens: 'length', content_filter: 'content-filter'} as const;
  const completed = calls.isEmpty ? 'stop' : 'tool-calls';
  const reason = type === 'completed' ? completed : (reasons[why as keyof typeof reasons] ?? 'length');
  return [...decoded, ...calls.close(), {type: 'finish', reason, raw: response}];
}
