import type {RequestMessage} from '../protocol/completion.ts';
import type {Message} from '../protocol/message.ts';

/** How much of the conversation is sent along. */
export type ContextStrategy = 'full' | 'window' | 'budget';

export interface ContextOptions {
  /** Default `budget`. */
  readonly context?: ContextStrategy;
  /** Questions with their answers that `window` keeps. Default 10. */
  readonly contextTurns?: number;
  /** Tokens that `budget` keeps, by estimate. Default 4,000. */
  readonly contextTokens?: number;
}

const CHARACTERS_PER_TOKEN = 4; // an estimate that errs on the safe side for English; other scripts get one each

/**
 * The turns to send: without what no server takes (empty answers, failed ones, two turns of one role in a row), and
 * no more than the strategy allows. The last question is always among them, and the first turn is never an answer.
 */
export function fitContext(
  messages: readonly Message[],
  options: ContextOptions = {},
): readonly RequestMessage[] {
  const turns = sanitise(messages);
  const {context = 'budget', contextTurns = 10, contextTokens = 4000} = options;
  if (context === 'full') return turns;
  const isWindow = context === 'window';
  let left = isWindow ? contextTurns : contextTokens;
  let from = turns.length;
  for (const [at, {role, content}] of [...turns.entries()].reverse()) {
    left -= isWindow ? Number(role === 'user') : estimateTokens(content);
    if (left < 0 && at < turns.length - 1) break;
    if (role === 'user') from = at; // A question opens what is sent; an answer alone would hang in the air.
  }
  return turns.slice(from);
}

function sanitise(messages: readonly Message[]): RequestMessage[] {
  const turns: RequestMessage[] = [];
  for (const {role, text} of messages) {
    if (role === 'tool' || text === '') continue;
    const before = turns.at(-1)?.role === role ? `${turns.pop()?.content}\n\n` : '';
    turns.push({role, content: before + text});
  }
  while (turns[0]?.role === 'assistant') turns.shift();
  return turns;
}

function estimateTokens(text: string): number {
  const wide = text.match(/[\u2e80-\uffff]/g)?.length ?? 0;
  return wide + Math.ceil((text.length - wide) / CHARACTERS_PER_TOKEN);
}
