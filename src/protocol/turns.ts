import type {CompletionRequest, RequestMessage} from './completion.ts';

/** The turns to send, with how to go on with an unfinished answer behind them. */
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

/** A list that was set and is not empty. */
export function setList<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list?.length ? list : undefined;
}
