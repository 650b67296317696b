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
  /** The tool calls of this assistant turn, each with its result, which the dialect sends after the turn. */
  readonly toolCalls?: readonly ToolCallPart[];
  /** Files of a user's turn. A dialect that cannot send them says so before anything is sent. */
  readonly attachments?: readonly Attachment[];
}

/** A tool as it is described to the model. */
export interface ToolDefinition {
  /** Letters, digits, `_` and `-`, which all providers accept. */
  readonly name: string;
  /** When to use it, and what it returns. */
  readonly description?: string;
  /** The JSON schema of its arguments, an object. Default: no arguments. */
  readonly parameters?: JsonObject;
}

/** Tells a server where an answer broke off. The `token` dialect sends it as `continuation`; see docs/protocol.md. */
export interface ContinuationRequest {
  readonly mode: 'prefill' | 'continue-turn';
  /** The id of the answer's message, the same for all attempts. */
  readonly messageId: string;
  /** The answer so far. Its length in UTF-16 units is the position to continue from. */
  readonly text: string;
  /** The text of the last event, for servers that search for the place to continue. */
  readonly lastToken: string;
  /** Counted from 1. */
  readonly attempt: number;
  /** The text of the user turn that asks to continue, with `continue-turn`. */
  readonly prompt: string;
}

/** A request, before a dialect encodes it. */
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
  /** Tools that the model may call. Dialects whose servers have their own tools omit them. */
  readonly tools?: readonly ToolDefinition[] | undefined;
  readonly continuation?: ContinuationRequest | undefined;
}

/** `raw` is the unchanged payload, typed by the dialect. */
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

/** Content beside the text: the whole part in its current state. */
export type PartEvent<Raw = unknown> = ExtraPart & {readonly raw?: Raw};

/** Replaces the answer: earlier text and parts are void. */
export interface ReplaceEvent<Raw = unknown> {
  readonly type: 'replace';
  /** The whole answer's text; from a dialect, the text decoded for this request. */
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
 * The state of the connection. `waiting` has `retryAt` (ms since the epoch). `connected`: the server has begun to
 * answer. `offline`: waits for the network, or for the page to be visible again, before it sends another request.
 */
export interface ProgressEvent {
  readonly type: 'progress';
  readonly state: 'connecting' | 'connected' | 'waiting' | 'offline';
  readonly mode: AttemptMode;
  readonly attempt: number;
  readonly retryAt?: number;
  /** Set for a fallback: the endpoint used instead of the first choice. */
  readonly endpoint?: string;
  readonly model?: string;
  /** Why the previous attempt ended. */
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
