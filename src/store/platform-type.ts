/**
 * The type of what the platform's class `Name` makes, taken from the class: Node's types lack some of these names, and
 * `sse-chat/client`, which runs there, has to compile without those of a page.
 */
export type PlatformType<Name extends string> =
  typeof globalThis extends Readonly<Record<Name, {readonly prototype: infer T}>> ? T : never;
