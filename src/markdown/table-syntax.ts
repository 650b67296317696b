const MAX_COLUMNS = 64;

/** The cells of a row, without the spaces around them; an escaped pipe is a plain one by then. */
export function splitRow(line: string): string[] {
  const row = line.trim();
  const cells: string[] = [];
  let cell = '';
  let from = row.startsWith('|') ? 1 : 0;
  let i = from;
  for (; i < row.length; i++) {
    const c = row[i];
    if (c === '\\') {
      if (row[i + 1] === '|') {
        cell += row.slice(from, i);
        from = i + 1;
      }
      i++;
    } else if (c === '|') {
      cells.push((cell + row.slice(from, i)).trim());
      cell = '';
      from = i + 1;
    }
  }
  const last = cell + row.slice(from);
  if (last.trim() || (cells.length === 0 && row)) cells.push(last.trim());
  return cells;
}

export type Align = 'left' | 'center' | 'right' | undefined;

/** The alignments that a row of `|:-|` gives, or nothing when it is not one. */
export function parseDelimiterRow(line: string): Align[] | undefined {
  if (!/^[|:\- \t]+$/.test(line) || !/[|:]/.test(line) || !line.includes('-')) return undefined;
  const aligns: Align[] = [];
  for (const cell of splitRow(line)) {
    const found = /^(:?)-+(:?)$/.exec(cell);
    if (!found || aligns.length >= MAX_COLUMNS) return undefined;
    aligns.push(found[1] && found[2] ? 'center' : found[1] ? 'left' : found[2] ? 'right' : undefined);
  }
  return aligns;
}
