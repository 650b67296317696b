import type {DecodedEvent, Dialect, WireEvent} from '../dialect.ts';
import {finishReasonOf} from '../finish-reason.ts';
import {isObject, type JsonObject, objectField, stringField} from '../json.ts';
import {listField, type State, source, toolCallsIn} from '../parts.ts';
import {functionTools, functionTurns} from '../tool-turns.ts';
import {turnsWithSystem} from '../turns.ts';
import {type ChatCompletionChunk, deltaOf, firstChoice, openai} from './openai.ts';

type Decoded = DecodedEvent<ChatCompletionChunk>;

const {fuller: _, ...plain} = openai;

/**
 * Chat Completions with tool calls and other content beside the text. It takes over from `openai` in the middle of an
 * answer, or from the start if there are tools.
 */
export const openaiParts: Dialect<ChatCompletionChunk> = {
  ...plain,

  encode(request) {
    const {body} = openai.encode(request);
    return {
      body: {
        ...(body as object),
        messages: functionTurns(turnsWithSystem(request)),
        tools: functionTools(request.tools),
      },
    };
  },

  decode(event, state) {
    const {json} = event;
    const choice = isObject(json) ? firstChoice(json) : {};
    const {content} = deltaOf(choice);
    if (isObject(json) && typeof content === 'number') {
      // Workers AI sends a piece that looks like a number as a number.
      const delta = {...deltaOf(choice), content: `${content}`};
      return decode({...event, json: {...json, choices: [{...choice, delta}]}}, state);
    }
    if (!isObject(json) || choice['delta'] || !choice['message']) return decode(event, state);
    // A server that was asked to stream and did not sends a whole `message`. After deltas, it repeats them.
    const {said, resume} = state;
    const delta = said || resume || !toolCallsIn(state).isEmpty ? {} : choice['message'];
    const decoded = decode({...event, json: {...json, choices: [{...choice, delta}]}}, state);
    state['said'] = said; // Some servers send each piece as a `message`: the next one is no repetition.
    return decoded;
  },
};

function decode(event: WireEvent, state: State): Decoded[] {
  const decoded = [...openai.decode(event, state)];
  const {json} = event;
  if (!isObject(json)) return decoded;
  const parts = partsOf(json, state);
  // Parts go before the events that end the answer.
  const at = decoded.findIndex(({type}) => /^(usage|finish|error)$/.test(type));
  decoded.splice(at < 0 ? decoded.length : at, 0, ...parts);
  return decoded;
}

function partsOf(json: JsonObject, state: State): Decoded[] {
  const raw = json as unknown as ChatCompletionChunk;
  const choice = firstChoice(json);
  const delta = deltaOf(choice);
  const decoded: Decoded[] = listField(delta, 'content').flatMap(piece => pieceOf(piece, raw));
  const calls = toolCallsIn(state);
  state['ids'] ??= {};
  const idsAt = state['ids'] as Record<number, string[]>;
  const functionCall = objectField(delta, 'function_call');
  const asked = [...listField(delta, 'tool_calls'), ...(functionCall ? [{function: functionCall}] : [])];
  asked.forEach((call, at) => {
    const asks = objectField(call, 'function') ?? {};
    const id = stringField(call, 'id') ?? '';
    const name = stringField(asks, 'name') ?? '';
    const place = typeof call['index'] === 'number' ? call['index'] : at;
    const ids = idsAt[place] ?? [];
    idsAt[place] = ids;
    // Some servers give all calls the same index, or none, so a new id is a new call. Without a name it is not: some
    // servers change the id with each piece of a call.
    if (id && (name || !ids.length) && !ids.includes(id)) ids.push(id);
    decoded.push(
      calls.change(ids.length > 1 ? `${place} ${ids.includes(id) ? id : ids.at(-1)}` : place, {
        id,
        name,
        arguments: argumentsOf(asks['arguments']),
        signature: call['extra_content'], // Gemini's thought signature, without which it refuses the call.
      }),
    );
  });
  const refusal = stringField(delta, 'refusal');
  if (refusal) decoded.push({type: 'refusal', id: 'refusal'}, {type: 'text', text: refusal, raw});
  decoded.push(...sourcesOf(json, delta, state));
  for (const image of listField(delta, 'images')) {
    const url = stringField(objectField(image, 'image_url') ?? {}, 'url');
    if (url) decoded.push({type: 'file', id: url.slice(-64), url, mediaType: 'image/*'});
  }
  if (finishReasonOf(stringField(choice, 'finish_reason'))) decoded.push(...calls.close());
  return decoded;
}

/** Some servers send the arguments as an object instead of JSON text. */
function argumentsOf(said: unknown): string {
  if (typeof said === 'string') return said;
  return isObject(said) ? JSON.stringify(said) : '';
}

/** A piece of Mistral's content: text, or reasoning that consists of pieces itself. */
function pieceOf(piece: JsonObject, raw: ChatCompletionChunk): Decoded[] {
  const text = stringField(piece, 'text');
  if (piece['type'] === 'text' && text) return [{type: 'text', text, raw}];
  if (piece['type'] !== 'thinking') return [];
  return listField(piece, 'thinking').flatMap(thought => {
    const text = stringField(thought, 'text');
    return text ? [{type: 'reasoning' as const, text, raw}] : [];
  });
}

/** Perplexity repeats the list with every chunk; OpenAI sends each source once. */
function sourcesOf(json: JsonObject, delta: JsonObject, state: State): DecodedEvent<never>[] {
  const {citations} = json;
  const links = Array.isArray(citations) ? citations.map(each => (isObject(each) ? each : {url: each})) : [];
  const annotations = listField(delta, 'annotations').map(each => objectField(each, 'url_citation') ?? each);
  // The results have titles, so they come before the bare links.
  return [...listField(json, 'search_results'), ...annotations, ...links].flatMap(each => {
    const [found] = source(each);
    if (found?.type !== 'source' || Object.hasOwn(state, `source ${found.id}`)) return [];
    state[`source ${found.id}`] = true;
    return [found];
  });
}
