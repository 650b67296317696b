import type {ConversationInfo, Journal} from '../conversation/journal.ts';

export interface FoundLine {
  readonly before: string;
  readonly match: string;
  readonly after: string;
}

/** A conversation whose title or messages contain the words. */
export interface Found {
  readonly info: ConversationInfo;
  /** The place in a message, with the text around it; `undefined` if the words are in the title. */
  readonly line?: FoundLine;
}

/** UTF-16 units that are shown before and after the match. */
const BEFORE = 16;
const AFTER = 100;
/** Markup, which is not part of what is read. */
const MARKS = /[*_`#>~|]+/g;
/** Milliseconds of work before the page, which is being typed in, gets its turn. */
const SLICE = 8;

/**
 * Finds `query` in the titles and in all messages, in the order of `infos`, regardless of case.
 * @param show Gets everything found so far, now and then and at the end, until it returns false.
 */
export async function searchMessages(
  {load}: Required<Pick<Journal, 'load'>>,
  infos: readonly ConversationInfo[],
  query: string,
  show: (found: readonly Found[]) => boolean,
): Promise<void> {
  const find = finder(query);
  const found: Found[] = [];
  let turn = performance.now() + SLICE;
  for (const info of infos) {
    if (find(info.title)) {
      found.push({info});
    } else {
      const messages = (await load(info.id))?.messages ?? [];
      for (const message of messages) {
        const text = message.text.replace(MARKS, '');
        const at = find(text);
        if (!at) continue;
        found.push({info, line: lineOf(text, at)});
        break;
      }
    }
    if (performance.now() < turn) continue;
    if (!show([...found])) return;
    await new Promise(resolve => setTimeout(resolve));
    turn = performance.now() + SLICE;
  }
  show(found);
}

/** Finds the words in a text, regardless of case and of the whitespace between them. */
export function finder(query: string): (text: string) => RegExpExecArray | null {
  const words = query.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/\s+/g, '\\s+');
  const pattern = new RegExp(words, 'iu');
  return text => pattern.exec(text);
}

function lineOf(text: string, {0: match, index}: RegExpExecArray): FoundLine {
  // A cut may split a surrogate pair.
  const flat = (part: string) => part.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '').replace(/\s+/g, ' ');
  const start = Math.max(0, index - BEFORE);
  const end = index + match.length;
  return {
    before: (start > 0 ? '…' : '') + flat(text.slice(start, index)),
    match: flat(match),
    after: flat(text.slice(end, end + AFTER)),
  };
}
