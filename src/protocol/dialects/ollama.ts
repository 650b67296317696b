import type {CompletionRequest, RequestMessage} from '../completion.ts';
import type {DecodedEvent, Dialect} from '../dialect.ts';
import {isObject, type JsonObject, objectField, stringField} from '../json.ts';
import {joinUsage, listField, partedTurns, said, toolCallsIn} from '../parts.ts';
import {functionTools, inputOf, outputOf} from '../tool-turns.ts';
import {setList, turnsWithSystem} from '../turns.ts';
import {decodeBare, wireError} from '../wire-error.ts';

const optionsOf = ({temperature, maxTokens, stopSequences}: CompletionRequest) => ({
  temperature,
  num_predict: maxTokens,
  stop: setList(stopSequences),
});

/** Ollama's own chat API, in JSON lines. Source: docs.ollama.com, "Streaming" and "Errors". */
export const ollama: Dialect = {
  name: 'ollama',
  continuations: ['continue-turn'],
  endsWithDone: false,

  matches({json}) {
    if (!isObject(json) || typeof json['done'] !== 'boolean') return false;
    return 'created_at' in json || isObject(json['message']);
  },

  encode(request) {
    return {
      body: {
        model: request.model,
        messages: turnsWithSystem(request).flatMap(withCalls),
        tools: functionTools(request.tools),
        stream: true,
        options: optionsOf(request),
      },
    };
  },

  decode(event, state) {
    const {json: raw} = event;
    if (!isObject(raw)) return decodeBare(event);
    const error = wireError(event);
    if (error) return [{type: 'error', error, raw}];
    const message = objectField(raw, 'message') ?? {};
    const calls = toolCallsIn(state);
    const decoded: DecodedEvent[] = [
      ...said('reasoning', message['thinking'] ?? raw['thinking'], raw),
      ...said('text', message['content'] ?? raw['response'], raw),
    ];
    for (const call of listField(message, 'tool_calls')) {
      const asked = objectField(call, 'function') ?? {};
      state['calls'] = Number(state['calls'] ?? 0) + 1;
      const [key, name] = [`call-${state['calls']}`, stringField(asked, 'name') ?? ''];
      const given = JSON.stringify(objectField(asked, 'arguments') ?? {});
      decoded.push(
        calls.change(key, {id: stringField(call, 'id') ?? '', name, arguments: given, state: 'called'}),
      );
    }
    if (raw['done'] !== true) return decoded;
    return [...decoded, ...usageOf(raw, state), endOf(raw, !calls.isEmpty)];
  },
};

/** `/api/generate` takes a prompt, not turns. Its answers differ only in one field's name, and `ollama` reads both. */
export const ollamaGenerate: Dialect = {
  ...ollama,
  name: 'ollama-generate',

  encode(request) {
    const {system, turns} = partedTurns(request);
    const [first] = turns;
    // A single turn is sent unchanged: the model's template makes a turn of it.
    const prompt =
      turns.length === 1
        ? first?.content
        : [
            ...turns.map(({role, content}) => `${role === 'user' ? 'User' : 'Assistant'}: ${content}`),
            'Assistant:',
          ].join('\n\n');
    return {
      body: {model: request.model, system, prompt: prompt ?? '', stream: true, options: optionsOf(request)},
    };
  },
};

/** Ollama's calls have no ids, and their arguments are an object instead of JSON text. */
function withCalls({toolCalls, ...turn}: RequestMessage): readonly object[] {
  if (!toolCalls) return [turn];
  const asked = toolCalls.map(call => ({function: {name: call.name, arguments: inputOf(call)}}));
  const results = toolCalls.map(call => ({role: 'tool', tool_name: call.name, content: outputOf(call)}));
  return [{...turn, tool_calls: asked}, ...results];
}

function usageOf(raw: JsonObject, state: Record<string, unknown>): DecodedEvent[] {
  const seconds = (key: string) => (typeof raw[key] === 'number' ? raw[key] / 1e9 : undefined);
  return joinUsage(
    {
      input_tokens: raw['prompt_eval_count'],
      output_tokens: raw['eval_count'],
      prompt_time: seconds('prompt_eval_duration'),
      completion_time: seconds('eval_duration'),
    },
    state,
  );
}

function endOf(raw: JsonObject, hasCalls: boolean): DecodedEvent {
  const {done_reason: said} = raw;
  if (said === 'length') return {type: 'finish', reason: 'length', raw};
  return {type: 'finish', reason: hasCalls ? 'tool-calls' : 'stop', raw};
}
