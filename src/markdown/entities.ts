/**
 * The names of HTML 4, in runs: a character, then its name and those of the characters that follow it. A name in
 * capitals is also that of the small letter, in small letters.
 */
const NAMES =
  '"quot&amp apos<lt>gt\u00a0nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest ' +
  'Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig÷divide' +
  'ŒOEligŠScaronŸYumlƒfnofˆcirc˜tildeΑAlpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi RhoΣSigma Tau Upsilon Phi Chi Psi Omegaςsigmafϑthetasym upsihϖpiv' +
  '\u2002ensp emsp\u2009thinsp\u200czwnj zwj lrm rlm–ndash mdash‘lsquo rsquo sbquo“ldquo rdquo bdquo†dagger Dagger bull…hellip‰permil′prime Prime‹lsaquo rsaquo‾oline⁄frasl€euro' +
  'ℑimage℘weierpℜreal™tradeℵalefsym←larr uarr rarr darr harr↵crarr⇐lArr uArr rArr dArr hArr∀forall∂part exist∅empty∇nabla isin notin∋ni∏prod∑sum minus∗lowast√radic∝prop infin∠ang∧and or cap cup int∴there4∼sim≅cong≈asymp≠ne equiv≤le ge' +
  '⊂sub sup nsub⊆sube supe⊕oplus⊗otimes⊥perp⋅sdot⌈lceil rceil lfloor rfloor⟨lang rang◊loz♠spades♣clubs♥hearts diams';

let table: Map<string, string> | undefined;

function named(name: string): string | undefined {
  if (!table) {
    table = new Map();
    let code = 0;
    for (const [, first, each] of NAMES.matchAll(/([^\w ])? ?(\w+)/g)) {
      code = first?.charCodeAt(0) ?? code + 1;
      const character = String.fromCharCode(code);
      const small = each!.toLowerCase();
      if (!table.has(small)) table.set(small, character.toLowerCase());
      table.set(each!, character);
    }
  }
  return table.get(name);
}

/** What `&…;` stands for, or nothing when it is no reference. `reference` is with both its ends. */
function decodeEntity(reference: string): string | undefined {
  if (reference[1] !== '#') return named(reference.slice(1, -1));
  const code = Number(`0${reference.slice(2, -1)}`);
  const invalid = !code || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return invalid ? '\ufffd' : String.fromCodePoint(code);
}

/** A backslash escape, or what may be a reference. */
export const ESCAPED = /\\([!-/:-@[-`{-~])|&(?:#x[0-9a-f]{1,6}|#\d{1,7}|[a-z][a-z0-9]{1,31});/gi;

/** Undoes backslash escapes and references, as in a destination, a title or the words after a fence. */
export const unescapeText = (text: string): string =>
  text.replace(ESCAPED, (whole, escaped: string | undefined) => escaped ?? decodeEntity(whole) ?? whole);
