import type {StoredError} from './chat-error.ts';

export type MessageRole = 'system' | 'user' | 'assistant' | 'tool';

/**
 * Where a message stands. Only `complete` means that the server said so.
 *
 * `pending` no character yet · `streaming` arriving, or recovering by itself · `stopped` by the user ·
 * `interrupted` ended early, what came is kept · `length` and `filtered` ended by the server for that reason ·
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

/** The statuses that a message does not leave by itself. */
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
  /** Milliseconds that it was seen to take, until what followed it. */
  readonly duration?: number;
}

/** What the model asked a tool, and what came of it. */
export interface ToolCallPart {
  readonly type: 'tool-call';
  readonly id: string;
  readonly name: string;
  /** JSON as far as it came; whole once the state is not `streaming` any more. */
  readonly arguments: string;
  /**
   * `streaming` its arguments arrive · `called` it is to be run · `waiting` for a person to allow it · `running` in the
   * page · `done` its result is here · `failed` its result says why · `denied` by a person or the page.
   */
  readonly state: 'streaming' | 'called' | 'waiting' | 'running' | 'done' | 'failed' | 'denied';
  /** A plain JSON value. */
  readonly result?: unknown;
  /** Of a tool of the page: by which of the answer's rounds it was called, counted from 1. */
  readonly round?: number;
  /** Milliseconds that a tool of the page ran, or that it was seen to take from its call to its result. */
  readonly duration?: number;
  /** What the provider wants back with the call, as it came. */
  readonly signature?: unknown;
}

/** Where something in the answer comes from. */
export interface SourcePart {
  readonly type: 'source';
  readonly id: string;
  /** As the server said it; not looked at. */
  readonly url?: string;
  readonly title?: string;
  /** The passage that is quoted. */
  readonly quote?: string;
}

/** An image or another file: what the model made, or a user attached. */
export interface FilePart {
  readonly type: 'file';
  readonly id: string;
  /** As the server said it, a `data:` URL too; not looked at. */
  readonly url: string;
  readonly mediaType?: string;
  readonly name?: string;
}

/** A file to send along: a `data:` URL, or an address that the provider can read. */
export type Attachment = Omit<FilePart, 'type' | 'id'>;

/** What a server sends for its own page. */
export interface DataPart {
  readonly type: 'data';
  readonly id: string;
  readonly name: string;
  /** A plain JSON value. */
  readonly data: unknown;
}

/** The text is a refusal, or there is none because of one. */
export interface RefusalPart {
  readonly type: 'refusal';
  readonly id: string;
  /** Why, where the server said that. */
  readonly reason?: string;
}

/** What stands in an answer beside its text. One with the same type and id takes the place of the one before. */
export type ExtraPart = ToolCallPart | SourcePart | FilePart | DataPart | RefusalPart;

/** One piece of a message, in the order it came. */
export type MessagePart = TextPart | ReasoningPart | ExtraPart;

/** The text of a message with these parts. */
export function textOf(parts: readonly MessagePart[]): string {
  return parts.map(part => (part.type === 'text' ? part.text : '')).join('');
}

/** A text as the parts of a message: none where it is empty. */
export function textParts(text: string): readonly TextPart[] {
  return text ? [{type: 'text', text}] : [];
}

/** How one stretch of an answer was asked for. */
export type AttemptMode = 'send' | 'retry' | 'resume' | 'prefill' | 'continue-turn';

/**
 * One attempt's share of an answer: how a join was made, so that it can be inspected later.
 * The segments' `chars` add up to the text's length in UTF-16 units.
 */
export interface Segment {
  /** Counted from 1, in the order the requests were made. */
  readonly attempt: number;
  readonly mode: AttemptMode;
  /** UTF-16 units of the answer that came by this attempt. */
  readonly chars: number;
  /** How the attempt ended. */
  readonly end: 'complete' | 'eof' | 'reset' | 'timeout' | 'stopped' | 'error';
  /** How the join was found; absent for the first attempt and for a resume by ids. */
  readonly join?: 'position' | 'echo' | 'overlap' | 'anchor' | 'restart' | 'raw';
  /** Of a fallback: what was asked instead of the page's first choice. */
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
  /** How often another model or endpoint was asked instead. */
  readonly fallbacks: number;
  readonly stalls: number;
  /** Payloads that could not be decoded. They are counted and never shown. */
  readonly malformed: number;
  /** Events of a kind that the dialect does not know. */
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
  /** Absent of an answer that came whole by its first attempt. */
  readonly segments?: readonly Segment[];
  readonly error?: StoredError;
  /** What a person said of this answer. */
  readonly feedback?: Feedback;
}

/** What a person thinks of an answer. */
export interface Feedback {
  readonly rating: 'up' | 'down';
  readonly note?: string;
}
