/**
 * The type of instances of the platform's class `Name`, if there is one. Node's types lack some of these classes, and
 * `sse-chat/client`, which runs there, has to compile without the types of a page.
 */
export type PlatformType<Name extends string> =
  typeof globalThis extends Readonly<Record<Name, {readonly prototype: infer T}>> ? T : never;
