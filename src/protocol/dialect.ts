import type {ChatError} from './chat-error.ts';
import type {
  CompletionRequest,
  FinishEvent,
  PartEvent,
  ReasoningEvent,
  ReplaceEvent,
  RequestIdEvent,
  TextEvent,
  UsageEvent,
} from './completion.ts';
import type {AttemptMode} from './message.ts';

/** One event of the stream after framing: SSE, or a line of NDJSON (then `event` and `id` are empty). */
export interface ServerSentEvent {
  /** The event's name, `message` when the server gave none. */
  readonly event: string;
  readonly data: string;
  /** The id of this event alone, if it carried one. */
  readonly id?: string | undefined;
}

/**
 * Names an event whose data is a raw piece of a body that is neither SSE nor JSON lines; `framed-dialect.ts` cuts it
 * into events. Empty data marks the end of the body. A name with a line break cannot come from the wire.
 */
export const RAW = '\n';

/** A `ServerSentEvent` with its payload parsed once; `json` is `undefined` if `data` is not JSON. */
export interface WireEvent extends ServerSentEvent {
  readonly json: unknown;
}

/** `[DONE]` and the like: the stream is over. Whether that completes the answer is up to the dialect (`endsWithDone`). */
export interface DoneEvent<Raw = unknown> {
  readonly type: 'done';
  readonly raw?: Raw;
}

/** An error inside the stream. */
export interface ErrorEvent<Raw = unknown> {
  readonly type: 'error';
  readonly error: ChatError;
  readonly raw?: Raw;
}

/** `malformed`: the payload could not be read. `ignored`: its kind is unknown. Both are counted, never shown. */
export type UnreadEvent = {readonly type: 'malformed'} | {readonly type: 'ignored'};

/** What a dialect decodes from one event of the wire. */
export type DecodedEvent<Raw = unknown> =
  | TextEvent<Raw>
  | ReasoningEvent<Raw>
  | PartEvent<Raw>
  | ReplaceEvent<Raw>
  | FinishEvent<Raw>
  | UsageEvent<Raw>
  | RequestIdEvent<Raw>
  | DoneEvent<Raw>
  | ErrorEvent<Raw>
  | UnreadEvent;

export interface EncodedRequest {
  /** A plain JSON value; fields that are `undefined` are not sent. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A way to request the rest of an answer. */
export type ContinuationMode = 'prefill' | 'continue-turn';

/** How to talk to one kind of server. Pure: no I/O, no clock. A custom dialect is an object of this shape. */
export interface Dialect<Raw = unknown> {
  readonly name: string;
  /** The kinds of continuation that `encode` supports. */
  readonly continuations: readonly ContinuationMode[];
  /** Whether `done` alone means that the answer is complete (true), or only that the stream is over (false). */
  readonly endsWithDone: boolean;
  /** A body that does not look like events is bare text, whatever its content type. */
  readonly isPlain?: boolean;
  /** `encode` handles the `attachments` of turns itself. For the built-in dialects `attachments.ts` does. */
  readonly attaches?: boolean;
  /** Whether this event can only come from this dialect. */
  matches(event: WireEvent): boolean;
  /** Loads the dialect that reads the answer from this event on, with the same state; `undefined` if this one can. */
  fuller?(event: WireEvent): Promise<Dialect | undefined> | undefined;
  encode(request: CompletionRequest): EncodedRequest;
  /**
   * `state` is one object per attempt, without a prototype, to remember things between events. Initially it has the text
   * of the answer so far, under the name of the attempt's mode (`prefill`, `resume`), and `answer`, an object shared by all
   * attempts at the answer.
   */
  decode(event: WireEvent, state: Record<string, unknown>): readonly DecodedEvent<Raw>[];
  /** Called when the server closed the body without any event that said the answer is over. */
  end?(state: Record<string, unknown>): readonly DecodedEvent<Raw>[];
  /**
   * For servers with their own way to resume a stream: the event's place in it, instead of its id. Sets the stream's id
   * if the event has one. Called only for endpoints that are asked in this dialect.
   */
  placeOf?(event: WireEvent, stream: {streamId: string | undefined}): string | undefined;
  /** Turns the endpoint into the URL of the rest of a stream that `placeOf` named; `undefined` for any other stream. */
  encodeResume?(
    url: URL,
    point: {readonly streamId: string; readonly lastEventId: string},
  ): EncodedRequest | undefined;
}

/** Whether an attempt is a new, billed request for the rest of an answer. */
export function isContinuation(mode: AttemptMode): mode is ContinuationMode {
  return mode === 'prefill' || mode === 'continue-turn';
}
