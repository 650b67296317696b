import type {DecodedEvent, Dialect} from '../dialect.ts';
import {isObject, type JsonObject, objectField, stringField} from '../json.ts';
import {IGNORED, joinUsage, listField, type State, saidTurns, source, toolCallsIn} from '../parts.ts';
import {turnsOf} from '../turns.ts';
import {say, textIn} from '../whole-text.ts';
import {decodeBare, serverError, wireError} from '../wire-error.ts';

/** Events about the work behind the answer, which is not shown. */
const SILENT = /^(ping|tts_message.*|agent_log|(workflow|node|iteration|loop|parallel_branch)_.*)$/;

/**
 * Dify's chats, agents, completions and workflows. Source: docs.dify.ai, "Send Chat Message". Dify assigns the ids of
 * its conversations, so a request cannot name one; the query has the earlier turns instead.
 */
export const dify: Dialect = {
  name: 'dify',
  continuations: ['continue-turn'],
  endsWithDone: false,

  matches({json}) {
    return isObject(json) && typeof json['event'] === 'string' && ('answer' in json || 'task_id' in json);
  },

  encode(request) {
    const turns = saidTurns(turnsOf(request));
    const {instructions, conversationId} = request;
    const lines = [
      ...(instructions ? [instructions] : []),
      ...turns.map(({role, content}) => (turns.length > 1 ? `${role}: ${content}` : content)),
    ];
    return {
      body: {
        inputs: {},
        query: lines.join('\n\n'),
        response_mode: 'streaming',
        conversation_id: '',
        user: conversationId ?? 'sse-chat',
      },
    };
  },

  decode(event, state) {
    const {json} = event;
    if (!isObject(json)) return event.event === 'ping' ? [] : decodeBare(event);
    const error = wireError(event);
    if (error) return [{type: 'error', error, raw: json}];
    return [...taskId(json, state), ...decodeEvent(json, state)];
  },
};

function decodeEvent(json: JsonObject, state: State): readonly DecodedEvent[] {
  const data = objectField(json, 'data') ?? {};
  const answer = stringField(json, 'answer') ?? '';
  const name = `${json['event']}`;
  switch (name) {
    case 'message':
    case 'agent_message':
      return say(state, answer, json);
    case 'text_chunk':
      return say(state, stringField(data, 'text') ?? '', json);
    case 'message_replace':
    case 'text_replace': {
      const text = answer || (stringField(data, 'text') ?? '');
      state['text'] = text;
      return [{type: 'replace', text, raw: json}];
    }
    case 'agent_thought':
      return callTool(json, state);
    case 'message_file': {
      const url = stringField(json, 'url');
      if (!url) return [];
      const mediaType = json['type'] === 'image' ? 'image/*' : undefined;
      return [{type: 'file', id: `${json['id']}`, url, ...(mediaType && {mediaType})}];
    }
    case 'message_end':
      return end(json, state);
    case 'workflow_finished':
      return finishWorkflow(json, data, state);
  }
  return SILENT.test(name) ? [] : IGNORED;
}

function taskId(json: JsonObject, state: State): DecodedEvent[] {
  const id = stringField(json, 'task_id');
  if (!id || state['task'] === id) return [];
  state['task'] = id;
  return [{type: 'request-id', id, raw: json}];
}

/** An agent's step is sent again once its tool has answered. */
function callTool(json: JsonObject, state: State): DecodedEvent[] {
  const [name, input, result] = ['tool', 'tool_input', 'observation'].map(
    key => stringField(json, key) ?? '',
  );
  if (!name) return [];
  const id = `${json['id']}`;
  const calls = toolCallsIn(state);
  const isNew = !calls.has(id) || calls.change(id, {}).arguments === '';
  return [
    calls.change(id, {
      id,
      name,
      arguments: isNew ? (input ?? '') : '',
      ...(result ? {state: 'done', result} : {state: 'called'}),
    }),
  ];
}

function end(json: JsonObject, state: State): DecodedEvent[] {
  const metadata = objectField(json, 'metadata') ?? {};
  const found = listField(metadata, 'retriever_resources');
  return [
    ...found.flatMap(each => source({title: each['document_name'], quote: each['content']})),
    ...joinUsage(objectField(metadata, 'usage'), state),
    {type: 'finish', reason: 'stop', raw: json},
    {type: 'done'},
  ];
}

/** The end of a workflow. In a chat, which has a `message_id`, the answer ends only with `message_end`. */
function finishWorkflow(json: JsonObject, data: JsonObject, state: State): DecodedEvent[] {
  const status = stringField(data, 'status') ?? 'succeeded';
  if (/^(failed|stopped)$/.test(status)) {
    return [{type: 'error', error: serverError(stringField(data, 'error') ?? status), raw: json}];
  }
  if (stringField(json, 'message_id')) return [];
  const outputs = Object.values(objectField(data, 'outputs') ?? {}).filter(each => typeof each === 'string');
  return [
    ...(textIn(state) === '' ? say(state, outputs.join('\n\n'), json) : []),
    {type: 'finish', reason: 'stop', raw: json},
    {type: 'done'},
  ];
}
