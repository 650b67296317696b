import type {CompletionRequest, RequestMessage} from '../completion.ts';
import type {DecodedEvent, Dialect} from '../dialect.ts';
import {isObject, type JsonObject, objectField, stringField} from '../json.ts';
import type {ExtraPart, FinishReason, ToolCallPart} from '../message.ts';
import {IGNORED, joinUsage, type State, source, toolCallsIn} from '../parts.ts';
import {inputOf, isFailed, outputOf, schemaOf} from '../tool-turns.ts';
import {setList, turnsWithSystem} from '../turns.ts';
import {say, textIn} from '../whole-text.ts';
import {decodeBare, errorMessage, serverError, wireError} from '../wire-error.ts';

const FINISH_REASON = /^(stop|length|content-filter|tool-calls|error|other)$/;
const SILENT = /^(start$|text-|reasoning-|message-|tool-approval)/;

/** v4 reads `content`, later versions read `parts`. An answer and its tools' results are one message. */
function messagesOf(turns: readonly (RequestMessage & {readonly files?: readonly object[]})[]) {
  const messages: {id: string; role: string; content: string; parts: object[]}[] = [];
  for (const {role, content, toolCalls = [], files = []} of turns) {
    const parts = [
      ...files,
      ...(content || toolCalls.length + files.length === 0 ? [{type: 'text', text: content}] : []),
      ...toolCalls.map(partOf),
    ];
    const last = messages.at(-1);
    if (role === 'assistant' && last?.role === role) {
      last.content += content;
      last.parts.push({type: 'step-start'}, ...parts);
    } else messages.push({id: `${messages.length}`, role, content, parts});
  }
  return messages;
}

function partOf(call: ToolCallPart) {
  const {id: toolCallId, name, result = null} = call;
  return {
    type: `tool-${name}`,
    toolCallId,
    input: inputOf(call),
    ...(isFailed(call)
      ? {state: 'output-error', errorText: outputOf(call)}
      : {state: 'output-available', output: result}),
  };
}

/** The codes of the data stream, with the names that the UI message stream has for the same. */
const CODES: Readonly<Record<string, string>> = {
  3: 'error',
  b: 'tool-input-start',
  c: 'tool-input-delta',
  9: 'tool-input-available',
  a: 'tool-output-available',
  d: 'finish',
  e: 'finish-step',
  f: 'start-step',
  h: 'source-url',
  k: 'file',
};

/**
 * The AI SDK's UI message stream (v5 to v7), the earlier data stream (v4), and what `fullStream` yields, which has
 * nearly the same names.
 * Source: ai-sdk.dev, "Stream Protocols"; ai, `ui-message-chunks.ts`.
 */
export const aiSdk: Dialect = {
  name: 'ai-sdk',
  continuations: ['continue-turn'],
  endsWithDone: false,

  matches({event, json}) {
    const type = isObject(json) ? `${json['type']}` : '';
    return (
      event === 'data-stream' ||
      /^(start|finish|reset|abort|message-|text-|reasoning-|tool-|source-|data-)/.test(type)
    );
  },

  encode(request: CompletionRequest) {
    return {
      body: {
        id: request.conversationId,
        messages: messagesOf(turnsWithSystem(request)),
        // Keyed by name, as `streamText` takes them.
        tools: request.tools?.length
          ? Object.fromEntries(
              request.tools.map(tool => [
                tool.name,
                {description: tool.description, parameters: schemaOf(tool)},
              ]),
            )
          : undefined,
        trigger: 'submit-message',
        model: request.model,
        temperature: request.temperature,
        maxOutputTokens: request.maxTokens,
        stopSequences: setList(request.stopSequences),
      },
    };
  },

  decode(event, state) {
    const {event: name, data, json} = event;
    if (name === 'text/plain') {
      // The AI SDK's text stream has nothing else, and ends with the body.
      state['isPlain'] = true;
      return say(state, data, data);
    }
    if (state['isPlain'] && data === '[DONE]') {
      return [{type: 'finish', reason: 'stop', raw: data}, {type: 'done'}];
    }
    if (!isObject(json)) return decodeBare(event);
    if (name === 'data-stream') return decodeCode(json, state);
    // A failed tool, or a call to an unknown one, does not end the answer: the model is told. When a provider refuses,
    // `fullStream` has the provider's error in `error.data`, unless it has a `message`.
    const {data: refused, message} = objectField(json, 'error') ?? {};
    const said = isObject(refused) && !message ? {...event, json: {...refused, type: 'error'}} : event;
    const error = /^tool-/.test(`${json['type']}`) ? undefined : wireError(said);
    return error ? [{type: 'error', error, raw: json}] : decodePart(json, state);
  },
};

/** A line of the data stream. */
function decodeCode(line: JsonObject, state: State): readonly DecodedEvent[] {
  const {code, value} = line;
  if (typeof value === 'string') {
    if (code === '0') return say(state, value, line);
    if (code === 'g') return think(state, value, line);
    return code === '3' ? [{type: 'error', error: serverError(value), raw: line}] : IGNORED;
  }
  const type = CODES[`${code}`];
  return type && isObject(value) ? decodePart({...value, type}, state) : IGNORED;
}

function decodePart(json: JsonObject, state: State): readonly DecodedEvent[] {
  const type = `${json['type']}`;
  const string = (name: string, of = json) => stringField(of, name) ?? '';
  const id = string('toolCallId') || string('id');
  const piece = string('delta') || string('text') || string('textDelta');
  const calls = toolCallsIn(state);
  const change = (change: Parameters<typeof calls.change>[1]) => [
    keep(state, calls.change(id, {id, ...change})),
  ];
  switch (type) {
    case 'text-delta':
      return say(state, piece, json);
    case 'reasoning-delta':
      return think(state, piece, json);
    case 'tool-input-start':
      return change({name: string('toolName')});
    case 'tool-input-delta':
      return change({arguments: string('inputTextDelta') || string('argsTextDelta') || piece});
    case 'tool-call':
    case 'tool-input-available':
    case 'tool-input-error': {
      const whole = JSON.stringify(json['input'] ?? json['args'] ?? {});
      const isNew = !calls.has(id) || calls.change(id, {}).arguments === '';
      const failed = type === 'tool-input-error';
      return change({
        name: string('toolName'),
        ...(isNew && {arguments: whole}),
        ...(failed ? {state: 'failed', result: string('errorText')} : {state: 'called'}),
      });
    }
    case 'tool-result':
    case 'tool-output-available':
      return change({state: 'done', result: json['output'] ?? json['result']});
    case 'tool-error':
    case 'tool-output-error':
      return change({state: 'failed', result: string('errorText') || errorMessage(json['error'])});
    case 'tool-output-denied':
      return change({state: 'denied', result: string('reason')});
    case 'file': {
      const file = objectField(json, 'file') ?? json;
      const mediaType = string('mediaType', file) || string('mimeType');
      const url = string('url') || `data:${mediaType};base64,${string('base64Data', file) || string('data')}`;
      return [keep(state, {type, id: url.slice(-64), url, ...(mediaType && {mediaType})})];
    }
    case 'start-step':
    case 'finish-step':
      state['step'] = {text: textIn(state), thought: state['thought'], parts: new Map(partsIn(state))};
      return [];
    case 'reset-step':
      return reset(state);
    case 'finish':
      return finish(json, state);
    case 'abort':
      return [{type: 'error', error: serverError(string('reason') || 'aborted'), raw: json}];
  }
  if (type.startsWith('source')) {
    return source({...json, title: string('title') || string('filename')}).map(each => keepAny(state, each));
  }
  if (type.startsWith('data-')) {
    if (json['transient'] === true) return []; // Not part of the message.
    const name = type.slice('data-'.length);
    return [
      keep(state, {type: 'data', id: string('id') || `${partsIn(state).size}`, name, data: json['data']}),
    ];
  }
  return SILENT.test(type) ? [] : IGNORED;
}

function finish(json: JsonObject, state: State): DecodedEvent[] {
  const said = stringField(json, 'finishReason');
  const usage = objectField(json, 'usage');
  const counts = usage && {input_tokens: usage['promptTokens'], output_tokens: usage['completionTokens']};
  const waiting = [...partsIn(state).values()].some(part => 'state' in part && part.state === 'called');
  const reason = said ?? (waiting ? 'tool-calls' : 'stop');
  return [
    ...joinUsage(counts, state),
    {type: 'finish', reason: FINISH_REASON.test(reason) ? (reason as FinishReason) : 'other', raw: json},
  ];
}

/** The server asks its model again: what this step sent is void, what came before the step is not. */
function reset(state: State): DecodedEvent[] {
  // Where a step began before a reload is unknown, so the text from before the reload is kept.
  const {resume = ''} = state as {resume?: string};
  const {text = resume, thought = '', parts = new Map()} = (state['step'] ?? {}) as Partial<Step>;
  Object.assign(state, {text, thought, parts: new Map(parts)});
  delete state['toolCalls'];
  for (const part of parts.values()) {
    if (part.type === 'tool-call') toolCallsIn(state).change(part.id, part);
  }
  // Reasoning goes before the text.
  const anew: DecodedEvent[] = thought
    ? [
        {type: 'replace', text: ''},
        {type: 'reasoning', text: thought, raw: undefined},
        ...(text ? [{type: 'text', text, raw: undefined} as const] : []),
      ]
    : [{type: 'replace', text}];
  return [...anew, ...parts.values()];
}

/** What there was of the answer when the step began. */
interface Step {
  readonly text: string;
  readonly thought: string | undefined;
  readonly parts: ReadonlyMap<string, ExtraPart>;
}

function think(state: State, text: string, raw: unknown): DecodedEvent[] {
  if (text === '') return [];
  state['thought'] = `${state['thought'] ?? ''}${text}`;
  return [{type: 'reasoning', text, raw}];
}

function partsIn(state: State): Map<string, ExtraPart> {
  state['parts'] ??= new Map();
  return state['parts'] as Map<string, ExtraPart>;
}

/** Remembers a part: resetting a step takes back all parts, and those from before the step are sent again. */
function keep<Part extends ExtraPart>(state: State, part: Part): Part {
  partsIn(state).set(`${part.type} ${part.id}`, part);
  return part;
}

function keepAny(state: State, event: DecodedEvent): DecodedEvent {
  return event.type === 'source' ? keep(state, event) : event;
}
