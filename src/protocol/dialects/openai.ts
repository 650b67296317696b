import {type DecodedEvent, type Dialect, RAW} from '../dialect.ts';
import {finishReasonOf} from '../finish-reason.ts';
import {isObject, type JsonObject, objectField, stringField} from '../json.ts';
import {setList, turnsWithSystem} from '../turns.ts';
import {readUsage} from '../usage.ts';
import {decodeBare, errorKind, errorMessage, serverError, wireError} from '../wire-error.ts';
import {rareDialect} from './load-rare.ts';

/** One payload of a Chat Completions stream. Fields that a provider omits are absent. */
export interface ChatCompletionChunk {
  readonly id?: string;
  readonly object?: string;
  /** Seconds since the epoch. */
  readonly created?: number;
  readonly model?: string;
  readonly system_fingerprint?: string | null;
  readonly service_tier?: string | null;
  readonly choices: readonly ChatCompletionChoice[];
  readonly usage?: ChatCompletionUsage | null;
  /** Groq's own: the request's id on the first chunk, usage with times on the last. */
  readonly x_groq?: {
    readonly id?: string;
    readonly seed?: number;
    readonly usage?: ChatCompletionUsage | null;
    readonly error?: string;
  };
}

export interface ChatCompletionChoice {
  readonly index: number;
  readonly delta: {
    readonly role?: string;
    readonly content?: string | null;
    readonly refusal?: string | null;
    readonly reasoning?: string | null;
    readonly reasoning_content?: string | null;
    readonly tool_calls?: readonly unknown[];
  };
  readonly finish_reason?:
    | 'stop'
    | 'length'
    | 'tool_calls'
    | 'content_filter'
    | 'function_call'
    | (string & {})
    | null;
  readonly logprobs?: unknown;
}

/** Tokens; Groq adds times in seconds. */
export interface ChatCompletionUsage {
  readonly prompt_tokens?: number;
  readonly completion_tokens?: number;
  readonly total_tokens?: number;
  readonly completion_tokens_details?: {readonly reasoning_tokens?: number};
  readonly queue_time?: number;
  readonly prompt_time?: number;
  readonly completion_time?: number;
  readonly total_time?: number;
}

/**
 * What only `openai-parts.ts` reads: content beside the text, if it is not empty; a whole message, from a server that
 * was asked to stream and did not; and a piece of text that was sent as a number.
 */
const MORE =
  /"(?:message|content|tool_calls|function_call|annotations|images|citations|search_results)":\s*[[{\d-]|"refusal":\s*"[^"]/;

/** Chat Completions: OpenAI, Groq, and every server that adopted the format. */
export const openai: Dialect<ChatCompletionChunk> = {
  name: 'openai',
  continuations: ['prefill', 'continue-turn'],
  endsWithDone: false,

  matches({json}) {
    return (
      isObject(json) &&
      (Array.isArray(json['choices']) ||
        json['object'] === 'chat.completion.chunk' ||
        isObject(json['x_groq']))
    );
  },

  fuller({event, data}) {
    return event === RAW || MORE.test(data) ? rareDialect('openai') : undefined;
  },

  encode(request) {
    return {
      body: {
        model: request.model,
        messages: turnsWithSystem(request),
        stream: true,
        temperature: request.temperature,
        max_completion_tokens: request.maxTokens,
        stop: setList(request.stopSequences),
        stream_options: request.includeUsage ? {include_usage: true} : undefined,
      },
    };
  },

  decode(event, state) {
    const {json} = event;
    if (!isObject(json)) return decodeBare(event);
    const raw = json as unknown as ChatCompletionChunk;
    const decoded: DecodedEvent<ChatCompletionChunk>[] = [];
    const groq = objectField(json, 'x_groq') ?? {};
    for (const id of [stringField(groq, 'id'), stringField(json, 'id')]) {
      if (!id || state[id]) continue; // Every chunk repeats the same id.
      state[id] = true;
      decoded.push({type: 'request-id', id, raw});
    }
    const choice = firstChoice(json);
    const delta = deltaOf(choice);
    const reasoning = stringField(delta, 'reasoning') ?? stringField(delta, 'reasoning_content');
    if (reasoning) decoded.push({type: 'reasoning', text: reasoning, raw});
    // The legacy completions have `text`, and no `delta`.
    const text = stringField(delta, 'content') ?? stringField(choice, 'text');
    if (text) {
      decoded.push({type: 'text', text, raw});
      state['said'] = text;
    }
    const usage = readUsage(objectField(groq, 'usage')) ?? readUsage(objectField(json, 'usage'));
    if (usage) decoded.push({type: 'usage', usage, raw});
    const finish = stringField(choice, 'finish_reason');
    const reason = finishReasonOf(finish);
    // OpenRouter puts the error into the choice.
    const failed = groq['error'] ? groq : reason === 'error' ? choice : undefined;
    const error =
      wireError(event) ?? (failed && serverError(errorMessage(failed['error']) ?? finish, errorKind(failed)));
    if (error) decoded.push({type: 'error', error, raw});
    else if (reason) decoded.push({type: 'finish', reason, raw});
    return decoded;
  },
};

/** What is new in a chunk. */
export function deltaOf(choice: JsonObject): JsonObject {
  return objectField(choice, 'delta') ?? {};
}

/** Only the first choice is the answer: no request asks for more. */
export function firstChoice(json: JsonObject): JsonObject {
  const {choices} = json;
  return (Array.isArray(choices) && choices.find(isFirst)) || {};
}

function isFirst(choice: unknown): choice is JsonObject {
  return isObject(choice) && (choice['index'] ?? 0) === 0;
}
