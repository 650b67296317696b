import type {ChatError} from '../protocol/chat-error.ts';
import type {CompletionEvent, ProgressEvent} from '../protocol/completion.ts';
import type {Message, MessagePart} from '../protocol/message.ts';
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
      return {
        info: action.info,
        settled: action.kept,
        open: action.answer,
        status: action.answer.text === '' ? 'submitted' : 'reconnecting',
      };
    case 'streamed':
      return streamed(state, action);
    case 'ended': {
      const {answer, error, info} = action;
      const status = answer.status === 'error' ? 'error' : 'ready';
      return {info, settled: [...state.settled, answer], open: undefined, status, ...(error && {error})};
    }
  }
}

function streamed(
  state: ConversationState,
  {events, text}: Extract<ConversationAction, {type: 'streamed'}>,
): ConversationState {
  let {open: answer, status, retryAt} = state;
  if (!answer) return state;
  const before = reasoningOf(answer);
  let reasoning = before;
  for (const event of events) {
    switch (event.type) {
      case 'text':
      case 'reasoning':
        if (event.type === 'reasoning') reasoning += event.text;
        status = 'streaming';
        retryAt = undefined;
        break;
      case 'progress':
        status = ofProgress(event);
        retryAt = event.retryAt;
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
        answer = {...answer, requestIds: [...new Set([...answer.requestIds, event.id])]};
        break;
    }
  }
  if (text !== answer.text || reasoning !== before) {
    answer = {
      ...answer,
      text,
      parts: parts(reasoning, text),
      status: text === '' ? answer.status : 'streaming',
    };
  }
  const {info, settled} = state;
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
  const both: MessagePart[] = [
    {type: 'reasoning', text: reasoning},
    {type: 'text', text},
  ];
  return both.filter(part => part.text !== '');
}
