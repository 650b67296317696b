import {integer, seededRandom} from '../../test/support/seeded-random.ts';

/** What is drawn: an answer as models write them, and the shapes that are hardest for a renderer. */
export const shapes = ['answer', 'list', 'table', 'fence', 'paragraph', 'quotes'] as const;
export type Shape = (typeof shapes)[number];

const WORDS =
  'a server sends each word as soon as it has one and the page shows it while other words are still on their way to the reader who may scroll select copy or stop at any time because nothing that was drawn is ever drawn again'.split(
    ' ',
  );
/** Splits text as models do: words with the space before them, long words in parts, line ends, punctuation. */
const TOKEN = / ?[A-Za-z]{1,5}|\n+| {2,}| ?[^A-Za-z\s]{1,3}|./gs;
/** Ends each answer, in a paragraph of its own. */
export const LAST = 'Endmark';
/** How deep quotes are nested. */
const QUOTES = 6;

class Writer {
  readonly #random = seededRandom(42);

  below(count: number): number {
    return integer(this.#random, 0, count);
  }

  word(): string {
    return WORDS[this.below(WORDS.length)]!;
  }

  words(count: number): string {
    return Array.from({length: count}, () => this.word()).join(' ');
  }

  sentence(): string {
    return `${this.words(9 + this.below(8))}.`;
  }

  rich(): string {
    return `${this.sentence()} ${this.words(4)} **${this.words(2)}** ${this.words(3)} *${this.word()}* ${this.words(4)} \`${this.word()}()\` [${this.words(2)}](https://example.com/${this.word()}) ${this.sentence()}`;
  }

  section(n: number): string {
    const row = () => `| ${this.word()} | **${this.word()}** | ${this.below(1000)} |\n`;
    return [
      `${'#'.repeat(2 + (n % 3))} ${n}. ${this.words(4)}`,
      this.rich(),
      `${this.sentence()} ${this.sentence()}`,
      this.lines(5, i => `- **${this.word()}**: ${this.words(7)}${i === 2 ? `\n  - ${this.words(5)}` : ''}`),
      ...(n % 2 ? [this.lines(4, i => `${i + 1}. ${this.sentence()}`)] : []),
      ...(n % 3 ? [] : [`| Name | Kind | Count |\n| --- | :-: | --: |\n${this.lines(6, row).trimEnd()}`]),
      ...(n % 2 ? [] : [`\`\`\`ts\n${this.lines(9, i => this.code(i))}\n\`\`\``]),
      ...(n % 4 ? [] : [`> ${this.sentence()} ${this.sentence()}`]),
      this.rich(),
      '',
    ].join('\n\n');
  }

  code(i: number): string {
    return `  const ${this.word()}${i} = await ${this.word()}.${this.word()}({ ${this.word()}: '${this.word()}' });`;
  }

  lines(count: number, line: (i: number) => string): string {
    return Array.from({length: count}, (_, i) => line(i)).join('\n');
  }
}

/** Writes the next piece of a shape. */
const pieces: Record<Shape, (writer: Writer, n: number) => string> = {
  answer: (writer, n) => writer.section(n + 1),
  list: writer => `- ${writer.words(4)} **${writer.word()}** and \`${writer.word()}\`\n`,
  table: (writer, n) =>
    `${n ? '' : '| a | b | c | d |\n| - | :-: | - | -: |\n'}| ${writer.word()} | ${writer.words(2)} | **${writer.word()}** | ${n} |\n`,
  fence: (writer, n) => `${n ? '' : '```ts\n'}${writer.code(n)}\n`,
  paragraph: writer => `${writer.rich()} `,
  quotes: (writer, n) =>
    `${'> '.repeat(1 + (n % QUOTES))}${writer.rich()}\n${'>'.repeat(1 + (n % QUOTES))}\n`,
};

/** `count` tokens of a document that is the same in each run. */
export function tokensOf(shape: Shape, count: number): string[] {
  const writer = new Writer();
  const tokens: string[] = [];
  for (let n = 0; tokens.length < count; n++) tokens.push(...(pieces[shape](writer, n).match(TOKEN) ?? []));
  const text = tokens.splice(0, count - 2);
  const inFence = text.join('').split('```').length % 2 === 0;
  return [...text, inFence ? '\n```\n\n' : '\n\n', LAST];
}
