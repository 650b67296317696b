import type {ChatError} from '../protocol/chat-error.ts';
import type {CompletionEvent, ProgressEvent} from '../protocol/completion.ts';
import {
  type Message,
  type MessagePart,
  type ReasoningPart,
  type TextPart,
  textOf,
  textParts,
} from '../protocol/message.ts';
import type {Mutable} from '../protocol/mutable.ts';
import type {Branch, ConversationInfo, LoadedConversation} from './journal.ts';
import type {ConversationState, ConversationStatus} from './state.ts';

// The states a conversation goes through, each made from the one before it. Pure. What changes with each chunk is first
// copied and then assigned, because engines are many times slower at `{...state, status}`.

/** The user sent a message or asked again; `answer` is the message to fill, after `settled`. */
export function asked(
  info: ConversationInfo,
  settled: readonly Message[],
  answer: Message,
  omitted: number,
  branches: readonly Branch[] | undefined,
): ConversationState {
  return {
    info,
    settled,
    omitted,
    branches,
    open: answer,
    status: answer.text === '' ? 'submitted' : 'reconnecting',
  };
}

/** The answer is final. */
export function ended(
  {settled, omitted, branches}: ConversationState,
  info: ConversationInfo,
  answer: Message,
  error: ChatError | undefined,
): ConversationState {
  const status = answer.status === 'error' ? 'error' : 'ready';
  return {info, settled: [...settled, answer], omitted, branches, open: undefined, status, error};
}

/** A conversation as found in the history, with the answer that another tab is receiving, if there is one. */
export function shown(
  info: ConversationInfo,
  found: LoadedConversation | undefined,
  open: Message | undefined,
): ConversationState {
  const settled = found?.messages ?? [];
  const status = open?.text === '' ? 'submitted' : 'streaming';
  return {
    info: found?.info ?? {...info, title: ''}, // It was deleted: nothing of it is left.
    settled,
    branches: found?.branches,
    open,
    status: open ? status : 'ready',
    elsewhere: open && true,
  };
}

/**
 * Events of the stream arrived; `text` is the whole text of the stream after them.
 * @param now Milliseconds by the monotonic clock.
 */
export function streamed(
  state: ConversationState,
  events: readonly CompletionEvent[],
  text: string,
  now: number,
): ConversationState {
  let {open: answer, status, retryAt, connected} = state;
  const {at = now} = state;
  if (!answer) return state;
  const before = partsBefore(answer);
  const own = answer.parts.slice(before.length);
  let parts: readonly MessagePart[] = own;
  /** The part that this batch adds to: one object for all its events. */
  let grown: Mutable<TextPart | ReasoningPart> | undefined;
  /** Replaces the part at an index; appends it if that is negative. */
  const put = (part: MessagePart, at: number) => {
    parts = at < 0 ? [...parts, part] : parts.map((each, index) => (index === at ? part : each));
  };
  const told = events.some(({type}) => /^(text|reasoning)$/.test(type));
  own.forEach((part, index) => {
    // Reasoning lasts until what follows it, and a call that the server runs until its result.
    const isTimed =
      part.type === 'reasoning'
        ? told && part === own.at(-1)
        : part.type === 'tool-call' && part.state === 'called';
    const {duration = 0} = part as ReasoningPart;
    if (isTimed && now > at) put({...part, duration: duration + now - at} as MessagePart, index);
  });
  for (const event of events) {
    switch (event.type) {
      case 'text':
      case 'reasoning': {
        const {type, text} = event;
        const last = parts.at(-1);
        if (last !== grown || grown?.type !== type) {
          const goesOn = last?.type === type;
          grown = goesOn ? {...last} : {type, text: ''};
          put(grown as MessagePart, goesOn ? parts.length - 1 : -1);
        }
        grown!.text += text;
        status = 'streaming';
        retryAt = undefined;
        break;
      }
      case 'progress':
        status = ofProgress(event);
        retryAt = event.retryAt;
        connected = event.state === 'connected';
        // A new answer was requested, so the reasoning of the old one is void.
        if (event.mode === 'retry') parts = [];
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
      case 'replace':
        parts = textParts(event.text);
        break;
      case 'end':
        break;
      default: {
        const {raw: _, ...part} = event;
        const index = parts.findIndex(each => each.type === part.type && 'id' in each && each.id === part.id);
        put({...parts[index], ...part} as MessagePart, index);
      }
    }
  }
  if (parts !== own) {
    const texts = parts.filter(({type}) => type === 'text');
    // Share the stream's string: engines keep one that was built by appending as a tree of its pieces.
    if (texts.length === 1) put({type: 'text', text}, parts.indexOf(texts[0]!));
    const whole = textOf(before) + text;
    parts = [...before, ...parts];
    const next: Mutable<Message> = {...answer};
    next.text = whole;
    next.parts = parts;
    if (whole) next.status = 'streaming';
    answer = next;
  }
  const next: Mutable<ConversationState> = {...state};
  next.open = answer;
  next.status = status;
  next.retryAt = retryAt;
  next.connected = connected;
  next.at = now;
  return next;
}

function ofProgress({state, mode}: ProgressEvent): ConversationStatus {
  if (state === 'waiting' || state === 'offline') return state;
  return mode === 'send' || mode === 'retry' ? 'submitted' : 'reconnecting';
}

/** The parts from requests that are over: everything up to the last call of a page's tool. */
export function partsBefore({parts}: Message): readonly MessagePart[] {
  return parts.slice(0, parts.findLastIndex(part => 'round' in part) + 1);
}
