import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

const STREAMS = join(import.meta.dirname, '../fixtures/streams');

/** The names of all recorded streams, such as `groq/groq-text`. */
export function fixtureNames(): string[] {
  return readdirSync(STREAMS, {recursive: true, encoding: 'utf8'})
    .filter(file => file.endsWith('.jsonl'))
    .map(file => file.replace('.jsonl', ''))
    .sort();
}

/** The payloads of a recorded stream, in order, without framing. `name`: `groq/groq-text`. */
export function fixture(name: string): string[] {
  return readFileSync(join(STREAMS, `${name}.jsonl`), 'utf8')
    .split('\n')
    .filter(line => line.trim() !== '');
}

/** How payloads are put into an event stream. */
export interface EventFraming {
  readonly newline: '\n' | '\r\n' | '\r';
  readonly bom?: boolean;
  /** With a comment before each event. */
  readonly comments?: boolean;
  /** `data:` without the space after it. */
  readonly tight?: boolean;
  /** The name for the `event:` line before a payload. */
  readonly eventOf?: ((payload: string) => string) | undefined;
}

export function toEventStream(payloads: readonly string[], framing: EventFraming): Uint8Array {
  const {newline, bom, comments, tight, eventOf} = framing;
  const space = tight ? '' : ' ';
  const text = payloads
    .map(payload =>
      [
        ...(comments ? [': ping'] : []),
        ...(eventOf && payload !== '[DONE]' ? [`event:${space}${eventOf(payload)}`] : []),
        `data:${space}${payload}`,
        '',
        '',
      ].join(newline),
    )
    .join('');
  return new TextEncoder().encode(`${bom ? '\uFEFF' : ''}${text}`);
}
