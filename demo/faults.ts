import {createHash} from 'node:crypto';
import type {Request, Response} from 'express';
import type {Turn} from './backend.ts';

/** What this server does wrong on purpose. Everything is off by default, except the last group. */
export interface Faults {
  /** Ends the body after this many text events of this response. */
  readonly cutAfterTokens?: number;
  /** Ends the body after this many of its bytes, framing included. */
  readonly cutAtByte?: number;
  /** What a cut looks like: a clean end of the body, or a TCP reset. Default `eof`. */
  readonly cut?: 'eof' | 'reset';
  /** Sends nothing more, not even pings, after this many text events; the connection stays open. */
  readonly stallAfterTokens?: number;
  /** Answers with this status and a JSON error in place of a stream. */
  readonly status?: number;
  /** `Retry-After` of that status, in seconds. Default 2 with 429. */
  readonly retryAfter?: number;
  /** Answers 200 with a web page in place of a stream. */
  readonly htmlPage?: boolean;
  readonly noDone?: boolean;
  readonly noFinishReason?: boolean;
  /** Also for retries, continuations and resumes; otherwise only for the first request of an answer. */
  readonly everyRequest?: boolean;

  readonly framing?: 'lf' | 'crlf';
  /** Offers `X-Stream-Id`, event ids and replay. Default true. */
  readonly resume?: boolean;
  /** Sends `X-Continue-From` with a continuation. Default true. */
  readonly continueFrom?: boolean;
  /** Default 500; 0 is as fast as possible. */
  readonly tokensPerSecond?: number;
  /** Milliseconds. Default 80. */
  readonly firstTokenDelay?: number;
}

const numbers = [
  'cutAfterTokens',
  'cutAtByte',
  'stallAfterTokens',
  'status',
  'retryAfter',
  'tokensPerSecond',
  'firstTokenDelay',
];
const booleans = ['htmlPage', 'noDone', 'noFinishReason', 'everyRequest', 'resume', 'continueFrom'];
const choices: Readonly<Record<string, readonly string[]>> = {cut: ['eof', 'reset'], framing: ['lf', 'crlf']};

/** @throws {TypeError} naming the first field that is unknown or has the wrong type. */
export function parseFaults(value: unknown): Faults {
  if (typeof value !== 'object' || value === null) throw new TypeError('Faults are a JSON object.');
  for (const [name, field] of Object.entries(value)) {
    const valid =
      (numbers.includes(name) && typeof field === 'number' && field >= 0) ||
      (booleans.includes(name) && typeof field === 'boolean') ||
      (Object.hasOwn(choices, name) && choices[name]!.includes(String(field)));
    if (!valid) throw new TypeError(`No such fault, or not such a value: ${name}.`);
  }
  const status = (value as Faults).status ?? 500;
  if (!Number.isInteger(status) || status < 400 || status > 599) throw new TypeError('status is 400 to 599.');
  return value as Faults;
}

/** The settings among the faults that are not failures, and so apply to every request. */
function manners(faults: Faults): Faults {
  const {framing = 'lf', resume = true, continueFrom = true} = faults;
  const {tokensPerSecond = 500, firstTokenDelay = 80} = faults;
  return {framing, resume, continueFrom, tokensPerSecond, firstTokenDelay};
}

/** The faults in force, and the answers that have already had theirs. */
export class FaultPlan {
  #faults: Faults = {};
  #served = new Set<string>();

  get faults(): Faults {
    return this.#faults;
  }

  set faults(faults: Faults) {
    this.#faults = faults;
    this.#served.clear();
  }

  /**
   * What applies to this request. `answer` names the requested answer and is the same over retries. A continuation or a
   * resume (`first` is false) is never an answer's first request. A request's own faults (header `X-Demo-Faults` or
   * query `faults`, both JSON) take precedence over the panel's.
   */
  for(request: Request, answer: string, first: boolean): Faults {
    const own = request.get('x-demo-faults') ?? request.query['faults'];
    const faults = typeof own === 'string' ? parseFaults(JSON.parse(own)) : this.#faults;
    const unserved = first && !this.#served.has(answer);
    this.#served.add(answer);
    if (this.#served.size > 1000) this.#served.delete(this.#served.values().next().value!);
    return unserved || faults.everyRequest ? {...faults, ...manners(faults)} : manners(faults);
  }

  /** The answer was delivered whole: if it is asked for again, it counts as a new one. */
  forget(answer: string): void {
    this.#served.delete(answer);
  }
}

export function answerKey(route: string, turns: readonly Turn[]): string {
  return createHash('sha256')
    .update(JSON.stringify([route, turns]))
    .digest('base64');
}

/** Responds in place of the stream if the faults say so. Returns true if it did. */
export function refuse(response: Response, faults: Faults): boolean {
  if (faults.status !== undefined) {
    const wait = faults.retryAfter ?? (faults.status === 429 ? 2 : undefined);
    if (wait !== undefined) response.set('Retry-After', String(wait));
    const text =
      faults.status === 429 ? 'Rate limit reached. Please try again later.' : 'The model fell over.';
    sendError(response, faults.status, faults.status === 429 ? 'rate_limit_exceeded' : 'server_error', text);
    return true;
  }
  if (faults.htmlPage) {
    response
      .type('html')
      .send('<!doctype html><title>Welcome</title><h1>Please sign in to this network</h1>');
    return true;
  }
  return false;
}

export function sendError(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({error: {message, type: code, param: null, code}});
}
