import {ChatError} from '../protocol/chat-error.ts';
import type {Feedback, Message} from '../protocol/message.ts';
import {type ContextOptions, firstSent} from './context-window.ts';
import type {Branch} from './journal.ts';
import {type ConversationState, messagesOf} from './state.ts';

// What is done with messages that are there, beside asking. Pure.

export interface Changed {
  readonly state: ConversationState;
  /** Ids of what is no longer where it was kept. */
  readonly removed: readonly string[];
  /** What is kept anew. */
  readonly put: readonly (Message | Branch)[];
}

/**
 * With a branch in the line of messages; what stood there is a branch now.
 * @throws {ChatError} `configuration` if it has no place there.
 */
export function turned(state: ConversationState, id: string, options: ContextOptions): Changed {
  const {settled, branches = []} = state;
  const branch = branches.find(each => each.id === id);
  const at = branch ? placeOf(branch, settled) : -1;
  const [first, ...rest] = settled.slice(at);
  if (!branch || at < 0 || !first) throw new ChatError('configuration', 'There is no such branch here.');
  const {after, rest: others, ...shown} = branch;
  const aside: Branch = {...first, after, rest};
  const line = [...settled.slice(0, at), shown, ...others];
  return {
    state: {
      ...state,
      settled: line,
      branches: [...branches.filter(each => each !== branch), aside],
      omitted: firstSent(line, options),
      status: 'ready',
      error: undefined,
    },
    removed: [...settled.slice(at).map(each => each.id), id],
    put: [aside, shown, ...others],
  };
}

/**
 * With what a person thinks of an answer; without that, where there is none any more.
 * @throws {ChatError} `configuration` if there is no such message.
 */
export function rated(state: ConversationState, id: string, feedback: Feedback | undefined): Changed {
  const answer = state.settled.find(each => each.id === id);
  if (!answer) throw new ChatError('configuration', 'There is no such message.');
  const {feedback: _, ...rest} = answer;
  const now = {...rest, ...(feedback && {feedback})};
  const settled = state.settled.map(each => (each === answer ? now : each));
  return {state: {...state, settled}, removed: [], put: [now]};
}

/** Where it would stand; -1 if what it follows is not shown. */
function placeOf({after}: Branch, settled: readonly Message[]): number {
  const before = settled.findIndex(({id}) => id === after);
  return before < 0 && after !== '' ? -1 : before + 1;
}

/** A message that is shown and the branches that can stand in its place, in the order in which they were said. */
export function siblingsOf(state: ConversationState, {id}: Message): readonly Message[] {
  const {branches = []} = state;
  const line = messagesOf(state);
  const at = line.findIndex(each => each.id === id);
  const after = line[at - 1]?.id ?? '';
  const own = line[at];
  return [...branches.filter(each => each.after === after), ...(own ? [own] : [])].sort(
    (a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1),
  );
}
