/** Increased when a record changes its shape. A database with a higher number is read, but never written. */
export const SCHEMA = 1;
