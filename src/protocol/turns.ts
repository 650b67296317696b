import type {CompletionRequest, RequestMessage} from './completion.ts';

/** The turns to send. A continuation adds the unfinished answer and, if the mode needs it, the request to go on. */
export function turnsOf({messages, continuation}: CompletionRequest): RequestMessage[] {
  const turns = [...messages];
  if (continuation) turns.push({role: 'assistant', content: continuation.text});
  if (continuation?.mode === 'continue-turn') turns.push({role: 'user', content: continuation.prompt});
  return turns;
}

/** The same for servers that take the system prompt as the first turn. */
export function turnsWithSystem(request: CompletionRequest): RequestMessage[] {
  const {instructions} = request;
  const turns = turnsOf(request);
  if (instructions) turns.unshift({role: 'system', content: instructions});
  return turns;
}

/** The list, or `undefined` if it is not set or empty. */
export function setList<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list?.length ? list : undefined;
}
