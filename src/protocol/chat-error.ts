/**
 * What went wrong. The retry policy and the users' messages depend on it.
 *
 * - `configuration`: the caller's options cannot work (no endpoint, a secret key in a page).
 * - `network`: no response, or the connection was cut.
 * - `timeout`: a watchdog expired (connect, first event or idle).
 * - `rate-limit`: 429, or a provider's "over capacity".
 * - `unauthorized`: 401 or 403.
 * - `http`: any other status that is not 2xx.
 * - `content`: a 2xx whose body is not a stream we can read (a page, a JSON error).
 * - `server`: an error inside the stream.
 * - `empty`: the stream ended properly without a single character.
 * - `incomplete`: the stream ended before the server said that the answer was over.
 * - `protocol`: the stream broke its own rules (malformed payloads).
 * - `too-large`: a line, an event or an answer beyond the limits.
 * - `gap`: a resumed or continued answer left out positions.
 * - `storage`: the history could not be read or written.
 * - `busy`: the conversation is already answering.
 * - `tool-rounds`: the model kept calling tools without answering.
 */
export type ChatErrorKind =
  | 'configuration'
  | 'network'
  | 'timeout'
  | 'rate-limit'
  | 'unauthorized'
  | 'http'
  | 'content'
  | 'server'
  | 'empty'
  | 'incomplete'
  | 'protocol'
  | 'too-large'
  | 'gap'
  | 'storage'
  | 'busy'
  | 'tool-rounds';

/** What a `ChatError` has besides its message. All of it is safe to show: never a payload, never a key. */
export interface ChatErrorDetails {
  readonly cause?: unknown;
  /** HTTP status of the response, if there was one. */
  readonly status?: number | undefined;
  /** How long the server asked the client to wait, in milliseconds. */
  readonly retryAfter?: number | undefined;
  /** Ids to quote to the provider's support. */
  readonly requestIds?: readonly string[];
  /** Whether the server allows a retry (`x-should-retry`). */
  readonly shouldRetry?: boolean | undefined;
  /** Which watchdog expired, with `kind: 'timeout'`. */
  readonly watchdog?: 'connect' | 'first-event' | 'idle' | undefined;
}

/**
 * Every error of this package. `message` is a full sentence for developers; users see the locale's text for `kind`.
 * Aborting is not an error; ending early is (`incomplete`).
 */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly kind: ChatErrorKind;
  readonly status: number | undefined;
  readonly retryAfter: number | undefined;
  readonly requestIds: readonly string[];
  readonly shouldRetry: boolean | undefined;
  readonly watchdog: ChatErrorDetails['watchdog'];

  constructor(kind: ChatErrorKind, message: string, details: ChatErrorDetails = {}) {
    super(message, details);
    this.kind = kind;
    this.status = details.status;
    this.retryAfter = details.retryAfter;
    this.requestIds = details.requestIds ?? [];
    this.shouldRetry = details.shouldRetry;
    this.watchdog = details.watchdog;
  }

  /** The plain value that is stored with a message. */
  toJSON(): StoredError {
    return {
      kind: this.kind,
      message: this.message,
      ...(this.status !== undefined && {status: this.status}),
      ...(this.retryAfter !== undefined && {retryAfter: this.retryAfter}),
      ...(this.requestIds.length > 0 && {requestIds: this.requestIds}),
    };
  }
}

/** A `ChatError` as plain JSON, stored with the message it ended. */
export interface StoredError {
  readonly kind: ChatErrorKind;
  readonly message: string;
  readonly status?: number;
  /** Milliseconds. */
  readonly retryAfter?: number;
  readonly requestIds?: readonly string[];
}
