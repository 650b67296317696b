import type {DecodedEvent} from './dialect.ts';
import {finishReasonOf} from './finish-reason.ts';
import {isObject, type JsonObject, objectField, stringField} from './json.ts';
import type {FinishReason} from './message.ts';
import {joinUsage, listField, type State, toolCallsIn} from './parts.ts';

// LangChain's messages, which its servers have in common.

/** A message as plain fields. One that was serialised with its class (`lc: 1`) is unwrapped. */
export function messageIn(value: unknown): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const {id} = value;
  return value['lc'] === 1 && Array.isArray(id)
    ? {...objectField(value, 'kwargs'), type: `${id.at(-1)}`}
    : value;
}

export function isAnswer({type}: JsonObject): boolean {
  return /^(ai|AIMessage|AIMessageChunk)$/.test(`${type}`);
}

export function isQuestion({type, role}: JsonObject): boolean {
  return /^(human|user|HumanMessage)/.test(`${type ?? role}`);
}

/** A message's text, its pieces joined. */
export function textOf({content}: JsonObject): string {
  if (typeof content === 'string') return content;
  const pieces: unknown[] = Array.isArray(content) ? content : [];
  return pieces
    .map(piece => (isObject(piece) ? piece['type'] === 'text' && stringField(piece, 'text') : piece) || '')
    .join('');
}

/** Everything beside the text in a message, or in a chunk of one. */
export function besideText(message: JsonObject, state: State): DecodedEvent[] {
  const decoded: DecodedEvent[] = [];
  const thought = thoughtOf(message);
  if (thought) decoded.push({type: 'reasoning', text: thought, raw: message});
  const calls = toolCallsIn(state);
  const said = (call: JsonObject, name: string) => stringField(call, name) ?? '';
  const chunks = listField(message, 'tool_call_chunks');
  chunks.forEach((call, at) => {
    const key = `${message['id']} ${call['index'] ?? at}`;
    decoded.push(
      calls.change(key, {id: said(call, 'id'), name: said(call, 'name'), arguments: said(call, 'args')}),
    );
  });
  // Only of a whole message. In a chunk, `tool_calls` has only as much as has arrived.
  for (const call of chunks.length > 0 || message['type'] === 'AIMessageChunk'
    ? []
    : listField(message, 'tool_calls')) {
    const id = said(call, 'id');
    if (calls.all().some(known => known.id === id)) continue;
    const args = JSON.stringify(call['args'] ?? {});
    decoded.push(calls.change(id, {id, name: said(call, 'name'), arguments: args, state: 'called'}));
  }
  decoded.push(...joinUsage(objectField(message, 'usage_metadata'), state));
  const metadata = objectField(message, 'response_metadata') ?? {};
  const reason = stringField(metadata, 'finish_reason') ?? stringField(metadata, 'stop_reason');
  if (reason) state['reason'] = reason;
  return decoded;
}

/** The result of a tool call. */
export function toolResult(message: JsonObject, state: State): DecodedEvent[] {
  const id = stringField(message, 'tool_call_id') ?? '';
  const failed = message['status'] === 'error';
  return [toolCallsIn(state).changeById(id, {state: failed ? 'failed' : 'done', result: message['content']})];
}

/** Why the model stopped, if its messages said so. The server itself only says that the answer is over. */
export function finishReason(state: State): FinishReason {
  const reason = finishReasonOf(state['reason'] as string | undefined);
  if (reason && /^(length|content-filter|error)$/.test(reason)) return reason;
  return toolCallsIn(state)
    .all()
    .some(call => call.state === 'called')
    ? 'tool-calls'
    : 'stop';
}

function thoughtOf(message: JsonObject): string {
  const {content} = message;
  const extra = objectField(message, 'additional_kwargs') ?? {};
  const pieces = Array.isArray(content) ? content.filter(isObject) : [];
  return (
    (stringField(extra, 'reasoning_content') ?? '') +
    pieces.map(piece => stringField(piece, 'thinking') ?? stringField(piece, 'reasoning') ?? '').join('')
  );
}
