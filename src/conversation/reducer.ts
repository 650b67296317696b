import type {ChatError} from '../protocol/chat-error.ts';
import type {CompletionEvent, ProgressEvent} from '../protocol/completion.ts';
import {isFinal, type Message, type MessagePart} from '../protocol/message.ts';
import type {ConversationInfo} from './journal.ts';
import type {ConversationState, ConversationStatus} from './state.ts';

export type ConversationAction =
  /** The user said something, or asked for an answer anew; `answer` is the empty message to be filled. */
  | {
      readonly type: 'asked';
      readonly kept: readonly Message[];
      readonly answer: Message;
      readonly info: ConversationInfo;
    }
  /** Events of the stream, and the whole text of the answer as it is after them. */
  | {readonly type: 'streamed'; readonly events: readonly CompletionEvent[]; readonly text: string}
  /** The answer is final. */
  | {
      readonly type: 'ended';
      readonly answer: Message;
      readonly error: ChatError | undefined;
      readonly info: ConversationInfo;
    };

/** The state after an action. Pure. */
export function reduce(state: ConversationState, action: ConversationAction): ConversationState {
  switch (action.type) {
    case 'asked':
      return {info: action.info, settled: action.kept, open: action.answer, status: statusOf(action.answer)};
    case 'streamed':
      return state.open ? streamed(state, state.open, action) : state;
    case 'ended': {
      const {answer, error, info} = action;
      const settled = [...state.settled, answer];
      const failed = answer.status === 'error';
      return {info, settled, open: undefined, status: failed ? 'error' : 'ready', ...(error && {error})};
    }
  }
}

function statusOf({text}: Message): ConversationStatus {
  return text === '' ? 'submitted' : 'reconnecting';
}

function streamed(
  {info, settled, status, retryAt}: ConversationState,
  open: Message,
  {events, text}: Extract<ConversationAction, {type: 'streamed'}>,
): ConversationState {
  let reasoning = reasoningOf(open);
  let answer = open;
  let progress: ProgressEvent | undefined;
  for (const event of events) {
    switch (event.type) {
      case 'text':
        progress = undefined;
        status = 'streaming';
        break;
      case 'reasoning':
        progress = undefined;
        status = 'streaming';
        reasoning += event.text;
        break;
      case 'progress':
        progress = event;
        status = ofProgress(event);
        // A new answer is asked for, so what the old one thought is void.
        if (event.mode === 'retry') reasoning = '';
        break;
      case 'usage':
        answer = {...answer, usage: event.usage};
        break;
      case 'finish':
        answer = {...answer, finishReason: event.reason};
        break;
      case 'request-id':
        if (!answer.requestIds.includes(event.id))
          answer = {...answer, requestIds: [...answer.requestIds, event.id]};
        break;
    }
  }
  if (progress) retryAt = progress.retryAt;
  else if (status !== 'waiting') retryAt = undefined;
  if (text !== answer.text || reasoning !== reasoningOf(answer)) {
    answer = {...answer, text, parts: parts(reasoning, text)};
  }
  if (!isFinal(answer.status) && text !== '' && answer.status !== 'streaming')
    answer = {...answer, status: 'streaming'};
  return {info, settled, open: answer, status, ...(retryAt !== undefined && {retryAt})};
}

function ofProgress({state, mode}: ProgressEvent): ConversationStatus {
  if (state !== 'connecting') return state;
  return mode === 'send' || mode === 'retry' ? 'submitted' : 'reconnecting';
}

function reasoningOf({parts}: Message): string {
  const part = parts[0];
  return part?.type === 'reasoning' ? part.text : '';
}

/** Reasoning comes before the text it led to. */
function parts(reasoning: string, text: string): readonly MessagePart[] {
  return [
    ...(reasoning ? [{type: 'reasoning' as const, text: reasoning}] : []),
    ...(text ? [{type: 'text' as const, text}] : []),
  ];
}
