/** How an answer is sent on the wire. */
export interface Framing {
  /** Default `\n`. */
  readonly newline?: '\n' | '\r\n' | '\r';
  /** A byte order mark before the first line. */
  readonly bom?: boolean;
  /** A comment before every n-th event. */
  readonly comments?: number;
  /** `token` only: each event is just a line of JSON, without `data:`. */
  readonly bare?: boolean;
}

/**
 * How the server says that the answer is over.
 *
 * `full`: `finish_reason` (or `{"done": true}`) and then `[DONE]` · `finish`: without `[DONE]` · `done`: only `[DONE]`
 * · `unterminated`: like `full`, without the blank line after `[DONE]` · `none`.
 */
export type Terminal = 'full' | 'finish' | 'done' | 'unterminated' | 'none';

/** What goes wrong with one response. Offsets are bytes of its body, times are milliseconds. */
export interface ResponseScript {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Replaces the answer. */
  readonly body?: string;
  /** `eof` ends the body cleanly, `reset` breaks the connection, `stall` goes silent. */
  readonly cut?: {readonly at: number; readonly by: 'eof' | 'reset' | 'stall'};
  /** Before the headers; with `Infinity`, which works only in Node, they never come. */
  readonly headerDelay?: number;
  /** Default `event`. A number is the seed for random pieces. */
  readonly chunks?: 'event' | 'byte' | 'whole' | number;
  /** Before each chunk after the first. */
  readonly pause?: number;
  /** Silent for `ms` before the n-th event, except for a comment every `ping` milliseconds. */
  readonly gap?: {readonly before: number; readonly ms: number; readonly ping?: number};
  /** Text to insert before the n-th event, in order. */
  readonly inject?: readonly {readonly before: number; readonly text: string}[];
  /** Repeats the n-th event this many times. */
  readonly repeat?: {readonly event: number; readonly times: number};
}

/** A server's whole behaviour in one test. Plain JSON, so that a page can request it. */
export interface Scenario {
  readonly dialect: 'openai' | 'token';
  /** The answer, as the text of each event. */
  readonly tokens: readonly string[];
  readonly framing?: Framing;
  /** Default `full`. */
  readonly terminal?: Terminal;
  /** Default `stop`. */
  readonly finishReason?: string;
  /** How a continuation says where it continues. Default `header`. */
  readonly declare?: 'header' | 'event' | 'none';
  /** A number: offered, but then answered with this status. Default `none`. */
  readonly resume?: 'none' | 'offered' | number;
  /** What a resume sends: the events after the id (default), all events again, or those after the id with two left out. */
  readonly resumeFrom?: 'cursor' | 'start' | 'gap';
  /** Default `obeyed`. `refused`: a 400, as from a model that does not support prefill. */
  readonly prefill?: 'obeyed' | 'refused';
  /** UTF-16 units that a continuation goes back; negative: it skips them; `all`: it starts again. Default 0. */
  readonly back?: number | 'all';
  /** What a continuation says before it continues. */
  readonly prelude?: string;
  /** Turns of the conversation before the answer, not counting the system's. Default 1. */
  readonly turns?: number;
  /** For the first, second, … response; `last` is for all others. */
  readonly responses?: readonly ResponseScript[];
  readonly last?: ResponseScript;
}

/** How the server interpreted a request. */
export type AskedMode = 'send' | 'resume' | 'prefill' | 'continue-turn';

/** A request that reached the server: a line of the bill. */
export interface LedgerEntry {
  readonly method: string;
  readonly mode: AskedMode;
  /** UTF-16 units of the answer that the client says it has. */
  readonly position: number;
  /** Whether the client's text is exactly the beginning of the answer. */
  readonly exact: boolean;
  readonly lastEventId?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Whether the body, as cut by the script, says that the answer is over. */
  readonly ends: boolean;
  /** Milliseconds by the server's clock; since the epoch if it has no clock of its own. */
  readonly at: number;
  readonly status: number;
  /** Bytes of the body handed to the socket. */
  sent: number;
  closedAt?: number;
  closedBy?: 'server' | 'client';
}

export interface Ledger {
  readonly requests: LedgerEntry[];
}
