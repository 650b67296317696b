import type {RequestMessage} from '../completion.ts';
import type {DecodedEvent, Dialect} from '../dialect.ts';
import {finishReasonOf} from '../finish-reason.ts';
import {isObject, type JsonObject, objectField, stringField} from '../json.ts';
import type {FinishReason, ToolCallPart} from '../message.ts';
import {IGNORED, joinUsage, partedTurns, type State, said, source, toolCallsIn} from '../parts.ts';
import {inputOf, isFailed, outputOf, schemaOf} from '../tool-turns.ts';
import {setList} from '../turns.ts';
import {decodeBare, wireError} from '../wire-error.ts';

const DEFAULT_MAX_TOKENS = 4096; // The API requires a limit, and every model accepts this one.

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  pause_turn: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'content-filter',
};

/**
 * Anthropic's Messages API, also as other hosts of its models offer it. Source: docs.anthropic.com, "Streaming
 * Messages".
 */
export const anthropic: Dialect = {
  name: 'anthropic',
  continuations: ['prefill', 'continue-turn'],
  endsWithDone: false,

  matches({json}) {
    return isObject(json) && /^(message_|content_block_|message$)/.test(`${json['type']}`);
  },

  encode(request) {
    const {system, turns} = partedTurns(request);
    const messages = [...turns];
    const last = messages.at(-1);
    if (last?.role === 'assistant' && !last.toolCalls) {
      // The API refuses a final assistant turn that ends in white space. `goOn` makes up for what is trimmed.
      messages.splice(-1, 1, {role: 'assistant', content: last.content.trimEnd()});
    }
    return {
      body: {
        model: request.model,
        system,
        messages: messages.flatMap(withCalls),
        tools: setList(request.tools)?.map(tool => ({
          name: tool.name,
          description: tool.description,
          input_schema: schemaOf(tool),
        })),
        max_tokens: request.maxTokens ?? DEFAULT_MAX_TOKENS,
        stream: true,
        temperature: request.temperature,
        stop_sequences: setList(request.stopSequences),
      },
      headers: {'anthropic-version': '2023-06-01'},
    };
  },

  decode(event, state) {
    const {json: raw} = event;
    if (!isObject(raw)) return decodeBare(event);
    const error = wireError(event);
    if (error) return [{type: 'error', error, raw}];
    const field = (name: string) => objectField(raw, name) ?? {};
    switch (raw['type']) {
      case 'message_start':
        return begin(field('message'), state);
      case 'message': // The whole answer, from a server that was asked to stream and did not.
        return [
          ...begin(raw, state),
          ...contentOf(raw).flatMap((block, at) => [...beginBlock(at, block, state), ...endBlock(at, state)]),
          ...end(raw, objectField(raw, 'usage'), state),
        ];
      case 'content_block_start':
        return beginBlock(Number(raw['index']), field('content_block'), state);
      case 'content_block_delta':
        return delta(Number(raw['index']), field('delta'), state);
      case 'content_block_stop':
        return endBlock(Number(raw['index']), state);
      case 'message_delta':
        return end(field('delta'), objectField(raw, 'usage'), state);
      case 'message_stop':
        return [{type: 'done'}];
      case 'ping':
        return [];
      default:
        return IGNORED;
    }
  },
};

/** The thinking blocks from before the calls must precede them again. Results are a turn of the user. */
function withCalls({toolCalls, ...turn}: RequestMessage): readonly object[] {
  if (!toolCalls) return [turn];
  const id = ({id}: ToolCallPart) => id.replace(/[^\w-]/g, '_'); // Other providers' ids may have other characters.
  return [
    {
      role: turn.role,
      content: [
        ...toolCalls.flatMap(({signature}) => (Array.isArray(signature) ? signature : [])),
        ...(turn.content ? [{type: 'text', text: turn.content}] : []),
        ...toolCalls.map(call => ({type: 'tool_use', id: id(call), name: call.name, input: inputOf(call)})),
      ],
    },
    {
      role: 'user',
      content: toolCalls.map(call => ({
        type: 'tool_result',
        tool_use_id: id(call),
        content: outputOf(call),
        ...(isFailed(call) && {is_error: true}),
      })),
    },
  ];
}

/** A message under another id means that a proxy has asked again: what arrived of the first one is void. */
function begin(message: JsonObject, state: State): DecodedEvent[] {
  const id = stringField(message, 'id') ?? '';
  if (state['id'] === id) return [];
  const events: DecodedEvent[] = [];
  if (state['id'] !== undefined) events.push({type: 'replace', text: ''});
  delete state['toolCalls'];
  delete state['thoughts'];
  state['id'] = id;
  if (id) events.push({type: 'request-id', id, raw: message});
  return [...events, ...joinUsage(objectField(message, 'usage'), state)];
}

function contentOf(message: JsonObject): JsonObject[] {
  const content = message['content'];
  return Array.isArray(content) ? content.filter(isObject) : [];
}

function beginBlock(at: number, block: JsonObject, state: State): DecodedEvent[] {
  const type = `${block['type']}`;
  if (type.endsWith('thinking')) thoughtsIn(state).set(at, {...block});
  if (/^(text|thinking)$/.test(type)) {
    return [...delta(at, {...block, type: `${type}_delta`}, state), ...citations(block['citations'])];
  }
  const calls = toolCallsIn(state);
  if (type.endsWith('tool_use')) {
    const input = objectField(block, 'input') ?? {};
    const whole = Object.keys(input).length > 0 ? JSON.stringify(input) : '';
    return [
      calls.change(at, {
        id: stringField(block, 'id') ?? '',
        name: stringField(block, 'name') ?? '',
        arguments: whole,
        signature: takeThoughts(state),
      }),
    ];
  }
  if (type.endsWith('tool_result')) {
    const {content: result} = block;
    const failed = isObject(result) && 'error_code' in result;
    const call = calls.changeById(`${block['tool_use_id']}`, {state: failed ? 'failed' : 'done', result});
    return [call, ...(Array.isArray(result) ? result.filter(isObject) : []).flatMap(each => source(each))];
  }
  return type === 'redacted_thinking' ? [] : [...IGNORED];
}

/** The prefill was sent without its trailing white space. If the model begins with it, it is not added again. */
function goOn(text: string, state: State): string {
  const unfinished = typeof state['prefill'] === 'string' ? state['prefill'] : '';
  const space = unfinished.slice(unfinished.trimEnd().length);
  let same = 0;
  while (same < text.length && text[same] === space[same]) same++;
  state['prefill'] = same < text.length ? '' : space.slice(same);
  return text.slice(same);
}

function delta(at: number, delta: JsonObject, state: State): readonly DecodedEvent[] {
  const string = (name: string) => stringField(delta, name) ?? '';
  switch (delta['type']) {
    case 'text_delta':
      return said('text', goOn(string('text'), state), delta);
    case 'thinking_delta':
      addThought(at, delta, state);
      return said('reasoning', delta['thinking'], delta);
    case 'input_json_delta':
      return string('partial_json')
        ? [toolCallsIn(state).change(at, {arguments: string('partial_json')})]
        : [];
    case 'citations_delta':
      return citations([delta['citation']]);
    case 'signature_delta':
      addThought(at, delta, state);
      return [];
    default:
      return IGNORED;
  }
}

/** The thinking blocks since the last tool call, by index. */
function thoughtsIn(state: State): Map<number, JsonObject> {
  state['thoughts'] ??= new Map();
  return state['thoughts'] as Map<number, JsonObject>;
}

function addThought(at: number, {type: _, ...more}: JsonObject, state: State): void {
  const block = thoughtsIn(state).get(at);
  if (!block) return;
  const added = Object.entries(more).map(([name, piece]) => [name, `${block[name] ?? ''}${piece}`]);
  thoughtsIn(state).set(at, {...block, ...Object.fromEntries(added)});
}

function takeThoughts(state: State): readonly JsonObject[] | undefined {
  const thoughts = [...thoughtsIn(state).values()];
  thoughtsIn(state).clear();
  return thoughts.length > 0 ? thoughts : undefined;
}

function citations(list: unknown): DecodedEvent[] {
  return (Array.isArray(list) ? list.filter(isObject) : []).flatMap(each =>
    source({...each, title: each['title'] ?? each['document_title'], quote: each['cited_text']}),
  );
}

function endBlock(at: number, state: State): DecodedEvent[] {
  const calls = toolCallsIn(state);
  return calls.has(at) ? [calls.change(at, {state: 'called'})] : [];
}

function end(delta: JsonObject, usage: JsonObject | undefined, state: State): DecodedEvent[] {
  const events: DecodedEvent[] = [...joinUsage(usage, state)];
  const reason = stringField(delta, 'stop_reason');
  if (reason === 'refusal') {
    const details = objectField(delta, 'stop_details') ?? {};
    const why = stringField(details, 'explanation');
    events.push({type: 'refusal', id: 'refusal', ...(why && {reason: why})});
  }
  if (reason)
    events.push({type: 'finish', reason: FINISH_REASONS[reason] ?? finishReasonOf(reason)!, raw: delta});
  return events;
}
