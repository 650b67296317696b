/** An object that is still being built, of a type whose fields are readonly. */
export type Mutable<T> = {-readonly [K in keyof T]: T[K]};
