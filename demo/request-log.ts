import type {Request} from 'express';
import type {GenerationRequest} from './backend.ts';

/** One line of what the server saw, for the demo's page and for tests that count requests. */
export interface LogEntry {
  readonly number: number;
  readonly method: string;
  readonly path: string;
  readonly kind: 'send' | 'continuation' | 'resume';
  /** Where it went on: UTF-16 units of the answer, or the number of the last event. */
  readonly from?: number;
  readonly outcome: string;
}

export class RequestLog {
  #entries: LogEntry[] = [];
  #count = 0;

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  add(request: Request, asked: GenerationRequest | {readonly resumedAfter: number}, outcome: string): void {
    const resume = 'resumedAfter' in asked;
    const from = resume ? asked.resumedAfter : asked.partial?.length;
    this.#entries.push({
      number: ++this.#count,
      method: request.method,
      path: (request.baseUrl + request.path).replace(/\/$/, ''),
      kind: resume ? 'resume' : from === undefined ? 'send' : 'continuation',
      ...(from !== undefined && {from}),
      outcome,
    });
    if (this.#entries.length > 100) this.#entries.shift();
  }
}
