/** What a kind of server sends, written for these tests from its documentation, and how it must be read. */
export interface WireSample {
  /** Distinguishes it from the others of its dialect. */
  readonly name: string;
  /** The dialect that must be recognised; `undefined` if nothing in it decides. */
  readonly dialect: string | undefined;
  readonly contentType: string;
  readonly body: string;
  readonly says: SampleReading;
}

export interface SampleReading {
  readonly status: string;
  readonly text?: string;
  readonly reasoning?: string;
  readonly finish?: string;
  /** Name and arguments (JSON text) of each call. */
  readonly tools?: readonly (readonly [name: string, args: string])[];
  readonly usage?: Readonly<Record<string, number>>;
  /** A part of the server's message that the error must contain. */
  readonly error?: string;
}

/** An event's payload: a value to write as JSON, or a string to use unchanged. */
type Payload = object | string;

/** A name and a payload. */
export type Named = readonly [event: string, payload?: Payload];

export function sample(
  dialect: string | undefined,
  name: string,
  body: string,
  says: SampleReading,
  contentType = 'text/event-stream',
): WireSample {
  return {dialect, name, body, says, contentType};
}

/** An event stream of these payloads. */
export function sse(...payloads: readonly Payload[]): string {
  return payloads.map(payload => `data: ${written(payload)}\n\n`).join('');
}

/** An event stream with `event:` lines; a name without a payload has no `data:` line. */
export function named(...events: readonly Named[]): string {
  return events
    .map(
      ([event, payload]) =>
        `event: ${event}\n${payload === undefined ? '' : `data: ${written(payload)}\n`}\n`,
    )
    .join('');
}

/** The same, taking each name from a field of the payload, for servers that repeat it in the framing. */
export function namedBy(field: string, ...payloads: readonly Readonly<Record<string, unknown>>[]): string {
  return named(...payloads.map((payload): Named => [`${payload[field]}`, payload]));
}

/** One JSON value per line. */
export function lines(...payloads: readonly Payload[]): string {
  return payloads.map(payload => `${written(payload)}\n`).join('');
}

function written(payload: Payload): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}

export const NDJSON = 'application/x-ndjson';
