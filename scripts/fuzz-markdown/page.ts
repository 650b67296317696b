import MarkdownIt from 'markdown-it';
import {micromark} from 'micromark';
import {gfm, gfmHtml} from 'micromark-extension-gfm';
import {loadNames, render} from '../../test/markdown/support/frames.ts';
import {randomDocument} from '../../test/markdown/support/random-document.ts';
import {readExpected, readRendered} from '../../test/markdown/support/tree.ts';
import {seededRandom} from '../../test/support/seeded-random.ts';

/** The other parsers that read the documents. */
export type Rival = 'micromark' | 'markdown-it';

export interface Difference {
  /** The number of the document; with the seed it reproduces the document. */
  readonly n: number;
  readonly rival: Rival;
  /** False if the other rival differs from ours, too, and in the same way. */
  readonly isAlone: boolean;
  /** The smallest part of the document that still differs. */
  readonly text: string;
  readonly ours: string;
  readonly theirs: string;
}

const markdownIt = new MarkdownIt({html: true});
const {escapeHtml} = markdownIt.utils;
markdownIt.validateLink = () => true; // All parsers accept every URL; which ones are followed is not compared.
markdownIt.renderer.rules['html_block'] = (tokens, at) => escapeHtml(tokens[at]!.content);
markdownIt.renderer.rules['s_open'] = () => '<del>';
markdownIt.renderer.rules['s_close'] = () => '</del>';
markdownIt.renderer.rules['html_inline'] = (tokens, at) => escapeHtml(tokens[at]!.content);

const noFootnotes = {
  disable: {null: ['gfmFootnoteCall', 'gfmPotentialFootnoteCall', 'gfmFootnoteDefinition']},
};

/**
 * What each parser makes of a text, in a form that can be compared. Features that the other parser lacks are removed
 * from ours.
 */
const readings: Record<Rival, (text: string) => readonly [ours: string, theirs: string]> = {
  micromark(text) {
    const html = micromark(text, {
      allowDangerousProtocol: true,
      extensions: [gfm(), noFootnotes],
      htmlExtensions: [gfmHtml()],
    });
    return [read(text, true), readExpected(html, '')];
  },
  'markdown-it'(text) {
    const ours = read(text, false).replace(
      /<input (true|false)>/g,
      (_, done) => `[${done === 'true' ? 'x' : ' '}]`,
    );
    return [ours, readExpected(markdownIt.render(text), '')];
  },
};

const read = (text: string, autolinks: boolean) =>
  readRendered(render(text, {autolinks, labels: {image: ''}}));

/** Blocks of raw HTML and paragraphs treat white space differently at their edges; only their text counts. */
const plain = (tree: string) => tree.replace(/\s+/g, ' ');

function differs(rival: Rival, text: string): Difference | undefined {
  // With a line end: without one, the others disagree about the last line of a document.
  const [ours, theirs] = readings[rival](`${text}\n`);
  return plain(ours) === plain(theirs) ? undefined : {n: 0, rival, isAlone: true, text, ours, theirs};
}

/** Finds the smallest text that still differs by leaving out pieces, from half of the text down to one character. */
function minimise(found: Difference): Difference {
  let least = found;
  for (let size = found.text.length >> 1; size > 0; ) {
    let shrunk = false;
    for (let at = 0; at + size <= least.text.length; ) {
      const shorter = differs(found.rival, least.text.slice(0, at) + least.text.slice(at + size));
      if (shorter) {
        least = shorter;
        shrunk = true;
      } else at++;
    }
    if (!shrunk || size > 1) size = Math.min(size >> 1, least.text.length);
  }
  return least;
}

/** Compares the documents `from` to `to` of a seed. */
async function compare(seed: number, from: number, to: number): Promise<readonly Difference[]> {
  await loadNames();
  const found: Difference[] = [];
  for (let n = from; n < to; n++) {
    const text = randomDocument(seededRandom(Math.imul(seed, 0x9e3779b1) + n));
    for (const rival of ['micromark', 'markdown-it'] as const) {
      const difference = differs(rival, text);
      if (!difference) continue;
      const least = minimise(difference);
      const other = differs(rival === 'micromark' ? 'markdown-it' : 'micromark', least.text);
      found.push({...least, n, isAlone: !other || plain(other.theirs) !== plain(least.theirs)});
    }
  }
  return found;
}

const fuzz = {compare, differs};
export type Fuzz = typeof fuzz;
Object.assign(globalThis, {fuzz});
