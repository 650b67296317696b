import {trim} from './scan.ts';

const MAX_COLUMNS = 64;

/** The cells of a row, without the spaces around them; an escaped pipe is a plain one by then. */
export function splitRow(line: string): string[] {
  // Documents have no NUL, so one may stand for an escaped pipe.
  const cells = trim(line)
    .replace(/^\|/, '')
    .replace(/\\(.)/g, (whole, c) => (c === '|' ? '\0' : whole))
    .split('|')
    .map(cell => trim(cell.replace(/\0/g, '|')));
  // There is no cell after a pipe at the end.
  if (!cells.at(-1)) cells.pop();
  return cells;
}

export type Align = 'left' | 'center' | 'right' | undefined;

/** The alignments that a row of `|:-|` gives, or nothing when it is not one. */
export function parseDelimiterRow(line: string): Align[] | undefined {
  const cells = /[|:]/.test(line) ? splitRow(line) : [];
  if (!cells.length || cells.length > MAX_COLUMNS || !cells.every(cell => /^:?-+:?$/.test(cell)))
    return undefined;
  return cells.map(cell => {
    const right = cell.endsWith(':');
    return cell[0] === ':' ? (right ? 'center' : 'left') : right ? 'right' : undefined;
  });
}
