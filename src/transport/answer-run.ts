import {ChatError} from '../protocol/chat-error.ts';
import type {CompletionEvent, ContinuationRequest, EndEvent} from '../protocol/completion.ts';
import type {Dialect, ServerSentEvent} from '../protocol/dialect.ts';
import {dialectForUrl, dialects} from '../protocol/dialects/index.ts';
import {judgeEnd, type Verdict} from '../protocol/end-of-stream.ts';
import type {AttemptMode, FinishReason, Segment, Usage} from '../protocol/message.ts';
import {attempt} from './attempt.ts';
import {systemClock} from './clock.ts';
import {createId} from './create-id.ts';
import {pageError} from './event-stream-parser.ts';
import {Generation} from './generation.ts';
import {httpError, requestIdsOf} from './http-error.ts';
import {Meter} from './meter.ts';
import type {DialectName, PartialAnswer, ResumePoint, StreamCompletionOptions} from './options.ts';
import {pagePresence} from './presence.ts';
import {
  CONTINUE_DELAY,
  endOf,
  isBroken,
  isContinuation,
  type Outcome,
  Recovery,
  type Situation,
  type Step,
} from './recovery.ts';
import {buildRequest, parseEndpoint, type RequestPlan} from './request.ts';
import {ANCHOR_LENGTH, HOLD_TIME, Stitcher, tailOf, withoutLoneSurrogate} from './stitcher.ts';

const FINISH_GRACE = 1000; // ms for usage and `[DONE]` after the finish reason
const CLOSE_GRACE = 100; // ms for the server to close after `[DONE]`: a request that is aborted then looks failed
const DEFAULT_LIMITS = {event: 1024 * 1024, answer: 16 * 1024 * 1024};
const CONTINUE_PROMPT =
  'Continue exactly where your previous message stopped. Do not repeat anything. Its last characters were: "{tail}"';

type Mutable<T> = {-readonly [K in keyof T]: T[K]};

/** Why an attempt that said all it had to say is ended before the server closes. */
const FINISHED = Symbol('finished');

/** Servers that were seen to send a finish reason, by origin and path: from them `[DONE]` alone is no end. */
const finishers = new Set<string>();

export interface AnswerSink {
  emit(events: readonly CompletionEvent[]): void;
}

/**
 * Makes one answer out of as many attempts as it takes. The only place that asks again, and the only place that
 * makes "exactly once" true: `text` grows by what is new, and by nothing else.
 */
export class AnswerRun {
  readonly #options: StreamCompletionOptions;
  readonly #sink: AnswerSink;
  readonly #signal: AbortSignal;
  readonly #endpoint: URL;
  readonly #dialect: Dialect | undefined;
  readonly #clock;
  readonly #meter: Meter;
  readonly #messageId: string;
  readonly #requestIds = new Set<string>();
  #generation: Generation;
  #segments: Mutable<Segment>[] = [];
  readonly #recovery: Recovery;

  text = '';
  finishReason: FinishReason | undefined;
  usage: Usage | undefined;
  response: {readonly status: number; readonly headers: Headers} | undefined;

  constructor(options: StreamCompletionOptions, sink: AnswerSink, signal: AbortSignal) {
    this.#options = options;
    this.#sink = sink;
    this.#signal = signal;
    this.#endpoint = parseEndpoint(options.endpoint);
    this.#dialect = findDialect(options.dialect);
    this.#clock = options.clock ?? systemClock;
    this.#meter = new Meter(this.#clock);
    this.#messageId = options.messageId ?? createId(this.#clock.epoch());
    const {partial} = options;
    if (partial) {
      this.text = partial.text;
      this.#segments = segmentsOf(partial);
    }
    this.#recovery = new Recovery(options, this.#endpoint);
    this.#generation = this.#newGeneration('send', this.text, partial?.resume);
  }

  get segments(): readonly Segment[] {
    return this.#segments.map(segment => ({...segment}));
  }

  get metrics() {
    return this.#meter.metrics;
  }

  get requestIds(): readonly string[] {
    return [...this.#requestIds];
  }

  /**
   * Never ahead of `text`: while text is held back there is none. Only with ids that count: after a reload the
   * others are forgotten, so that a replay could not be told.
   */
  get resumePoint(): ResumePoint | undefined {
    const {resumePoint, stitcher} = this.#generation;
    const counts = Number.isInteger(Number(resumePoint?.lastEventId || Number.NaN));
    return counts && !stitcher.holding && !this.#recovery.resumeRefused ? resumePoint : undefined;
  }

  /** Resolves with how the answer ended; never rejects. */
  async start(): Promise<EndEvent> {
    let end: EndEvent;
    try {
      end = await this.#loop();
    } catch (error) {
      end = this.#signal.aborted
        ? this.#stopped()
        : endOf(this.text === '' ? 'error' : 'interrupted', asChatError(error));
    }
    this.#meter.end();
    return end;
  }

  #stopped(): EndEvent {
    const segment = this.#segments.at(-1);
    if (segment) segment.end = 'stopped';
    return {type: 'end', status: 'stopped'};
  }

  async #loop(): Promise<EndEvent> {
    await Promise.resolve(); // The caller gets its stream before the first event.
    let step = this.#recovery.first(this.#situation);
    while (!('type' in step)) {
      await this.#wait(step);
      const outcome = await this.#make(step);
      step = this.#recovery.next(outcome, this.#situation);
      // What a generation that is given up still held back is judged before the next one is asked.
      if ('type' in step || step.mode !== 'resume')
        this.#take(this.#generation, out => this.#generation.finish(true, out));
    }
    return step;
  }

  get #situation(): Situation {
    return {
      hasText: this.text !== '',
      canResume: this.#generation.resumePoint !== undefined,
      dialect: this.#generation.dialect.continuations,
    };
  }

  /** Waits out the delay, and until there is a network (and, for what is billed, somebody who looks). */
  async #wait({mode, delay, error}: Step): Promise<void> {
    const about = {
      type: 'progress',
      mode,
      attempt: this.#recovery.attempt + 1,
      ...(error && {error}),
    } as const;
    if (delay > CONTINUE_DELAY) {
      this.#sink.emit([{...about, state: 'waiting', retryAt: this.#clock.epoch() + delay}]);
    } else if (delay > 0) {
      this.#sink.emit([{...about, state: 'connecting'}]);
    }
    if (delay > 0) await this.#sleep(delay);
    const presence = this.#options.presence ?? pagePresence;
    const need = isContinuation(mode) && !this.#recovery.isGranted ? 'online-and-visible' : 'online';
    if (!presence.isReady(need)) {
      this.#sink.emit([{...about, state: 'offline'}]);
      await presence.whenReady(need, this.#signal);
    }
    this.#signal.throwIfAborted();
    this.#sink.emit([{...about, state: 'connecting'}]);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        cancel();
        reject(this.#signal.reason);
      };
      const cancel = this.#clock.after(ms, () => {
        this.#signal.removeEventListener('abort', abort);
        resolve();
      });
      if (this.#signal.aborted) abort();
      else this.#signal.addEventListener('abort', abort, {once: true});
    });
  }

  #newGeneration(mode: AttemptMode, asked: string, resume?: ResumePoint): Generation {
    return new Generation({
      dialect: this.#dialect,
      fallback: this.#dialect ?? dialectForUrl(this.#endpoint),
      stitcher: new Stitcher(resume ? 'resume' : mode, this.text, asked),
      meter: this.#meter,
      ...(resume && {resume}),
    });
  }

  /** Makes one attempt and judges how it ended. */
  async #make({mode}: Step): Promise<Outcome> {
    const options = this.#options;
    const resume = mode === 'resume' ? this.#generation.resumePoint : undefined;
    const {dialect, lastToken} = this.#generation;
    const continuation = isContinuation(mode) ? this.#continuation(mode, lastToken) : undefined;
    if (!resume) this.#generation = this.#newGeneration(mode, continuation?.text ?? this.text);
    this.#count(mode);
    const generation = this.#generation;
    generation.resuming = resume !== undefined;
    const before = this.text.length;
    const {url, init} = await this.#prepare({
      options,
      endpoint: this.#endpoint,
      dialect,
      mode,
      attempt: this.#recovery.attempt,
      continuation,
      resume,
    });
    const controller = new AbortController();
    const stop = () => controller.abort(this.#signal.reason);
    this.#signal.addEventListener('abort', stop);
    let cancelGrace: (() => void) | undefined;
    let cancelHold: (() => void) | undefined;
    let tail: readonly ServerSentEvent[] = [];
    let cause: ChatError | undefined;
    let end: Segment['end'] = 'eof';
    const take = (read: (out: CompletionEvent[]) => void) => {
      const error = this.#take(generation, read);
      if (error) controller.abort(error);
    };
    try {
      await attempt({
        url,
        init,
        signal: controller.signal,
        clock: this.#clock,
        fetch: options.fetch ?? ((input, request) => globalThis.fetch(input, request)),
        limits: {...DEFAULT_LIMITS, ...options.limits},
        timeouts: {
          connect: options.connectTimeout ?? 30_000,
          'first-event': options.firstEventTimeout ?? 60_000,
          idle: options.idleTimeout ?? 30_000,
        },
        onBytes: count => {
          this.#meter.counts.bytes += count;
          return this.#meter.counts.bytes;
        },
        onResponse: response => this.#onResponse(response, generation, mode),
        onTail: events => {
          tail = events;
        },
        onEvents: events => {
          take(out => generation.read(events, out));
          if (generation.isOver || generation.finishReason) {
            cancelGrace?.();
            const grace = generation.isOver ? CLOSE_GRACE : FINISH_GRACE;
            cancelGrace = this.#clock.after(grace, () => controller.abort(FINISHED));
          } else if (generation.stitcher.holding) {
            cancelHold ??= this.#clock.after(HOLD_TIME, () => take(out => generation.release(out)));
          }
        },
      });
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error !== FINISHED) {
        cause = asChatError(error);
        end = cause.kind === 'timeout' ? 'timeout' : cause.kind === 'network' ? 'reset' : 'error';
      }
    } finally {
      cancelGrace?.();
      cancelHold?.();
      this.#signal.removeEventListener('abort', stop);
    }
    if (end === 'timeout') this.#meter.counts.stalls++;
    cause = this.#finishReading(generation, tail, cause);
    const verdict = this.#judge(generation, cause);
    const segment = this.#segments.at(-1);
    if (segment) {
      segment.end =
        verdict.status === 'interrupted' ? end : verdict.status === 'error' ? 'error' : 'complete';
      const {join} = generation.stitcher;
      if (join && isContinuation(mode)) segment.join = join;
    }
    const {finishReason} = this;
    return {mode, verdict, cause, progressed: this.text.length > before, finishReason};
  }

  /** Everything before the request leaves. What fails here is the page's own, and is not asked again. */
  async #prepare(plan: RequestPlan): Promise<Awaited<ReturnType<typeof buildRequest>>> {
    const {mode, attempt, resume} = plan;
    await this.#options.onAttempt?.({
      mode,
      attempt,
      continuations: this.#recovery.continuations,
      ...(resume && {resume}),
    });
    this.#signal.throwIfAborted();
    try {
      return await buildRequest(plan);
    } catch (cause) {
      if (cause instanceof ChatError) throw cause;
      throw new ChatError('configuration', 'The request could not be made.', {cause});
    } finally {
      this.#signal.throwIfAborted();
    }
  }

  /** The body is over: what stood unfinished and what was held back. Returns why the attempt failed, if it did. */
  #finishReading(
    generation: Generation,
    tail: readonly ServerSentEvent[],
    cause: ChatError | undefined,
  ): ChatError | undefined {
    const terminalOnly = cause !== undefined || generation.offersResume;
    const failed = this.#take(generation, out => generation.readTail(tail, terminalOnly, out));
    if (failed) return failed;
    const cut = !generation.isOver && generation.finishReason === undefined;
    // A stream that can be taken up goes on where it is; what is held back stays so.
    if (!cut || !this.#recovery.resumes(this.#situation)) {
      const broken = this.#take(generation, out => generation.finish(cut, out));
      if (broken) return broken;
    }
    if (!cause && cut && generation.received && !generation.recognised && this.text === '') {
      return new ChatError('content', 'The endpoint answered with something that is no chat answer.');
    }
    return cause;
  }

  /** Reads events into the answer. What stood before a failure is kept; the failure is returned. */
  #take(generation: Generation, read: (out: CompletionEvent[]) => void): ChatError | undefined {
    const out: CompletionEvent[] = [];
    try {
      read(out);
      return undefined;
    } catch (error) {
      return asChatError(error);
    } finally {
      this.#accept(out, generation);
    }
  }

  #judge(generation: Generation, cause: ChatError | undefined): Verdict {
    const server = `${this.#endpoint.origin}${this.#endpoint.pathname}`;
    if (generation.finishReason) finishers.add(server);
    this.finishReason = generation.finishReason ?? this.finishReason;
    // A join that failed, or a limit, outweighs whatever the server says of its end.
    if (isBroken(cause)) return {status: 'interrupted', recoverable: true};
    return judgeEnd({
      finishReason: generation.finishReason,
      done: generation.done,
      doneIsEnough: generation.dialect.endsWithDone || !finishers.has(server),
      error: generation.error,
      hasText: this.text !== '',
    });
  }

  #count(mode: AttemptMode): void {
    this.#recovery.count(mode);
    this.#meter.counts.requests++;
    if (mode === 'retry') this.#meter.counts.retries++;
    else if (mode === 'resume') this.#meter.counts.resumes++;
    else if (mode !== 'send') this.#meter.counts.continuations++;
    this.#segments.push({attempt: this.#recovery.attempt, mode, chars: 0, end: 'error'});
  }

  #continuation(mode: ContinuationRequest['mode'], lastToken: string): ContinuationRequest {
    const text = withoutLoneSurrogate(this.text);
    const words = this.#options.continuePrompt ?? CONTINUE_PROMPT;
    return {
      mode,
      messageId: this.#messageId,
      text,
      lastToken: withoutLoneSurrogate(tailOf(lastToken, lastToken.length)),
      attempt: this.#recovery.attempt + 1,
      prompt: words.replace('{tail}', () => tailOf(text, ANCHOR_LENGTH)),
    };
  }

  async #onResponse(response: Response, generation: Generation, mode: AttemptMode): Promise<void> {
    const {status, headers} = response;
    this.response = {status, headers};
    for (const id of requestIdsOf(headers)) this.#requestIds.add(id);
    if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
      throw new ChatError('content', 'The endpoint answered with a redirect. Set the address it leads to.', {
        status,
      });
    }
    if (!response.ok) {
      const error = await httpError(response, this.#clock.epoch());
      if (error.kind === 'rate-limit') this.#meter.counts.rateLimits++;
      throw error;
    }
    if (status === 204 || status === 205) {
      throw new ChatError('content', `The endpoint answered with HTTP ${status}, which has no content.`, {
        status,
      });
    }
    if (/^\s*text\/html\b/i.test(headers.get('content-type') ?? '')) throw pageError();
    const streamId = headers.get('x-stream-id');
    if (streamId) generation.offerResume(streamId);
    const from = headers.get('x-continue-from');
    if (isContinuation(mode) && from !== null && /^\d+$/.test(from)) generation.stitcher.from(Number(from));
  }

  /** Adds what is new to the answer, and passes it on. */
  #accept(events: readonly CompletionEvent[], generation: Generation): void {
    let added = 0;
    for (const event of events) {
      if (event.type === 'text') {
        this.text += event.text;
        added += event.text.length;
        this.#meter.text(event.text.length);
      } else if (event.type === 'request-id') {
        this.#requestIds.add(event.id);
      }
    }
    this.usage = generation.usage ?? this.usage;
    const segment = this.#segments.at(-1);
    if (segment) segment.chars += added;
    this.#sink.emit(events);
  }
}

function findDialect(dialect: DialectName | Dialect | undefined): Dialect | undefined {
  if (dialect === undefined || dialect === 'auto') return undefined;
  if (typeof dialect === 'object') return dialect;
  const found = dialects.find(({name}) => name === dialect);
  if (!found) throw new ChatError('configuration', `There is no dialect "${dialect}".`);
  return found;
}

/** The segments of a partial answer; what none of them accounts for came by the attempt that was under way. */
function segmentsOf({text, segments = [], attempt}: PartialAnswer): Mutable<Segment>[] {
  const chars = text.length - segments.reduce((sum, segment) => sum + segment.chars, 0);
  const known = segments.filter(segment => segment.chars > 0).map(segment => ({...segment}));
  return chars > 0 ? [...known, {attempt, mode: 'send', chars, end: 'reset'}] : known;
}

function asChatError(error: unknown): ChatError {
  if (error instanceof ChatError) return error;
  return new ChatError('network', 'The connection failed or was lost.', {cause: error});
}
