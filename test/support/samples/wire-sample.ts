/** What a kind of server sends, written for these tests after its documentation, and what is to be made of it. */
export interface WireSample {
  /** Tells it from the others of its dialect. */
  readonly name: string;
  /** The dialect that it is to be taken for; `undefined` where nothing in it decides. */
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
  /** Words of the server that the error has. */
  readonly error?: string;
}

/** An event's payload: JSON of a value, or a text as it is. */
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

/** The same, the names taken out of the payloads, where the server repeats them in the framing. */
export function namedBy(field: string, ...payloads: readonly Readonly<Record<string, unknown>>[]): string {
  return named(...payloads.map((payload): Named => [`${payload[field]}`, payload]));
}

/** One JSON value a line. */
export function lines(...payloads: readonly Payload[]): string {
  return payloads.map(payload => `${written(payload)}\n`).join('');
}

function written(payload: Payload): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}

export const NDJSON = 'application/x-ndjson';
