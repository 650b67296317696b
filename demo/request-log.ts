import type {Request} from 'express';
import type {GenerationRequest} from './backend.ts';

/** A request that the server saw, for the demo's page and for tests that count requests. */
export interface LogEntry {
  readonly number: number;
  readonly method: string;
  readonly path: string;
  readonly kind: 'send' | 'continuation' | 'resume';
  /** Where it continued: UTF-16 units of the answer, or the number of the last event. */
  readonly from?: number;
  /** `under way` until the request has ended. */
  readonly outcome: string;
}

export class RequestLog {
  #entries: LogEntry[] = [];
  #count = 0;

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** Logs a request as it arrives. Returns the function that logs how it ended. */
  begin(
    request: Request,
    asked: GenerationRequest | {readonly resumedAfter: number},
  ): (outcome: string) => void {
    const resume = 'resumedAfter' in asked;
    const from = resume ? asked.resumedAfter : asked.partial?.length;
    const entry = {
      number: ++this.#count,
      method: request.method,
      path: (request.baseUrl + request.path).replace(/\/$/, ''),
      kind: resume ? ('resume' as const) : from === undefined ? ('send' as const) : ('continuation' as const),
      ...(from !== undefined && {from}),
      outcome: 'under way',
    };
    this.#entries.push(entry);
    if (this.#entries.length > 100) this.#entries.shift();
    return outcome => {
      entry.outcome = outcome;
    };
  }
}
