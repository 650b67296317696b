import type {CompletionRequest} from '../protocol/completion.ts';
import type {Dialect} from '../protocol/dialect.ts';
import type {AttemptMode, MessagePart, Segment} from '../protocol/message.ts';
import type {PrefillCapability} from './capabilities.ts';
import type {Clock} from './clock.ts';
import type {Presence} from './presence.ts';

/**
 * What happens when an answer breaks off. `auto`: resume, else prefill, else continue-turn, as far as each is known
 * to work. One of these three: that step alone. `manual` and `off`: the answer ends as `interrupted`
 * (`off` also offers no way to continue).
 */
export type ContinuationPolicy = 'auto' | 'resume' | 'prefill' | 'continue-turn' | 'manual' | 'off';

export type {PrefillCapability};

/** The names of the built-in dialects. */
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

/** What `new Headers()` takes, without `HeadersInit`, which only the DOM's types have. */
type HeadersLike = NonNullable<ConstructorParameters<typeof Headers>[0]>;
export type HeadersSource = HeadersLike | (() => HeadersLike | Promise<HeadersLike>);

/** Bounds on what is read. Characters are UTF-16 units; exceeding a bound ends the answer with `too-large`. */
export interface StreamLimits {
  /** Characters per line or event. Default 8 Mi: an image may arrive in one event. */
  readonly event: number;
  /** Bytes of all response bodies of one answer. Default 16 MiB. */
  readonly answer: number;
}

/** A request that is about to be sent. */
export interface PreparedRequest {
  url: string;
  headers: Headers;
  /** A plain JSON value; `undefined` for a resume, which is a GET. */
  body: unknown;
  readonly mode: AttemptMode;
  readonly attempt: number;
}

/** An event from a custom transport. */
export interface TransportEvent {
  /** The payload, as it would follow `data:`. Empty and without `event`, it is only a keep-alive. */
  readonly data: string;
  readonly event?: string;
  readonly id?: string;
}

export interface TransportRequest extends PreparedRequest {
  /** Set for `mode: 'resume'`: the stream to resume, and the last event that was read from it. */
  readonly resume: ResumePoint | undefined;
  /** Aborts when the stream is no longer needed: close what you opened. */
  readonly signal: AbortSignal;
}

/** An open stream. */
export interface TransportResponse {
  /** Ends when the connection was closed cleanly; errors when it was lost. Only payloads say whether the answer is complete. */
  readonly events: ReadableStream<TransportEvent> | AsyncIterable<TransportEvent>;
  /** Promises that this stream can be resumed, and that each event has a consecutive id. Like `X-Stream-Id`. */
  readonly streamId?: string | undefined;
  /** Where in the answer the text of a continuation begins, in UTF-16 units. Like `X-Continue-From`. */
  readonly continueFrom?: number | undefined;
}

/**
 * Opens a stream of events for one attempt. Time limits, bounds, retries and continuations stay with the client. A
 * rejection with a `ChatError` is taken as it is; any other counts as a lost network and is retried.
 */
export interface Transport {
  open(request: TransportRequest): TransportResponse | Promise<TransportResponse>;
}

/** Where to resume a stream, and what of it is already in the text. */
export interface ResumePoint {
  /** From `X-Stream-Id`, or an id that only the dialect understands. */
  readonly streamId: string;
  readonly lastEventId: string;
  /** The tag of the reasoning that is open at this point, if a tag began it. */
  readonly tag?: string;
}

/** An unfinished answer to continue. */
export interface PartialAnswer {
  /** The text so far. */
  readonly text: string;
  readonly segments?: readonly Segment[];
  /** Including reasoning: the server said more than the text. */
  readonly parts?: readonly MessagePart[];
  readonly resume?: ResumePoint;
  /** Requests already made for it, and automatic continuations. */
  readonly attempt: number;
  readonly continuations: number;
  /** UTF-16 units of the answer before `text`, from requests that are over. */
  readonly before?: number;
  /** Nothing was requested yet: the first request is not a retry. */
  readonly isNew?: boolean;
}

/** A request that is about to be made. */
export interface AttemptInfo {
  readonly mode: AttemptMode;
  /** Requests made for this answer, this one included. */
  readonly attempt: number;
  /** Automatic continuations made for this answer, this one included. */
  readonly continuations: number;
  readonly resume?: ResumePoint;
}

export interface StreamCompletionOptions extends Omit<CompletionRequest, 'continuation'> {
  /** The URL to POST to: https, loopback or the page's own origin. Required unless `transport` is set. */
  readonly endpoint?: string | URL | undefined;
  /** Opens the streams instead of `fetch`: a WebSocket, long polling. See docs/transports.md. */
  readonly transport?: Transport;
  /** Models to try, in order, when the one before fails for good before the first visible character. */
  readonly fallbackModels?: readonly string[];
  /** Endpoints to try in the same way, each with `model` and then with the `fallbackModels`. */
  readonly fallbackEndpoints?: readonly (string | URL)[];
  /** Default `auto`: chooses the request by the URL and detects the response. */
  readonly dialect?: DialectName | Dialect;
  /** The id that a continuation names; generated if absent. */
  readonly messageId?: string;
  /** Closes the stream when it aborts, like `close()`. */
  readonly signal?: AbortSignal;
  /** A function is called for each attempt. */
  readonly headers?: HeadersSource;
  readonly credentials?: NonNullable<RequestInit['credentials']>;
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** May change the request before each attempt. */
  readonly prepareRequest?: (request: PreparedRequest) => void | Promise<void>;
  /** Default `auto`. */
  readonly continuation?: ContinuationPolicy;
  /** New requests that may continue one answer automatically. Default 2. */
  readonly maxContinuations?: number;
  /**
   * Also continues automatically after a `length` end, at most `maxContinuations` times in addition to those after a
   * cut. Default false: the page itself may have set the limit.
   */
  readonly continueLength?: boolean;
  /** Which models continue a trailing assistant message; takes precedence over the built-in table. */
  readonly prefillCapabilities?: readonly PrefillCapability[];
  /** Milliseconds until the response headers. Default 30,000. */
  readonly connectTimeout?: number;
  /** Milliseconds from the headers to the first event; comments restart it. Default 60,000. */
  readonly firstEventTimeout?: number;
  /** Milliseconds between two events or comments. Default 30,000. */
  readonly idleTimeout?: number;
  /** Retries before the first visible character. Default 4. */
  readonly maxRetries?: number;
  readonly limits?: Partial<StreamLimits>;
  /** Continues an unfinished answer. `byUser` allows one continuation beyond the budget. */
  readonly partial?: PartialAnswer & {readonly byUser?: boolean};
  /** Awaited before each request; a rejection ends the answer. */
  readonly onAttempt?: (attempt: AttemptInfo) => void | Promise<void>;
  /** The text of the user turn that asks to continue; `{tail}` is replaced by the end of the answer. */
  readonly continuePrompt?: string;
  readonly clock?: Clock;
  /** In [0, 1), like `Math.random`. */
  readonly random?: () => number;
  readonly presence?: Presence;
}
