import type {ChatError} from './chat-error.ts';
import type {JsonObject} from './json.ts';
import type {
  Attachment,
  AttemptMode,
  ExtraPart,
  FinalStatus,
  FinishReason,
  ToolCallPart,
  Usage,
} from './message.ts';

/** A turn as it is sent. */
export interface RequestMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
  /** What this turn of the model's asked the `tools`, each with its result, which a dialect puts behind the turn. */
  readonly toolCalls?: readonly ToolCallPart[];
  /** What a user put beside the words. A dialect that cannot send it says so before anything is sent. */
  readonly attachments?: readonly Attachment[];
}

/** A tool as the model is told of it. */
export interface ToolDefinition {
  /** Letters, digits, `_` and `-`: what all providers take. */
  readonly name: string;
  /** When it is of use, and what it gives. */
  readonly description?: string;
  /** The JSON schema of its arguments, which are an object. Default: it takes none. */
  readonly parameters?: JsonObject;
}

/** Tells a server where an answer broke off. Sent as it stands by the `token` dialect; see docs/protocol.md. */
export interface ContinuationRequest {
  readonly mode: 'prefill' | 'continue-turn';
  /** The id of the answer's message, the same over all its attempts. */
  readonly messageId: string;
  /** The answer so far. Its length in UTF-16 units is the position to go on from. */
  readonly text: string;
  /** The text of the last event, for servers that look for a place to go on. */
  readonly lastToken: string;
  /** Counted from 1. */
  readonly attempt: number;
  /** The words of the user turn that asks to go on, with `continue-turn`. */
  readonly prompt: string;
}

/** What is asked, before a dialect puts it into its own words. */
export interface CompletionRequest {
  readonly messages: readonly RequestMessage[];
  readonly conversationId?: string;
  readonly model?: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly stopSequences?: readonly string[];
  /** The system prompt. */
  readonly instructions?: string;
  readonly includeUsage?: boolean;
  /** What the model may call. Dialects whose servers have tools of their own leave them out. */
  readonly tools?: readonly ToolDefinition[] | undefined;
  readonly continuation?: ContinuationRequest | undefined;
}

/** `raw` is the payload as it came, typed by the dialect. */
export interface TextEvent<Raw = unknown> {
  readonly type: 'text';
  readonly text: string;
  readonly raw: Raw;
}

export interface ReasoningEvent<Raw = unknown> {
  readonly type: 'reasoning';
  readonly text: string;
  readonly raw: Raw;
}

/** Of what stands beside the text: the part as it is now, whole. */
export type PartEvent<Raw = unknown> = ExtraPart & {readonly raw?: Raw};

/** What came before of this answer is void, its parts with it, and this is its text. */
export interface ReplaceEvent<Raw = unknown> {
  readonly type: 'replace';
  /** Of the whole answer; in a dialect, of what it decoded for this request. */
  readonly text: string;
  readonly raw?: Raw;
}

/** The server said that the answer is over, and why. */
export interface FinishEvent<Raw = unknown> {
  readonly type: 'finish';
  readonly reason: FinishReason;
  readonly raw: Raw;
}

export interface UsageEvent<Raw = unknown> {
  readonly type: 'usage';
  readonly usage: Usage;
  readonly raw: Raw;
}

/** An id to quote to the provider's support. */
export interface RequestIdEvent<Raw = unknown> {
  readonly type: 'request-id';
  readonly id: string;
  readonly raw: Raw;
}

/**
 * What the client is doing about the network. `waiting` has `retryAt` (ms since the epoch).
 * `connected`: the server has begun to answer. `offline`: waits for the network, or for the page to be visible again, before
 * it asks anew.
 */
export interface ProgressEvent {
  readonly type: 'progress';
  readonly state: 'connecting' | 'connected' | 'waiting' | 'offline';
  readonly mode: AttemptMode;
  readonly attempt: number;
  readonly retryAt?: number;
  /** Of a fallback: what is asked instead of the page's first choice. */
  readonly endpoint?: string;
  readonly model?: string;
  /** Why the attempt before this one ended. */
  readonly error?: ChatError;
}

/** Always the last event, exactly once. */
export interface EndEvent {
  readonly type: 'end';
  readonly status: FinalStatus;
  readonly finishReason?: FinishReason;
  /** Set for `error` and `interrupted`. */
  readonly error?: ChatError;
}

/** What a `CompletionStream` yields. */
export type CompletionEvent<Raw = unknown> =
  | TextEvent<Raw>
  | ReasoningEvent<Raw>
  | PartEvent<Raw>
  | ReplaceEvent<Raw>
  | FinishEvent<Raw>
  | UsageEvent<Raw>
  | RequestIdEvent<Raw>
  | ProgressEvent
  | EndEvent;
