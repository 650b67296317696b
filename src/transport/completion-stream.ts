/// <reference lib="esnext.disposable" preserve="true" />

import type {ChatError} from '../protocol/chat-error.ts';
import type {CompletionEvent, EndEvent} from '../protocol/completion.ts';
import type {ChatCompletionChunk} from '../protocol/dialects/openai.ts';
import type {TokenChunk} from '../protocol/dialects/token.ts';
import type {
  CompletionMetrics,
  FinalStatus,
  FinishReason,
  MessageStatus,
  Segment,
  Usage,
} from '../protocol/message.ts';
import {type AnswerRun, runAnswer} from './answer-run.ts';
import type {ResumePoint, StreamCompletionOptions} from './options.ts';

/** Status and headers of a response. */
export interface CompletionResponse {
  readonly status: number;
  readonly headers: Headers;
}

/** Everything known about an answer once it is over. */
export interface CompletionResult {
  readonly status: FinalStatus;
  readonly text: string;
  readonly finishReason: FinishReason | undefined;
  readonly usage: Usage | undefined;
  readonly segments: readonly Segment[];
  readonly metrics: CompletionMetrics;
  readonly requestIds: readonly string[];
  readonly error: ChatError | undefined;
}

/**
 * Requests an answer from an endpoint and streams it, with as many requests as it takes to get all of it.
 *
 * ```ts
 * for await (const event of streamCompletion({endpoint, messages})) {
 *   if (event.type === 'text') process.stdout.write(event.text);
 * }
 * ```
 * The request is sent at once. Runs in pages, workers and Node.
 * @throws {ChatError} `configuration` for options that cannot work.
 */
export function streamCompletion(
  options: StreamCompletionOptions & {readonly dialect: 'openai'},
): CompletionStream<ChatCompletionChunk>;
export function streamCompletion(
  options: StreamCompletionOptions & {readonly dialect: 'token'},
): CompletionStream<TokenChunk>;
export function streamCompletion(options: StreamCompletionOptions): CompletionStream;
export function streamCompletion(options: StreamCompletionOptions): CompletionStream {
  return new CompletionStream(options);
}

/**
 * One answer as an async iterable of events, the last of which is always `end`. After that, the iteration ends for
 * `complete`, `length`, `filtered` and `stopped`, and throws the `ChatError` for `error` and `interrupted`, so that an
 * answer that ended early is not mistaken for a whole one. Leaving the loop closes the socket.
 *
 * Only one reader: each event is delivered once. The getters give the state at any time.
 */
export class CompletionStream<Raw = unknown> implements AsyncIterable<CompletionEvent<Raw>> {
  readonly #controller = new AbortController();
  readonly #run: AnswerRun;
  readonly #ended: Promise<EndEvent>;
  /** The events that have not been read yet. */
  readonly #unread: CompletionEvent<Raw>[] = [];
  #wake: (() => void) | undefined;
  #end: EndEvent | undefined;

  /** The same as `close()`. Exists only where the platform has `Symbol.asyncDispose`. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;

  constructor(options: StreamCompletionOptions) {
    const {signal} = options;
    const close = () => void this.close();
    this.#run = runAnswer(options, events => this.#end ?? this.#push(events), this.#controller.signal);
    this.#ended = this.#run.ended.then(end => {
      signal?.removeEventListener('abort', close);
      this.#end = end;
      this.#push([end]);
      return end;
    });
    signal?.addEventListener('abort', close);
    if (signal?.aborted) close();
  }

  #push(events: readonly CompletionEvent[]): void {
    for (const event of events) this.#unread.push(event as CompletionEvent<Raw>);
    this.#wake?.();
  }

  /** `pending` before the first visible character, then `streaming`, finally how the answer ended. */
  get status(): MessageStatus {
    return this.#end?.status ?? (this.text === '' ? 'pending' : 'streaming');
  }

  /** The answer so far. */
  get text(): string {
    return this.#run.text();
  }

  /** The name of the server's dialect, as far as it is known. */
  get dialect(): string {
    return this.#run.dialect();
  }

  get finishReason(): FinishReason | undefined {
    return this.#run.finishReason();
  }

  get usage(): Usage | undefined {
    return this.#run.usage();
  }

  /** How the answer was put together. */
  get segments(): readonly Segment[] {
    return this.#run.segments();
  }

  get metrics(): CompletionMetrics {
    return this.#run.metrics();
  }

  get requestIds(): readonly string[] {
    return this.#run.requestIds();
  }

  /** The latest response; `undefined` before the first. */
  get response(): CompletionResponse | undefined {
    return this.#run.response();
  }

  /** Where the stream can be resumed, if the server offered that. Never ahead of `text`. */
  get resumePoint(): ResumePoint | undefined {
    return this.#run.resumePoint();
  }

  /** Set once the answer has ended as `error` or `interrupted`. */
  get error(): ChatError | undefined {
    return this.#end?.error;
  }

  /** Resolves when the answer is over, however it ended. Never rejects; does not read the events. */
  async result(): Promise<CompletionResult> {
    const {status, error} = await this.#ended;
    const {text, finishReason, usage, segments, metrics, requestIds} = this;
    return {status, text, finishReason, usage, segments, metrics, requestIds, error};
  }

  /** WebKit does not have the symbol yet. `await using` needs the method only where it exists. */
  [Symbol.asyncDispose ?? Symbol()](): Promise<void> {
    return this.close();
  }

  /** Ends the answer as `stopped`: closes the socket at once and makes no more requests. Does nothing after the end. */
  async close(): Promise<void> {
    this.#controller.abort();
    await this.#ended;
  }

  /** The events in batches, one for each chunk from the network. Does not throw; the last batch ends with `end`. */
  batches(): AsyncGenerator<readonly CompletionEvent<Raw>[], void, undefined> {
    return this.#leavable(this.#batches());
  }

  [Symbol.asyncIterator](): AsyncGenerator<CompletionEvent<Raw>, void, undefined> {
    return this.#leavable(this.#events());
  }

  /** Closes the stream first, because a generator cannot be left before what it awaits has settled. */
  #leavable<Events extends AsyncGenerator<unknown, void, undefined>>(events: Events): Events {
    for (const way of ['return', 'throw'] as const) {
      const leave = events[way];
      events[way] = async (reason: unknown) => {
        await this.close();
        return leave.call(events, reason as never);
      };
    }
    return events;
  }

  async *#batches(): AsyncGenerator<readonly CompletionEvent<Raw>[], void, undefined> {
    for (;;) {
      if (this.#unread.length > 0) {
        yield this.#unread.splice(0);
      } else if (this.#end) {
        return;
      } else {
        await new Promise<void>(resolve => {
          this.#wake = resolve;
        });
      }
    }
  }

  async *#events(): AsyncGenerator<CompletionEvent<Raw>, void, undefined> {
    for await (const batch of this.#batches()) yield* batch;
    const {error} = await this.#ended;
    if (error) throw error;
  }
}
