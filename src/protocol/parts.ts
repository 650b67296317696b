import type {CompletionRequest, RequestMessage} from './completion.ts';
import type {DecodedEvent} from './dialect.ts';
import {isObject, type JsonObject, stringField} from './json.ts';
import type {ToolCallPart, Usage} from './message.ts';
import type {Mutable} from './mutable.ts';
import {turnsOf} from './turns.ts';
import {readUsage} from './usage.ts';

// What the dialects that are loaded when they are spoken have in common.

/** What is remembered between the events of an attempt. */
export type State = Record<string, unknown>;

type Key = string | number;

/**
 * The tool calls of an answer while they arrive, by whatever key the dialect has for one. Each change gives the whole
 * call as it is then.
 */
export interface ToolCalls {
  readonly isEmpty: boolean;
  /** In the order in which they began. */
  all(): readonly ToolCallPart[];
  has(key: Key): boolean;
  /** Begins or changes a call; what is `undefined` or empty stays as it was. Arguments are added behind those before. */
  change(key: Key, change: Partial<ToolCallPart>): ToolCallPart;
  /** The same for the call with that id, whatever its key is. */
  changeById(id: string, change: Partial<ToolCallPart>): ToolCallPart;
  /** Nothing more of them will come: the calls that are still `streaming` are `called`. */
  close(): readonly ToolCallPart[];
}

/** The calls that are kept in the state of an attempt. */
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

/** The source that an object with `url`, `title` or `quote` names; none if it names none. Equal ones are one. */
export function source(named: JsonObject): DecodedEvent<never>[] {
  const [url, title, quote] = ['url', 'title', 'quote'].map(key => stringField(named, key));
  const id = url ?? title ?? quote;
  if (id === undefined) return [];
  return [{type: 'source', id, ...(url && {url}), ...(title && {title}), ...(quote && {quote})}];
}

/** Counts that come in parts: what was said before stays where the newer object is silent. */
export function joinUsage(said: JsonObject | undefined, state: State): DecodedEvent[] {
  const usage: Usage = {...(state['usage'] as Usage | undefined), ...readUsage(said)};
  state['usage'] = usage;
  return said && Object.keys(usage).length > 0 ? [{type: 'usage', usage, raw: said}] : [];
}

/** What the dialect does not know is counted. */
export const IGNORED: readonly DecodedEvent<never>[] = [{type: 'ignored'}];

/** The objects in an array; none if it is no array. */
export function listField(object: JsonObject, key: string): readonly JsonObject[] {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A text or a thought; nothing of what is empty or no text. */
export function said(type: 'text' | 'reasoning', text: unknown, raw: unknown): DecodedEvent[] {
  return typeof text === 'string' && text !== '' ? [{type, text, raw}] : [];
}

/** The system's words and the turns, for those who take them apart. Turns without content are left out: many refuse them. */
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

/** The pieces that `attachments.ts` made of a turn; else what `put` makes of its words, if there are any. */
export function piecesOf(content: string, put: (text: string) => object): readonly object[] {
  const pieces: unknown = content;
  if (Array.isArray(pieces)) return pieces;
  return content ? [put(content)] : [];
}

/** The turns for servers whose tools are their own: what was said alone. */
export function saidTurns(turns: readonly RequestMessage[]): RequestMessage[] {
  return turns.flatMap(({toolCalls, ...turn}) => (toolCalls && turn.content === '' ? [] : [turn]));
}
