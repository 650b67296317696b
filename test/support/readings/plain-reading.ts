/**
 * What a recorded stream says, read only by concatenating the fields of its payloads. It uses no code of `src/`, so
 * that the two can be compared.
 */
export interface PlainReading {
  readonly text: string;
  readonly reasoning: string;
  /** In the order in which they began. */
  readonly tools: readonly PlainToolCall[];
  /** In our vocabulary, which is the same for all providers; `undefined` if the stream ended with an error. */
  readonly finish: string | undefined;
  /** The provider's counts, under our names. */
  readonly usage: Readonly<Record<string, number>>;
  /** The provider's message, if the stream ended with an error. */
  readonly error?: string | undefined;
}

export interface PlainToolCall {
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

/** A payload of any provider: with optional chaining, missing fields read as `undefined`. */
// biome-ignore lint/suspicious/noExplicitAny: A reading knows its provider by heart, and a type would be ours.
export type Payload = any;

/** The counts that are present, under our names. */
export function counted(counts: Readonly<Record<string, unknown>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}
