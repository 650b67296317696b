import type {StreamCompletionOptions} from '../../src/transport/options.ts';
import type {Ledger, LedgerEntry, Scenario} from './scenario.ts';

/** Statuses that waiting does not change: the same request would be refused again. */
const FINAL = new Set([400, 403, 404, 405, 413, 422, 501]);

/**
 * The requests of one answer that the policy of docs/adr/0001-ladder.md and docs/adr/0010-guards-of-the-ladder.md does
 * not explain, each with the reason; empty if all are explained. Judges only by the server's ledger.
 */
export function unexplained(
  scenario: Scenario,
  {requests}: Ledger,
  options: Partial<StreamCompletionOptions> = {},
): string[] {
  const {partial, continuation = 'auto', maxContinuations = 2, maxRetries = 4} = options;
  const found: string[] = [];
  const granted = partial?.byUser ? 1 : 0;
  const budget =
    granted + maxContinuations * (options.continueLength ? 2 : 1) - (partial?.continuations ?? 0);
  const allows = (mode: LedgerEntry['mode']) =>
    mode === 'send' || continuation === 'auto' || continuation === mode || granted > 0;
  let billed = 0;
  let refused = 0;
  let asked: string | undefined;
  for (const [index, request] of requests.entries()) {
    const question = request.mode === 'send' ? questionOf(request) : asked;
    // A new question is a reason of its own: the user asked.
    if (question !== asked) [billed, refused] = [0, 0];
    const before = question === asked ? requests[index - 1] : undefined;
    asked = question;
    const tell = (why: string) => found.push(`request ${index + 1}, ${request.mode}: ${why}`);
    const {mode} = request;
    if (!allows(mode) && continuation !== 'prefill') tell(`the page's policy is ${continuation}`);
    if (mode === 'resume' && !partial && (scenario.resume ?? 'none') === 'none') tell('nobody offered that');
    if (isContinuation(request) && request.status < 400 && ++billed > budget) tell('the budget is spent');
    if (!before) continue;
    const isLonger = options.continueLength && isContinuation(request);
    const hasGap = before.mode === 'resume' && (scenario.resumeFrom === 'gap' || options.prepareRequest);
    const {headerDelay = 0, headers} = scenario.responses?.[index - 1] ?? scenario.last ?? {};
    if (headerDelay >= (options.connectTimeout ?? 30_000)) continue; // The client had given up waiting by then.
    // A page that closed the connection may not have read everything.
    const isOver = before.ends && before.closedBy !== 'client';
    // New tool results are a reason for another round.
    const hasMore = resultsOf(request) > resultsOf(before);
    if (isOver && before.status < 300 && !isLonger && !hasGap && !hasMore) tell('the answer was over');
    const isAsked = headers?.['x-should-retry'] === 'true';
    if (mode === before.mode && FINAL.has(before.status) && !isAsked) tell(`after a ${before.status}`);
    refused = before.status >= 400 ? refused + 1 : 0;
    if (refused > maxRetries + 1) tell(`after ${refused} refusals`);
  }
  return found;
}

/** @throws {Error} naming the requests that the policy does not explain. */
export function assertExplained(...ledger: Parameters<typeof unexplained>): void {
  const odd = unexplained(...ledger);
  if (odd.length > 0) throw new Error(`Requests without a reason: ${odd.join('; ')}`);
}

function questionOf({body}: LedgerEntry): string {
  const {messages = []} = (body ?? {}) as {messages?: readonly {role: string}[]};
  return JSON.stringify(messages.filter(({role}) => role === 'user'));
}

/** The number of tool results in the request. */
function resultsOf({body}: LedgerEntry): number {
  const {messages = []} = (body ?? {}) as {messages?: readonly {role: string}[]};
  return messages.filter(({role}) => role === 'tool').length;
}

function isContinuation({mode}: LedgerEntry): boolean {
  return mode === 'prefill' || mode === 'continue-turn';
}
