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

/** All that is known of an answer once it is over. */
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
 * Asks an endpoint for an answer and streams it, over as many requests as it takes to get the whole of it.
 *
 * ```ts
 * for await (const event of streamCompletion({endpoint, messages})) {
 *   if (event.type === 'text') process.stdout.write(event.text);
 * }
 * ```
 * The request leaves at once. Runs in pages, in workers and in Node.
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
 * One answer as an async iterable of events, the last of which is always `end`. After it the iteration is over for
 * `complete`, `length`, `filtered` and `stopped`, and throws the `ChatError` for `error` and `interrupted`: an answer
 * that ended early cannot be taken for a whole one. Leaving the loop closes the socket.
 *
 * One reader only: what it has taken is gone. The getters tell the state at any time.
 */
export class CompletionStream<Raw = unknown> implements AsyncIterable<CompletionEvent<Raw>> {
  readonly #controller = new AbortController();
  readonly #run: AnswerRun;
  readonly #ended: Promise<EndEvent>;
  /** What has come since it was last read. */
  readonly #unread: CompletionEvent<Raw>[] = [];
  #wake: (() => void) | undefined;
  #end: EndEvent | undefined;

  /** Only where the platform has `Symbol.asyncDispose`. The same as `close()`. */
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

  /** `pending` before the first visible character, then `streaming`, at last how the answer ended. */
  get status(): MessageStatus {
    return this.#end?.status ?? (this.text === '' ? 'pending' : 'streaming');
  }

  /** The answer so far. */
  get text(): string {
    return this.#run.text();
  }

  /** The name of the dialect that the server speaks, as far as that is known. */
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

  /** Of the newest response; `undefined` before the first. */
  get response(): CompletionResponse | undefined {
    return this.#run.response();
  }

  /** Where the stream could be taken up again, if the server offered that. Never ahead of `text`. */
  get resumePoint(): ResumePoint | undefined {
    return this.#run.resumePoint();
  }

  /** Set once the answer ended as `error` or `interrupted`. */
  get error(): ChatError | undefined {
    return this.#end?.error;
  }

  /** Resolves when the answer is over, however it ended. Never rejects; does not read the events. */
  async result(): Promise<CompletionResult> {
    const {status, error} = await this.#ended;
    const {text, finishReason, usage, segments, metrics, requestIds} = this;
    return {status, text, finishReason, usage, segments, metrics, requestIds, error};
  }

  /** WebKit has no such symbol yet, and `await using` needs the method only where there is one. */
  [Symbol.asyncDispose ?? Symbol()](): Promise<void> {
    return this.close();
  }

  /** Ends the answer as `stopped`: the socket is closed at once and no request follows. Does nothing after the end. */
  async close(): Promise<void> {
    this.#controller.abort();
    await this.#ended;
  }

  /** The events in batches, one for each chunk of the network. Does not throw; the last batch ends with `end`. */
  batches(): AsyncGenerator<readonly CompletionEvent<Raw>[], void, undefined> {
    return this.#leavable(this.#batches());
  }

  [Symbol.asyncIterator](): AsyncGenerator<CompletionEvent<Raw>, void, undefined> {
    return this.#leavable(this.#events());
  }

  /** A generator is not left before what it waits for has come. */
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
