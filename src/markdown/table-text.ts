import {richText} from './rich-text.ts';

/** What Markdown would read as a mark. Not within words or between spaces, where it means nothing. */
const MARK =
  /[\\`]|<(?=[a-z/!?])|\*(?=\S)|(?<=\S)\*|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|~(?=.*~)|\](?=\()|&(?=#?\w+;)/giu;

/**
 * What a spreadsheet would calculate, full-width signs included: such a text in an answer could send the other cells to
 * somebody.
 */
const FORMULA = /^\s*(?:[=@＝＠]|[+＋－-](?![\d.,\s]*%?\s*$))/;

const ALIGNMENTS: Readonly<Record<string, string>> = {left: ':--', center: ':-:', right: '--:'};

const cellsOf = (row: HTMLTableRowElement): HTMLElement[] => [...row.cells];

/** A drawn table as Markdown. @param image The prefix of an image that is drawn as a link. */
export function tableMarkdown({rows}: HTMLTableElement, image: string): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const [head = '', ...lines] = [...rows].map(row =>
    line(cellsOf(row).map(cell => childrenOf(cell, image).trim().replaceAll('|', '\\|'))),
  );
  const marks = cellsOf(rows[0]!).map(cell => ALIGNMENTS[cell.dataset['align'] ?? ''] ?? '---');
  return head + line(marks) + lines.join('');
}

const childrenOf = (node: Node, image: string): string =>
  [...node.childNodes].map(child => markdownOf(child, image)).join('');

function markdownOf(node: Node, image: string): string {
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue!.replace(MARK, '\\$&');
  if (!(node instanceof Element) || node.matches('[data-host]')) return '';
  const inner = childrenOf(node, image);
  switch (node.localName) {
    case 'strong':
      return `**${inner}**`;
    case 'em':
      return node.parentElement!.localName === 'em' ? `_${inner}_` : `*${inner}*`;
    case 'del':
      return `~~${inner}~~`;
    case 'code':
      if (!node.matches('[data-math]')) return codeOf(node.textContent);
      // An invalid formula is shown as its source, with its marks.
      return node.firstElementChild ? `$${plainOf(node)}$` : node.textContent;
    case 'a':
      if (node.matches('[data-image]')) return `!${linkOf(node, inner.slice(image.length))}`;
      return linkOf(node as HTMLAnchorElement, inner);
    case 'br':
      return '<br>';
    case 'img':
      return `!${linkOf(node, node.getAttribute('alt') ?? '')}`;
    default:
      return inner;
  }
}

function codeOf(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map(run => run.length)) + 1);
  const space = /^`|`$|^ .* $/.test(text) ? ' ' : '';
  return fence + space + text + space + fence;
}

function linkOf(node: Element, label: string): string {
  const url = node.getAttribute(node.localName === 'img' ? 'src' : 'href');
  if (!url) return label;
  const text = node.textContent;
  // What directly follows a bare address would become part of it.
  const isBare = /^[.,;:!?]?(?:\s|$)/.test(node.nextSibling?.textContent ?? '');
  if (
    isBare &&
    text &&
    [text, `${text}/`, `mailto:${text}`, `http://${text}`, `http://${text}/`].includes(url)
  )
    return text;
  const title = node.getAttribute('title');
  return `[${label}](${/[()]/.test(url) ? `<${url}>` : url}${title ? ` ${JSON.stringify(title)}` : ''})`;
}

/** A drawn table for spreadsheets: one line per row, with tabs between the cells. */
export const tableTsv = ({rows}: HTMLTableElement): string =>
  [...rows]
    .map(
      row =>
        `${cellsOf(row)
          .map(cell => guarded(plainOf(cell).replace(/\s+/g, ' ').trim()))
          .join('\t')}\n`,
    )
    .join('');

/** The same as HTML. */
export function tableHtml(table: HTMLTableElement): string {
  const copy = table.parentElement!.cloneNode(true) as HTMLElement; // The parent has its direction.
  const line = document.createRange();
  for (const cell of copy.querySelectorAll('th, td')) {
    line.selectNodeContents(cell);
    // A spreadsheet may turn what follows a line break into a cell of its own.
    for (const start of [...cell.querySelectorAll('br')].reverse()) {
      line.setStartAfter(start);
      guard(line);
      line.setEndBefore(start);
    }
    line.setStart(cell, 0);
    guard(line);
  }
  return richText(copy);
}

/** Prefixes a formula with the sign that makes spreadsheets read it as text. */
function guard(line: Range): void {
  if (FORMULA.test(`${line}`)) line.insertNode(new Text("'"));
}

/**
 * Prefixed with that sign if it is a formula; quoted if it begins with a quotation mark, which would otherwise take in
 * all cells up to the next one.
 */
const guarded = (text: string): string =>
  FORMULA.test(text) ? `'${text}` : text[0] === '"' ? `"${text.replaceAll('"', '""')}"` : text;

function plainOf(node: Node): string {
  if (node.nodeName === 'math') return (node as Element).getAttribute('alttext') ?? '';
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue!;
  if (node.nodeName === 'BR') return ' ';
  if (node instanceof Element && node.matches('[data-host]')) return '';
  return [...node.childNodes].map(plainOf).join('');
}
