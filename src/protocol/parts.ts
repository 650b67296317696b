import type {CompletionRequest, RequestMessage} from './completion.ts';
import type {DecodedEvent} from './dialect.ts';
import {isObject, type JsonObject, stringField} from './json.ts';
import type {ToolCallPart, Usage} from './message.ts';
import type {Mutable} from './mutable.ts';
import {turnsOf} from './turns.ts';
import {readUsage} from './usage.ts';

// Code shared by the dialects that are loaded on first use.

/** What a dialect remembers between the events of an attempt. */
export type State = Record<string, unknown>;

type Key = string | number;

/**
 * The tool calls of an answer while they arrive, under whatever key the dialect has for a call. Each change returns the
 * whole call in its new state.
 */
export interface ToolCalls {
  readonly isEmpty: boolean;
  /** In the order they began. */
  all(): readonly ToolCallPart[];
  has(key: Key): boolean;
  /** Begins or changes a call. A value that is `undefined` or empty changes nothing; `arguments` are appended. */
  change(key: Key, change: Partial<ToolCallPart>): ToolCallPart;
  /** The same for the call with this id, whatever its key. */
  changeById(id: string, change: Partial<ToolCallPart>): ToolCallPart;
  /** Makes all calls that are still `streaming` `called`, since no more of them will arrive. */
  close(): readonly ToolCallPart[];
}

/** The calls kept in an attempt's state. */
export function toolCallsIn(state: State): ToolCalls {
  state['toolCalls'] ??= new Map();
  const calls = state['toolCalls'] as Map<Key, Mutable<ToolCallPart>>;
  const self: ToolCalls = {
    get isEmpty() {
      return calls.size === 0;
    },
    all: () => [...calls.values()],
    has: key => calls.has(key),
    change(key, {arguments: more = '', ...change}) {
      const id = `${key}`;
      const call = calls.get(key) ?? {type: 'tool-call', id, name: '', arguments: '', state: 'streaming'};
      calls.set(key, call);
      for (const [name, value] of Object.entries(change)) {
        if (value !== undefined && value !== '') Object.assign(call, {[name]: value});
      }
      call.arguments += more;
      return {...call};
    },
    changeById(id, change) {
      const [key = id] = [...calls].find(([, call]) => call.id === id) ?? [];
      return self.change(key, {id, ...change});
    },
    close: () =>
      [...calls]
        .filter(([, {state}]) => state === 'streaming')
        .map(([key]) => self.change(key, {state: 'called'})),
  };
  return self;
}

/** The source that `url`, `title` or `quote` of an object name; none if all are absent. Equal sources have one id. */
export function source(named: JsonObject): DecodedEvent<never>[] {
  const [url, title, quote] = ['url', 'title', 'quote'].map(key => stringField(named, key));
  const id = url ?? title ?? quote;
  if (id === undefined) return [];
  return [{type: 'source', id, ...(url && {url}), ...(title && {title}), ...(quote && {quote})}];
}

/** Usage that arrives in parts: an earlier count stays unless the new object has it too. */
export function joinUsage(said: JsonObject | undefined, state: State): DecodedEvent[] {
  const usage: Usage = {...(state['usage'] as Usage | undefined), ...readUsage(said)};
  state['usage'] = usage;
  return said && Object.keys(usage).length > 0 ? [{type: 'usage', usage, raw: said}] : [];
}

/** For an event that the dialect does not know, so that it is counted. */
export const IGNORED: readonly DecodedEvent<never>[] = [{type: 'ignored'}];

/** The objects in an array field; none if it is not an array. */
export function listField(object: JsonObject, key: string): readonly JsonObject[] {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A text or reasoning event; none if the text is empty or not a string. */
export function said(type: 'text' | 'reasoning', text: unknown, raw: unknown): DecodedEvent[] {
  return typeof text === 'string' && text !== '' ? [{type, text, raw}] : [];
}

/** The system prompt and the turns, for APIs that take them apart. Omits turns without content, which many refuse. */
export function partedTurns(request: CompletionRequest): {
  readonly system: string | undefined;
  readonly turns: readonly RequestMessage[];
} {
  const all = turnsOf(request);
  const words = [request.instructions, ...all.map(({role, content}) => role === 'system' && content)];
  return {
    system: words.filter(Boolean).join('\n\n') || undefined,
    turns: all.filter(({role, content, toolCalls}) => role !== 'system' && (content !== '' || toolCalls)),
  };
}

/** The pieces that `attachments.ts` made of a turn; otherwise its text, if there is any, encoded by `put`. */
export function piecesOf(content: string, put: (text: string) => object): readonly object[] {
  const pieces: unknown = content;
  if (Array.isArray(pieces)) return pieces;
  return content ? [put(content)] : [];
}

/** The turns for servers that have their own tools: the texts alone. */
export function saidTurns(turns: readonly RequestMessage[]): RequestMessage[] {
  return turns.flatMap(({toolCalls, ...turn}) => (toolCalls && turn.content === '' ? [] : [turn]));
}
