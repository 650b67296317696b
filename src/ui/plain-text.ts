const BLOCK = /^(P|LI|PRE|BLOCKQUOTE|TR|H[1-6R]|DIV|BR|TABLE|UL|OL)$/;
/** The end of a sentence. */
const END = /[.!?…][)\]"'”’»]*(?=\s)|[。!?؟।]|\n/gu;

/**
 * The text of drawn Markdown as it would be read aloud: no marks, no buttons, and blocks separated. Stops soon after
 * `enough` UTF-16 units.
 */
export function plainText(root: Node, enough = Number.POSITIVE_INFINITY): string {
  let text = '';
  const visit = (node: Node): void => {
    if (text.length > enough) return;
    if (node.nodeType === Node.TEXT_NODE) text += node.nodeValue;
    else if (node.nodeName === 'math') text += (node as Element).getAttribute('alttext');
    else if (node instanceof Element && node.tagName !== 'BUTTON') {
      for (const child of node.childNodes) visit(child);
      if (BLOCK.test(node.tagName)) text += '\n';
      else if (node.tagName === 'TD' || node.tagName === 'TH') text += ', ';
    }
  };
  for (const child of root.childNodes) visit(child);
  return text.replace(/[ \t]*\n\s*/g, '\n').trim();
}

/** Where sentences end, after their punctuation, in UTF-16 units. */
export function sentenceEnds(text: string): number[] {
  return [...text.matchAll(END)].map(({index, 0: mark}) => index + mark.length);
}
