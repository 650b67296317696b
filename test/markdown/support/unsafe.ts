const TAGS = new Set(
  'a blockquote br button code del div em h1 h2 h3 h4 h5 h6 hr input li ol p pre span strong table tbody td th thead tr ul'.split(
    ' ',
  ),
);
const ATTRIBUTES = new Set(
  'aria-description aria-label aria-live aria-pressed checked data-align data-bar data-blocked data-code data-host data-html data-image data-lang data-table data-task data-tight data-wide data-wrap dir disabled hidden href rel role scope start tabindex target title type'.split(
    ' ',
  ),
);

/** What is wrong in a rendered tree. */
export function unsafe(container: HTMLElement): string | undefined {
  for (const element of container.querySelectorAll('*')) {
    if (element.namespaceURI !== 'http://www.w3.org/1999/xhtml') return `a foreign ${element.nodeName}`;
    if (!TAGS.has(element.localName)) return `an element <${element.localName}>`;
    for (const {name, value} of element.attributes) {
      if (!ATTRIBUTES.has(name)) return `an attribute ${name}`;
      if (name === 'data-lang' && !/^[\w+#.-]{1,32}$/.test(value)) return `a language ${value}`;
      if (name !== 'href') continue;
      const {protocol} = element as HTMLAnchorElement;
      if (!['http:', 'https:', 'mailto:', 'tel:'].includes(protocol)) return `a link to ${value}`;
      if (element.getAttribute('rel') !== 'noopener noreferrer nofollow ugc')
        return `a link with rel missing`;
    }
  }
  return undefined;
}

/** What is wrong in what a clipboard gets. */
export function unsafeHtml(html: string): string | undefined {
  const {body, head} = new DOMParser().parseFromString(html, 'text/html');
  if (head.childElementCount) return 'an element of a head';
  for (const element of body.querySelectorAll('*')) {
    const {localName, namespaceURI} = element;
    if (namespaceURI !== 'http://www.w3.org/1999/xhtml' || !TAGS.has(localName))
      return `an element <${localName}>`;
    if (/^(button|div|input|span)$/.test(localName)) return `an element <${localName}>`;
    const unknown = element.getAttributeNames().find(name => !/^(align|dir|href|start|title)$/.test(name));
    if (unknown) return `an attribute ${unknown}`;
    if (element instanceof HTMLAnchorElement && !/^(https?|mailto|tel):$/.test(element.protocol)) {
      return `a link to ${element.href}`;
    }
  }
  return undefined;
}
