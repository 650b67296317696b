import type {StoredError} from './chat-error.ts';

export type MessageRole = 'system' | 'user' | 'assistant' | 'tool';

/**
 * The status of a message. Only `complete` means that the server said so.
 *
 * `pending` no character yet · `streaming` arriving, or recovering automatically · `stopped` by the user ·
 * `interrupted` ended early, what arrived is kept · `length` and `filtered` ended by the server for that reason ·
 * `error` the server or the network refused.
 */
export type MessageStatus =
  | 'pending'
  | 'streaming'
  | 'complete'
  | 'stopped'
  | 'interrupted'
  | 'length'
  | 'filtered'
  | 'error';

/** The statuses that a message does not leave automatically. */
export type FinalStatus = Exclude<MessageStatus, 'pending' | 'streaming'>;

export function isFinal(status: MessageStatus): status is FinalStatus {
  return status !== 'pending' && status !== 'streaming';
}

/** Why the server stopped, in one vocabulary for all dialects. */
export type FinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'other';

/** What the provider billed. Counts are tokens, times are seconds as the provider reported them. */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly totalTokens?: number;
  readonly reasoningTokens?: number;
  readonly queueTime?: number;
  readonly promptTime?: number;
  readonly completionTime?: number;
}

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

export interface ReasoningPart {
  readonly type: 'reasoning';
  readonly text: string;
  /** Observed duration in milliseconds, until the next part began. */
  readonly duration?: number;
}

/** A tool call and its result. */
export interface ToolCallPart {
  readonly type: 'tool-call';
  readonly id: string;
  readonly name: string;
  /** JSON as far as it has arrived; complete once the state is no longer `streaming`. */
  readonly arguments: string;
  /**
   * `streaming` its arguments are arriving · `called` about to run · `waiting` for the user's approval · `running` in the
   * page · `done` it has a result · `failed` its result says why · `denied` by the user or the page.
   */
  readonly state: 'streaming' | 'called' | 'waiting' | 'running' | 'done' | 'failed' | 'denied';
  /** A plain JSON value. */
  readonly result?: unknown;
  /** For a tool of the page: the round of the answer that called it, counted from 1. */
  readonly round?: number;
  /** Milliseconds that a tool of the page ran; for a server's tool, observed from call to result. */
  readonly duration?: number;
  /** What the provider wants back with the call, unchanged. */
  readonly signature?: unknown;
}

/** A source of the answer. */
export interface SourcePart {
  readonly type: 'source';
  readonly id: string;
  /** As the server sent it; not validated. */
  readonly url?: string;
  readonly title?: string;
  /** The quoted passage. */
  readonly quote?: string;
}

/** An image or another file, made by the model or attached by a user. */
export interface FilePart {
  readonly type: 'file';
  readonly id: string;
  /** As the server sent it, possibly a `data:` URL; not validated. */
  readonly url: string;
  readonly mediaType?: string;
  readonly name?: string;
}

/** A file to send along: a `data:` URL, or an address that the provider can read. */
export type Attachment = Omit<FilePart, 'type' | 'id'>;

/** Custom data from the server, for the page. */
export interface DataPart {
  readonly type: 'data';
  readonly id: string;
  readonly name: string;
  /** A plain JSON value. */
  readonly data: unknown;
}

/** The model refused: the text is a refusal, or is missing because of one. */
export interface RefusalPart {
  readonly type: 'refusal';
  readonly id: string;
  /** Why, if the server said so. */
  readonly reason?: string;
}

/** Content of an answer beside its text. A part replaces an earlier one with the same type and id. */
export type ExtraPart = ToolCallPart | SourcePart | FilePart | DataPart | RefusalPart;

/** One piece of a message, in order of arrival. */
export type MessagePart = TextPart | ReasoningPart | ExtraPart;

/** The text of a message with these parts. */
export function textOf(parts: readonly MessagePart[]): string {
  return parts.map(part => (part.type === 'text' ? part.text : '')).join('');
}

/** A text as the parts of a message: none where it is empty. */
export function textParts(text: string): readonly TextPart[] {
  return text ? [{type: 'text', text}] : [];
}

/** How one stretch of an answer was requested. */
export type AttemptMode = 'send' | 'retry' | 'resume' | 'prefill' | 'continue-turn';

/**
 * One attempt's share of an answer: how a join was made, so that it can be inspected later.
 * The segments' `chars` add up to the text's length in UTF-16 units.
 */
export interface Segment {
  /** Counted from 1, in the order the requests were made. */
  readonly attempt: number;
  readonly mode: AttemptMode;
  /** UTF-16 units of the answer from this attempt. */
  readonly chars: number;
  /** How the attempt ended. */
  readonly end: 'complete' | 'eof' | 'reset' | 'timeout' | 'stopped' | 'error';
  /** How the join was found; absent for the first attempt and for a resume by ids. */
  readonly join?: 'position' | 'echo' | 'overlap' | 'anchor' | 'restart' | 'raw';
  /** Set for a fallback: the endpoint used instead of the first choice. */
  readonly endpoint?: string;
  readonly model?: string;
}

/** Measurements of one answer. Times in milliseconds, by the monotonic clock. */
export interface CompletionMetrics {
  /** From the first request to the first visible character; absent if none came. */
  readonly timeToFirstToken?: number;
  readonly duration: number;
  /** Text events received; providers send about one token in each. */
  readonly tokens: number;
  /** UTF-16 units of visible text. */
  readonly characters: number;
  readonly tokensPerSecond?: number;
  readonly charactersPerSecond?: number;
  /** Bytes of response bodies read, over all attempts. */
  readonly bytes: number;
  readonly requests: number;
  readonly retries: number;
  readonly resumes: number;
  readonly continuations: number;
  readonly rateLimits: number;
  /** How often another model or endpoint was tried instead. */
  readonly fallbacks: number;
  readonly stalls: number;
  /** Payloads that could not be decoded. They are counted and never shown. */
  readonly malformed: number;
  /** Events of kinds that the dialect does not know. */
  readonly ignored: number;
}

/** A message as the page sees it: plain JSON, never changed in place. */
export interface Message {
  readonly id: string;
  readonly role: MessageRole;
  /** All text parts, joined. */
  readonly text: string;
  readonly parts: readonly MessagePart[];
  readonly status: MessageStatus;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly finishReason?: FinishReason;
  readonly usage?: Usage;
  readonly metrics?: CompletionMetrics;
  /** Ids that the provider gave the requests behind this message. */
  readonly requestIds: readonly string[];
  /** Absent if the answer arrived whole in its first attempt. */
  readonly segments?: readonly Segment[];
  readonly error?: StoredError;
  /** The user's rating of this answer. */
  readonly feedback?: Feedback;
}

/** A user's rating of an answer. */
export interface Feedback {
  readonly rating: 'up' | 'down';
  readonly note?: string;
}
