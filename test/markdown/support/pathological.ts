/** An input that makes naive parsers quadratic, as the fixtures have it. */
export interface Pattern {
  readonly name: string;
  readonly prefix: string;
  readonly unit: string;
  readonly suffix: string;
  readonly repeat: number;
}

/** The pattern, about `size` UTF-16 units long. */
export function expand({name, prefix, unit, suffix, repeat}: Pattern, size: number): string {
  const lines = (make: (i: number) => string) => {
    let text = '';
    for (let i = 1; text.length < size; i++) text += make(i);
    return text;
  };
  switch (prefix) {
    case 'LISTS':
      return lines(i => `${'  '.repeat(i - 1)}* a\n`);
    case 'BACKTICKS':
      return lines(i => `e${'`'.repeat(i)}`);
    case 'TABLE':
      return `|${'x|'.repeat(repeat)}\n|${'-|'.repeat(repeat)}\n${'|x|\n'.repeat(20)}`;
  }
  if (/nested|deep/.test(name)) {
    // What nests is the prefix and the suffix, or the unit where there is neither.
    const open = prefix || unit;
    const close = suffix.replace(/^a$/, `a${unit}`);
    const times = Math.max(1, Math.floor(size / (open.length + close.length)));
    return open.repeat(times) + (prefix ? unit : '') + close.repeat(times);
  }
  const times = Math.max(1, Math.min(repeat, Math.floor(size / Math.max(1, unit.length))));
  return prefix + unit.repeat(times) + suffix;
}
