/** Milliseconds after which an answer without a word is slow, and it is said what it waits for. */
export const SLOW = 2_000;
