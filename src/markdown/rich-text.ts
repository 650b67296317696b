/** Elements that are kept; all others are replaced by their content. */
const KEPT = /^(?:blockquote|br|code|del|em|h[1-6]|hr|li|ol|p|pre|strong|table|tbody|td|th|thead|tr|ul)$/;
const VOID = /^(?:br|hr|img)$/;

/**
 * Drawn Markdown as HTML for the clipboard: its elements only, without buttons or styling. The tree is safe, and only
 * text is added to it, escaped. Images are included where they are shown.
 */
export function richText(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) {
    const text = escaped(node.nodeValue ?? '');
    // Text that is not Markdown: its line ends matter.
    return node.parentElement?.matches('div, [data-html]') ? text.replaceAll('\n', '<br>') : text;
  }
  if (!(node instanceof Element)) return '';
  if (node.matches('button, [data-bar], [hidden]')) return '';
  const tag = node.localName;
  if (tag === 'input') return node.matches('[checked]') ? '☑' : '☐';
  if (tag === 'math') return escaped(node.getAttribute('alttext') ?? '');
  const inner = [...node.childNodes].map(richText).join('');
  const attribute = (name: string, value: string | null | undefined = node.getAttribute(name)) =>
    value ? ` ${name}="${escaped(value)}"` : '';
  if (tag === 'a' && node.matches('[href]')) {
    return `<a${attribute('href')}${attribute('title')}>${inner}</a>`;
  }
  if (tag === 'img') return `<img${attribute('src')}${attribute('alt')}>`;
  // With its `p`, the pasted list would have the spacing of a loose one.
  if (!KEPT.test(tag) || node.matches('[data-tight] > li > p')) return inner;
  const attributes =
    attribute('dir', (tag === 'table' ? node.parentElement : node)?.getAttribute('dir')) +
    attribute('start') +
    attribute('align', node.getAttribute('data-align'));
  return `<${tag}${attributes}>${VOID.test(tag) ? '' : `${inner}</${tag}>`}`;
}

const CHARACTERS: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'};

const escaped = (text: string): string => text.replace(/[&<>"]/g, character => CHARACTERS[character]!);
