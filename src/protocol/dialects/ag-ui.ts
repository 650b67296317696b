import type {RequestMessage} from '../completion.ts';
import type {DecodedEvent, Dialect} from '../dialect.ts';
import {isObject, type JsonObject, objectField, stringField} from '../json.ts';
import type {Usage} from '../message.ts';
import type {Mutable} from '../mutable.ts';
import {IGNORED, listField, type State, toolCallsIn} from '../parts.ts';
import {functionCall, isFailed, outputOf, schemaOf} from '../tool-turns.ts';
import {turnsOf, turnsWithSystem} from '../turns.ts';
import {say, sayWhole, textIn} from '../whole-text.ts';
import {decodeBare, errorKind, errorMessage, serverError, wireError} from '../wire-error.ts';

/** The prefix of the ids of tool results that the page sends. */
const SENT = 'sent ';
const COUNTS = ['inputTokens', 'outputTokens', 'totalTokens', 'reasoningTokens'] as const;
const EVENT =
  /^(RUN|STEP|TEXT_MESSAGE|THINKING|REASONING|TOOL_CALL|STATE|MESSAGES|ACTIVITY|SUBAGENT)_[A-Z_]+$/;

/** AG-UI, the Agent-User Interaction Protocol. Source: docs.ag-ui.com, "Events"; `@ag-ui/core` 1.0. */
export const agUi: Dialect = {
  name: 'ag-ui',
  continuations: ['continue-turn'],
  endsWithDone: false,

  matches({json}) {
    return isObject(json) && EVENT.test(`${json['type']}`);
  },

  encode(request) {
    const {conversationId: threadId = 'thread'} = request;
    return {
      body: {
        threadId,
        runId: `${threadId}-${turnsOf(request).length}`,
        state: {},
        messages: turnsWithSystem(request)
          .flatMap(withCalls)
          .map((turn, index) => ({id: `${index}`, ...turn})),
        tools: (request.tools ?? []).map(tool => ({
          name: tool.name,
          description: tool.description ?? '',
          parameters: schemaOf(tool),
        })),
        context: [],
        forwardedProps: {
          model: request.model,
          temperature: request.temperature,
          maxTokens: request.maxTokens,
          stopSequences: request.stopSequences,
        },
      },
    };
  },

  decode(event, state) {
    const {json} = event;
    if (!isObject(json)) return decodeBare(event);
    const error = wireError(event);
    if (error) return [{type: 'error', error, raw: json}];
    const type = `${json['type']}`;
    const delta = stringField(json, 'delta') ?? '';
    switch (type) {
      case 'TEXT_MESSAGE_START':
        // Some servers echo the user's message.
        state['isOther'] = (stringField(json, 'role') ?? 'assistant') !== 'assistant';
        return [];
      case 'TEXT_MESSAGE_CONTENT':
      case 'TEXT_MESSAGE_CHUNK': {
        const role = stringField(json, 'role');
        if (role) state['isOther'] = role !== 'assistant';
        return state['isOther'] ? [] : say(state, delta, json);
      }
      case 'REASONING_MESSAGE_CONTENT':
      case 'REASONING_MESSAGE_CHUNK':
      case 'THINKING_TEXT_MESSAGE_CONTENT':
        return delta ? [{type: 'reasoning', text: delta, raw: json}] : [];
      case 'TOOL_CALL_START':
      case 'TOOL_CALL_ARGS':
      case 'TOOL_CALL_CHUNK':
      case 'TOOL_CALL_END':
      case 'TOOL_CALL_RESULT':
        return callTool(type, json, state);
      case 'MESSAGES_SNAPSHOT':
        return showMessages(json, state);
      case 'CUSTOM': {
        const name = stringField(json, 'name') ?? '';
        return [{type: 'data', id: name, name, data: json['value'], raw: json}];
      }
      case 'RUN_FINISHED':
        return finish(json, state);
      case 'RUN_ERROR':
        return [
          ...usageOf(json),
          {type: 'error', error: serverError(errorMessage(json), errorKind(json)), raw: json},
        ];
    }
    return EVENT.test(type) || type === 'RAW' ? [] : IGNORED;
  },
};

function withCalls({toolCalls, ...turn}: RequestMessage): readonly object[] {
  if (!toolCalls) return [turn];
  return [
    {...turn, toolCalls: toolCalls.map(({signature: _, ...call}) => functionCall(call))},
    ...toolCalls.map(call => ({
      id: SENT + call.id,
      role: 'tool',
      toolCallId: call.id,
      content: outputOf(call),
      ...(isFailed(call) && {error: outputOf(call)}),
    })),
  ];
}

function callTool(type: string, json: JsonObject, state: State): DecodedEvent[] {
  const calls = toolCallsIn(state);
  // The short form, `TOOL_CALL_CHUNK`, names its call only once.
  const id = stringField(json, 'toolCallId') ?? `${state['call']}`;
  if (type === 'TOOL_CALL_RESULT') return [calls.change(id, {id, state: 'done', result: json['content']})];
  state['call'] = id;
  if (type === 'TOOL_CALL_END') return [calls.change(id, {id, state: 'called'})];
  return [
    calls.change(id, {
      id,
      name: stringField(json, 'toolCallName') ?? '',
      arguments: stringField(json, 'delta') ?? '',
    }),
  ];
}

/**
 * The whole conversation as the agent has it. The answer follows the last question, or the last result of a page's
 * tool.
 */
function showMessages(json: JsonObject, state: State): DecodedEvent[] {
  const all = listField(json, 'messages');
  const isAsked = ({role, id}: JsonObject) => role === 'user' || `${id}`.startsWith(SENT);
  const answer = all.slice(all.findLastIndex(isAsked) + 1);
  const said = answer.filter(({role}) => role === 'assistant');
  const text = said.map(each => stringField(each, 'content') ?? '').join('');
  // The snapshot may be from before the answer began.
  if (said.length === 0 && textIn(state) !== '') return [];
  const shown = sayWhole(state, text, json);
  if (shown[0]?.type !== 'replace') return shown;
  delete state['toolCalls'];
  const calls = toolCallsIn(state);
  const asked = said.flatMap(each => listField(each, 'toolCalls'));
  return [
    ...shown,
    ...asked.map(call => {
      const {name, arguments: args} = objectField(call, 'function') ?? {};
      const id = `${call['id']}`;
      const result = answer.find(each => each['toolCallId'] === id);
      calls.change(id, {id, name: `${name}`, arguments: `${args}`, state: 'called'});
      return calls.change(id, result ? {state: 'done', result: result['content']} : {});
    }),
  ];
}

function finish(json: JsonObject, state: State): DecodedEvent[] {
  const outcome = objectField(json, 'outcome')?.['type'];
  if (outcome === 'cancelled')
    return [{type: 'error', error: serverError('The run was cancelled.'), raw: json}];
  const calls = toolCallsIn(state);
  const closed = calls.close();
  const waits = [...calls.all()].some(call => call.state === 'called');
  const reason = outcome === 'interrupt' ? 'other' : waits ? 'tool-calls' : 'stop';
  return [...closed, ...usageOf(json), {type: 'finish', reason, raw: json}, {type: 'done'}];
}

/** The usage of all models, added up. */
function usageOf(json: JsonObject): DecodedEvent[] {
  const usage: Mutable<Usage> = {};
  for (const used of listField(json, 'usage')) {
    for (const name of COUNTS) {
      const count = used[name];
      if (typeof count === 'number') usage[name] = (usage[name] ?? 0) + count;
    }
  }
  return Object.keys(usage).length > 0 ? [{type: 'usage', usage, raw: json}] : [];
}
