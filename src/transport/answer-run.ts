import {ChatError} from '../protocol/chat-error.ts';
import type {CompletionEvent, EndEvent, ProgressEvent} from '../protocol/completion.ts';
import {type Dialect, isContinuation, type ServerSentEvent} from '../protocol/dialect.ts';
import {dialectFor, token} from '../protocol/dialects/index.ts';
import {judgeEnd, type Verdict} from '../protocol/end-of-stream.ts';
import type {AttemptMode, CompletionMetrics, FinishReason, Segment, Usage} from '../protocol/message.ts';
import type {Mutable} from '../protocol/mutable.ts';
import {asChatError} from './as-chat-error.ts';
import {attempt} from './attempt.ts';
import {type Clock, systemClock} from './clock.ts';
import {createId} from './create-id.ts';
import {createGeneration, type Generation} from './generation.ts';
import {later} from './later.ts';
import {createMeter} from './meter.ts';
import type {PartialAnswer, ResumePoint, StreamCompletionOptions, Transport} from './options.ts';
import {pause} from './pause.ts';
import {pagePresence} from './presence.ts';
import type {Thoughts} from './read-thoughts.ts';
import {createRecovery, endOf, isBroken, type Outcome, type Situation, type Step} from './recovery.ts';
import {buildRequest, continuationOf, type Target, targetsOf} from './request.ts';
import {mayStream, requestIdsOf} from './response.ts';
import {HOLD_TIME} from './stitcher.ts';

const SURE = 24; // characters; two texts that begin with the same ones do not do so by chance
const FINISH_GRACE = 1000; // ms for usage and `[DONE]` after the finish reason
const CLOSE_GRACE = 100; // ms for the server to close after `[DONE]`: aborting would make the request look failed
const PATIENCE = 5000; // ms; a longer delay before a retry makes us ask a fallback instead
const MAX_FINISHERS = 100; // servers to remember

/** The reason for aborting an attempt whose answer is over, but whose connection the server leaves open. */
const FINISHED = Symbol('finished');

/**
 * Servers that have sent a finish reason, by origin and path: from them, `[DONE]` alone does not complete an answer.
 */
const finishers = new Set<string | Transport>();

/** A page that cannot load the chunk goes without fallbacks. */
async function loadFallback(targets: readonly Target[], clock: Clock) {
  const loaded = await later.seldom().catch(() => undefined);
  return loaded?.createFallback(targets, clock);
}

/** The current state of one answer. */
export interface AnswerRun {
  text(): string;
  dialect(): string;
  finishReason(): FinishReason | undefined;
  usage(): Usage | undefined;
  response(): {readonly status: number; readonly headers: Headers} | undefined;
  segments(): readonly Segment[];
  metrics(): CompletionMetrics;
  requestIds(): readonly string[];
  resumePoint(): ResumePoint | undefined;
  /** Resolves with how the answer ended; never rejects. */
  readonly ended: Promise<EndEvent>;
}

/**
 * Makes one answer out of as many attempts as it takes. This is the only place that asks again, and the only one that
 * ensures "exactly once": the text grows by what is new, and by nothing else.
 * @throws {ChatError} `configuration`.
 */
export function runAnswer(
  options: StreamCompletionOptions,
  emit: (events: readonly CompletionEvent[]) => void,
  signal: AbortSignal,
): AnswerRun {
  const {partial, clock = systemClock, presence = pagePresence} = options;
  const targets = targetsOf(options);
  const {event = 2 ** 23, answer = 2 ** 24} = options.limits ?? {};
  // A value from a form or a query is a string, perhaps not even a number.
  const timeouts = {
    connect: +options.connectTimeout! || 30_000,
    'first-event': +options.firstEventTimeout! || 60_000,
    idle: +options.idleTimeout! || 30_000,
  };
  const messageId = options.messageId ?? createId(clock.epoch());
  const recovery = createRecovery(options, clock);
  const meter = createMeter(clock);
  const {counts} = meter;
  const requestIds = new Set<string>();
  const segments = partial ? segmentsOf(partial) : [];
  let target = targets[0]!;
  let text = partial?.text ?? '';
  let finishReason: FinishReason | undefined;
  let usage: Usage | undefined;
  let hasParts = false;
  let response: ReturnType<AnswerRun['response']>;
  /** Events that were read but not yet passed on. */
  const out: CompletionEvent[] = [];
  /** The dialect of requests to the target. Known once `ask` has resolved. */
  let spoken: Dialect = token;
  /** The text of the answer before the current generation. */
  let base = '';
  const thoughts = {
    raw: partial?.parts?.some(({type}) => type === 'reasoning') ? undefined : '',
  } as Thoughts;
  const memory = {};
  let generation = begin('send', partial?.resume);

  function begin(asked: AttemptMode, resume?: ResumePoint): Generation {
    const mode = resume ? 'resume' : asked;
    base = resume ? '' : text;
    hasParts &&= text !== ''; // Without text the whole answer is requested again, and its parts are void.
    Object.assign(thoughts, {held: '', again: '', tag: resume?.tag}, !resume && text === '' && {raw: ''});
    return createGeneration({
      dialect: (options.dialect ?? 'auto') === 'auto' ? undefined : spoken,
      fallback: spoken,
      placeOf: options.transport ? undefined : spoken.placeOf, // A custom transport says itself what it can resume.
      beginning: {mode, text, thoughts, memory},
      counts,
      accept,
      load,
      resume,
    });
  }

  /** Waits for a chunk to load, but no longer than for a connection. */
  function load<T>(what: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      what.then(resolve, reject).finally(clock.after(timeouts.connect, reject));
    }).catch(cause => {
      throw asChatError(cause, 'protocol', 'Part of the chat could not be loaded.');
    });
  }

  /** The text that stays in front of a replacement; empty if the replacement repeats the answer from its start. */
  function kept(instead: string): string {
    const {stitcher} = generation;
    const before = base.slice(0, stitcher.start());
    return stitcher.join() !== 'position' && instead.startsWith(before.slice(0, SURE)) ? '' : before;
  }

  /** Adds what is new to the answer. */
  function accept(event: CompletionEvent): void {
    const replaces = event.type === 'replace';
    if (event.type === 'text' || replaces) {
      const {length} = text;
      const whole = (replaces ? kept(event.text) : text) + event.text;
      if (replaces && whole.length > length && whole.startsWith(text)) {
        accept({type: 'text', text: whole.slice(length), raw: event.raw});
        return;
      }
      text = whole;
      meter.text(text.length - length);
      const segment = segments.at(-1);
      if (segment) segment.chars += text.length - length; // Negative if it replaced text from an earlier segment.
    } else if (event.type === 'request-id') {
      requestIds.add(event.id);
    } else if (event.type === 'usage') {
      usage = event.usage;
    } else {
      hasParts ||= 'id' in event && event.type !== 'source'; // Sources alone are no answer.
    }
    out.push(replaces ? {...event, text} : event);
  }

  /** Reads events into the answer. Keeps what was read before a failure, and returns the failure. */
  function take(read: () => void): ChatError | undefined {
    try {
      if (!signal.aborted) read();
      return undefined;
    } catch (error) {
      return asChatError(error); // Not retried: the page's own dialect would fail, and be billed, again.
    } finally {
      emit(out.splice(0));
    }
  }

  function situation(): Situation {
    return {
      target,
      hasText: text !== '',
      canResume: generation.resumePoint() !== undefined,
      canContinue: generation.canContinue,
      dialect: spoken.continuations,
    };
  }

  async function loop(): Promise<EndEvent> {
    await Promise.resolve(); // So that the caller has its stream before the first event.
    const fallback = targets.length > 1 ? await loadFallback(targets, clock) : undefined;
    await ask(fallback?.first(segments.at(-1)) ?? target, partial?.resume);
    let step = recovery.first(situation());
    while (!('type' in step)) {
      const tell = tellOf(step);
      await pause(step, tell, {clock, presence, signal, recovery});
      const outcome = await make(step.mode, () => tell('connected'));
      step = recovery.next(outcome, situation());
      // A generation that is given up releases what it held back before the next request is made.
      if ('type' in step || step.mode !== 'resume') take(() => generation.finish(true));
      const isLost = 'type' in step || step.delay > PATIENCE;
      const failed = isLost && text === '' ? step.error : undefined;
      const next = failed && fallback?.next(failed, target);
      if (next) {
        await ask(next);
        counts.fallbacks++;
        step = recovery.elsewhere(failed);
      }
    }
    return step;
  }

  async function ask(next: Target, resume?: ResumePoint): Promise<void> {
    target = next;
    const found = dialectFor(options.dialect, next.endpoint, !!options.tools?.length);
    spoken = found instanceof Promise ? await load(found) : found;
    generation = begin('send', resume);
  }

  /** Names the target to the page, if it is a fallback. */
  function instead(): {endpoint?: string; model?: string} {
    const {endpoint, model} = target;
    return target === targets[0] ? {} : {endpoint: endpoint.href, ...(model !== undefined && {model})};
  }

  function tellOf({mode, error}: Step) {
    const about = {type: 'progress', mode, attempt: recovery.attempt + 1, ...instead()} as const;
    return (state: ProgressEvent['state'], retryAt?: number) => {
      emit([{...about, state, ...(error && {error}), ...(retryAt && {retryAt})}]);
    };
  }

  /** Makes one attempt and judges how it ended. */
  async function make(mode: AttemptMode, onConnected: () => void): Promise<Outcome> {
    const resume = mode === 'resume' ? generation.resumePoint() : undefined;
    recovery.count(mode);
    const asked = {mode, attempt: recovery.attempt};
    const continuation = isContinuation(mode)
      ? continuationOf({
          ...asked,
          mode,
          messageId,
          before: thoughts.raw,
          text,
          lastToken: generation.lastToken,
          words: options.continuePrompt,
        })
      : undefined;
    if (!resume) generation = begin(mode);
    generation.resuming = resume !== undefined;
    counts.requests++;
    if (mode === 'retry') counts.retries++;
    else if (mode === 'resume') counts.resumes++;
    else if (continuation) counts.continuations++;
    const segment: Mutable<Segment> = {...asked, chars: 0, end: 'error', ...instead()};
    segments.push(segment);
    const before = text.length;
    await options.onAttempt?.({...asked, continuations: recovery.continuations, ...(resume && {resume})});
    signal.throwIfAborted();
    const request = await buildRequest({...asked, ...target, options, dialect: spoken, continuation, resume});
    signal.throwIfAborted();

    const controller = new AbortController(); // New for each attempt: the library never removes its listener.
    const stop = () => controller.abort(signal.reason);
    signal.addEventListener('abort', stop);
    let cancelGrace: (() => void) | undefined;
    let cancelHold: (() => void) | undefined;
    /** Set once the body is over, which may be before a dialect has loaded. */
    let tail: readonly ServerSentEvent[] | undefined;
    let cause: ChatError | undefined;
    let end: Segment['end'] = 'eof';
    const takeOrAbort = (read: () => void) => {
      const error = take(read);
      if (error) controller.abort(error);
    };
    const read = (events: readonly ServerSentEvent[] = []) => {
      if (tail) return;
      takeOrAbort(() => generation.read(events));
      void generation.loading()?.then(() => read());
      if (generation.isOver() || generation.finishReason) {
        cancelGrace?.();
        const grace = generation.isOver() ? CLOSE_GRACE : FINISH_GRACE;
        cancelGrace = clock.after(grace, () => controller.abort(FINISHED));
      } else if (generation.stitcher.holding()) {
        cancelHold ??= clock.after(HOLD_TIME, () => takeOrAbort(() => generation.finish(false)));
      }
    };
    try {
      const {transport} = options;
      const open = transport ? (await later.seldom()).attemptOver(transport) : attempt;
      await open({
        ...request,
        controller,
        clock,
        fetch: options.fetch ?? globalThis.fetch,
        limits: {event, answer},
        timeouts,
        isPlain: spoken.isPlain,
        onBytes: count => (counts.bytes += count),
        onResponse,
        onOpen(streamId, position) {
          onConnected();
          generation.streamId = streamId || generation.streamId;
          if (continuation && position !== undefined) generation.from(position);
        },
        onTail: events => {
          tail = events;
        },
        onEvents: read,
      });
    } catch (error) {
      signal.throwIfAborted();
      if (error !== FINISHED) {
        cause = asLost(error);
        if (cause.kind === 'rate-limit') counts.rateLimits++;
        end = cause.kind === 'timeout' ? 'timeout' : cause.kind === 'network' ? 'reset' : 'error';
      }
    } finally {
      cancelGrace?.();
      cancelHold?.();
      signal.removeEventListener('abort', stop);
    }
    if (end === 'timeout') counts.stalls++;
    cause = await finishReading(cause, tail);
    signal.throwIfAborted();
    const verdict = judge(cause);
    segment.end = verdict.status === 'interrupted' ? end : verdict.status === 'error' ? 'error' : 'complete';
    const join = generation.stitcher.join();
    if (join && continuation) segment.join = join;
    return {mode, verdict, cause, progressed: text.length > before, finishReason};
  }

  async function onResponse(received: Response): Promise<void> {
    const {status, headers} = received;
    response = {status, headers};
    for (const id of requestIdsOf(headers)) requestIds.add(id);
    if (mayStream(received)) return;
    const loaded = await later.seldom().catch(() => undefined);
    if (loaded) throw await loaded.refusal(received, clock);
    throw new ChatError(received.ok ? 'content' : 'http', `The server answered with HTTP ${status}.`, {
      status,
    });
  }

  /** Once the body is over, judges what was unfinished or held back. Returns why the attempt failed, if it did. */
  async function finishReading(
    cause: ChatError | undefined,
    tail: readonly ServerSentEvent[] = [],
  ): Promise<ChatError | undefined> {
    const terminalOnly = cause !== undefined || generation.streamId !== undefined;
    let failed = take(() => generation.readTail(tail, terminalOnly));
    do {
      await generation.loading();
      failed ??= take(() => generation.read([]));
    } while (generation.loading());
    if (!cause) failed ??= take(() => generation.close());
    if (failed) return failed;
    const cut = !generation.isOver() && generation.finishReason === undefined;
    // If the stream can be resumed, what is held back stays held back.
    const broken = cut && recovery.resumes(situation()) ? undefined : take(() => generation.finish(cut));
    const came = generation.came();
    const hasText = text !== '';
    // A resumed stream is known to be one from an earlier response.
    const isStream = generation.resuming || (came.recognised ? came.count > 1 : hasText);
    if (broken || cause || !cut || isStream) return broken ?? cause;
    const loaded = await later.seldom().catch(() => undefined);
    const found = loaded?.readStrange({
      ...came,
      isTail: tail.length > 0,
      headers: response?.headers,
      hasText,
    });
    return found instanceof ChatError ? found : take(() => found?.forEach(generation.take));
  }

  function judge(cause: ChatError | undefined): Verdict {
    const {endpoint} = target;
    const server = options.transport ?? endpoint.origin + endpoint.pathname;
    if (generation.finishReason) {
      finishers.delete(server);
      finishers.add(server);
      const [oldest] = finishers;
      // A path may have an id, a transport may hold anything.
      if (finishers.size > MAX_FINISHERS) finishers.delete(oldest!);
    }
    finishReason = generation.finishReason ?? finishReason;
    // A failed join or an exceeded limit outweighs whatever the server says about the end.
    if (isBroken(cause)) return {status: 'interrupted', recoverable: true};
    return judgeEnd({
      finishReason: generation.finishReason,
      done: generation.done,
      doneIsEnough: generation.dialect().endsWithDone || !finishers.has(server),
      error: generation.error,
      hasText: text.trim() !== '' || hasParts,
    });
  }

  function failed(error: unknown): EndEvent {
    if (!signal.aborted) return endOf(text === '' ? 'error' : 'interrupted', asChatError(error));
    const segment = segments.at(-1);
    if (segment) segment.end = 'stopped';
    return {type: 'end', status: 'stopped'};
  }

  return {
    text: () => text,
    dialect: () => generation.dialect().name,
    finishReason: () => finishReason,
    usage: () => usage,
    response: () => response,
    segments: () => segments.map(segment => ({...segment})),
    metrics: meter.metrics,
    requestIds: () => [...requestIds],

    /**
     * Never ahead of the text, so there is none while text is held back. Only for numeric ids: the set of other ids
     * seen is lost on a reload, and a replay could not be recognised.
     */
    resumePoint() {
      const {stitcher} = generation;
      const resumePoint = generation.resumePoint();
      const counts = Number.isInteger(Number(resumePoint?.lastEventId || Number.NaN));
      const isHeld = stitcher.holding() || thoughts.held;
      return counts && !isHeld && !recovery.resumeRefused ? resumePoint : undefined;
    },

    // Stop does not wait, whatever the page's own functions may be waiting for.
    ended: new Promise<EndEvent>((resolve, reject) => {
      signal.addEventListener('abort', reject);
      loop().then(resolve, reject);
    })
      .catch(failed)
      .finally(() => {
        meter.end();
        text.charCodeAt(0); // Engines keep a string built by appending as a tree, until a character is read.
      }),
  };
}

/** The segments of a partial answer. Text that none of them accounts for came from the attempt that was under way. */
function segmentsOf({text, before = 0, segments = [], attempt}: PartialAnswer): Mutable<Segment>[] {
  const chars = before + text.length - segments.reduce((sum, segment) => sum + segment.chars, 0);
  const known = segments.filter(segment => segment.chars > 0).map(segment => ({...segment}));
  return chars > 0 ? [...known, {attempt, mode: 'send', chars, end: 'reset'}] : known;
}

const asLost = (cause: unknown) =>
  asChatError(cause, 'network', 'The connection failed or was lost. A CORS error looks the same.');
