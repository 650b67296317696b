import {richText} from './rich-text.ts';

/** What of a text would be a mark of Markdown. Not in words or between spaces, where it is none. */
const MARK =
  /[\\`]|<(?=[a-z/!?])|\*(?=\S)|(?<=\S)\*|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|~(?=.*~)|\](?=\()|&(?=#?\w+;)/giu;

/** What a spreadsheet would calculate, also by wide signs. What an assistant wrote could send the other cells away. */
const FORMULA = /^\s*(?:[=@＝＠]|[+＋－-](?![\d.,\s]*%?\s*$))/;

const ALIGNMENTS: Readonly<Record<string, string>> = {left: ':--', center: ':-:', right: '--:'};

const cellsOf = (row: HTMLTableRowElement): HTMLElement[] => [...row.cells];

/** A drawn table as Markdown. @param image What stands before the name of an image that is a link. */
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
      // What cannot be read is shown with its marks.
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
  // What stands right behind a bare address would belong to it.
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

/** A drawn table for spreadsheets: a line for each row, tabs between its cells. */
export const tableTsv = ({rows}: HTMLTableElement): string =>
  [...rows]
    .map(
      row =>
        `${cellsOf(row)
          .map(cell => guarded(plainOf(cell).replace(/\s+/g, ' ').trim()))
          .join('\t')}\n`,
    )
    .join('');

/** The same with its looks. */
export function tableHtml(table: HTMLTableElement): string {
  const copy = table.parentElement!.cloneNode(true) as HTMLElement; // Which says its direction.
  const line = document.createRange();
  for (const cell of copy.querySelectorAll('th, td')) {
    line.selectNodeContents(cell);
    // A spreadsheet may make a cell of its own of what is behind a break.
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

/** Puts the sign before it that spreadsheets take for: this is text. */
function guard(line: Range): void {
  if (FORMULA.test(`${line}`)) line.insertNode(new Text("'"));
}

/** With that sign; or, since a quotation mark at its beginning would take in all cells up to the next one, as what is quoted. */
const guarded = (text: string): string =>
  FORMULA.test(text) ? `'${text}` : text[0] === '"' ? `"${text.replaceAll('"', '""')}"` : text;

function plainOf(node: Node): string {
  if (node.nodeName === 'math') return (node as Element).getAttribute('alttext') ?? '';
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue!;
  if (node.nodeName === 'BR') return ' ';
  if (node instanceof Element && node.matches('[data-host]')) return '';
  return [...node.childNodes].map(plainOf).join('');
}
