/** The schemes that a link may lead to, and those that an image may come from. */
export const LINKS = /^(?:https?|mailto|tel):$/;
export const IMAGES = /^https?:$/;

/** The parsed URL when its scheme is one of `schemes`, judged after parsing, never by looking at the text. */
export function safeUrl(raw: string, {baseURI}: Document, schemes: RegExp): URL | undefined {
  try {
    // CommonMark keeps a backslash as %5C; the URL parser would make a slash, and so another path, of it.
    const url = new URL(raw.replaceAll('\\', '%5C'), baseURI);
    return schemes.test(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}

// Bidi controls and tag characters make a label read otherwise than it is; zero-width ones hide a dot or a letter.
const INVISIBLE = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

export const cleanLabel = (text: string): string => text.replace(INVISIBLE, '');

const LOOKS_LIKE_URL = /:\/\/|www\.|^\s*[^\s/@]+\.[^\s/@.]{2,}(?:[/?#:]\S*)?\s*$|^\s*[^\s@]+@[^\s@]+\s*$/i;

const AUTHORITY = /^(?:[a-z][a-z0-9+.-]*:\/\/|mailto:)?([^/?#]*)/i;

/**
 * The real target to show beside a link, when its text looks like another address than it leads to:
 * the host, or the address of a `mailto:`. Otherwise nothing. Compared as it is written: a user name before the host,
 * or a host in look-alike letters, reads as another site.
 */
export function hiddenTarget(label: string, url: URL): string | undefined {
  if (!LOOKS_LIKE_URL.test(label)) return undefined;
  const target = url.host || url.pathname;
  const bare = (host: string) => host.toLowerCase().replace(/^www\.|:\d+$/g, '');
  const shown = AUTHORITY.exec(label.trim())![1]!;
  return bare(shown) === bare(target) ? undefined : target;
}
