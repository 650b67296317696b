/**
 * The names of HTML 4, in runs of code points from a hexadecimal number. A run with a plus also has each name
 * in lower case, 32 code points on.
 */
const NAMES =
  'a0:nbsp,iexcl,cent,pound,curren,yen,brvbar,sect,uml,copy,ordf,laquo,not,shy,reg,macr,deg,plusmn,sup2,sup3,acute,micro,para,middot,cedil,sup1,ordm,raquo,frac14,frac12,frac34,iquest ' +
  '+c0:Agrave,Aacute,Acirc,Atilde,Auml,Aring,AElig,Ccedil,Egrave,Eacute,Ecirc,Euml,Igrave,Iacute,Icirc,Iuml,ETH,Ntilde,Ograve,Oacute,Ocirc,Otilde,Ouml d7:times +d8:Oslash,Ugrave,Uacute,Ucirc,Uuml,Yacute,THORN ' +
  'df:szlig f7:divide ff:yuml 22:quot 26:amp,apos 3c:lt 3e:gt 152:OElig,oelig 160:Scaron,scaron 178:Yuml 192:fnof 2c6:circ 2dc:tilde ' +
  '+391:Alpha,Beta,Gamma,Delta,Epsilon,Zeta,Eta,Theta,Iota,Kappa,Lambda,Mu,Nu,Xi,Omicron,Pi,Rho +3a3:Sigma,Tau,Upsilon,Phi,Chi,Psi,Omega 3c2:sigmaf ' +
  '3d1:thetasym,upsih 3d6:piv 2002:ensp,emsp 2009:thinsp 200c:zwnj,zwj,lrm,rlm 2013:ndash,mdash 2018:lsquo,rsquo,sbquo 201c:ldquo,rdquo,bdquo ' +
  '2020:dagger,Dagger,bull 2026:hellip 2030:permil 2032:prime,Prime 2039:lsaquo,rsaquo 203e:oline 2044:frasl 20ac:euro 2111:image ' +
  '2118:weierp 211c:real 2122:trade 2135:alefsym 2190:larr,uarr,rarr,darr,harr 21b5:crarr 21d0:lArr,uArr,rArr,dArr,hArr 2200:forall ' +
  '2202:part,exist 2205:empty 2207:nabla,isin,notin 220b:ni 220f:prod 2211:sum,minus 2217:lowast 221a:radic 221d:prop,infin 2220:ang ' +
  '2227:and,or,cap,cup,int 2234:there4 223c:sim 2245:cong 2248:asymp 2260:ne,equiv 2264:le,ge 2282:sub,sup,nsub 2286:sube,supe ' +
  '2295:oplus 2297:otimes 22a5:perp 22c5:sdot 2308:lceil,rceil,lfloor,rfloor 27e8:lang,rang 25ca:loz 2660:spades 2663:clubs 2665:hearts,diams';

let table: Map<string, string> | undefined;

function named(name: string): string | undefined {
  if (!table) {
    table = new Map();
    for (const run of NAMES.split(' ')) {
      const [start, names] = run.split(':') as [string, string];
      let code = Number.parseInt(start, 16);
      for (const each of names.split(',')) {
        if (start[0] === '+') table.set(each.toLowerCase(), String.fromCharCode(code + 32));
        table.set(each, String.fromCharCode(code++));
      }
    }
  }
  return table.get(name);
}

/** What `&…;` stands for, or nothing when it is no reference. `reference` is with both its ends. */
export function decodeEntity(reference: string): string | undefined {
  if (reference[1] !== '#') return named(reference.slice(1, -1));
  const hex = /[xX]/.test(reference[2]!);
  const code = Number.parseInt(reference.slice(hex ? 3 : 2, -1), hex ? 16 : 10);
  const invalid = code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return invalid ? '\ufffd' : String.fromCodePoint(code);
}

const ESCAPED = /\\([!-/:-@[-`{-~])|&(?:#x[0-9a-f]{1,6}|#\d{1,7}|[a-z][a-z0-9]{1,31});/gi;

/** Undoes backslash escapes and references, as in a destination, a title or the words after a fence. */
export const unescapeText = (text: string): string =>
  text.replace(ESCAPED, (whole, escaped: string | undefined) => escaped ?? decodeEntity(whole) ?? whole);
