import type {RequestMessage} from '../protocol/completion.ts';
import type {Message, MessagePart, ToolCallPart} from '../protocol/message.ts';

// How messages are sent to a model that has tools.

/** Whether it is a call without a result. */
export function isOpenCall(part: MessagePart): part is ToolCallPart {
  return part.type === 'tool-call' && !('result' in part);
}

/** The message with everything that takes room in the context as its text. */
export function weighed(message: Message): Message {
  const calls = message.parts.flatMap(part => (isSent(part) ? [part.arguments, part.result] : []));
  return calls.length > 0 ? {...message, text: message.text + JSON.stringify(calls)} : message;
}

/** A stretch of a message, as it is sent. */
interface Stretch extends Pick<Message, 'role' | 'text'>, Pick<RequestMessage, 'toolCalls'> {}

/** The messages from `first` on, and all system messages, with each answer split into its rounds. */
export function withCalls(messages: readonly Message[], first: number): readonly Stretch[] {
  return messages.flatMap((message, at) =>
    at < first && message.role !== 'system' ? [] : message.role === 'assistant' ? rounds(message) : [message],
  );
}

/** An answer as turns: one for each of its rounds, with that round's calls and their results. */
export function callTurns(answer: Message): readonly RequestMessage[] {
  return rounds(answer).map(({text, toolCalls}) => ({
    role: 'assistant',
    content: text,
    ...(toolCalls && {toolCalls}),
  }));
}

function rounds({role, parts}: Message): readonly Stretch[] {
  const all: Stretch[] = [];
  let text = '';
  let toolCalls: ToolCallPart[] = [];
  const close = () => {
    if (toolCalls.length > 0) all.push({role, text: text.trimEnd(), toolCalls});
    else if (/\S/.test(text)) all.push({role, text});
    text = '';
    toolCalls = [];
  };
  for (const part of parts) {
    if (isSent(part)) {
      if (toolCalls.some(({round}) => round !== part.round)) close();
      toolCalls.push(part);
    } else if (part.type === 'text') {
      if (toolCalls.length > 0) close();
      text += part.text;
    }
  }
  close();
  return all;
}

/** Whether it is a call of a page's tool with its result: no server takes one without. */
function isSent(part: MessagePart): part is ToolCallPart {
  return part.type === 'tool-call' && part.round !== undefined && !isOpenCall(part);
}
