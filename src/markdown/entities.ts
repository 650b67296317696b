/** The names that models write, each before its character. */
const FEW = 'amp&lt<gt>quot"apos\'nbsp\u00a0copy©hellip…mdash—ndash–bull•middot·times×deg°rarr→le≤ge≥euro€';

let names: ReadonlyMap<string, string> = new Map(
  [...FEW.matchAll(/(\w+)(.)/g)].map(([, name, character]) => [name!, character!]),
);

/** What met other names, until those have come or cannot. */
let waiting: Set<() => void> | undefined = new Set();

/** Settles when all names have come, and what waited is drawn; or when they cannot. Nothing while nothing has waited. */
export let loading: Promise<void> | undefined;

async function load(): Promise<void> {
  const all = await import('./html-names.ts').catch(() => undefined); // Then they stay as they are written.
  if (all) {
    ({names} = all);
    for (const redraw of waiting!) redraw();
  }
  waiting = undefined;
}

/** What `&…;` stands for, or nothing when it is no reference. `reference` is with both its ends. */
function decodeEntity(reference: string, redraw: () => void): string | undefined {
  if (reference[1] !== '#') {
    const found = names.get(reference.slice(1, -1));
    if (!found && waiting) {
      waiting.add(redraw);
      loading ??= load();
    }
    return found;
  }
  const code = Number(`0${reference.slice(2, -1)}`);
  const isSurrogate = code >> 11 === 0xd800 >> 11;
  return !code || code > 0x10ffff || isSurrogate ? '\ufffd' : String.fromCodePoint(code);
}

/** A backslash escape, or what may be a reference. */
export const ESCAPED = /\\([!-/:-@[-`{-~])|&(?:#x[0-9a-f]{1,6}|#\d{1,7}|[a-z][a-z0-9]{1,31});/gi;

/**
 * Undoes backslash escapes and references, as in text, a destination, a title or the words after a fence. A name that
 * must be loaded stays as it is; `redraw` is called when it has come.
 */
export const unescapeText = (text: string, redraw: () => void): string =>
  text.replace(
    ESCAPED,
    (whole, escaped: string | undefined) => escaped ?? decodeEntity(whole, redraw) ?? whole,
  );
