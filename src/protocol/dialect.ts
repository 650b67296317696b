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
 * The name of an event whose data is a piece of a body of another framing, to be read by `framed-dialect.ts`; empty at
 * the end of the body. No such name can come by the wire.
 */
export const RAW = '\n';

/** A `ServerSentEvent` with its payload parsed once: `undefined` where `data` is no JSON. */
export interface WireEvent extends ServerSentEvent {
  readonly json: unknown;
}

/** `[DONE]` and its kin: the stream is over. What that is worth is the dialect's business (`endsWithDone`). */
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

/** `malformed`: the payload could not be read. `ignored`: it is of no kind that is known. Both are counted, never shown. */
export type UnreadEvent = {readonly type: 'malformed'} | {readonly type: 'ignored'};

/** What a dialect reads out of one event of the wire. */
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

/** Which way of asking for the rest a dialect has words for. */
export type ContinuationMode = 'prefill' | 'continue-turn';

/**
 * How one kind of server is spoken to. Pure: no I/O, no clock. A page's own dialect is an object of this shape.
 */
export interface Dialect<Raw = unknown> {
  readonly name: string;
  /** The ways `encode` can put a continuation. */
  readonly continuations: readonly ContinuationMode[];
  /** Whether `done` alone means that the answer is complete (true), or only that the stream is over (false). */
  readonly endsWithDone: boolean;
  /** A body that does not look like events is bare text, whatever its content type. */
  readonly isPlain?: boolean;
  /** `encode` puts the `attachments` of turns. Of our own dialects `attachments.ts` does, and says which cannot. */
  readonly attaches?: boolean;
  /** Whether this event can only be of this dialect. */
  matches(event: WireEvent): boolean;
  /** Loads the dialect that reads the answer from this event on, with the same state; `undefined` if this one can. */
  fuller?(event: WireEvent): Promise<Dialect | undefined> | undefined;
  encode(request: CompletionRequest): EncodedRequest;
  /**
   * `state` is one object an attempt, without prototype, for what must be remembered between events. At first it has, under
   * the name of the attempt's mode (`prefill`, `resume`), the text of the answer so far, and under `answer` an object that
   * is the same for all attempts at it.
   */
  decode(event: WireEvent, state: Record<string, unknown>): readonly DecodedEvent<Raw>[];
  /** The server closed the body: what that says of the answer, where nothing in it says that it is over. */
  end?(state: Record<string, unknown>): readonly DecodedEvent<Raw>[];
  /**
   * For servers that take a stream up again in a way of their own: the event's place in it, instead of its id. Sets the
   * stream's id where the event offers that. Asked of an endpoint that is spoken to in this dialect.
   */
  placeOf?(event: WireEvent, stream: {streamId: string | undefined}): string | undefined;
  /** Makes of the endpoint the URL to get the rest of a stream from, if `placeOf` named it; `undefined` for all others. */
  encodeResume?(
    url: URL,
    point: {readonly streamId: string; readonly lastEventId: string},
  ): EncodedRequest | undefined;
}

/** Whether an attempt is a new, billed request for the rest of an answer. */
export function isContinuation(mode: AttemptMode): mode is ContinuationMode {
  return mode === 'prefill' || mode === 'continue-turn';
}
