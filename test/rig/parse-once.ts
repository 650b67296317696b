const PAYLOADS = 20_000; // that are cached

/**
 * Caches the values of `JSON.parse`, since the same payload is read a hundred thousand times. They are frozen: whoever
 * changed one would change what the next client reads.
 */
export function parseOnce(): void {
  const {parse} = JSON;
  const values = new Map<string, unknown>();
  JSON.parse = (text, reviver) => {
    if (reviver) return parse(text, reviver);
    let value = values.get(text);
    if (value === undefined) {
      value = parse(text, (_, each) => Object.freeze(each));
      if (values.size < PAYLOADS) values.set(text, value);
    }
    return value;
  };
}
