import {ChatError} from '../protocol/chat-error.ts';
import type {CompletionEvent, RequestMessage} from '../protocol/completion.ts';
import {
  type Message,
  type MessagePart,
  type Segment,
  type ToolCallPart,
  textOf,
} from '../protocol/message.ts';
import type {Clock} from '../transport/clock.ts';
import type {CompletionResult} from '../transport/completion-stream.ts';
import type {PartialAnswer} from '../transport/options.ts';
import {callTurns, isOpenCall} from './call-turns.ts';
import type {Journal, ResumeCursor} from './journal.ts';
import {partsBefore} from './reducer.ts';
import {runCall} from './run-call.ts';
import type {ConversationState} from './state.ts';
import type {ToolOptions} from './tool.ts';
import {addUp, type RoundsResult} from './tool-totals.ts';

const MAX_ROUNDS = 8;
/** Maximum calls of one round that are run. More are not a plan but a loop, or injected instructions. */
const MAX_CALLS = 64;
/** Separates the texts of two rounds, which would otherwise run together. */
const BREAK = '\n\n';
/** Dialects of servers that run their tools themselves and take no results. */
const RUNS_TOOLS = /^(langgraph|langserve|dify|flowise|n8n|text|ollama-generate)$/;

/** What the rounds of an answer need from its conversation. */
export interface RoundsHost {
  /** `state.open` is the answer. */
  readonly chat: {readonly state: ConversationState};
  readonly options: ToolOptions & {readonly journal?: Journal; readonly clock?: Clock};
  readonly run: AbortController;
  /** Set for an answer that was begun before. */
  readonly partial: (PartialAnswer & {readonly byUser?: boolean}) | undefined;
  /** Changes what is shown, and saves the answer soon. False if the answer is no longer ours. */
  put(state: ConversationState, events?: readonly CompletionEvent[], cursor?: ResumeCursor): boolean;
  /** Makes a request with these turns after those of the one before. What that one brought stays. */
  ask(begun: PartialAnswer | undefined, turns?: readonly RequestMessage[]): Promise<RoundResult>;
}

/** How a request ended, and which dialect answered it. */
export interface RoundResult extends CompletionResult {
  readonly dialect: string;
}

/**
 * Makes a request, runs the tools that the model called, sends it the results, and so on until it calls none. Open
 * calls found in the history run before the first request. The answer is saved before a tool runs and before a request
 * is sent, so that a reload knows what was done. Never rejects.
 */
export async function runRounds(host: RoundsHost): Promise<RoundsResult> {
  const {options, partial, run} = host;
  const {maxToolRounds = MAX_ROUNDS} = options;
  const results: RoundResult[] = [];
  const over = (end: Partial<RoundsResult>): RoundsResult => {
    const total = addUp(results, host.chat.state.open);
    if (!run.signal.aborted && total.usage) show(host, {...answerOf(host), usage: total.usage});
    return {...total, ...end};
  };
  const found = answerOf(host);
  // Half a call cannot be continued, and its stream cannot be resumed: the rest alone would not be a call.
  const parts = found.parts.filter(part => !isOpenCall(part) || part.state !== 'streaming');
  if (parts.length < found.parts.length) {
    if (partial?.resume) {
      return over({
        error: new ChatError('incomplete', 'The page was closed or reloaded during a tool call.'),
      });
    }
    show(host, {...found, parts});
  }
  const most = Number(maxToolRounds);
  // A user who asks to continue grants as many rounds again, at least one.
  const limit = partial?.byUser ? lastRound(parts) + Math.max(1, most) : most;
  if (!parts.some(isOpenCall))
    results.push(await host.ask(partial && {...partial, ...ownText(answerOf(host))}));
  for (;;) {
    const last = results.at(-1);
    if (last && (run.signal.aborted || !callsUs(last, answerOf(host), options))) return over({});
    let answer = answerOf(host);
    let round = openRound(answer.parts);
    if (round === undefined) {
      round = lastRound(answer.parts) + 1;
      if (round > limit) {
        const error = new ChatError('tool-rounds', 'The model reached the limit of tool rounds.');
        return over({status: 'interrupted', error});
      }
      show(host, asRound(answer, round));
    }
    const made = madeBy(host, last);
    await runAll(host, round, made);
    if (run.signal.aborted) return over({status: 'stopped'});
    const added = close(host);
    answer = answerOf(host);
    const segments = withAdded(last?.segments ?? answer.segments ?? [], added);
    const turns = callTurns({...answer, parts: partsOf(answer, round)});
    results.push(await host.ask({...made, segments, ...ownText(answer), isNew: true}, turns));
  }
}

/** The text of the last request, and the length of the text before it. */
function ownText(answer: Message) {
  const before = textOf(partsBefore(answer)).length;
  return {text: answer.text.slice(before), before};
}

/** The requests and continuations made for the answer so far, including any that the user granted. */
function madeBy({partial}: RoundsHost, last: RoundResult | undefined) {
  const {attempt = 0, continuations = 0} = partial ?? {};
  return {
    attempt: last?.segments.at(-1)?.attempt ?? attempt,
    continuations: continuations + (last?.metrics.continuations ?? 0),
  };
}

/** The answer under way. It exists until it is final. */
const answerOf = ({chat}: RoundsHost): Message => chat.state.open as Message;

function show(host: RoundsHost, open: Message): void {
  const waits = open.parts.some(part => isCall(part) && part.state === 'waiting');
  host.put({...host.chat.state, open, status: waits ? 'waiting' : 'streaming'});
}

/** Saves the answer at once. */
async function save({chat, options}: RoundsHost, made: ReturnType<typeof madeBy>): Promise<void> {
  const {info, open} = chat.state;
  if (!open) return;
  await options.journal?.begin(info, [open], {
    ...made,
    conversationId: info.id,
    messageId: open.id,
    mode: 'send',
  });
}

const isCall = (part: MessagePart): part is ToolCallPart => part.type === 'tool-call';

function lastRound(parts: readonly MessagePart[]): number {
  return Math.max(0, ...parts.map(part => (isCall(part) && part.round) || 0));
}

/** The round that was cut before it had all its results. */
function openRound(parts: readonly MessagePart[]): number | undefined {
  return parts.filter(isOpenCall).find(({round}) => round !== undefined)?.round;
}

/** Whether the page has to act: one of its own tools was called, or one that nobody has. */
function callsUs(
  {status, finishReason, dialect}: RoundResult,
  answer: Message,
  {tools = []}: ToolOptions,
): boolean {
  const calls = answer.parts.slice(partsBefore(answer).length).filter(isOpenCall);
  if (status !== 'complete' || calls.length === 0) return false;
  const isOurs = calls.some(({name}) => tools.some(tool => tool.name === name));
  return isOurs || (finishReason === 'tool-calls' && !RUNS_TOOLS.test(dialect));
}

/**
 * Makes a round of the last request's calls. They go behind its other parts, since what follows them is the next
 * round's.
 */
function asRound({finishReason: _, ...answer}: Message, round: number): Message {
  const before = partsBefore(answer);
  const found = answer.parts.slice(before.length);
  const others = found.filter(part => !isCall(part));
  const calls = found.filter(isCall).map(call => ({...call, round}));
  return {...answer, parts: [...before, ...others, ...calls]};
}

function partsOf({parts}: Message, round: number): readonly MessagePart[] {
  return parts.slice(
    parts.findLastIndex(part => isCall(part) && part.round !== undefined && part.round < round) + 1,
  );
}

/** Runs the calls of a round that have no result yet, concurrently. */
async function runAll(host: RoundsHost, round: number, made: ReturnType<typeof madeBy>): Promise<void> {
  const {options, run} = host;
  const {signal} = run;
  const clock = options.clock ?? performance;
  const calls = answerOf(host)
    .parts.filter(isOpenCall)
    .filter(call => call.round === round);
  const put = ({id}: ToolCallPart, change: Partial<ToolCallPart>) => {
    if (signal.aborted) return;
    const open = answerOf(host);
    const isIt = (part: MessagePart) => isCall(part) && part.round === round && part.id === id;
    const parts = open.parts.map(
      (part): MessagePart => (isIt(part) ? ({...part, ...change} as ToolCallPart) : part),
    );
    show(host, {...open, parts});
  };
  const tooMany = {state: 'failed', result: `Only ${MAX_CALLS} calls are run at once.`} as const;
  for (const call of calls.slice(MAX_CALLS)) put(call, tooMany);
  await Promise.all(
    calls
      .slice(0, MAX_CALLS)
      .map(call =>
        runCall(call, {options, signal, now: () => clock.now(), save: () => save(host, made)}, change =>
          put(call, change),
        ),
      ),
  );
}

/** Ends the text of a round, so that the next can follow. Returns the number of characters added. */
function close(host: RoundsHost): number {
  const answer = answerOf(host);
  const at = answer.parts.findLastIndex(({type}) => type === 'text');
  const part = answer.parts[at];
  if (part?.type !== 'text' || part.text.endsWith(BREAK)) return 0;
  const parts = answer.parts.with(at, {...part, text: part.text + BREAK});
  show(host, {...answer, parts, text: textOf(parts)});
  return BREAK.length;
}

function withAdded(segments: readonly Segment[], added: number) {
  return segments.map((segment, at) =>
    at === segments.length - 1 ? {...segment, chars: segment.chars + added} : segment,
  );
}
