import type {DecodedEvent, Dialect} from '../dialect.ts';
import {isObject, type JsonObject, stringField} from '../json.ts';
import {besideText, finishReason, isAnswer, isQuestion, messageIn, textOf, toolResult} from '../langchain.ts';
import {IGNORED, listField, type State, saidTurns, toolCallsIn} from '../parts.ts';
import {turnsWithSystem} from '../turns.ts';
import {leadOf, say, sayAll, sayWhole, textIn} from '../whole-text.ts';
import {decodeBare, errorMessage, serverError, wireError} from '../wire-error.ts';

/**
 * LangGraph's server, and what its libraries stream, in any stream mode. Once messages have been streamed, events about
 * the state (`values`, `updates`) are skipped, because they would repeat the answer.
 * Source: langchain-ai.github.io/langgraph, "Streaming API".
 */
export const langGraph: Dialect = {
  name: 'langgraph',
  continuations: ['continue-turn'],
  endsWithDone: false,

  matches({event, json}) {
    return json !== undefined && /^(messages|values|updates|custom|debug|tasks|checkpoints)\b/.test(event);
  },

  encode(request) {
    const {model = 'agent', temperature, maxTokens} = request;
    return {
      body: {
        assistant_id: model,
        input: {messages: saidTurns(turnsWithSystem(request))},
        stream_mode: ['messages-tuple'],
        config: {configurable: {temperature, max_tokens: maxTokens}},
      },
    };
  },

  decode(event, state) {
    const {event: name, json} = event;
    const [mode] = name.split('|'); // The rest is the subgraph.
    if (mode === 'end') {
      return [
        ...toolCallsIn(state).close(),
        {type: 'finish', reason: finishReason(state), raw: json},
        {type: 'done'},
      ];
    }
    const error = wireError(event);
    if (error) {
      const said = isObject(json) ? stringField(json, 'message') : undefined;
      return [{type: 'error', error: serverError(said ?? errorMessage(json ?? event.data)), raw: json}];
    }
    if (json === undefined) return decodeBare(event);
    switch (mode) {
      case 'metadata':
        return isObject(json) ? runId(json, state) : [];
      case 'messages':
        return Array.isArray(json) ? piece(json[0], state) : IGNORED;
      case 'messages/partial':
      case 'messages/complete':
        return Array.isArray(json) ? whole(json, state) : IGNORED;
      case 'messages/metadata':
        return [];
      case 'values':
        return isObject(json) ? values(listField(json, 'messages'), state) : IGNORED;
      case 'updates':
        return isObject(json) ? updates(json, state) : IGNORED;
      case 'custom':
        state['customs'] = Number(state['customs'] ?? 0) + 1;
        return [{type: 'data', id: `${state['customs']}`, name: 'custom', data: json}];
    }
    return IGNORED;
  },

  end: state =>
    // The libraries send no `end`, so the model's own finish reason has to do.
    state['reason'] === undefined ? [] : [{type: 'finish', reason: finishReason(state), raw: undefined}],
};

function runId(json: JsonObject, state: State): DecodedEvent[] {
  const id = stringField(json, 'run_id');
  if (!id || state['run'] === id) return [];
  state['run'] = id;
  return [{type: 'request-id', id, raw: json}];
}

/** A chunk of a message. */
function piece(value: unknown, state: State): DecodedEvent[] {
  const message = messageIn(value);
  if (!message) return [];
  if (stringField(message, 'tool_call_id')) return toolResult(message, state);
  if (!isAnswer(message)) return [];
  state['spoke'] = true;
  return [...besideText(message, state), ...say(state, textOf(message), message)];
}

/** Messages that are sent again with each token, as far as they have arrived. */
function whole(list: readonly unknown[], state: State): DecodedEvent[] {
  state['spoke'] = true;
  state['messages'] ??= new Map();
  const texts = state['messages'] as Map<unknown, string>;
  const decoded: DecodedEvent[] = [];
  for (const message of list.map(messageIn)) {
    if (!message) continue;
    if (stringField(message, 'tool_call_id')) decoded.push(...toolResult(message, state));
    else if (isAnswer(message)) texts.set(message['id'], textOf(message));
  }
  const told = [...texts.values()].join('');
  if (told) state['lead'] ??= state['text'] === undefined ? leadOf(textIn(state), told) : '';
  return [...decoded, ...sayAll(state, `${state['lead'] ?? ''}${told}`, list)];
}

/** The state: all messages of the conversation. The answer follows the last question. */
function values(messages: readonly JsonObject[], state: State): DecodedEvent[] {
  if (state['spoke']) return [];
  const plain = messages.map(each => messageIn(each) ?? each);
  const answers = plain.slice(plain.findLastIndex(isQuestion) + 1);
  const said = answers.filter(isAnswer);
  return [
    ...said.flatMap(each => besideText(each, state)),
    ...answers.filter(each => stringField(each, 'tool_call_id')).flatMap(each => toolResult(each, state)),
    ...(said.length > 0 ? sayWhole(state, said.map(textOf).join(''), messages) : []),
  ];
}

/** What each node added to the state. */
function updates(nodes: JsonObject, state: State): DecodedEvent[] {
  if (state['spoke']) return [];
  return Object.values(nodes)
    .flatMap(node => (isObject(node) ? listField(node, 'messages') : []))
    .flatMap(each => {
      const message = messageIn(each) ?? each;
      if (stringField(message, 'tool_call_id')) return toolResult(message, state);
      if (!isAnswer(message)) return [];
      const text = textOf(message);
      // It was shown before a reload, in pieces.
      const isTold = state['text'] === undefined && textIn(state).endsWith(text);
      return [...besideText(message, state), ...(isTold ? [] : say(state, text, message))];
    });
}
