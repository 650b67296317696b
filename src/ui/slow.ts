/** Milliseconds after which an answer without text is slow, and the chat says what it is waiting for. */
export const SLOW = 2_000;
