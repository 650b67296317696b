/** What is still being made of a type whose fields are only read. */
export type Mutable<T> = {-readonly [K in keyof T]: T[K]};
