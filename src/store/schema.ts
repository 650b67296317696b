/** Counted up when a record changes its shape. A database with a higher number is read, never written. */
export const SCHEMA = 1;
