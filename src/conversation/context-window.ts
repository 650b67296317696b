import type {RequestMessage} from '../protocol/completion.ts';
import type {FilePart, Message} from '../protocol/message.ts';

/** How much of the conversation is sent with a question. */
export type ContextStrategy = 'full' | 'window' | 'budget' | 'summary';

/** Summarises turns that no longer fit, including an earlier summary. */
export type Summarize = (turns: readonly RequestMessage[], signal: AbortSignal) => string | Promise<string>;

/** Finds passages for a question. */
export type Retrieve = (query: string, signal: AbortSignal) => readonly string[] | Promise<readonly string[]>;

export interface ContextOptions {
  /** Default `budget`. */
  readonly context?: ContextStrategy;
  /** Questions with their answers that `window` keeps. Default 10. */
  readonly contextTurns?: number;
  /** Tokens that `budget` and `summary` keep, by estimate. Default 4,000. */
  readonly contextTokens?: number;
  /** Counts the tokens of a text, for `budget`. Default: one per four characters, or per character of a wide script. */
  readonly estimateTokens?: (text: string) => number;
  /** For `summary`, which is `budget` without it. `endpoint` asks the endpoint, which is one more billed request. */
  readonly summarize?: Summarize | 'endpoint';
  /** Its passages are put before the question. A failure ends the answer with an error. */
  readonly retrieve?: Retrieve;
}

/** Tokens that are kept by default. */
export const CONTEXT_TOKENS = 4000;
const ATTACHMENT_TOKENS = 1000; // roughly what an image or two pages of a document take
const CHARACTERS_PER_TOKEN = 4; // an estimate that errs on the safe side for English; other scripts get one each

/** A message, as far as it is sent. */
type Said = Pick<Message, 'role' | 'text'> & Partial<Pick<Message, 'parts'>>;

/** Whether servers accept the message: an empty turn would spoil the conversation. */
const isSent = (message: Said) =>
  message.role !== 'tool' && (/\S/.test(message.text) || attachedTo(message).length > 0);

/** What a user attached. Files of an answer are not sent back. */
export function attachedTo({role, parts = []}: Said): readonly FilePart[] {
  return role === 'user' ? parts.filter(part => part.type === 'file') : [];
}

/**
 * The index of the first message to send. The last question is always sent, and the first message sent is a question,
 * so that a question and everything it led to stay together.
 */
export function firstSent(messages: readonly Message[], options: ContextOptions): number {
  const {context = 'budget', contextTurns = 10, contextTokens = CONTEXT_TOKENS, estimateTokens} = options;
  if (context === 'full') return 0;
  const isWindow = context === 'window';
  const costOf = (message: Message) =>
    isWindow
      ? Number(message.role === 'user')
      : (estimateTokens?.(message.text) ?? estimate(message.text)) +
        attachedTo(message).length * ATTACHMENT_TOKENS;
  let left = isWindow ? contextTurns : contextTokens;
  for (const message of messages) if (message.role === 'system') left -= costOf(message);
  let first = messages.length;
  for (let at = first - 1; at >= 0; at--) {
    const message = messages[at]!;
    if (message.role === 'system' || !isSent(message)) continue;
    left -= costOf(message);
    if (left < 0 && first < messages.length) break;
    if (message.role === 'user') first = at;
  }
  return first;
}

/**
 * The turns to send for the messages from `first` on, without what servers refuse: empty turns, two of one role in a
 * row, an answer at the start. System messages are always included; tool calls and results only if the messages have
 * `toolCalls`.
 */
export function fitContext(
  messages: readonly (Said & Pick<RequestMessage, 'toolCalls'>)[],
  first: number,
): readonly RequestMessage[] {
  const turns: RequestMessage[] = [];
  let hasQuestion = false;
  messages.forEach((message, at) => {
    const {role, text, toolCalls} = message;
    if (role === 'tool' || !(toolCalls || isSent(message)) || (at < first && role !== 'system')) return;
    hasQuestion ||= role === 'user';
    if (role === 'assistant' && !hasQuestion) return;
    const last = turns.at(-1);
    const before = last?.role === role && !(toolCalls ?? last.toolCalls) ? turns.pop() : undefined;
    const attachments = [...(before?.attachments ?? []), ...attachedTo(message)];
    turns.push({
      role,
      content: [before?.content, text].filter(Boolean).join('\n\n'),
      ...(attachments.length > 0 && {attachments}),
      ...(toolCalls && {toolCalls}),
    });
  });
  return turns;
}

function estimate(text: string): number {
  const wide = text.match(/[\u2e80-\uffff]/g)?.length ?? 0;
  return wide + Math.ceil((text.length - wide) / CHARACTERS_PER_TOKEN);
}
