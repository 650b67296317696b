import type {RequestMessage, ToolDefinition} from '../completion.ts';
import type {DecodedEvent, Dialect} from '../dialect.ts';
import {finishReasonOf} from '../finish-reason.ts';
import {isObject, type JsonObject, objectField, stringField} from '../json.ts';
import type {FinishReason, ToolCallPart} from '../message.ts';
import {
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
import {decodeBare, wireError} from '../wire-error.ts';

/** Finish reasons of answers that were withheld. */
const FILTERED = /^(.*SAFETY|.*RECITATION|BLOCKLIST|PROHIBITED_CONTENT|.*PROHIBITED_CONTENT|SPII|LANGUAGE)$/;

/** Finish reasons of answers that failed: for an unknown reason, or because of an invalid call. */
const FAILED = /OTHER$|UNSPECIFIED|TOOL_CALL|SIGNATURE|NO_IMAGE/;

/** The ids we give to calls that arrive without one. */
const OWN_ID = /^call \d+$/;

/** Gemini's streamGenerateContent, with `alt=sse` or as a JSON array. Source: ai.google.dev, "GenerateContentResponse". */
export const gemini: Dialect = {
  name: 'gemini',
  continuations: ['prefill', 'continue-turn'],
  endsWithDone: false,

  matches({json}) {
    return isObject(json) && (Array.isArray(json['candidates']) || isObject(json['promptFeedback']));
  },

  /** The model and `alt=sse` are in the URL. */
  encode(request) {
    const {system, turns} = partedTurns(request);
    return {
      body: {
        systemInstruction: system && {parts: [{text: system}]},
        contents: turns.flatMap(contentsOf),
        tools: setList(request.tools) && [{functionDeclarations: request.tools?.map(declarationOf)}],
        generationConfig: {
          temperature: request.temperature,
          maxOutputTokens: request.maxTokens,
          stopSequences: setList(request.stopSequences),
        },
      },
    };
  },

  decode(event, state) {
    const {json: raw} = event;
    if (!isObject(raw)) return decodeBare(event);
    const error = wireError(event);
    if (error) return [{type: 'error', error, raw}];
    const [candidate = {}] = listField(raw, 'candidates');
    const content = objectField(candidate, 'content') ?? {};
    const grounds = listField(objectField(candidate, 'groundingMetadata') ?? {}, 'groundingChunks');
    const decoded = [
      ...idOf(raw, state),
      ...listField(content, 'parts').flatMap(part => partOf(part, state)),
      ...grounds.flatMap(({web, retrievedContext}) => {
        const ground = isObject(web) ? web : isObject(retrievedContext) ? retrievedContext : {};
        return source({...ground, url: ground['uri'], quote: ground['text']});
      }),
      ...usageOf(objectField(raw, 'usageMetadata'), state),
    ];
    const blocked = stringField(objectField(raw, 'promptFeedback') ?? {}, 'blockReason');
    if (blocked) {
      const why = {type: 'refusal', id: 'refusal', reason: blocked} as const;
      return [...decoded, why, {type: 'finish', reason: 'content-filter', raw}];
    }
    const finish = stringField(candidate, 'finishReason');
    if (!finish) return decoded;
    const calls = toolCallsIn(state);
    return [...decoded, ...closed(state), {type: 'finish', reason: reasonOf(finish, !calls.isEmpty), raw}];
  },
};

const declarationOf = (tool: ToolDefinition) => ({
  name: tool.name,
  description: tool.description,
  parametersJsonSchema: schemaOf(tool),
});

/** A call is sent back with an id only if the model gave it one. */
const idIn = ({id}: ToolCallPart) => (OWN_ID.test(id) ? undefined : id);

function contentsOf({role, content, toolCalls = []}: RequestMessage): readonly object[] {
  const asked = toolCalls.map(call => ({
    functionCall: {id: idIn(call), name: call.name, args: inputOf(call)},
    ...(typeof call.signature === 'string' && {thoughtSignature: call.signature}),
  }));
  const results = toolCalls.map(call => ({
    functionResponse: {
      id: idIn(call),
      name: call.name,
      response: isFailed(call) ? {error: outputOf(call)} : {result: call.result ?? null},
    },
  }));
  const parts = [...piecesOf(content, text => ({text})), ...asked];
  return [
    {role: role === 'assistant' ? 'model' : 'user', parts},
    ...(results.length > 0 ? [{role: 'user', parts: results}] : []),
  ];
}

function idOf(raw: JsonObject, state: State): DecodedEvent[] {
  const id = stringField(raw, 'responseId');
  if (!id || state['id'] === id) return [];
  state['id'] = id;
  return [{type: 'request-id', id, raw}];
}

function reasonOf(finish: string, hasCalls: boolean): FinishReason {
  if (finish === 'STOP') return hasCalls ? 'tool-calls' : 'stop';
  if (finish === 'MAX_TOKENS') return 'length';
  if (FAILED.test(finish)) return 'error';
  return FILTERED.test(finish) ? 'content-filter' : finishReasonOf(finish)!;
}

function usageOf(usage: JsonObject | undefined, state: State): DecodedEvent[] {
  return joinUsage(
    usage && {
      prompt_tokens: usage['promptTokenCount'],
      completion_tokens: usage['candidatesTokenCount'],
      total_tokens: usage['totalTokenCount'],
      reasoning_tokens: usage['thoughtsTokenCount'],
    },
    state,
  );
}

function partOf(part: JsonObject, state: State): DecodedEvent[] {
  const call = objectField(part, 'functionCall');
  if (call) return callOf(call, part['thoughtSignature'], state);
  const file = objectField(part, 'inlineData');
  const data = file && stringField(file, 'data');
  if (file && data) {
    const mediaType = stringField(file, 'mimeType') ?? 'application/octet-stream';
    const url = `data:${mediaType};base64,${data}`;
    return [{type: 'file', id: url.slice(-64), url, mediaType}];
  }
  return said(part['thought'] === true ? 'reasoning' : 'text', part['text'], part);
}

/** A call arrives whole, or begins with its name and gets its arguments value by value, each with its path. */
function callOf(call: JsonObject, signature: unknown, state: State): DecodedEvent[] {
  const name = stringField(call, 'name');
  const before = name ? closed(state) : [];
  const calls = toolCallsIn(state);
  state['args'] ??= {};
  const args = state['args'] as Record<string, unknown>;
  if (name) state['calls'] = Number(state['calls'] ?? 0) + 1;
  const key = `call ${state['calls']}`;
  Object.assign(args, objectField(call, 'args'));
  for (const {jsonPath, ...value} of listField(call, 'partialArgs')) {
    const [given] =
      Object.entries(value)
        .find(([kind]) => kind.endsWith('Value'))
        ?.slice(1) ?? [];
    setAt(args, `${jsonPath}`, given);
  }
  const change = {...(name && {name}), id: stringField(call, 'id') ?? '', signature};
  const events = [...before, calls.change(key, change)];
  return call['willContinue'] === true ? events : [...events.slice(0, -1), ...closed(state)];
}

/** Appends a string to an earlier one; sets any other value. Paths look like `$.a.b[0]`. */
function setAt(args: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.match(/[^$.[\]'"]+/g) ?? [];
  const last = keys.pop();
  let at: Record<string, unknown> = args;
  for (const index of keys.keys()) {
    const key = keys[index]!;
    const next = keys[index + 1] ?? last;
    if (!Object.hasOwn(at, key)) define(at, key, /^\d+$/.test(`${next}`) ? [] : {});
    if (typeof at[key] !== 'object') return;
    at = at[key] as Record<string, unknown>;
  }
  if (last === undefined) return;
  const before = Object.hasOwn(at, last) ? at[last] : undefined;
  define(at, last, typeof before === 'string' && typeof value === 'string' ? before + value : value);
}

/** Unlike an assignment, takes `__proto__` for a name like any other. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, {value, configurable: true, enumerable: true, writable: true});
}

/** Completes the call under way with its arguments; empty if there is none. */
function closed(state: State): readonly ToolCallPart[] {
  const args = state['args'];
  delete state['args'];
  const calls = toolCallsIn(state);
  const key = `call ${state['calls']}`;
  if (!args || !calls.has(key)) return [];
  return [calls.change(key, {arguments: JSON.stringify(args), state: 'called'})];
}
