/** The schemes that a link may have, and those that an image may have. */
export const LINKS = /^(?:https?|mailto|tel):$/;
export const IMAGES = /^https?:$/;

/** The parsed URL if its scheme is one of `schemes`. Judged after parsing, never by the text. */
export function safeUrl(raw: string, {baseURI}: Document, schemes: RegExp): URL | undefined {
  try {
    // CommonMark keeps a backslash as %5C; the URL parser would turn it into a slash, and so into another path.
    const url = new URL(raw.replaceAll('\\', '%5C'), baseURI);
    return schemes.test(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}

// Bidi controls and tag characters make a label read as something else; zero-width characters hide a dot or a letter.
const INVISIBLE = /[\p{Bidi_C}\u200b\u2060\ufeff\u{e0000}-\u{e007f}]/gu;

export const cleanLabel = (text: string): string => text.replace(INVISIBLE, '');

const LOOKS_LIKE_URL = /:\/\/|www\.|^[^\s/@]+\.[^\s/@.]{2,}(?:[/?#:]\S*)?$|^[^\s@]+@[^\s@]+$/i;

const AUTHORITY = /^(?:[\w+.-]+:\/\/|mailto:)?([^/?#]*)/i;

/**
 * The real target to show beside a link if its text looks like a different address: the host, or the address of a
 * `mailto:`. Otherwise `undefined`. Compared as written: a user name before the host, or a host in look-alike letters,
 * reads as another site.
 */
export function hiddenTarget(text: string, url: URL | undefined): string | undefined {
  // Labels keep some invisible characters, which join letters or emoji. Other characters look like a dot, and symbols
  // or emoji may surround an address.
  const seen = text.normalize('NFKC').replace(/\p{DI}/gu, '');
  const label = /[\p{L}\p{N}/].*[\p{L}\p{N}]/su.exec(seen)?.[0] ?? '';
  if (!url || !LOOKS_LIKE_URL.test(label)) return undefined;
  const target = url.host || url.pathname;
  const bare = (host: string) => host.toLowerCase().replace(/^www\.|:\d+$/g, '');
  const shown = AUTHORITY.exec(label)![1]!;
  return bare(shown) === bare(target) ? undefined : target;
}
