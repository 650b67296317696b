import type {RequestMessage, ToolDefinition} from './completion.ts';
import {isObject, type JsonObject, parseJson} from './json.ts';
import type {ToolCallPart} from './message.ts';
import {setList} from './turns.ts';

// How tools, their calls and their results are encoded, as far as dialects have it in common.

/** The schema of a tool's arguments. Most servers refuse a tool without one. */
export function schemaOf({parameters}: ToolDefinition): JsonObject {
  return parameters ?? {type: 'object', properties: {}};
}

/** The arguments of a call. The model may have written invalid JSON, which no server takes back. */
export function inputOf(call: ToolCallPart): JsonObject {
  const input = parseJson(call.arguments);
  return isObject(input) ? input : {};
}

/** The result of a call, as text. */
export function outputOf({result = null}: ToolCallPart): string {
  return typeof result === 'string' ? result : JSON.stringify(result);
}

/** Whether the result is an error message. */
export function isFailed({state}: ToolCallPart): boolean {
  return state !== 'done';
}

/** Tools in OpenAI's format, which most APIs share. */
export function functionTools(tools: readonly ToolDefinition[] | undefined) {
  return setList(tools)?.map(tool => ({
    type: 'function',
    function: {name: tool.name, description: tool.description, parameters: schemaOf(tool)},
  }));
}

/** A call in OpenAI's format. */
export function functionCall(call: ToolCallPart) {
  return {
    id: call.id,
    type: 'function',
    function: {name: call.name, arguments: JSON.stringify(inputOf(call))},
    ...(isObject(call.signature) && {extra_content: call.signature}),
  };
}

/** Turns in OpenAI's format: each result is a turn of its own, after the turn with the call. */
export function functionTurns(turns: readonly RequestMessage[]): readonly object[] {
  return turns.flatMap<object>(({toolCalls, ...turn}) =>
    toolCalls
      ? [
          {role: turn.role, content: turn.content || null, tool_calls: toolCalls.map(functionCall)},
          ...toolCalls.map(call => ({role: 'tool', tool_call_id: call.id, content: outputOf(call)})),
        ]
      : [turn],
  );
}
