import {ChatError} from '../protocol/chat-error.ts';
import type {RequestMessage} from '../protocol/completion.ts';
import type {Message} from '../protocol/message.ts';
import {CompletionStream} from '../transport/completion-stream.ts';
import type {StreamCompletionOptions} from '../transport/options.ts';
import {callTurns, weighed, withCalls} from './call-turns.ts';
import {CONTEXT_TOKENS, type ContextOptions, firstSent, fitContext} from './context-window.ts';
import type {ConversationSummary} from './journal.ts';
import {partsBefore} from './reducer.ts';
import {untilAborted} from './until-aborted.ts';

/** The context to send, once the summary and the passages are there. */
export interface PreparedContext {
  readonly messages: readonly RequestMessage[];
  /** How many of the first messages are left out. */
  readonly omitted: number;
  /** What is sent in their place. */
  readonly summary: ConversationSummary | undefined;
}

const SUMMARY_TOKENS = 500; // the longest summary that the endpoint is asked for
const SUMMARY_PROMPT =
  'Summarize the conversation so far for yourself, so that you can go on with it without its text: names, numbers, ' +
  'decisions, what the user wants, and what is still open. Write nothing but the summary.';

/**
 * Summarises messages that no longer fit, and asks the page for passages. If the summary fails, only the messages that
 * fit are sent. With tools, their calls and results are sent, too.
 * @param answer The answer under way; what earlier requests did for it goes after the question.
 * @throws {ChatError} `configuration` if `retrieve` fails, because an answer without its passages may be wrong.
 */
export async function prepareContext(
  messages: readonly Message[],
  before: ConversationSummary | undefined,
  options: ContextOptions & Omit<StreamCompletionOptions, 'messages'>,
  signal: AbortSignal,
  answer: Message,
): Promise<PreparedContext> {
  const hasTools = !!options.tools?.length;
  const [{omitted, summary}, passages] = await Promise.all([
    summed(messages, hasTools ? messages.map(weighed) : messages, before, options, signal),
    passagesFor(messages, options, signal),
  ]);
  signal.throwIfAborted(); // Once stopped, the answer is final in the history, and no attempt may be written.
  const turns = [...(hasTools ? fitContext(withCalls(messages, omitted), 0) : fitContext(messages, omitted))];
  putSummary(turns, summary);
  if (passages.length) {
    const numbered = passages.map((passage, index) => `[${index + 1}] ${passage}`);
    put(
      turns,
      turns.findLastIndex(isQuestion),
      `Passages that may help to answer:\n\n${numbered.join('\n\n')}`,
    );
  }
  if (hasTools) turns.push(...callTurns({...answer, parts: partsBefore(answer)}));
  return {messages: turns, omitted, summary};
}

const isQuestion = ({role}: RequestMessage) => role === 'user';

/** Puts text before a user's words, because what others wrote has no place in the system prompt. */
function put(turns: RequestMessage[], at: number, text: string): void {
  const turn = turns[at];
  if (turn) turns[at] = {...turn, content: `${text}\n\n${turn.content}`};
}

function putSummary(turns: RequestMessage[], summary: ConversationSummary | undefined): void {
  if (summary) put(turns, turns.findIndex(isQuestion), `Summary of what was said before:\n\n${summary.text}`);
}

/** @param weights The same messages, with everything that takes room as part of their texts. */
async function summed(
  messages: readonly Message[],
  weights: readonly Message[],
  before: ConversationSummary | undefined,
  options: ContextOptions & Omit<StreamCompletionOptions, 'messages'>,
  signal: AbortSignal,
): Promise<Pick<PreparedContext, 'omitted' | 'summary'>> {
  const omitted = firstSent(weights, options);
  const {context, contextTokens = CONTEXT_TOKENS, summarize} = options;
  if (context !== 'summary' || !summarize) return {omitted, summary: undefined};
  // A summary is void once a message that it covers was edited.
  const covered = before ? messages.findIndex(({id}) => id === before.upTo) + 1 : 0;
  const known = covered ? before : undefined;
  if (omitted <= covered) return {omitted: covered, summary: known};
  // Covers more than necessary, so that not every question needs a new summary.
  const next = firstSent(weights, {...options, contextTokens: contextTokens / 2});
  const turns = [
    ...fitContext(
      messages.slice(covered, next).filter(({role}) => role !== 'system'),
      0,
    ),
  ];
  putSummary(turns, known);
  const sum = summarize === 'endpoint' ? byEndpoint(options) : summarize;
  try {
    const text = await untilAborted(signal, () => sum(turns, signal));
    const upTo = messages[next - 1];
    if (upTo && text.trim()) return {omitted: next, summary: {text, upTo: upTo.id}};
  } catch {
    signal.throwIfAborted();
  }
  return {omitted, summary: undefined};
}

/** Asks the endpoint itself, which is billed like any answer. */
function byEndpoint(options: Omit<StreamCompletionOptions, 'messages'>) {
  return async (turns: readonly RequestMessage[], signal: AbortSignal): Promise<string> => {
    const {onAttempt: _, partial: __, messageId: ___, conversationId: ____, tools: _____, ...rest} = options;
    const last = turns.at(-1);
    // A question without an answer comes last: some servers refuse two turns of one role in a row.
    const isOpen = last?.role === 'user';
    const said = isOpen ? `${last.content}\n\n${SUMMARY_PROMPT}` : SUMMARY_PROMPT;
    const stream = new CompletionStream({
      ...rest,
      messages: [
        ...(isOpen ? turns.slice(0, -1) : turns),
        {...(isOpen && last), role: 'user', content: said},
      ],
      maxTokens: SUMMARY_TOKENS,
      continuation: 'off',
      signal,
    });
    const {text, status, error} = await stream.result();
    if (status !== 'complete' && status !== 'length') throw error ?? new Error(status);
    return text;
  };
}

async function passagesFor(
  messages: readonly Message[],
  {retrieve}: ContextOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const question = messages.findLast(({role}) => role === 'user');
  if (!retrieve || !question) return [];
  try {
    const found = await untilAborted(signal, () => retrieve(question.text, signal));
    return found.filter(passage => passage.trim()); // Throws if one is not a string.
  } catch (cause) {
    signal.throwIfAborted();
    throw new ChatError('configuration', 'The passages for the question could not be retrieved.', {cause});
  }
}
