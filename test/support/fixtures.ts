import {readFileSync} from 'node:fs';
import {join} from 'node:path';

const STREAMS = join(import.meta.dirname, '../fixtures/streams');

/** The payloads of a recorded stream, in order, without framing. `name`: `groq/groq-text`. */
export function fixture(name: string): string[] {
  return readFileSync(join(STREAMS, `${name}.jsonl`), 'utf8')
    .split('\n')
    .filter(line => line.trim() !== '');
}

/** How payloads can be put into an event stream. */
export interface EventFraming {
  readonly newline: '\n' | '\r\n' | '\r';
  readonly bom?: boolean;
  /** A comment before each event. */
  readonly comments?: boolean;
  /** `data:` without the space after it. */
  readonly tight?: boolean;
}

export function toEventStream(payloads: readonly string[], framing: EventFraming): Uint8Array {
  const {newline, bom, comments, tight} = framing;
  const text = payloads
    .map(
      payload =>
        `${comments ? `: ping${newline}` : ''}data:${tight ? '' : ' '}${payload}${newline}${newline}`,
    )
    .join('');
  return new TextEncoder().encode(`${bom ? '\uFEFF' : ''}${text}`);
}
