/**
 * What a recorded stream says, read by nothing but putting the fields of its payloads together. No code of `src/` has
 * a part in it, so that both can be compared.
 */
export interface PlainReading {
  readonly text: string;
  readonly reasoning: string;
  /** In the order in which they began. */
  readonly tools: readonly PlainToolCall[];
  /** In the one vocabulary for all providers; `undefined` where the stream ended with an error. */
  readonly finish: string | undefined;
  /** What the provider counted, under our names. */
  readonly usage: Readonly<Record<string, number>>;
  /** The provider's sentence, where the stream ended with an error. */
  readonly error?: string | undefined;
}

export interface PlainToolCall {
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

/** A payload of any provider: what is not there reads as `undefined`, as far as the chain is optional. */
// biome-ignore lint/suspicious/noExplicitAny: A reading knows its provider by heart, and a type would be ours.
export type Payload = any;

/** Counts that are there, under our names. */
export function counted(counts: Readonly<Record<string, unknown>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}
