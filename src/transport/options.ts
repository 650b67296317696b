import type {CompletionRequest} from '../protocol/completion.ts';
import type {Dialect} from '../protocol/dialect.ts';
import type {AttemptMode, MessagePart, Segment} from '../protocol/message.ts';
import type {PrefillCapability} from './capabilities.ts';
import type {Clock} from './clock.ts';
import type {Presence} from './presence.ts';

/**
 * What happens when an answer breaks off. `auto`: resume, else prefill, else continue-turn, as far as each is known
 * to work. One of the three: that rung alone. `manual` and `off`: the answer ends as `interrupted`
 * (`off` also offers no way to go on).
 */
export type ContinuationPolicy = 'auto' | 'resume' | 'prefill' | 'continue-turn' | 'manual' | 'off';

export type {PrefillCapability};

/** The dialects that a name stands for. */
export type DialectName =
  | 'auto'
  | 'openai'
  | 'openai-responses'
  | 'anthropic'
  | 'gemini'
  | 'gemini-interactions'
  | 'ollama'
  | 'ollama-generate'
  | 'mistral'
  | 'cohere'
  | 'ai-sdk'
  | 'ag-ui'
  | 'langgraph'
  | 'langserve'
  | 'dify'
  | 'flowise'
  | 'n8n'
  | 'token'
  | 'text';

/** What `new Headers()` takes, without the name that only the types of a page have. */
type HeadersLike = NonNullable<ConstructorParameters<typeof Headers>[0]>;
export type HeadersSource = HeadersLike | (() => HeadersLike | Promise<HeadersLike>);

/** Bounds on what is read. Characters are UTF-16 units; exceeding one ends the answer with `too-large`. */
export interface StreamLimits {
  /** Characters of a line or an event. Default 8 MiB: a picture comes in one. */
  readonly event: number;
  /** Bytes of all bodies of one answer. Default 16 MiB. */
  readonly answer: number;
}

/** A request as it is about to leave. */
export interface PreparedRequest {
  url: string;
  headers: Headers;
  /** A plain JSON value; `undefined` for a resume, which is a GET. */
  body: unknown;
  readonly mode: AttemptMode;
  readonly attempt: number;
}

/** What comes over a transport of the page's own. */
export interface TransportEvent {
  /** The payload, as it would stand behind `data:`. Empty without a name: a sign of life, and nothing else. */
  readonly data: string;
  readonly event?: string;
  readonly id?: string;
}

export interface TransportRequest extends PreparedRequest {
  /** Set for `mode: 'resume'`: the stream to take up, and the last event that was taken from it. */
  readonly resume: ResumePoint | undefined;
  /** Aborts when the stream is of no more use; what was opened is then to be closed. */
  readonly signal: AbortSignal;
}

/** A stream that was opened. */
export interface TransportResponse {
  /** Ends when the connection was closed cleanly; errs when it was lost. What that is worth the payloads say. */
  readonly events: ReadableStream<TransportEvent> | AsyncIterable<TransportEvent>;
  /** Promises that this stream can be taken up, and that each event has an id that counts on. As `X-Stream-Id`. */
  readonly streamId?: string | undefined;
  /** Where in the answer the text of a continuation begins, in UTF-16 units. As `X-Continue-From`. */
  readonly continueFrom?: number | undefined;
}

/**
 * Opens a stream of events for one attempt. Time limits, bounds, retries and continuations stay ours. A rejection with
 * a `ChatError` says what it is; any other is a lost network, and passes.
 */
export interface Transport {
  open(request: TransportRequest): TransportResponse | Promise<TransportResponse>;
}

/** Where a stream can be taken up again, and what of it is already in the text. */
export interface ResumePoint {
  /** From `X-Stream-Id`, or a mark of the dialect's own, which means something to that alone. */
  readonly streamId: string;
  readonly lastEventId: string;
  /** Of the thought that is under way there, if its beginning was told by a tag. */
  readonly tag?: string;
}

/** An answer that was begun before, to be gone on with. */
export interface PartialAnswer {
  /** What is already shown. */
  readonly text: string;
  readonly segments?: readonly Segment[];
  /** With reasoning among them: what the server said is more than the text. */
  readonly parts?: readonly MessagePart[];
  readonly resume?: ResumePoint;
  /** Requests and automatic continuations already made for it. */
  readonly attempt: number;
  readonly continuations: number;
  /** UTF-16 units of the answer that stand before `text`, and came by requests that are over. */
  readonly before?: number;
  /** Nothing of it was asked for yet: the first request is no retry. */
  readonly isNew?: boolean;
}

/** What is about to be asked, told before it is. */
export interface AttemptInfo {
  readonly mode: AttemptMode;
  /** Requests made for this answer, this one included. */
  readonly attempt: number;
  /** Automatic continuations made for this answer, this one included. */
  readonly continuations: number;
  readonly resume?: ResumePoint;
}

export interface StreamCompletionOptions extends Omit<CompletionRequest, 'continuation'> {
  /** The URL that is POSTed to: https, loopback, or of the page's own origin. Required unless `transport` is set. */
  readonly endpoint?: string | URL | undefined;
  /** Opens the streams instead of `fetch`: a WebSocket, long polling. See docs/transports.md. */
  readonly transport?: Transport;
  /** Models to ask when the one before fails for good, in order, before the first visible character. */
  readonly fallbackModels?: readonly string[];
  /** Endpoints to ask in the same way, each with `model` and then with the `fallbackModels`. */
  readonly fallbackEndpoints?: readonly (string | URL)[];
  /** Default `auto`: asks in the shape that the URL suggests and reads whatever comes back. */
  readonly dialect?: DialectName | Dialect;
  /** The id that a continuation names; made up if absent. */
  readonly messageId?: string;
  /** Closes the stream when it aborts, like `close()`. */
  readonly signal?: AbortSignal;
  /** Asked anew for each attempt. */
  readonly headers?: HeadersSource;
  readonly credentials?: NonNullable<RequestInit['credentials']>;
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** May change the request before each attempt. */
  readonly prepareRequest?: (request: PreparedRequest) => void | Promise<void>;
  /** Default `auto`. */
  readonly continuation?: ContinuationPolicy;
  /** Automatic continuations of one answer. Default 2. */
  readonly maxContinuations?: number;
  /**
   * Goes on by itself after a `length` end, at most `maxContinuations` times beside those after a cut. Default false:
   * the limit was the page's own.
   */
  readonly continueLength?: boolean;
  /** Which models go on with a trailing assistant message; looked at before the table of this package. */
  readonly prefillCapabilities?: readonly PrefillCapability[];
  /** Milliseconds until the response's headers. Default 30,000. */
  readonly connectTimeout?: number;
  /** Milliseconds from the headers to the first event; comments start it anew. Default 60,000. */
  readonly firstEventTimeout?: number;
  /** Milliseconds between two events or comments. Default 30,000. */
  readonly idleTimeout?: number;
  /** Retries before the first visible character. Default 4. */
  readonly maxRetries?: number;
  readonly limits?: Partial<StreamLimits>;
  /** Goes on with an answer that was begun before. `byUser` means one continuation beyond the budget. */
  readonly partial?: PartialAnswer & {readonly byUser?: boolean};
  /** Awaited before each request; a rejection ends the answer. */
  readonly onAttempt?: (attempt: AttemptInfo) => void | Promise<void>;
  /** The words of the user turn that asks to go on; `{tail}` is replaced by the end of the answer. */
  readonly continuePrompt?: string;
  readonly clock?: Clock;
  /** In [0, 1), as `Math.random`. */
  readonly random?: () => number;
  readonly presence?: Presence;
}
