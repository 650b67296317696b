/**
 * Unicode's letters for each `mathvariant`, which engines no longer draw: the code points where its capitals, small
 * letters and digits begin. `OLDER` has the letters that are elsewhere.
 */
const VARIANTS: Readonly<Record<string, readonly [capitals: number, small: number, digits?: number]>> = {
  bold: [0x1d400, 0x1d41a, 0x1d7ce],
  italic: [0x1d434, 0x1d44e],
  'bold-italic': [0x1d468, 0x1d482],
  script: [0x1d49c, 0x1d4b6],
  fraktur: [0x1d504, 0x1d51e],
  'double-struck': [0x1d538, 0x1d552, 0x1d7d8],
  'bold-fraktur': [0x1d56c, 0x1d586],
  'sans-serif': [0x1d5a0, 0x1d5ba, 0x1d7e2],
  'bold-sans-serif': [0x1d5d4, 0x1d5ee, 0x1d7ec],
  'sans-serif-italic': [0x1d608, 0x1d622],
  monospace: [0x1d670, 0x1d68a, 0x1d7f6],
};

/** Letters that Unicode had before it added the alphabets. */
const OLDER: Readonly<Record<string, string>> = {
  script: 'BℬEℰFℱHℋIℐLℒMℳRℛeℯgℊoℴ',
  fraktur: 'CℭHℌIℑRℜZℨ',
  'double-struck': 'CℂHℍNℕPℙQℚRℝZℤ',
  italic: 'hℎ',
};

/** The text in the letters of a variant; characters without one stay. */
export function inVariant(text: string, variant: string): string {
  const starts = VARIANTS[variant];
  if (!starts) return text;
  return text.replace(/[A-Za-z0-9]/g, letter => {
    const older = OLDER[variant]?.indexOf(letter) ?? -1;
    if (older >= 0) return OLDER[variant]![older + 1]!;
    const kind = letter < 'A' ? 2 : letter < 'a' ? 0 : 1;
    const start = starts[kind];
    return start === undefined
      ? letter
      : String.fromCodePoint(start + letter.charCodeAt(0) - '0Aa'.charCodeAt([1, 2, 0][kind]!));
  });
}
