/** The names that models use, each followed by its character. */
const FEW = 'amp&lt<gt>quot"apos\'nbsp\u00a0copy©hellip…mdash—ndash–bull•middot·times×deg°rarr→le≤ge≥euro€';

let names: ReadonlyMap<string, string> = new Map(
  [...FEW.matchAll(/(\w+)(.)/g)].map(([, name, character]) => [name!, character!]),
);

/** Redraws for texts with other names, until those have loaded or failed to. */
let waiting: Set<() => void> | undefined = new Set();

/** Settles when all names have loaded and the texts waiting for them are drawn, or when loading failed. */
export let loading: Promise<void> | undefined;

async function load(): Promise<void> {
  const all = await import('./html-names.ts').catch(() => undefined); // Then names stay as written.
  if (all) {
    ({names} = all);
    for (const redraw of waiting!) redraw();
  }
  waiting = undefined;
}

/** What `&…;` stands for, or `undefined` if it is no reference. `reference` includes both its ends. */
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
 * Decodes backslash escapes and references, as in text, a destination, a title or the info string of a fence. A name
 * that must be loaded stays as it is; `redraw` is called once it has loaded.
 */
export const unescapeText = (text: string, redraw: () => void): string =>
  text.replace(
    ESCAPED,
    (whole, escaped: string | undefined) => escaped ?? decodeEntity(whole, redraw) ?? whole,
  );
