import {trim} from './scan.ts';

const MAX_COLUMNS = 64;

/** The cells of a row, trimmed, with escaped pipes as plain ones. */
export function splitRow(line: string): string[] {
  // Documents contain no NUL, so one can stand for an escaped pipe.
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

/** The alignments that a delimiter row (`|:-|`) gives, or `undefined` if the line is not one. */
export function parseDelimiterRow(line: string): Align[] | undefined {
  const cells = /[|:]/.test(line) ? splitRow(line) : [];
  if (!cells.length || cells.length > MAX_COLUMNS || !cells.every(cell => /^:?-+:?$/.test(cell)))
    return undefined;
  return cells.map(cell => {
    const right = cell.endsWith(':');
    return cell[0] === ':' ? (right ? 'center' : 'left') : right ? 'right' : undefined;
  });
}
