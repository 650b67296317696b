const BLOCKS = new Set([
  'P',
  'LI',
  'PRE',
  'BLOCKQUOTE',
  'TR',
  'H1',
  'H2',
  'H3',
  'H4',
  'H5',
  'H6',
  'DIV',
  'HR',
  'BR',
  'TABLE',
  'UL',
  'OL',
]);

/** The text of drawn Markdown as it would be read aloud: no marks, no buttons, blocks apart from each other. */
export function plainText(root: Node): string {
  let text = '';
  const visit = (node: Node): void => {
    if (node.nodeType === Node.TEXT_NODE) text += node.nodeValue;
    else if (node instanceof Element && node.tagName !== 'BUTTON') {
      for (const child of node.childNodes) visit(child);
      if (BLOCKS.has(node.tagName)) text += '\n';
      else if (node.tagName === 'TD' || node.tagName === 'TH') text += ', ';
    }
  };
  for (const child of root.childNodes) visit(child);
  return text.replace(/[ \t]*\n\s*/g, '\n').trim();
}

/** Where the last whole sentence ends, at or after `from`; `from` if none does. Units are UTF-16. */
export function sentenceEnd(text: string, from = 0): number {
  let end = from;
  const pattern = /[.!?…][)\]"'”’»]*(?=\s)|[。!?؟।]|\n/gu;
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) end = match.index + match[0].length;
  return end;
}

/** The first `count` sentences. */
export function firstSentences(text: string, count: number): string {
  const ends = [...text.matchAll(/[.!?…][)\]"'”’»]*(?=\s)|[。!?؟।]|\n/gu)];
  const last = ends[count - 1];
  return last ? text.slice(0, last.index + last[0].length) : text;
}
