import {ChatError} from '../protocol/chat-error.ts';
import type {Feedback, Message} from '../protocol/message.ts';
import {type ContextOptions, firstSent} from './context-window.ts';
import type {Branch} from './journal.ts';
import {type ConversationState, messagesOf} from './state.ts';

// Changes to existing messages that need no request. Pure.

export interface Changed {
  readonly state: ConversationState;
  /** Ids of the records to remove. */
  readonly removed: readonly string[];
  /** The records to put after that. */
  readonly put: readonly (Message | Branch)[];
}

/**
 * Puts a branch into the line of messages; what it replaces becomes a branch.
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
 * Sets a user's rating of an answer; without `feedback`, removes it.
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

/** Where the branch belongs in the line; -1 if the message it follows is not shown. */
function placeOf({after}: Branch, settled: readonly Message[]): number {
  const before = settled.findIndex(({id}) => id === after);
  return before < 0 && after !== '' ? -1 : before + 1;
}

/** A shown message and the branches that could take its place, oldest first. */
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
