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
const INVISIBLE = /[\p{Bidi_C}\u200b\u2060\ufeff\u{e0000}-\u{e007f}]/gu;

export const cleanLabel = (text: string): string => text.replace(INVISIBLE, '');

const LOOKS_LIKE_URL = /:\/\/|www\.|^[^\s/@]+\.[^\s/@.]{2,}(?:[/?#:]\S*)?$|^[^\s@]+@[^\s@]+$/i;

const AUTHORITY = /^(?:[\w+.-]+:\/\/|mailto:)?([^/?#]*)/i;

/**
 * The real target to show beside a link, when its text looks like another address than it leads to:
 * the host, or the address of a `mailto:`. Otherwise nothing. Compared as it is written: a user name before the host,
 * or a host in look-alike letters, reads as another site.
 */
export function hiddenTarget(text: string, url: URL | undefined): string | undefined {
  // Some of what is not seen stays in a label: what joins letters, or pictures. Other characters look like a dot, and signs
  // or pictures may stand around an address.
  const seen = text.normalize('NFKC').replace(/\p{DI}/gu, '');
  const label = /[\p{L}\p{N}/].*[\p{L}\p{N}]/su.exec(seen)?.[0] ?? '';
  if (!url || !LOOKS_LIKE_URL.test(label)) return undefined;
  const target = url.host || url.pathname;
  const bare = (host: string) => host.toLowerCase().replace(/^www\.|:\d+$/g, '');
  const shown = AUTHORITY.exec(label)![1]!;
  return bare(shown) === bare(target) ? undefined : target;
}
