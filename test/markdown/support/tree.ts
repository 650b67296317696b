/**
 * Reads what the renderer made, and what a specification says HTML should be, as the same kind of text, so
 * that the two can be compared: our wrappers, attributes and labelled images on one side, `<p>`-less tight
 * items, `class="language-x"` and raw HTML on the other, come to one form.
 */

const LINKS = /^(?:https?|mailto|tel):$/;

function resolve(raw: string, schemes = LINKS): URL | undefined {
  try {
    const encoded = raw.replaceAll('\\', '%5C').replaceAll('[', '%5B').replaceAll(']', '%5D');
    const url = new URL(encoded, document.baseURI);
    return schemes.test(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}

/** Collapses spaces, and drops those next to a block or a line break. */
function tidy(text: string): string {
  return text
    .replace(/[ \t\r\n]+/g, ' ')
    .replace(
      / ?\n? ?(<\/?(?:p|h\d|ul|ol|li|blockquote|pre|hr|table|thead|tbody|tr|th|td|br)\b[^>]*>) ?/g,
      '$1',
    )
    .trim();
}

const escapeText = (text: string) => text.replace(/[&<>]/g, c => `&#${c.charCodeAt(0)};`).replace(/ /g, ' ');
const quote = (text: string) => escapeText(text).replace(/\s/g, '·');

function children(node: Node): string {
  return [...node.childNodes].map(read).join('');
}

function read(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return escapeText(node.nodeValue!);
  if (node.nodeType !== Node.ELEMENT_NODE) return '';
  const element = node as Element;
  const name = element.localName;
  const inLink = element.parentElement?.closest('a') !== null;
  switch (element.nodeName) {
    case 'DIV':
      return children(element);
    case 'PRE': {
      const language =
        element.parentElement?.getAttribute('data-lang') ??
        /^language-([\w+#.-]{1,32})$/.exec(element.querySelector('code')?.className ?? '')?.[1] ??
        '';
      return `<pre ${language}>${quote(element.textContent!)}</pre>`;
    }
    case 'CODE':
      return `<code>${quote(element.textContent!)}</code>`;
    case 'P': {
      if (element.hasAttribute('data-html')) return ` ${children(element)} `;
      const list = element.parentElement?.localName === 'li' ? element.parentElement.parentElement : null;
      return list?.hasAttribute('data-tight') ? ` ${children(element)} ` : `<p>${children(element)}</p>`;
    }
    case 'SPAN':
      if (element.hasAttribute('data-host')) return '';
      return `<img ${quote(element.textContent!)}>`;
    case 'IMG': {
      const url = resolve(element.getAttribute('src') ?? '', /^https?:$/);
      const label = element.getAttribute('alt') || url?.host || '';
      if (inLink) return `<img ${quote(label)}>`;
      return `<img ${quote(label)} ${url?.href ?? ''} ${quote((url && element.getAttribute('title')) ?? '')}>`;
    }
    case 'A': {
      const raw = element.getAttribute('href');
      const url = raw === null ? undefined : resolve(raw);
      const title = (url && element.getAttribute('title')) ?? '';
      if (element.hasAttribute('data-image')) {
        return `<img ${quote(element.textContent!)} ${url?.href ?? ''} ${quote(title)}>`;
      }
      return `<a ${url?.href ?? ''} ${quote(title)}>${children(element)}</a>`;
    }
    case 'OL':
      return `<ol ${element.getAttribute('start') ?? '1'}>${children(element)}</ol>`;
    case 'TH':
    case 'TD': {
      const align = element.getAttribute('data-align') ?? element.getAttribute('align') ?? '';
      return `<${name} ${align}>${children(element)}</${name}>`;
    }
    case 'INPUT':
      return `<input ${element.hasAttribute('checked')}>`;
    case 'BR':
    case 'HR':
      return `<${name}>`;
    default:
      return `<${name}>${children(element)}</${name}>`;
  }
}

const TAGS = /<(?:[a-z/!?][^<>]*(?:"[^"]*"|'[^']*')?[^<>]*|!--[\s\S]*?--)>|</gi;

/** What is in `container`, in the common form. */
export const readRendered = (container: ParentNode & Node): string => tidy(children(container));

/** What the specification's HTML says, in the common form; tags that stand in the source are text there. */
export function readExpected(html: string, source: string): string {
  const text = html.replace(TAGS, tag =>
    tag === '<' || source.includes(tag) ? tag.replaceAll('&', '&amp;').replaceAll('<', '&lt;') : tag,
  );
  return tidy(children(new DOMParser().parseFromString(text, 'text/html').body));
}

/** The exact DOM after joining adjacent texts, for comparing two renderings of the same document. */
export function exact(container: HTMLElement): string {
  container.normalize();
  return container.innerHTML;
}
