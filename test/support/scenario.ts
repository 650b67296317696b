/** How an answer is put on the wire. */
export interface Framing {
  /** Default `\n`. */
  readonly newline?: '\n' | '\r\n' | '\r';
  /** A byte order mark before the first line. */
  readonly bom?: boolean;
  /** A comment before every n-th event. */
  readonly comments?: number;
  /** `token` only: the JSON alone on its line, without `data:`. */
  readonly bare?: boolean;
}

/**
 * How the server says that the answer is over.
 *
 * `full`: `finish_reason` (or `{"done": true}`) and then `[DONE]` · `finish`: without `[DONE]` · `done`: `[DONE]`
 * alone · `unterminated`: `full`, without the blank line after `[DONE]` · `none`.
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
  /** Before the headers; `Infinity` in Node only: they never come. */
  readonly headerDelay?: number;
  /** Default `event`. A number: random pieces by this seed. */
  readonly chunks?: 'event' | 'byte' | 'whole' | number;
  /** Before each chunk after the first. */
  readonly pause?: number;
  /** Silent for so long before the n-th event, but for a comment every so many milliseconds. */
  readonly gap?: {readonly before: number; readonly ms: number; readonly ping?: number};
  /** Characters that stand before the n-th event, in order. */
  readonly inject?: readonly {readonly before: number; readonly text: string}[];
  /** The n-th event is sent so many times more. */
  readonly repeat?: {readonly event: number; readonly times: number};
}

/** A server's whole behaviour towards one test. Plain JSON, so that a page can ask for it. */
export interface Scenario {
  readonly dialect: 'openai' | 'token';
  /** The answer, an event's text each. */
  readonly tokens: readonly string[];
  readonly framing?: Framing;
  /** Default `full`. */
  readonly terminal?: Terminal;
  /** Default `stop`. */
  readonly finishReason?: string;
  /** How a continuation says where it goes on. Default `header`. */
  readonly declare?: 'header' | 'event' | 'none';
  /** A number: offered, and then answered with this status. Default `none`. */
  readonly resume?: 'none' | 'offered' | number;
  /** What a resume sends: what follows the id (default), all again, or what follows it but for two events. */
  readonly resumeFrom?: 'cursor' | 'start' | 'gap';
  /** Default `obeyed`. `refused`: a 400, as from a model that takes no prefill. */
  readonly prefill?: 'obeyed' | 'refused';
  /** UTF-16 units that a continuation goes back; negative: it skips them; `all`: it starts again. Default 0. */
  readonly back?: number | 'all';
  /** What a continuation says before it goes on. */
  readonly prelude?: string;
  /** Turns of the conversation before the answer, the system's not counted. Default 1. */
  readonly turns?: number;
  /** For the first, second, … response; `last` for all after them. */
  readonly responses?: readonly ResponseScript[];
  readonly last?: ResponseScript;
}

/** How the server understood a request. */
export type AskedMode = 'send' | 'resume' | 'prefill' | 'continue-turn';

/** One request that reached the server: a line of the bill. */
export interface LedgerEntry {
  readonly method: string;
  readonly mode: AskedMode;
  /** UTF-16 units of the answer that the client says it has. */
  readonly position: number;
  /** Whether those are the answer's own first units. */
  readonly exact: boolean;
  readonly lastEventId?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Whether the body, as the script cuts it, says that the answer is over. */
  readonly ends: boolean;
  /** Milliseconds, by the server's clock: since the epoch if it has none of its own. */
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
